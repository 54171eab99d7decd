"""`tillroll play`: a workflow's body against everything that can come between, on this machine and
without a server.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.hints import hint
from tillroll_command.replies import AsJson, reply

if TYPE_CHECKING:
    from tillroll_testing.checking.determinism import Fault
    from tillroll_testing.play.every_play import Finding, Played
    from tillroll_testing.play.finding import Playable
    from tillroll_testing.play.plays import Play
    from tillroll_testing.stories.story import Story

# Of an author who has just saved; a kind with a story or two is played wholly within it.
_PATIENCE = 7.0
_LONGEST = 86_400
_OTHERWISE = (
    "When it was played again for this telling, it went otherwise, so something here decides on "
    "what is not the seed's: the time, a thread, a uuid. Look for that first."
)


def playing(of: Callable[[], "Playable"]) -> Callable[..., Code]:
    """The command that plays the workflows of a project, which is looked for when it is run."""

    def play(
        name: Annotated[
            str, typer.Argument(metavar="NAME", help="The workflow, such as bank-transfer.")
        ],
        *,
        seed: Annotated[
            int | None,
            typer.Option(
                min=0, max=2**32, help="The order, the ids and every chance; without it, a new one."
            ),
        ] = None,
        seconds: Annotated[
            float | None,
            typer.Option(
                help=(
                    "No play is begun after so many, at most a day; what is left goes to two "
                    "things in one play."
                )
            ),
        ] = None,
        plays_all: Annotated[
            bool,
            typer.Option(
                "--all", help=f"Every play of one thing, where they take more than {_PATIENCE:g} s."
            ),
        ] = False,
        story: Annotated[
            str | None, typer.Option(metavar="STORY", help="This story only, by its name.")
        ] = None,
        at: Annotated[
            str | None,
            typer.Option(
                metavar="WHAT@POINT",
                help="This play only, as a finding names it: kill@17. '': undisturbed.",
            ),
        ] = None,
        as_json: AsJson = False,
    ) -> Code:
        """Play a workflow with every disturbance at every point of its story, and tell of the first
        that breaks it.
        """
        asked = _Asked(
            seed=seed, seconds=seconds, plays_all=plays_all, story=story, at=at, as_json=as_json
        )
        return _play(of(), name, asked)

    return play


class _Asked(NamedTuple):
    seed: int | None
    seconds: float | None
    plays_all: bool
    story: str | None
    at: str | None
    as_json: bool


def _play(project: "Playable", name: str, asked: _Asked) -> Code:
    from tillroll_testing.play.every_play import play_again, play_all
    from tillroll_testing.play.plays import NoSuchPlay

    seconds = asked.seconds
    if asked.plays_all and seconds is not None:
        raise Stopped(
            Code.USAGE,
            "Give one of --all and --seconds: all of them are played, or as many as fit.",
        )
    if seconds is not None and not 0 <= seconds <= _LONGEST:  # also what is no number (nan)
        says = (
            f"--seconds is {seconds:g}, and must be from 0 to {_LONGEST} (a day); --all plays "
            "every play."
        )
        raise Stopped(Code.USAGE, says)
    stories = _stories(project, name, asked.story)
    again = None if asked.at is None else _play_at(name, stories, asked.at)
    faults = _faults(project, name)
    for fault in faults:
        typer.echo(f"{fault}", err=True)
    chosen = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    document: dict[str, object]
    more: list[str] = []
    if again is not None:
        try:
            finding = play_again(stories, again, chosen)
        except NoSuchPlay as error:
            raise Stopped(Code.USAGE, str(error)) from error
        told = "1 play"
        held = f"{told}: everything holds"
        document = {"plays": 1}
    else:
        limit = None if asked.plays_all else _PATIENCE if seconds is None else seconds
        played = play_all(stories, chosen, seconds=limit, goes_on_with_pairs=seconds is not None)
        finding = played.finding
        told = f"{counted(played.plays, 'play')} of {_of_stories(stories, played)}"
        held = what_held(stories, played)
        document = {
            "plays": played.plays,
            "of": played.of,
            "pairs": played.pairs,
            "seconds": round(played.seconds, 1),
        }
        document["kinds"] = {
            kind: {"plays": plays, "of": of} for kind, (plays, of) in played.kinds.items()
        }
        document["neverBegun"] = [*played.never_begun]
        counts = [f"{plays} of {of} {kind}" for kind, (plays, of) in played.kinds.items()]
        more = [f"Played: {', '.join(counts)}."] if counts else []
        never = ", ".join(f"`{each}`" for each in played.never_begun)
        more += [f"No story comes to {never}: write one that does."] if never else []
    document |= {"undetermined": [str(each) for each in faults]}
    document |= {"kind": name, "seed": chosen, "stories": [each.name for each in stories]}
    if finding is None:
        but = ", but its code has mistakes, as told above" if faults else ""
        lines = [f"{name}: {held}{but}. Seed {chosen}."]
        reply({**document, "finding": None}, *lines, *more, as_json=asked.as_json)
        return Code.FAILED if faults else Code.DONE
    its = stories[finding.play.story].name
    command = hint(
        f"play {name} --seed {chosen} --story {_quoted(its)} --at {_quoted(finding.play.label)}"
    )
    what = {
        "says": finding.broken.says,
        "mustHold": finding.broken.must_hold,
        "story": its,
        "at": finding.play.label,
        "isRepeated": finding.is_repeated,
        "happened": [*finding.lines],
        "repeat": command,
    }
    reply(
        {**document, "finding": what},
        *_told(name, told, its, finding, command),
        as_json=asked.as_json,
    )
    return Code.FAILED


def what_held(stories: Sequence["Story"], played: "Played") -> str:
    """What held: all of it, or of how many plays those that were made."""
    of_stories = _of_stories(stories, played)
    if played.plays < played.of:
        return (
            f"{played.plays} of {counted(played.of, 'play')} held, of {of_stories}: another seed "
            "plays others, --all plays the rest"
        )
    return f"{counted(played.plays, 'play')} of {of_stories}: everything holds"


def _of_stories(stories: Sequence["Story"], played: "Played") -> str:
    told = counted(len(stories), "story", "stories")
    if not played.finding and played.pairs:
        told += f", of which {played.pairs} with two things in one"
    return f"{told}, in {played.seconds:.1f} s"


def _play_at(name: str, stories: Sequence["Story"], at: str) -> "Play":
    """The play that `--at` names; what is missing beside it is said at once."""
    from tillroll_testing.play.plays import NoSuchPlay, from_label

    of_which = (
        f"{name} has several stories: say which by --story: {_names(stories)}."
        if len(stories) > 1
        else ""
    )
    try:
        play = from_label(0, at)
    except NoSuchPlay as error:
        raise Stopped(Code.USAGE, f"{error} {of_which}".strip()) from error
    if of_which:
        raise Stopped(Code.USAGE, of_which)
    return play


def _faults(project: "Playable", name: str) -> "list[Fault]":
    """What is wrong in the kind's code, as reading it tells."""
    from tillroll_testing.checking.determinism import faults_of

    code = project.code_of(name)
    try:
        return [] if code is None else faults_of(code, project.root)
    except LookupError as error:
        raise Stopped(Code.USAGE, f"{error}") from error


def _stories(project: "Playable", name: str, story: str | None) -> Sequence["Story"]:
    from tillroll_testing.play.finding import NoStory

    try:
        stories = project.stories_of(name)
    except NoStory as error:
        raise Stopped(Code.NOT_FOUND, str(error)) from error
    if story is None:
        return stories
    chosen = [each for each in stories if each.name == story]
    if not chosen:
        raise Stopped(Code.NOT_FOUND, f"{name} has no story {story!r}. It has: {_names(stories)}.")
    return chosen


def _names(stories: Sequence["Story"]) -> str:
    return ", ".join(repr(each.name) for each in stories)


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)


def _told(name: str, told: str, story: str, finding: "Finding", command: str) -> list[str]:
    lines = [f"{name}: {told}. Something does not hold:", "", f"  {finding.broken.says}"]
    if finding.broken.must_hold:
        lines += ["", f"  The check that failed: {finding.broken.must_hold}"]
    lines += [
        "",
        f"What happened in {story!r}, in order:",
        *(f"  {line}" for line in finding.lines),
        "",
    ]
    if not finding.is_repeated:
        lines += [_OTHERWISE, ""]
    return [*lines, "Play it again:", f"  {command}"]
