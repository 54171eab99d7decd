"""At most so many go on at once, in the order in which they came, and nobody waits for ever."""

import asyncio

import pytest

from tests.simulation.lines.courier import COURIER_V1, CourierParams
from tests.simulation.lines.line import run_of
from tests.simulation.lines.playing import ask, open_street, play
from tillroll_durable import operations
from tillroll_durable.explanation.attempts import Beside
from tillroll_durable.explanation.summary import explain
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.clock import to_text
from tillroll_durable.runs import pause_others
from tillroll_durable.slots import holders_of_slots
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, Traces, some_of

_DISTURBANCES = (by.KILL, by.TERMINATE, by.STRAY_EVENTS, by.FORGET, by.DOUBLE)
_QUICK = CourierParams(street="high")


async def test_undisturbed() -> None:
    world = await play()
    states = await world.rows(
        "SELECT begin_key, state FROM runs WHERE begin_key LIKE 'run _' ORDER BY begin_key"
    )
    endings = ["delivered", "failed", "continued", "delivered", "cancelled", "delivered"]
    assert [row["state"] for row in states] == endings
    # Each had its turn when the one before it ended, and the cron found nothing to do.
    woken = await world.rows(
        "SELECT action FROM audit_events WHERE action IN ('run.resumed', 'instance.created')"
    )
    assert woken == []


async def _undisturbed(_name: str) -> Faults:
    return (await play()).faults


_traces = Traces(_undisturbed)
_STREET = "a street"


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_line_keeps_its_order_whatever_comes_between(disturbance: Disturbance) -> None:
    trace = await _traces.of(_STREET)
    for at, name in some_of(trace.points, _DISTURBANCES.index(disturbance), disturbance):
        with disturbance.at(at, name):
            await play(disturbance, at)


async def test_twenty_at_once_are_two_and_a_line_of_eighteen() -> None:
    world = await open_street()
    await asyncio.gather(*[ask(world, f"run {number}", _QUICK) for number in range(20)])
    rows = await world.rows("SELECT queue_number FROM runs ORDER BY queue_number")
    assert [row["queue_number"] for row in rows] == [None, None, *range(1, 19)]
    assert len(world.instances.by_id) == 2
    for _ in range(10):  # without a cron: each lets the next one go on
        await world.instances_only()
    assert len(await world.rows("SELECT run_id FROM delivered")) == 20
    assert not await world.rows("SELECT run_id FROM too_many")


async def test_who_comes_while_a_slot_is_free_and_others_wait_stands_behind_them() -> None:
    world = await open_street()
    for number in range(3):
        await ask(world, f"run {number}", _QUICK)
    # The first has ended, and the process has died before the next one had its turn.
    await world.rows(
        "UPDATE runs SET state = 'delivered', status = 'complete' WHERE begin_key = 'run 0'"
    )
    await ask(world, "run 3", _QUICK)
    assert [(await run_of(world, f"run {number}")).is_in_line for number in (1, 2, 3)] == [
        False,
        True,
        True,
    ]
    assert (await world.tick()).runs_admitted == 1
    assert [(await run_of(world, f"run {number}")).is_in_line for number in (2, 3)] == [False, True]


async def test_who_leaves_the_line_ends_at_once_and_takes_nobodys_slot() -> None:
    world = await open_street()
    for number in range(4):
        await ask(world, f"run {number}", CourierParams(street="high", way="rest"))
    await world.instances_only()
    waits = await run_of(world, "run 2")
    await operations.cancel(world.host.platform, waits, world.request, COURIER_V1)
    await world.instances_only()
    assert (await run_of(world, "run 2")).state == "cancelled"
    assert (await run_of(world, "run 3")).is_in_line, "it has its turn when one that goes on ends"


async def test_one_in_line_cannot_be_paused() -> None:
    world = await open_street()
    for number in range(3):
        await ask(world, f"run {number}", _QUICK)
    with pytest.raises(NotPossible, match="waits in line"):
        await operations.pause(world.host.platform, await run_of(world, "run 2"), world.request)


async def test_nobody_in_line_goes_on_while_their_account_is_erased() -> None:
    world = await open_street()
    for number in range(3):
        await ask(world, f"run {number}", _QUICK)
    run, now = await run_of(world, "run 0"), to_text(world.host.pieces.clock.now())
    await world.host.database.batch([pause_others(run.account_id, "the erasure's", now)])
    await world.instances_only()  # what goes on already ends, and leaves its slot
    assert (await run_of(world, "run 0")).state == "delivered"
    assert (await world.tick()).runs_admitted == 0
    assert (await run_of(world, "run 2")).is_in_line


async def test_a_retry_waits_for_its_turn_and_an_abandonment_does_not() -> None:
    world = await open_street()
    fails = CourierParams(street="high", way="fail")
    for number in range(2):
        await ask(world, f"run {number}", fails)
    await world.settle()
    for number in (2, 3):
        await ask(world, f"run {number}", CourierParams(street="high", way="rest"))
    await world.instances_only()
    await operations.retry(
        world.host.platform, COURIER_V1, await run_of(world, "run 0"), world.request
    )
    await operations.abandon(
        world.host.platform, COURIER_V1, await run_of(world, "run 1"), world.request
    )
    await world.instances_only()
    assert (await run_of(world, "run 0")).is_in_line
    assert (await run_of(world, "run 1")).state == "abandoned"


async def test_who_waits_names_the_run_that_keeps_its_slot_for_a_person() -> None:
    world = await open_street()
    for number in range(3):
        await ask(world, f"run {number}", CourierParams(street="high", way="rest"))
    waiting = await run_of(world, "run 2")
    assert waiting.is_in_line
    assert await _holders(world, waiting.id) == []

    paused = await run_of(world, "run 0")
    await operations.pause(world.host.platform, paused, world.request)
    [row] = await world.rows("SELECT * FROM runs WHERE id = ?", waiting.id)
    holders = await _holders(world, waiting.id)
    told = explain(COURIER_V1, row, [], [], Beside(holders=holders))
    assert (
        f"The run {paused.id} is paused in {paused.state}, and keeps its slot" in told.what_happened
    )
    assert "Nothing is to be done" not in told.what_happened

    await world.rows(
        "UPDATE runs SET paused_at = NULL, status = 'needs_review' WHERE id = ?", paused.id
    )
    holders = await _holders(world, waiting.id)
    told = explain(COURIER_V1, row, [], [], Beside(holders=holders))
    assert f"The run {paused.id} waits for a person in {paused.state}" in told.what_happened
    assert await _holders(world, paused.id) == []


async def _holders(world: World, run_id: str) -> list[Row]:
    return await world.host.database.all(holders_of_slots(run_id))
