"""An account that moves is in one database afterwards, wholly, whatever happens."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import cast

import pytest

from tests.simulation.kinds.account_move import STORIES
from tests.simulation.moving import MOVES, move_at_once, open_moving, open_two
from tests.support.host_platform import USER
from tillroll.moving.copying import copy
from tillroll.moving.freezing import expect, freeze
from tillroll.moving.layout import layout_of
from tillroll.moving.tables import SEALED, WAYS_IN
from tillroll.moving.workflow import Copied, Move, compare
from tillroll_durable import (
    Actor,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    Refused,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.standing import stay
from tillroll_durable.platform.invocation import invocation
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import (
    Disturbance,
    play,
    play_at_some_points,
    trace_of,
)

_DISTURBANCES = (by.KILL, by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.DOUBLE)
PACK = Step("pack", Effect.WRITE, gives=str)
DRIVE = Step("drive", Effect.WRITE, gives=int)
TRIP_V1 = Contract("trip", 1, steps=(PACK, DRIVE))
RESERVE = Step("reserve", Effect.EXTERNAL, gives=str)
_EFFECTS = statement(
    "SELECT outcome, status FROM effect_intents JOIN runs ON runs.id = effect_intents.run_id"
)
_MY_RUNS = statement("SELECT COUNT(*) AS runs FROM runs WHERE account_id = ?", [MOVES])


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda each: each.name)
async def test_an_account_is_in_one_database_afterwards(disturbance: Disturbance) -> None:
    [story] = STORIES
    await play_at_some_points(story, disturbance, _DISTURBANCES.index(disturbance))


async def test_a_move_that_is_cancelled_while_it_freezes_leaves_the_account_as_it_was() -> None:
    """Freezing writes in two databases, beside the batch that completes the step."""
    [story] = STORIES
    trace = await trace_of(story)
    copies = trace.points.index("copy: before attempt 1") + 1
    points = [
        (at, name) for at, name in enumerate(trace.points[:copies], start=1) if by.CANCEL.fits(name)
    ]
    assert any("freeze" in name for _, name in points)
    for at, name in points:
        with by.CANCEL.at(at, name):
            await play(story, by.CANCEL, at)


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


async def test_what_was_refused_while_its_account_moved_is_known_there() -> None:
    async def send(context: StepContext) -> Done[str]:
        del context
        await move_at_once(world.host.database, second)
        raise Refused("there is no room")

    async def look_up(context: StepContext) -> NotDone:
        del context
        return NotDone()

    async def body(run: WorkflowRun) -> None:
        await run.call(RESERVE, ExternalCall({"rooms": 1}, send, look_up, honours_key=True))

    stay = Workflow(Contract("stay", 1, steps=(RESERVE,)), body)
    world, second = await open_two(Faults(), Deployed(stay))
    await begin(world.host.platform, stay, {}, Actor(MOVES, f"user:{USER}"), key="one")
    await world.settle()
    assert await second.all(_EFFECTS) == [{"outcome": "refused", "status": "failed"}]


async def test_a_step_waits_while_its_account_moves_and_uses_up_no_retry() -> None:
    attempts: list[int] = []

    async def pack(context: StepContext) -> str:
        attempts.append(context.attempt)
        if len(attempts) == 1:
            await freeze_for_a_moment()
            raise OSError("it is tried again, while the account moves")
        return "packed"

    async def freeze_for_a_moment() -> None:
        await world.host.database.batch(freeze(MOVES, 2, "run_moves", "2026-11-29T00:00:00.000Z"))
        going_on.append(asyncio.get_running_loop().create_task(go_on()))

    async def go_on() -> None:
        await asyncio.sleep(0.7)
        now = "2026-11-29T00:00:01.000Z"
        await world.host.database.batch(stay(MOVES, "run_moves", now))

    going_on: list[asyncio.Task[None]] = []
    trip = _trip(pack)
    world, _ = await open_two(Faults(), Deployed(trip))
    run = await begin(world.host.platform, trip, {}, Actor(MOVES, f"user:{USER}"), key="one")
    await world.settle()
    rows = await world.rows("SELECT state FROM runs WHERE id = ?", run.id)
    assert [row["state"] for row in rows] == ["completed"]
    assert attempts == [1, 2]


async def test_a_move_whose_audit_did_not_come_along_is_refused() -> None:
    world, second = await open_moving(Faults())
    source = world.host.database
    names = {"run_id": "run_moves", "now": "2026-01-01T00:00:00.000Z"}
    await second.batch(expect(MOVES, 1, **names))
    await source.batch(freeze(MOVES, 2, **names))
    digests: dict[str, list[int]] = {}
    for table in (await layout_of(source)).tables:
        if table.rows.table in {SEALED, *WAYS_IN}:
            continue
        copied = await copy(source, second, table=table, account_id=MOVES, run_id="run_moves")
        if copied.rows:
            digests[table.rows.table] = [copied.rows, copied.total]
    context = cast("StepContext", SimpleNamespace(platform=invocation(world.host.platform)))
    with pytest.raises(NonRetryable, match="audit_events lacks events in database 2"):
        await compare(context, Copied(Move(MOVES, source=1, target=2), digests))
