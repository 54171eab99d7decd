"""`tillroll play` finds what was broken on purpose, tells its story, and its command repeats it."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cli.operations.project import PROJECT
from tests.simulation.author import Story
from tests.simulation.author.charging import story
from tests.support.campaigns import only_whole
from tillroll.workflows.registry import REGISTRY
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_testing.play.every_play import play_again, play_all
from tillroll_testing.play.finding import NoStory, Project
from tillroll_testing.play.plays import ALL, NoSuchPlay, Passed, from_label, singles, word_of

_SEED = 7


@pytest.mark.campaign
@only_whole
def test_what_is_right_holds_at_every_point() -> None:
    played = play_all([story()], _SEED, seconds=3600, processes=1)
    assert played.finding is None
    assert played.plays == played.of > len(ALL)
    assert played.pairs == 0, "two things in one are played where they are asked for"
    assert all(plays == of > 0 for plays, of in played.kinds.values())
    assert sum(of for _, of in played.kinds.values()) + 1 == played.of


def _found(monkeypatch: pytest.MonkeyPatch, stories: list[Story]) -> None:
    def stories_of(_project: Project, _kind: str) -> list[Story]:
        return stories

    monkeypatch.setattr(Project, "stories_of", stories_of)


def test_a_planted_fault_is_told_and_its_command_repeats_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An effect of which the other side does not know that it did it."""
    _found(monkeypatch, [story(keeps_keys=False)])
    assert main(["play", "charging", "--seed", str(_SEED)]) == Code.FAILED
    told = capsys.readouterr().out
    assert "charged 2 times" in told
    lines = [line.strip() for line in told.splitlines()]
    happened = lines[
        lines.index("What happened in 'a charge', in order:") : lines.index("Play it again:")
    ]
    assert sum("bank: after the charge" in line for line in happened) == 2
    assert any("<-" in line for line in happened), "what came between is not shown"
    assert any("effect.intended" in line for line in happened), "what the audit says is not shown"
    assert "went otherwise" not in told
    command = shlex.split(lines[lines.index("Play it again:") + 1])
    assert command[:2] == ["tillroll", "play"]
    for _ in range(2):
        assert main([*command[1:], "--json"]) == Code.FAILED
        again = json.loads(capsys.readouterr().out)["finding"]
        assert again["says"] == "charged 2 times"
        assert [line.strip() for line in again["happened"]] == happened[1:-1]


def test_what_was_played_is_told_by_kinds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _found(monkeypatch, [story()])
    command = ["play", "charging", "--seed", str(_SEED), "--seconds", "0"]
    assert main(command) == Code.DONE
    told = capsys.readouterr().out.splitlines()
    assert main([*command, "--json"]) == Code.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["neverBegun"] == []
    counts = [f"{each['plays']} of {each['of']} {kind}" for kind, each in document["kinds"].items()]
    assert told[1] == f"Played: {', '.join(counts)}."
    assert {"deaths", "errors", "cancellations"} <= {*document["kinds"]}
    assert "refusals" not in document["kinds"], "its other side is its own"


def test_a_body_that_decides_by_chance_is_found() -> None:
    """After a death it asks for something else under the same key."""
    # With this seed a death comes first, which is told best.
    found = play_all([story(chances=True)], 2, processes=1).finding
    assert found is not None
    assert found.is_repeated, "the seed gives every draw"
    says = found.broken.says
    assert "stands still in " in says, says
    assert "was done with other inputs" in says or "asks for something else" in says, says


def test_the_first_that_breaks_is_the_same_on_one_process_and_on_two() -> None:
    one, two = (
        play_all([story(keeps_keys=False)], _SEED, processes=count).finding for count in (1, 2)
    )
    assert one is not None
    assert two is not None
    assert (one.number, one.play) == (two.number, two.play)


def test_without_a_second_only_the_story_itself_is_played() -> None:
    none = play_all([story()], _SEED, seconds=0, processes=1)
    assert (none.plays, none.finding) == (1, None)
    assert none.of > 1


def test_a_step_to_which_no_story_comes_is_told() -> None:
    points = ["push[1]: before attempt 1", "push: after wait 1: before attempt 1", "record: stored"]
    assert Passed(points, [], steps=["push", "record"]).never_begun == {"record"}


