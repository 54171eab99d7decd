"""Deliberately broken variants of the operating side, each with the scenario in which it must be
found.
"""

# What is broken here is broken from inside.
# pyright: reportPrivateUsage=false

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.simulation.planted.planted import Plant, set_to, without
from tests.simulation.stories import deliveries, operating, orphans, pausing
from tillroll_durable import operations, outbox
from tillroll_durable._operations import instances
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run
from tillroll_durable.upkeep import quarantine, reconciliation
from tillroll_durable.upkeep.quarantine import Entry


@dataclass(frozen=True)
class PlantedInScenario:
    """`found_by` is part of what the scenario's assertion says."""

    name: str
    plant: Plant
    scenario: Callable[[], Awaitable[object]]
    found_by: str


def one_row_stops_the_others(patch: pytest.MonkeyPatch) -> None:
    """What fails over one row fails for all behind it."""

    async def broken(
        _: Platform, part: str, rows: Sequence[Row], mend: Callable[[Row], Awaitable[int]]
    ) -> int:
        del part
        return sum([await mend(row) for row in rows])

    patch.setattr(instances, "each", broken)


def _nothing_is_set_aside(patch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> int:
        return 1

    patch.setattr(instances, "set_aside", broken)
    patch.setattr(reconciliation, "set_aside", broken)


def _cancels_nobody(patch: pytest.MonkeyPatch) -> None:
    """The flag is set, and a run that stands still never looks at it."""
    original = operations.cancel

    async def broken(
        platform: Platform, run: Run, request: operations.Request, contract: object = None
    ) -> None:
        del contract
        await original(platform, run, request)
        in_vain = "UPDATE runs SET resumptions = 9 WHERE id = ?"
        await platform.database.batch([statement(in_vain, [run.id], account=run.account_id)])

    patch.setattr(operations, "cancel", broken)


def _knows_no_escalation(patch: pytest.MonkeyPatch) -> None:
    def broken(_: Row) -> bool:
        return False

    patch.setattr("tillroll_durable.explanation.summary.is_escalated", broken)
    patch.setattr("tillroll_durable.explanation.summary.wants_operator", broken)


def _no_deadline(patch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        return None

    patch.setattr("tillroll_durable.runs.deadline_in", broken)


async def _engine_is_not_asked(*_: object, **__: object) -> None:
    return None


def _is_always_the_same(*_: object, **__: object) -> bool:
    return True


PLANTED = (
    PlantedInScenario(
        "a paused run whose instance is gone is told that its engine cannot resume it",
        set_to(operations, "_status_of", _engine_is_not_asked),
        pausing.a_paused_run_whose_instance_is_gone,
        "what is shown as safe is refused",
    ),
    PlantedInScenario(
        "a settlement is not fenced by its attempt",
        without(outbox, "settle", "AND attempts = ?", "AND ? > 0"),
        deliveries.a_late_consumer_gives_up_what_a_newer_attempt_has,
        "settled what a later one has",
    ),
    PlantedInScenario(
        "the limit is not looked at when an event is claimed",
        set_to(outbox, "MOST_ATTEMPTS", 1000),
        deliveries.a_delivery_that_kills_its_consumer,
        "was tried",
    ),
    PlantedInScenario(
        "the sweep has no brake",
        set_to(quarantine, "_SUSPICIOUS", 1000),
        orphans.a_database_that_does_not_know_the_objects,
        "originals are gone",
    ),
    PlantedInScenario(
        "orphans are deleted at once",
        set_to(quarantine, "PERIOD", timedelta(0)),
        orphans.a_few_objects_that_the_database_forgot_for_a_while,
        "is gone",
    ),
    PlantedInScenario(
        "what is in quarantine is not told from what was uploaded anew",
        set_to(Entry, "is_of", _is_always_the_same),
        orphans.an_orphan_that_is_uploaded_anew,
        "uploaded anew is gone",
    ),
    PlantedInScenario(
        "no deadline is written",
        _no_deadline,
        operating.a_run_that_its_engine_keeps_running_for_ever,
        "is nobody's",
    ),
    PlantedInScenario(
        "a cancelled run that stands still gets no instance",
        _cancels_nobody,
        operating.a_run_that_was_resumed_in_vain_is_cancelled,
        "does not end",
    ),
    PlantedInScenario(
        "an escalated run is not told from another",
        _knows_no_escalation,
        operating.a_run_that_was_resumed_in_vain_is_resumed,
        "says something else",
    ),
    PlantedInScenario(
        "one row stops the others",
        one_row_stops_the_others,
        operating.instances_for_which_the_engine_never_answers,
        "a poisoned row delays",
    ),
    PlantedInScenario(
        "what fails is not set aside",
        _nothing_is_set_aside,
        operating.instances_for_which_the_engine_never_answers,
        "a poisoned row delays",
    ),
    PlantedInScenario(
        "runs are woken oldest first, for ever",
        _nothing_is_set_aside,
        operating.signals_that_nobody_takes_up,
        "keep another one from being woken",
    ),
    PlantedInScenario(
        "a sleeper is woken for ever",
        _nothing_is_set_aside,
        operating.a_sleeper_that_wakes_in_vain,
        "woken without an end",
    ),
    PlantedInScenario(
        "decisions are announced oldest first, for ever",
        _nothing_is_set_aside,
        operating.decisions_that_nobody_takes_up,
        "stuck decisions delay",
    ),
)
