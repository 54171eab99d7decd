"""What undoes a call is made from what the call gave, and rows of one's own stand with its end."""

from dataclasses import replace

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Params,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    SystemsDisagree,
    Workflow,
    WorkflowRun,
    begin,
    http,
    statement,
)
from tillroll_durable._execution.external import UndoOf
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.simulation.other_side import Trouble

ROOMS = "https://hotel.example/rooms"
TABLE = statement("CREATE TABLE stays (run_id TEXT NOT NULL, room TEXT NOT NULL) STRICT")
RESERVE = Step("reserve", Effect.EXTERNAL, rollback_config=RollbackConfig())
STAY_V1 = Contract("stay", 1, steps=(RESERVE,), failed="released")


class StayParams(Params):
    is_kept: bool = True


class Room(BaseModel):
    id: str


def reserving(run: str) -> ExternalCall[StepContext, Room]:
    return http.post(
        ROOMS,
        {"nights": 2},
        gives=Room,
        look_up=ROOMS + "/{key}",
        record=lambda room: [
            statement("INSERT INTO stays (run_id, room) VALUES (?, ?)", [run, room.id])
        ],
    )


def releasing(run: str, room: Room) -> ExternalCall[RollbackContext, None]:
    gone = statement("DELETE FROM stays WHERE run_id = ? AND room = ?", [run, room.id])
    return http.delete(f"{ROOMS}/{room.id}", record=lambda _: [gone])


async def stay(run: WorkflowRun[StayParams]) -> str:
    room = await run.call(RESERVE, reserving(run.id), rollback=lambda room: releasing(run.id, room))
    if not run.params.is_kept:
        await run.fail("it is not kept")
    return room.id


STAY = Workflow(STAY_V1, stay, params=StayParams, gives=str)


def _story(*, is_kept: bool, trouble: Trouble | None = None) -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(STAY), tables=[TABLE])
        world.other_side.trouble = trouble

        async def begun() -> None:
            await begin(world.host.platform, STAY, StayParams(is_kept=is_kept), ANN, key="one")

        return Scene(world, begun, lambda: _check(world))

    if is_kept:
        ending = "completed"
    else:
        ending = "released"
    return Story(f"a stay that ends {ending}, {trouble}", opened, ending)


async def _check(world: World) -> None:
    """A row stands exactly where the room is recorded as reserved, and not as released."""
    rows = await world.rows("SELECT room FROM stays")
    steps = await world.rows("SELECT step FROM run_steps WHERE outcome = 'completed'")
    names = {str(row["step"]) for row in steps}
    is_released = "rollback: reserve" in names
    expected = 0
    if "reserve" in names and not is_released:
        expected = 1
    assert len(rows) == expected, f"{len(rows)} rows of what is recorded {expected} times"
    side = world.other_side
    reserved = side.done_at(ROOMS)
    assert reserved <= 1
    assert side.deleted_below(ROOMS) <= reserved
    run = await world.run()
    if run is not None and run.state in {"released", "cancelled"}:
        refused = await world.rows("SELECT id FROM runs WHERE failure_class = 'rollback_failed'")
        assert side.deleted_below(ROOMS) == reserved or refused, "a room stays reserved"


@pytest.mark.parametrize("is_kept", [True, False])
async def test_a_row_stands_with_what_was_done_whatever_comes_between(
    is_kept: bool, disturbed: Disturbed
) -> None:
    await disturbed(_story(is_kept=is_kept))


@pytest.mark.parametrize("trouble", [Trouble.ANSWER_LOST, Trouble.BAD_GATEWAY], ids=str)
async def test_what_is_looked_up_is_undone_by_what_that_gives(
    trouble: Trouble, undisturbed: Undisturbed
) -> None:
    scene = await undisturbed(_story(is_kept=False, trouble=trouble))
    [delete] = [each for each in scene.world.other_side.requests if each.method == "DELETE"]
    assert delete.url == f"{ROOMS}/id-1"


async def _began(workflow: Workflow[StayParams, str]) -> World:
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, StayParams(is_kept=False), ANN, key="one")
    await world.settle()
    return world


def _undone_by(call: ExternalCall[StepContext, Room], undo: UndoOf[Room]) -> Workflow:
    async def body(run: WorkflowRun[StayParams]) -> str:
        room = await run.call(RESERVE, call, rollback=undo)
        return room.id

    return Workflow(STAY_V1, body, params=StayParams, gives=str)


async def test_what_nobody_can_tell_undoes_nothing() -> None:
    """A call without a look-up may leave its output unknown: that is refused before it is made."""
    blind = http.post(ROOMS, {"nights": 2}, gives=Room)
    world = await _began(_undone_by(blind, lambda room: http.delete(f"{ROOMS}/{room.id}")))
    [run] = await world.rows("SELECT error_summary FROM runs")
    assert "needs what the step gave" in str(run["error_summary"])
    assert not world.other_side.requests


async def test_a_post_that_cannot_be_asked_for_undoes_nothing() -> None:
    """A DELETE and a PUT may be made twice, a POST may not."""
    world = await _began(_undone_by(reserving("run"), http.post(f"{ROOMS}/released")))
    [run] = await world.rows("SELECT error_summary FROM runs")
    assert "may be made twice" in str(run["error_summary"])
    assert not world.other_side.requests


async def test_where_two_systems_disagree_a_person_undoes_it() -> None:
    """Nobody is asked again then, so nobody knows what the step gave."""

    async def disagree(_: StepContext) -> Done[Room]:
        raise SystemsDisagree("two rooms have the key")

    call = replace(reserving("run"), reconcile=disagree)
    world = await open_world(
        Faults(), Deployed(_undone_by(call, lambda room: releasing("run", room))), tables=[TABLE]
    )
    world.other_side.trouble = Trouble.ANSWER_LOST
    await begin(
        world.host.platform, world.deployed.workflow, StayParams(is_kept=False), ANN, key="one"
    )
    await world.settle()
    run = await world.run()
    assert run is not None
    assert run.state == "reserve_failed"
    await world.abandon()
    await world.settle()
    [ended] = await world.rows("SELECT state, failure_class, error_summary FROM runs")
    assert (ended["state"], ended["failure_class"]) == ("abandoned", "rollback_failed")
    assert "undo it by hand" in str(ended["error_summary"])
    assert not world.other_side.deleted_below(ROOMS)
