"""The simulation of the verbs finds what was broken on purpose, and says what broke."""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

import re
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.simulation.planted.planted import Plant
from tests.simulation.verbs.playing import JOURNEYS, play
from tillroll_durable._execution import external
from tillroll_durable._execution.waits import commit_once
from tillroll_durable.outbox import Told, told
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.ids import new_id
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance


@dataclass(frozen=True)
class Planted:
    """A fault, the journey and the disturbance under which it must be found, and part of what is
    said then.
    """

    name: str
    plant: Plant
    journey: str
    disturbance: Disturbance
    found_by: str


def _told_by_itself(patch: pytest.MonkeyPatch) -> None:
    """An event is written beside the step's batch, under an id of its own in each attempt."""
    original = commit_once

    async def broken(
        on: external.Execution, name: str, attempt: int, outcome: external.Outcome, action: Action
    ) -> object:
        await on.platform.database.batch(outcome.statements)
        without = replace(outcome, statements=[])
        return await original(on, name, attempt, outcome=without, action=action)

    def anew(*arguments: Any, **named: Any) -> Told:
        event = told(*arguments, **named)
        id_ = new_id("evt")
        return Told(id_, replace(event.insert, parameters=(id_, *event.insert.parameters[1:])))

    patch.setattr(external, "told", anew)
    patch.setattr(external, "commit_once", broken)


def _not_written(patch: pytest.MonkeyPatch) -> None:
    """An event is only a message, which dies with its process."""

    def nothing(*arguments: Any, **named: Any) -> Told:
        return replace(told(*arguments, **named), insert=statement("SELECT 1"))

    patch.setattr(external, "told", nothing)


PLANTED = (
    Planted(
        "an event is told by every attempt",
        _told_by_itself,
        "it tells of its progress",
        by.KILL,
        "two ids|told",
    ),
    Planted("an event is no row", _not_written, "it tells of its progress", by.KILL, "told only"),
)


async def first_finding(planted: Planted) -> str | None:
    """What is said at the first point at which it shows."""
    journey = next(journey for journey in JOURNEYS if journey.name == planted.journey)
    try:
        points = len((await play(journey)).faults.passed)
        for at in range(1, points + 1):
            await play(journey, planted.disturbance, at)
    except AssertionError as error:
        return str(error)
    return None


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.name)
async def test_a_planted_bug_of_a_verb_is_found(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.plant(monkeypatch)
    found = await first_finding(planted)
    assert found, "nothing was found"
    assert re.search(planted.found_by, found), found
