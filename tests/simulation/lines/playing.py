"""Plays many couriers of one street and one of another, disturbed at one point or at none."""

from datetime import timedelta
from functools import partial

from tests.simulation import invariants
from tests.simulation.faults import Faults
from tests.simulation.lines.courier import AT_ONCE, COURIER, COURIER_V1, TABLES, CourierParams
from tests.simulation.playing import Disturbance
from tests.simulation.world import Deployed, World, open_world
from tests.support.host_platform import ACCOUNT
from tillroll.durable.beginning import Actor, BegunRun, begin
from tillroll.durable.operations import operations
from tillroll.durable.record.runs import Run, find_run
from tillroll.platform.bindings.database import integer, text

ANN = Actor(ACCOUNT, "user:usr_first")
_WAYS = (
    CourierParams(street="high", way="rest"),
    CourierParams(street="high", way="fail"),
    CourierParams(street="high", legs=2),
    CourierParams(street="high", way="child"),
    CourierParams(street="high"),
    CourierParams(street="side"),
)
# The one that is cancelled while it waits, and the one that fails and is retried, by their keys.
CANCELLED, FAILS = "run 4", "run 1"


async def open_street() -> World:
    return await open_world(Faults(), Deployed(COURIER), tables=TABLES)


async def ask(world: World, key: str, params: CourierParams) -> BegunRun:
    return await begin(world.host.platform, COURIER, params, ANN, key=key)


async def run_of(world: World, key: str) -> Run:
    (row,) = await world.rows("SELECT id FROM runs WHERE begin_key = ?", key)
    run = await find_run(world.host.database, text(row, "id"))
    assert run is not None
    return run


async def play(disturbance: Disturbance | None = None, at: int = 0) -> World:
    """Play it with `disturbance` at point number `at`.

    Raises:
        AssertionError: something that must hold does not.
    """
    world = await open_street()
    if disturbance is not None:
        world.faults.plan[at] = partial(disturbance.act, world)
    for number, params in enumerate(_WAYS):
        await world.surviving(partial(ask, world, f"run {number}", params))
    await world.surviving(partial(_cancel, world, CANCELLED))
    await _come_to_rest(world)
    await world.surviving(partial(_retry, world, FAILS))
    await _come_to_rest(world)
    await _check(world)
    return world


async def _come_to_rest(world: World) -> None:
    for _ in range(2):
        await world.settle()
        world.host.pieces.clock.advance(timedelta(hours=2))  # who rests has rested
    await world.settle()


async def _cancel(world: World, key: str) -> None:
    run = await run_of(world, key)
    if run.status == "processing":
        await operations.cancel(world.host.platform, run, world.request, COURIER_V1)


async def _retry(world: World, key: str) -> None:
    run = await run_of(world, key)
    if run.status == "failed":
        await operations.retry(world.host.platform, COURIER_V1, run, world.request)


async def _check(world: World) -> None:
    await world.faults.release()
    await world.settle()
    await invariants.check(world)
    assert not await world.rows("SELECT run_id FROM too_many"), "more went on at once than may"
    left = await world.rows("SELECT begin_key, state FROM runs WHERE status IN ('processing', 'needs_review')")
    assert not left, f"they starve: {left}"
    assert not await world.rows("SELECT id FROM runs WHERE queue_number IS NOT NULL"), "who has ended stands in line"
    delivered = await world.rows("SELECT run_id FROM delivered")
    completed = await world.rows("SELECT id AS run_id FROM runs WHERE state = 'delivered'")
    assert sorted(map(str, delivered)) == sorted(map(str, completed))
    await _in_order(world)


async def _in_order(world: World) -> None:
    """Who came first has its turn first: the runs of the street that were not asked to end, by when they went on."""
    turns = await world.rows(
        """
        SELECT runs.begin_key, COALESCE(
          (SELECT MIN(id) FROM audit_events WHERE stream = runs.id AND action = 'run.admitted'),
          (SELECT MIN(id) FROM audit_events WHERE stream = runs.id)) AS turn
        FROM runs WHERE concurrency_key = '"high"' AND begin_key LIKE 'run _' AND cancel_kind IS NULL
        ORDER BY runs.rowid
        """
    )
    assert len(turns) > AT_ONCE
    order = [integer(row, "turn") for row in turns]
    assert order == sorted(order), f"somebody was passed: {turns}"
