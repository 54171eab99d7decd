"""The suite holds a careful engine for what it is, and finds each rule that an engine breaks."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pytest

from tests.unit.tillroll_testing.conformance import broken_toys as broken
from tillroll_testing.conformance import results
from tillroll_testing.conformance.adapter import Adapter, NotOffered
from tillroll_testing.conformance.rules import ASKED, UNASKED
from tillroll_testing.conformance.scenes import SCENES, Scene
from tillroll_testing.conformance.suite import Played, play
from tillroll_testing.conformance.toy import Toy
from tillroll_testing.conformance.workflows import WORKFLOWS

_RULES: Final = 40
_SHORT_PATIENCE_SECONDS: Final = 1.5


def scenes_named(*titles: str) -> list[Scene]:
    found = [scene for scene in SCENES if scene.title in titles]
    assert len(found) == len(titles), "a scene has another title"
    return found


def played(kind: type[Toy], folder: Path, scenes: Sequence[Scene] = SCENES) -> Played:
    def make(folder: Path, side: str) -> Adapter:
        toy = kind(folder, side)
        if kind is not Toy:
            toy.patience_seconds = _SHORT_PATIENCE_SECONDS
        return toy

    return play(make, folder, scenes=scenes)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.title)
def test_a_careful_engine_holds_each_rule(scene: Scene, tmp_path: Path) -> None:
    came = played(Toy, tmp_path, [scene])
    assert {number: each.broken for number, each in came.rules.items() if each.broken} == {}
    assert came.rules.keys() == scene.asks


def test_another_runs_deaths_do_not_count_for_a_slow_one(tmp_path: Path) -> None:
    came = played(broken.LateMessage, tmp_path, scenes_named("each try of it kills the process"))
    assert came.broken == []


_KILLED = "shipments: killed before it"
_DONE = "shipments: killed when it is done and not answered"
_CHARGED = "a quote, and its charge: killed when it is done and not answered"
_MESSAGE = "a message: killed when it is done and not answered"


@pytest.mark.parametrize(
    ("rule", "kind", "title"),
    [
        (1, broken.Forgetful, "killed as soon as it is acknowledged"),
        (3, broken.Eager, "begun three times at once, and once more"),
        (6, broken.Amnesiac, _KILLED),
        (7, broken.NeverAsks, _DONE),
        (8, broken.OtherRequests, _CHARGED),
        (9, broken.Silent, _MESSAGE),
        (13, broken.Deaf, "a signal before its wait"),
        (13, broken.LastWord, "two signals for one wait"),
        (13, broken.Impatient, "nobody signals"),
        (16, broken.Wordless, "a call is refused"),
        (16, broken.Content, "a call is refused"),
        (17, broken.Final, "refused, put right, and retried"),
        (18, broken.Careless, "done, and nobody can say so"),
        (21, broken.Stubborn, "each try of it kills the process"),
        (22, broken.OneByOne, "others wait for a slow other side"),
        (24, broken.Once, "a call is down twice"),
        (25, broken.FirstFirst, "undone"),
        (26, broken.Doubtless, "a charge may have been done, and fails"),
        (26, broken.Thorough, "a charge was never done, and fails"),
        (27, broken.Wavering, "undone"),
        (28, broken.Resigned, "an undoing fails, and is tried again"),
        (32, broken.NeverAsks, "a backup is restored"),
        (37, broken.Hasty, "side by side, and one is refused"),
    ],
)
def test_an_engine_that_breaks_a_rule_is_found(
    rule: int, kind: type[Toy], title: str, tmp_path: Path
) -> None:
    came = played(kind, tmp_path, scenes_named(title))
    assert rule in came.broken, came.rules


def test_each_rule_is_asked_or_said_not_to_be() -> None:
    asked = {number for scene in SCENES for number in scene.asks}
    assert asked == set(ASKED)
    assert {*ASKED, *UNASKED} == set(range(1, _RULES + 1))
    assert not {*ASKED} & {*UNASKED}
    assert len({scene.title for scene in SCENES}) == len(SCENES)
    assert all(WORKFLOWS.values())


class Simple(Toy):
    """No run of it goes on once it has failed."""

    def retry(self, run: str) -> None:
        del run
        raise NotOffered("begin another run")


def test_what_is_not_offered_is_no_breach(tmp_path: Path) -> None:
    came = played(Simple, tmp_path, scenes_named("refused, put right, and retried"))
    assert came.broken == []
    assert came.rules[17].not_offered == ["begin another run"]
    file = tmp_path / "results.json"
    results.write(file, came, "2026-11-29")
    assert results.verdict(results.read(file)["toy"], 17) == "not offered"
    assert results.losses(results.read(file)["toy"]) == ["- R17: not offered: begin another run."]


class Documented(broken.Wordless):
    documented = MappingProxyType({16: "https://example.com says so"})


@pytest.mark.parametrize(
    ("kind", "word"),
    [(Toy, "held"), (broken.Wordless, "**broken**"), (Documented, "broken, as documented")],
)
def test_a_table_says_what_came_of_it(kind: type[Toy], word: str, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.write(file, played(kind, tmp_path, scenes_named("a call is refused")), "2026-11-29")
    kept = results.read(file)
    assert results.verdict(kept["toy"], 16) == word
    assert results.verdict(kept["toy"], 1) == "not played"
    assert f"| {word} |" in results.table(kept)
    told = "\n".join(results.losses(kept["toy"]))
    assert ("does not say why" in told) == (word != "held")
    assert ("Documented: https://example.com" in told) == (kind is Documented)
