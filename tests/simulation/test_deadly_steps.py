"""A step whose attempts end the process each time is a person's after some, and takes nobody with
it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import cast

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NonRetryable,
    NotDone,
    OnFailure,
    Params,
    Registry,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._record.deaths import MOST_DEATHS
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import ManualClock

# The first of a row is not noted where the step before it went well.
DEATHS = MOST_DEATHS + 1
ALWAYS = 20
# So long a process takes to begin again.
RESTART = timedelta(seconds=5)


class DeadlyParams(Params):
    """`is_deadly`: the run's part that kills is begun for it."""

    is_deadly: bool = True


@dataclass
class Reaper:
    """Kills the process wherever `at` is come to, `most` times in all; before that, once where
    something was done and not answered, so that it is asked for.
    """

    world: World
    at: str
    most: int = ALWAYS
    deaths: int = 0
    restart: timedelta = RESTART

    def __post_init__(self) -> None:
        self.first = self.at.replace("asking for", "behind") if "asking" in self.at else ""

    async def come_to(self, place: str) -> None:
        if place not in {self.first, self.at} or self.deaths >= self.most:
            return
        if place == self.first:
            self.first = ""
        self.deaths += 1
        self.world.host.pieces.clock.advance(self.restart)
        await self.world.faults.kill()


class Office:
    """A charge elsewhere, and steps beside it. `reaper` sees each of its parts."""

    def __init__(self) -> None:
        self.charged: list[str] = []
        self.refunded: list[str] = []
        self.reaper: Reaper | None = None
        self.refuses = False

    async def _come_to(self, place: str) -> None:
        if self.reaper is not None:
            await self.reaper.come_to(place)

    async def read(self, _context: StepContext, is_deadly: bool) -> int:
        if is_deadly:
            await self._come_to("read")
        return 1

    async def write(self, context: StepContext, is_deadly: bool) -> int:
        if is_deadly:
            await self._come_to("write")
            if self.refuses:
                raise NonRetryable("it is refused")
        return context.attempt

    def charging(self, *, is_deadly: bool) -> ExternalCall[StepContext]:
        async def send(context: StepContext) -> Done:
            if is_deadly:
                await self._come_to("before the charge")
            self.charged.append(context.idempotency_key)
            if is_deadly:
                await self._come_to("behind the charge")
            return Done("charge")

        async def look_up(context: StepContext) -> Done | NotDone:
            if is_deadly:
                await self._come_to("asking for the charge")
            if context.idempotency_key in self.charged:
                return Done("charge")
            return NotDone()

        return ExternalCall({"amount": 5}, send, look_up, honours_key=True)

    def refunding(self) -> ExternalCall[RollbackContext]:
        async def send(context: RollbackContext) -> Done:
            await self._come_to("before the refund")
            self.refunded.append(context.step_key)
            await self._come_to("behind the refund")
            return Done("refund")

        async def look_up(context: RollbackContext) -> Done | NotDone:
            await self._come_to("asking for the refund")
            if context.step_key in self.refunded:
                return Done("refund")
            return NotDone()

        return ExternalCall({"undo": "charge"}, send, look_up, honours_key=True)


ITEM = Step("item", Effect.WRITE, gives=str)
READ = Step("read", Effect.READ, gives=int)
CHARGE = Step("charge", Effect.EXTERNAL, rollback_config=RollbackConfig())
WRITE = Step(
    "write",
    Effect.WRITE,
    gives=int,
    on_failure=OnFailure("undone", then=Then.COMPENSATE, says="It was refused."),
)
LAST = Step("write", Effect.WRITE, gives=int)


async def opened(step: Step[int] = LAST) -> tuple[World, Office]:
    office = Office()

    async def body(run: WorkflowRun[DeadlyParams]) -> int:
        is_deadly = run.params.is_deadly
        await run.step(READ, office.read, is_deadly)
        await run.call(CHARGE, office.charging(is_deadly=is_deadly), rollback=office.refunding())
        return await run.step(step, office.write, is_deadly)

    contract = Contract("deadly", 1, steps=(READ, CHARGE, step))
    workflow = Workflow(contract, body, params=DeadlyParams, gives=int)
    return await open_world(Faults(), Deployed(workflow)), office


