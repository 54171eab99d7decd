"""An account that moves is in one database afterwards, wholly, whatever happens."""

from collections.abc import Awaitable, Callable

import pytest

from tests.simulation.kinds.account_move import STORIES
from tests.simulation.moving import MOVES, move_at_once, open_two
from tests.support.host_platform import USER
from tillroll_durable import (
    Actor,
    Contract,
    Effect,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play_at_some_points

_DISTURBANCES = (by.KILL, by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.DOUBLE)
PACK = Step("pack", Effect.WRITE, gives=str)
DRIVE = Step("drive", Effect.WRITE, gives=int)
TRIP_V1 = Contract("trip", 1, steps=(PACK, DRIVE))
_MY_RUNS = statement("SELECT COUNT(*) AS runs FROM runs WHERE account_id = ?", MOVES)


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda each: each.name)
async def test_an_account_is_in_one_database_afterwards(disturbance: Disturbance) -> None:
    [story] = STORIES
    await play_at_some_points(story, disturbance, _DISTURBANCES.index(disturbance))


def _trip(pack: Callable[[StepContext], Awaitable[str]]) -> Workflow:
    async def body(run: WorkflowRun) -> int:
        await run.step(PACK, pack)
        return await run.step(DRIVE, drive)

    async def drive(context: StepContext) -> int:
        row = await context.platform.database.first(_MY_RUNS)
        assert row is not None
        assert row["runs"] == 1
        return context.platform.shard

    return Workflow(TRIP_V1, body, gives=int)


async def test_a_run_goes_on_in_the_database_to_which_its_account_moves() -> None:
    """Its account leaves while a step is under way, so that attempt cannot be committed."""
    shards: list[int] = []

    async def pack(context: StepContext) -> str:
        shards.append(context.platform.shard)
        if len(shards) == 1:
            await move_at_once(world.host.database, second)
        return "packed"

    trip = _trip(pack)
    world, second = await open_two(Faults(), Deployed(trip))
    run = await begin(world.host.platform, trip, {}, Actor(MOVES, f"user:{USER}"), key="one")
    await world.settle()
    rows = await second.all(statement("SELECT id, state FROM runs"))
    assert rows == [{"id": run.id, "state": "completed"}]
    assert shards == [1, 2]