def test_nothing_comes_between_while_the_scene_is_set() -> None:
    passed = Passed(
        ["database: before the batch"] * 5, ["database: read"] * 6, points_before=3, calls_before=4
    )
    between = {each for play in singles([passed], _SEED) for each in play.between}
    assert {at for word, at in between if word == "kill"} == {4, 5}
    assert {at for word, at in between if word == "error"} == {5, 6}


@pytest.mark.parametrize("thing", ALL, ids=word_of)
def test_each_thing_has_a_word_that_the_command_takes(thing: object) -> None:
    word = word_of(thing)  # type: ignore[arg-type] - the test gives what fits
    play = from_label(0, f"{word}@3,error@12")
    assert play.label == f"{word}@3,error@12"
    assert play.disturbances == {3: thing}
    assert play.errors == {12: 1}


def test_a_play_of_two_things_can_be_repeated() -> None:
    assert play_again([story()], from_label(0, "kill@6,error@20"), _SEED) is None


@pytest.mark.parametrize("label", ["kill", "kill@0", "kill@x", "sneeze@3", "@3"])
def test_what_cannot_come_between_is_refused(label: str) -> None:
    with pytest.raises(NoSuchPlay, match=r"such as kill@17\. There are: kill, .*error"):
        from_label(0, label)


@pytest.mark.parametrize(
    ("label", "says"),
    [
        ("kill@9999", r"kill@9999 is nowhere: .*points \d+ to \d+"),
        ("error@9999", r"calls.* to \d+"),
    ],
)
def test_a_place_that_its_story_does_not_come_to_is_refused(label: str, says: str) -> None:
    with pytest.raises(NoSuchPlay, match=says):
        play_again([story()], from_label(0, label), _SEED)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--seconds", "1e400"], "--seconds is inf, and must be from 0 to 86400"),
        (["--seconds", "nan"], "--seconds is nan"),
        (["--seconds", "-1"], "--seconds is -1"),
        (["--at", "nonsense"], "such as kill@17. There are: kill"),
        (["--at", "nonsense"], "say which by --story: '"),
        (["--at", "kill@17"], "payout has several stories: say which by --story: '"),
    ],
)
def test_the_command_refuses_what_cannot_be_played(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["play", "payout", *words]) == Code.USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["nobody", "../receipt", "", "Receipt"])
def test_an_unknown_kind_is_refused_with_those_that_there_are(kind: str) -> None:
    with pytest.raises(NoStory, match=r"There are: .*receipt"):
        PROJECT.stories_of(kind)


def test_a_kind_without_a_story_says_how_one_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stories_of = Project.stories_of

    def without_stories(project: Project, kind: str) -> Sequence[Story]:
        elsewhere = replace(project, root=tmp_path, stories=tmp_path / "tests/simulation/kinds")
        return stories_of(elsewhere, kind)

    monkeypatch.setattr(Project, "stories_of", without_stories)
    assert main(["play", "bulk-operation"]) == Code.NOT_FOUND
    told = capsys.readouterr().err
    assert "Write tests/simulation/kinds/bulk_operation.py" in told
    assert "docs/testing-workflows.md" in told


def test_every_kind_that_is_deployed_has_stories() -> None:
    assert PROJECT.kinds_with_stories() == sorted(REGISTRY.newest)
    for kind in PROJECT.kinds_with_stories():
        names = [each.name for each in PROJECT.stories_of(kind)]
        assert len(names) == len(set(names)) > 0


def test_the_body_of_every_kind_that_is_deployed_is_read() -> None:
    folders = {PROJECT.code_of(kind) for kind in REGISTRY.newest}
    assert None not in folders
    assert len(folders) == len(REGISTRY.newest)


def test_a_kind_that_is_not_registered_yet_is_found(tmp_path: Path) -> None:
    (tmp_path / "nightly_close").mkdir()
    (tmp_path / "nightly_close/workflow.py").touch()
    project = replace(PROJECT, written=tmp_path)
    assert project.code_of("nightly-close") == tmp_path / "nightly_close"
    with pytest.raises(NoStory, match=r"Write tests/simulation/kinds/nightly_close\.py"):
        project.stories_of("nightly-close")