async def begun(world: World, *, is_deadly: bool, key: str) -> str:
    params = DeadlyParams(is_deadly=is_deadly)
    return (await begin(world.host.platform, world.deployed.workflow, params, ANN, key=key)).id


async def row_of(world: World, run_id: str) -> Row:
    [row] = await world.rows("SELECT * FROM runs WHERE id = ?", run_id)
    return row


async def shown(world: World, run_id: str) -> JsonObject:
    registry = Registry([world.deployed.workflow])
    async with api_client(world.host.platform, registry=registry) as client:
        return (await client.get(f"/api/runs/{run_id}")).raise_for_status().json()


async def unended(world: World) -> list[Row]:
    return [*await world.rows("SELECT step, times FROM unended_attempts ORDER BY step")]


# Where each leads, and how many charges it leaves.
PLACES = {
    "read": ("read_failed", "read_failed", 0),
    "before the charge": ("charge_failed", "external_unknown", 0),
    "asking for the charge": ("charge_failed", "external_unknown", 1),
    "write": ("write_failed", "write_failed", 1),
}


@pytest.mark.parametrize("order", [(True, False), (False, True)], ids=["first", "last"])
@pytest.mark.parametrize("place", PLACES)
async def test_a_step_that_kills_each_time_is_a_persons_and_nobody_else_suffers(
    place: str, order: tuple[bool, bool]
) -> None:
    world, office = await opened()
    office.reaper = reaper = Reaper(world, place)
    runs = {deadly: await begun(world, is_deadly=deadly, key=str(deadly)) for deadly in order}
    await world.settle()
    state, failure_class, charges = PLACES[place]
    row = await row_of(world, runs[True])
    assert (row["state"], row["failure_class"], row["requires_human_review"]) == (
        state,
        failure_class,
        1,
    )
    assert MOST_DEATHS <= reaper.deaths <= DEATHS
    assert len(office.charged) == charges + 1
    told = await shown(world, runs[True])
    assert f"it stopped the process {MOST_DEATHS} times in a row" in str(told["whatHappened"])
    assert told["safeToRetry"] is True
    assert ("charge" in str(told["mustNotRepeat"])) == (row["state"] != "read_failed")
    assert (await row_of(world, runs[False]))["status"] == "complete"
    assert await unended(world) == []


@pytest.mark.parametrize("place", PLACES)
async def test_who_retries_it_has_it_tried_as_often_again_and_then_once(place: str) -> None:
    world, office = await opened()
    office.reaper = reaper = Reaper(world, place)
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    first = reaper.deaths
    await world.retry()
    await world.settle()
    assert (await row_of(world, run_id))["status"] == "failed"
    assert MOST_DEATHS <= reaper.deaths - first <= DEATHS
    reaper.most = 0
    await world.retry()
    await world.settle()
    assert (await row_of(world, run_id))["status"] == "complete"
    assert len(office.charged) == 1
    assert await unended(world) == []


UNDOING = ("before the refund", "asking for the refund")


@pytest.mark.parametrize("place", UNDOING)
async def test_an_undoing_that_kills_each_time_calls_a_person_and_can_be_tried_again(
    place: str,
) -> None:
    world, office = await opened(WRITE)
    office.refuses = True
    office.reaper = reaper = Reaper(world, place)
    run_id = await begun(world, is_deadly=True, key="one")
    other = await begun(world, is_deadly=False, key="two")
    await world.settle()
    row = await row_of(world, run_id)
    assert (row["failure_class"], row["requires_human_review"]) == ("rollback_failed", 1)
    assert MOST_DEATHS <= reaper.deaths <= DEATHS
    assert f"it stopped the process {MOST_DEATHS} times" in str(row["error_summary"])
    assert (await row_of(world, other))["status"] == "complete"
    assert await unended(world) == []
    reaper.most = 0
    await world.retry()
    await world.settle()
    row = await row_of(world, run_id)
    assert (row["state"], row["failure_class"]) == ("undone", None)
    assert len(office.refunded) == 1


@pytest.mark.parametrize("place", [*PLACES, "behind the charge"])
async def test_a_step_that_dies_some_times_is_tried_again(place: str) -> None:
    """As where it is deployed, or evicted, again and again."""
    world, office = await opened()
    office.reaper = Reaper(world, place, most=MOST_DEATHS - 1)
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    assert (await row_of(world, run_id))["status"] == "complete"
    assert len(office.charged) == 1
    assert await unended(world) == []


