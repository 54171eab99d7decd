"""A run that is paused or stands still gives its slot up, where its contract says so, and stands in line to go on."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from tests.simulation import invariants
from tests.simulation.disturbances import KILL
from tests.simulation.faults import Faults
from tests.simulation.lines.courier import COURIER, COURIER_V1, TABLES, CourierParams
from tests.simulation.lines.line import ANN, run_of
from tests.simulation.world import Deployed, World, open_world
from tillroll.durable import Concurrency, begin, statement
from tillroll.durable.operations import operations
from tillroll.durable.operations.operations import NotPossible
from tillroll.durable.record import changes

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


@pytest.mark.parametrize("dies", [False, True])
async def test_so_it_is_wherever_it_is_paused(*, dies: bool) -> None:
    await _paused_at_each(step=3, dies=dies)


async def _paused_at_each(*, step: int, dies: bool) -> None:
    undisturbed = await _opened(Faults())
    await _come_to_rest(undisturbed)
    for at in range(len((await _opened(Faults())).faults.passed) + 1, len(undisturbed.faults.passed), step):
        faults = Faults()
        world = await _opened(faults)

        faults.plan[at] = partial(_pause, world)
        if dies:
            faults.plan[at + 2] = partial(KILL.act, world)
        await _come_to_rest(world)
        await world.surviving(partial(_resume, world))
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


async def test_it_is_found_where_a_run_without_a_slot_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_HAS_SLOT", "1 = 1")
    with pytest.raises(AssertionError, match="somebody went on who had to wait"):
        await _paused_at_each(step=1, dies=False)
