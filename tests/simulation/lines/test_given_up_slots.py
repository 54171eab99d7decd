"""A run that waits for an operator gives its slot up, where its contract says so, and stands in
line to go on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from tests.simulation.lines.courier import COURIER, COURIER_V1, TABLES, CourierParams
from tests.simulation.lines.line import ANN, run_of
from tests.simulation.opening import open_world
from tillroll_durable import Concurrency, begin, operations, statement
from tillroll_durable._operations import instances
from tillroll_durable._record import changes
from tillroll_durable.operations import NotPossible
from tillroll_durable.platform.clock import to_text
from tillroll_durable.states import Status
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.disturbances import KILL
from tillroll_testing.stories.playing import some_of

_CONTRACT = replace(COURIER_V1, concurrency=Concurrency(2, key="street", keeps_slot=False))
_KIND = replace(COURIER, contract=_CONTRACT)
# Whoever writes it: a step that is completed forward while its run has no slot.
_WITHOUT_SLOT = """
  CREATE TRIGGER without_slot_by_{event} AFTER {event} ON run_steps
  WHEN NEW.outcome = 'completed' AND EXISTS (
    SELECT 1 FROM runs
    WHERE id = NEW.run_id AND slot_given_up_at IS NOT NULL AND cancel_kind IS NULL)
  BEGIN INSERT INTO too_many VALUES (NEW.run_id, 'without a slot'); END
"""
_TABLES = [*TABLES, *(statement(_WITHOUT_SLOT.format(event=each)) for each in ("INSERT", "UPDATE"))]
_COUNT = 4
_TURNS = 3
_APART = 11
COURIER_REST = timedelta(hours=2)  # who rests has rested


async def _opened(faults: Faults) -> World:
    world = await open_world(faults, Deployed(_KIND), tables=_TABLES)
    for number in range(_COUNT):
        params = CourierParams(street="high", way="rest")
        await begin(world.host.platform, _KIND, params, ANN, key=f"run {number}")
    return world


async def _pause(world: World) -> None:
    run = await run_of(world, "run 0")
    try:
        await operations.pause(world.host.platform, run, world.request)
    except NotPossible:
        return  # it has ended


async def _resume(world: World) -> None:
    run = await run_of(world, "run 0")
    if run.paused_at is not None:
        await operations.unpause(world.host.platform, run, world.request, _CONTRACT)


async def _escalate(world: World) -> None:
    """As the reconciler does, whatever it has found."""
    run = await run_of(world, "run 0")
    if run.status == Status.PROCESSING:
        now = to_text(world.host.pieces.clock.now())
        await instances.escalate(world.host.platform, run, "it was resumed in vain", now)


async def _let_go_on(world: World) -> None:
    run = await run_of(world, "run 0")
    if run.is_escalated and run.status == Status.PROCESSING:
        await operations.resume(world.host.platform, _CONTRACT, run, world.request)


async def _come_to_rest(world: World) -> None:
    for _ in range(4):
        await world.settle()
        world.host.pieces.clock.advance(COURIER_REST)
    await world.settle()


async def _check(world: World) -> None:
    await world.faults.release()
    await world.settle()
    await invariants.check(world)
    assert not await world.rows("SELECT * FROM too_many"), "somebody went on who had to wait"
    left = await world.rows("SELECT begin_key, state FROM runs WHERE state <> 'delivered'")
    assert not left, f"they did not end: {left}"
    done = await world.rows("SELECT run_id FROM delivered")
    assert len({str(row["run_id"]) for row in done}) == len(done) == _COUNT


async def test_the_others_go_on_and_it_waits_for_its_turn() -> None:
    world = await _opened(Faults())
    await world.instances_only()
    await _pause(world)
    assert (await world.tick()).runs_admitted == 1
    assert not (await run_of(world, "run 2")).is_in_line
    await _resume(world)
    resumed = await run_of(world, "run 0")
    assert (resumed.is_in_line, resumed.paused_at, resumed.has_given_up_slot) == (True, None, False)
    await _come_to_rest(world)
    await _check(world)


async def test_a_slot_is_given_up_past_a_deadline() -> None:
    world = await _opened(Faults())
    (first,) = await world.rows("SELECT id FROM runs WHERE begin_key = 'run 0'")
    past = statement(
        "UPDATE runs SET deadline = '2000-01-01T00:00:00Z' WHERE id = ?", [first["id"]]
    )
    await world.host.database.batch([past])
    await world.tick()
    overdue = await run_of(world, "run 0")
    assert (overdue.is_escalated, overdue.has_given_up_slot) == (True, True)
    await world.tick()
    assert not (await run_of(world, "run 2")).is_in_line
    # Nobody resumes it: its instance wakes, and comes to the line by itself.
    await _come_to_rest(world)
    await _check(world)


async def test_a_review_keeps_its_slot() -> None:
    world = await _opened(Faults())
    (first,) = await world.rows("SELECT id FROM runs WHERE begin_key = 'run 0'")
    await world.host.database.batch(
        [statement("UPDATE runs SET status = 'needs_review' WHERE id = ?", [first["id"]])]
    )
    run = await run_of(world, "run 0")
    await instances.escalate(
        world.host.platform, run, "why", to_text(world.host.pieces.clock.now())
    )
    run = await run_of(world, "run 0")
    assert (run.is_escalated, run.has_given_up_slot) == (True, False)


_Act = Callable[[World], Awaitable[None]]
_WAITING: Mapping[str, tuple[_Act, _Act]] = {
    "paused": (_pause, _resume),
    "escalated": (_escalate, _let_go_on),
}


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("how", _WAITING)
async def test_a_slot_is_given_up_wherever_the_run_waits(how: str, *, dies: bool) -> None:
    first, points = await _points()
    for turn in range(_TURNS):
        for place, _ in some_of(points, turn * _APART):
            await _waiting_at(first + place, how, dies=dies)


async def _points() -> tuple[int, list[str]]:
    """How many points there are before the first run begins, and those behind them."""
    undisturbed = await _opened(Faults())
    first = len(undisturbed.faults.passed)
    await _come_to_rest(undisturbed)
    return first, undisturbed.faults.passed[first:-1]


async def _waiting_at_each(places: range, how: str) -> None:
    for at in places:
        await _waiting_at(at, how, dies=False)


async def _waiting_at(at: int, how: str, *, dies: bool) -> None:
    wait, go_on = _WAITING[how]
    faults = Faults()
    world = await _opened(faults)

    faults.plan[at] = partial(wait, world)
    if dies:
        faults.plan[at + 2] = partial(KILL.act, world)
    await _come_to_rest(world)
    await world.surviving(partial(go_on, world))
    await _come_to_rest(world)
    await _check(world)


async def test_one_that_is_cancelled_meanwhile_only_ends() -> None:
    world = await _opened(Faults())
    await world.instances_only()
    await _pause(world)
    await world.tick()
    run = await run_of(world, "run 0")
    await operations.cancel(world.host.platform, run, world.request, _CONTRACT)
    await _resume(world)
    assert not (await run_of(world, "run 0")).is_in_line, "what only ends waits for nobody"
    await _come_to_rest(world)
    assert (await run_of(world, "run 0")).state == "cancelled"
    assert not await world.rows("SELECT * FROM too_many")


@pytest.mark.parametrize("how", _WAITING)
async def test_a_run_that_writes_without_a_slot_is_found(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, points = await _points()
    monkeypatch.setattr(changes, "_HAS_SLOT", "1 = 1")
    with pytest.raises(AssertionError, match="somebody went on who had to wait"):
        await _waiting_at_each(range(first + 1, first + len(points)), how)