@pytest.mark.parametrize("place", ["before the charge", "asking for the charge"])
async def test_a_call_is_left_alone_however_fast_its_process_begins_again(place: str) -> None:
    """Its intent says that it has begun."""
    world, office = await opened()
    office.reaper = reaper = Reaper(world, place, restart=timedelta())
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    assert (await row_of(world, run_id))["state"] == "charge_failed"
    assert reaper.deaths == DEATHS


async def test_an_attempt_that_its_process_outlives_is_no_death() -> None:
    """It dies once, and then takes too long each time: that the engine counts."""
    tries = 2 * DEATHS
    slow = replace(LAST, retries=Retries(limit=tries - 1, delay_seconds=1, backoff="constant"))
    world, office = await opened(slow)
    office.reaper = reaper = Reaper(world, "write", most=1)
    original = office.write
    tried = 0

    async def stalling(context: StepContext, is_deadly: bool) -> int:
        nonlocal tried
        await original(context, is_deadly)
        tried += 1
        await world.faults.stall()
        return 1

    office.write = stalling
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    row = await row_of(world, run_id)
    assert (row["state"], row["error_class"]) == ("write_failed", "Timeout")
    assert (reaper.deaths, tried) == (1, tries)
    assert await unended(world) == []
    await world.faults.drop()


async def test_what_failed_in_between_is_no_death() -> None:
    """It dies as often as ever it may, fails once, and may die as often again."""
    world, office = await opened()
    office.reaper = reaper = Reaper(world, "write", most=MOST_DEATHS)
    original = office.write
    has_failed = False

    async def failing(context: StepContext, is_deadly: bool) -> int:
        nonlocal has_failed
        if reaper.deaths == MOST_DEATHS and not has_failed:
            has_failed = True
            reaper.most = 2 * MOST_DEATHS - 1
            raise ConnectionError("the other side is away")
        return await original(context, is_deadly)

    office.write = failing
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    assert has_failed
    assert reaper.deaths == 2 * MOST_DEATHS - 1
    assert (await row_of(world, run_id))["status"] == "complete"


async def test_a_step_that_comes_further_each_time_goes_on() -> None:
    """Each attempt is killed, and leaves a cursor behind the one before."""
    pages = 3 * DEATHS

    async def read(context: StepContext, kill: Callable[[], Awaitable[None]]) -> int:
        last = await context.last_beat()
        page = 1 if last is None else cast("int", last.cursor) + 1
        cast("ManualClock", context.platform.clock).advance(RESTART)
        await context.beat(cursor=page)
        if page < pages:
            await kill()
        return page

    async def body(run: WorkflowRun[DeadlyParams]) -> int:
        return await run.step(READ, lambda context: read(context, faults.kill))

    faults = Faults()
    contract = Contract("coming-further", 1, steps=(READ,))
    workflow = Workflow(contract, body, params=DeadlyParams, gives=int)
    world = await open_world(faults, Deployed(workflow))
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    assert (await row_of(world, run_id))["status"] == "complete"


async def test_an_item_that_kills_fails_and_the_others_are_done() -> None:
    world: World
    deadly = "3"

    async def handle(_context: StepContext, item: str) -> str:
        if item == deadly:
            world.host.pieces.clock.advance(RESTART)
            await world.faults.kill()
        return item

    async def body(run: WorkflowRun[DeadlyParams]) -> int:
        ends = await run.map(ITEM, handle, [str(each) for each in range(6)], key=str, at_most=2)
        return sum(not isinstance(each, Failed) for each in ends)

    contract = Contract("items", 1, steps=(ITEM,))
    workflow = Workflow(contract, body, params=DeadlyParams, gives=int)
    world = await open_world(Faults(), Deployed(workflow))
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    row = await row_of(world, run_id)
    assert (row["status"], row["items"], row["items_failed"]) == ("complete", 6, 1)
    assert await unended(world) == []


async def test_a_run_that_nothing_stops_notes_nothing() -> None:
    world, _ = await opened()
    run_id = await begun(world, is_deadly=True, key="one")
    await world.settle()
    assert (await row_of(world, run_id))["status"] == "complete"
    assert not any("unended_attempts" in each for each in world.faults.called)
