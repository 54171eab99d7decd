"""`tillroll archive`: what is old, moved out of the database and back."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from tillroll_command.counting import counted
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import taking

from ..session import Session, session

if TYPE_CHECKING:
    from ..client.api import JsonObject

_PATH = "/api/archive"
# A round moves 2,000 events and 150 runs at most.
_MOST_ROUNDS = 100_000


class Act(StrEnum):
    """What else can be done: bring back, or look whether files are as they were written."""

    RESTORE = "restore"
    VERIFY = "verify"


@taking(session)
def archive(
    here: Session,
    act: Annotated[
        Act | None,
        typer.Argument(
            help=(
                "Bring back what is named; or verify its files: without any, those that were "
                "found to be wrong."
            )
        ),
    ] = None,
    what: Annotated[
        list[str] | None,
        typer.Argument(help="Runs, or the number of a range of the audit, such as 3."),
    ] = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS",
            min=0,
            max=36_500,
            help="Move what is older: all of it. 0: all that there is now.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
) -> None:
    """Move the audit and what ended runs left into the object store; show what is there; bring it
    back.
    """
    if act is Act.RESTORE:
        _restore(here, what or [])
        return
    if act is Act.VERIFY:
        _verify(here, what or [])
        return
    if older_than is None or dry_run:
        _show(here, 90 if older_than is None else older_than)
        return
    _move(here, older_than)


def _verify(here: Session, what: list[str]) -> None:
    done = here.api.send("POST", f"{_PATH}/verify", _named(what, "verify") if what else {})
    if here.as_json:
        here.show.document(done)
    else:
        here.show.say(_looked_at(done["files"], is_named=bool(what)))
        _say_flaws(here, done["flaws"])
        if done["otherFlaws"]:
            here.show.say(f"{_wrong(done['otherFlaws'], 'other ')}: `tillroll archive` lists them.")
    # Who names nothing asks after all that were found to be wrong: the answer has some, and counts
    # the others.
    wrong = len(done["flaws"]) + (0 if what else done["otherFlaws"])
    if wrong:
        raise Stopped(Code.FAILED, f"{_wrong(wrong)}.")


def _looked_at(files: int, *, is_named: bool) -> str:
    if files:
        return f"Looked at: {counted(files, 'file')}."
    if is_named:
        return "Nothing to look at: none of these lies in the archive."
    return "Nothing to look at: no file was found to be wrong."


def _wrong(files: int, which: str = "") -> str:
    if files == 1:
        return f"1 {which}file of the archive is not as it was written"
    return f"{files} {which}files of the archive are not as they were written"


def _say_flaws(here: Session, flaws: "list[JsonObject]") -> None:
    for each in flaws:
        here.show.say(f"{each['says']} Found {each['foundAt']}.")


def _named(what: list[str], act: str) -> "JsonObject":
    numbers = [int(each) for each in what if each.isdecimal()]
    if not what or (numbers and len(what) > 1):
        raise Stopped(Code.USAGE, f"Give runs (run_…), or the number of one range, behind {act}.")
    return {"range": numbers[0]} if numbers else {"runs": [*what]}


def _restore(here: Session, what: list[str]) -> None:
    asked = _named(what, "restore")
    done = here.api.send("POST", f"{_PATH}/restore", asked)
    if here.as_json:
        here.show.document(done)
    elif "range" in asked:
        here.show.say(f"Range {asked['range']}: {counted(done['events'], 'event')} brought back.")
    else:
        here.show.say(
            f"Brought back: {', '.join(done['runs']) or 'nothing; none of these was archived'}."
        )


def _show(here: Session, days: int) -> None:
    found = here.api.get(_PATH, {"olderThanDays": str(days)})
    if here.as_json:
        here.show.document(found)
        return
    ranges = ", ".join(f"{n} {state}" for state, n in found["ranges"].items()) or "none"
    here.show.say(
        f"Archived: {counted(found['runs'], 'run')}, {counted(found['events'], 'event')} of the "
        f"audit. Ranges: {ranges}."
    )
    here.show.say(
        f"Older than {counted(days, 'day')}: {counted(found['oldRuns'], 'ended run')}; the next "
        f"range has {counted(found['nextEvents'], 'event')} under "
        f"{counted(found['nextSeals'], 'seal')}. --older-than {days} moves them."
    )
    _say_flaws(here, found["flaws"])


def _move(here: Session, days: int) -> None:
    done = {"begun": 0, "verified": 0, "taken": 0, "events": 0, "runs": 0}
    asked: JsonObject = {"olderThanDays": days}
    for _ in range(_MOST_ROUNDS):
        did = here.api.send("POST", f"{_PATH}/rounds", asked)
        if did["isIdle"]:
            break
        # What the rounds themselves leave is not old, however long they take: else 0 days would
        # never end.
        asked = {"before": did["before"]}
        done = {name: n + did[name] for name, n in done.items()}
    if here.as_json:
        here.show.document(done)
        return
    here.show.say(
        f"Moved: {counted(done['runs'], 'run')}, {counted(done['taken'], 'range')} of the audit. "
        "`tillroll archive` shows what is there; `tillroll archive restore` brings it back."
    )
