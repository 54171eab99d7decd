"""At most so many begin in a period, the most urgent first, and nobody one too many, whatever
dies.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.simulation.lines.line import run_of
from tests.simulation.lines.taxi import IN_PERIOD, PERIOD, TAXI_V1, TaxiParams, ask, open_rank, play
from tillroll_durable import operations
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, Traces, some_of

_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    by.STRAY_EVENTS,
    by.FORGET,
    by.DOUBLE,
    by.STEP_BACK,
    by.LOSE_SIGHT,
)


async def order_of(world: World) -> Sequence[str]:
    """The keys of those that went on from the line, in their order."""
    sql = """
      SELECT begin_key FROM audit_events JOIN runs ON runs.id = stream WHERE action = 'run.admitted'
      ORDER BY audit_events.id
    """
    return [str(row["begin_key"]) for row in await world.rows(sql)]


async def in_line(world: World) -> Sequence[str]:
    rows = await world.rows(
        "SELECT begin_key FROM runs WHERE queue_number IS NOT NULL ORDER BY queue_number"
    )
    return [str(row["begin_key"]) for row in rows]


async def a_minute(world: World) -> int:
    """One passes: the cron fires, and the engine runs what it has; how many went on."""
    world.host.pieces.clock.advance(timedelta(minutes=1))
    mended = await world.tick()
    await world.instances_only()
    return mended.runs_admitted


async def test_undisturbed() -> None:
    world = await play()
    states = await world.rows(
        "SELECT begin_key, state FROM runs WHERE begin_key LIKE 'run _' ORDER BY begin_key"
    )
    endings = ["continued", "drive_failed", "completed", "cancelled", *["completed"] * 4]
    assert [row["state"] for row in states] == endings
    # Two begin at once. Of the others the most urgent goes first.
    assert await order_of(world) == ["run 6", "run 4", "run 5", "run 2"]


async def _undisturbed(_name: str) -> Faults:
    return (await play()).faults


_traces = Traces(_undisturbed)
_RANK = "a rank"


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_rate_is_kept_whatever_comes_between(disturbance: Disturbance) -> None:
    trace = await _traces.of(_RANK)
    for at, name in some_of(trace.points, _DISTURBANCES.index(disturbance), disturbance):
        with disturbance.at(at, name):
            await play(disturbance, at)


async def test_the_others_begin_when_the_period_is_over() -> None:
    world = await open_rank()
    for number in range(8):
        await ask(world, f"run {number}")
        await world.instances_only()  # each ends before the next one comes: no slot is taken
    assert await in_line(world) == [f"run {number}" for number in range(IN_PERIOD, 8)]
    begun = [await a_minute(world) for _ in range(10)]
    assert begun == [0, 0, 0, 0, 2, 0, 0, 0, 0, 2], (
        "two by the cron, and the third by the end of one of them"
    )
    assert await in_line(world) == []
    assert not await world.rows("SELECT * FROM too_many")


async def test_a_window_slides() -> None:
    world = await open_rank()
    for number in range(5):
        await ask(world, f"run {number}")
        await world.instances_only()
        world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await in_line(world) == ["run 3", "run 4"]
    await world.tick()
    await world.instances_only()
    assert await in_line(world) == ["run 4"], "run 0 began five minutes ago, and run 1 four"
    assert await a_minute(world) == 1


async def test_two_crons_at_once_let_nobody_on_too_many() -> None:
    world = await open_rank()
    for number in range(9):
        await ask(world, f"run {number}")
        await world.instances_only()
    world.host.pieces.clock.advance(PERIOD)
    world.copies = 2
    for _ in range(4):
        await world.tick()
        await world.instances_only()
    assert not await world.rows("SELECT * FROM too_many")
    assert await in_line(world) == ["run 6", "run 7", "run 8"]


async def test_twenty_at_once_are_three_and_a_line() -> None:
    world = await open_rank()
    await asyncio.gather(*[ask(world, f"run {number}") for number in range(2)])
    await world.instances_only()
    await asyncio.gather(*[ask(world, f"more {number}") for number in range(18)])
    assert len(await in_line(world)) == 17
    assert not await world.rows("SELECT * FROM too_many")


async def test_what_goes_on_in_a_slot_is_not_counted_twice() -> None:
    world = await open_rank()
    await ask(world, "chain", TaxiParams(legs=4))
    await ask(world, "family", TaxiParams(way="child"))
    await world.settle()
    counted = await world.rows(
        "SELECT begin_key FROM runs WHERE admitted_at IS NOT NULL ORDER BY id"
    )
    assert [row["begin_key"] for row in counted] == ["chain", "family"]
    (total,) = await world.rows(
        "SELECT count(*) AS total FROM runs WHERE state IN ('completed', 'continued')"
    )
    assert total["total"] == 7
    assert not (await run_of(world, "family")).is_in_line


async def test_who_is_given_up_has_begun_all_the_same() -> None:
    world = await open_rank()
    for number in range(IN_PERIOD):
        await ask(world, f"run {number}", TaxiParams(way="fail"))
        await world.instances_only()
        run = await run_of(world, f"run {number}")
        await operations.abandon(world.host.platform, TAXI_V1, run, world.request)
        await world.instances_only()
    assert (await run_of(world, "run 0")).state == "abandoned"
    await ask(world, "one more")
    assert await in_line(world) == ["one more"]


async def test_a_retry_begins_once_more_and_an_abandonment_waits_for_nobody() -> None:
    world = await open_rank()
    for number in range(IN_PERIOD):
        await ask(world, f"run {number}", TaxiParams(way="fail"))
        await world.instances_only()
    for number, operate in ((0, operations.retry), (1, operations.abandon)):
        await operate(
            world.host.platform, TAXI_V1, await run_of(world, f"run {number}"), world.request
        )
    await world.instances_only()
    assert await in_line(world) == ["run 0"]
    assert (await run_of(world, "run 1")).state == "abandoned"
    world.host.pieces.clock.advance(PERIOD)
    assert await a_minute(world) == 1


async def test_a_run_that_is_retried_again_and_again_begins_each_time() -> None:
    world = await open_rank()
    for number in range(IN_PERIOD - 1):
        await ask(world, f"run {number}", TaxiParams(way="fail"))
        await world.instances_only()

    async def begun_in_a_period() -> int:
        [before] = await world.rows(
            "SELECT sum(generation) AS begun FROM runs WHERE queue_number IS NULL"
        )
        for number in range(2 * IN_PERIOD):
            run = await run_of(world, f"run {number % (IN_PERIOD - 1)}")
            if run.status == "failed":
                await operations.retry(world.host.platform, TAXI_V1, run, world.request)
            await world.instances_only()
        [after] = await world.rows(
            "SELECT sum(generation - (queue_number IS NOT NULL)) AS begun FROM runs"
        )
        return int(str(after["begun"])) - int(str(before["begun"]))

    assert await begun_in_a_period() == 1, "the third"
    assert len(await in_line(world)) == IN_PERIOD - 1
    world.host.pieces.clock.advance(PERIOD)
    await a_minute(world)
    assert await in_line(world) == []
    assert not await world.rows("SELECT * FROM too_many")


async def test_the_highest_goes_first_and_equals_in_their_order() -> None:
    world = await open_rank()
    for number, urgency in enumerate((0, 0, -1000, 3, 0, 1000, 3, -1)):
        await ask(world, f"run {number}", TaxiParams(urgency=urgency))
    assert await in_line(world) == [f"run {number}" for number in (5, 3, 6, 4, 7, 2)]
    # Whoever comes later, and is more urgent, passes those that wait.
    await ask(world, "late", TaxiParams(urgency=999))
    assert (await in_line(world))[:2] == ["run 5", "late"]


async def test_a_more_urgent_one_that_is_cancelled_leaves_its_place() -> None:
    world = await open_rank()
    for number, urgency in enumerate((0, 0, 1, 5, 1)):
        await ask(world, f"run {number}", TaxiParams(urgency=urgency))
    await operations.cancel(
        world.host.platform, await run_of(world, "run 3"), world.request, TAXI_V1
    )
    assert await in_line(world) == ["run 2", "run 4"]
