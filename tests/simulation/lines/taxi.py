"""A workflow of which two runs a street go on at once, and three begin in five minutes, the most urgent first; and what
the database itself notes of one too many, or of one that was passed by a less urgent one.
"""

from datetime import timedelta
from functools import partial
from typing import Literal

from tests.simulation import invariants
from tests.simulation.faults import Faults
from tests.simulation.lines.courier import AT_ONCE
from tests.simulation.playing import Disturbance
from tests.simulation.world import Deployed, World, open_world
from tests.support.host_platform import ACCOUNT
from tillroll.durable import (
    Actor,
    Allowed,
    BegunRun,
    Concurrency,
    Contract,
    Effect,
    NonRetryable,
    Outcome,
    Params,
    Rate,
    Retries,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll.durable.operations import operations
from tillroll.durable.record.runs import Run, find_run
from tillroll.platform.bindings.database import statement, text

ANN = Actor(ACCOUNT, "user:usr_first")
IN_PERIOD, PERIOD = 3, timedelta(minutes=5)
_SINCE = f"strftime('%Y-%m-%dT%H:%M:%fZ', NEW.admitted_at, '-{PERIOD.total_seconds():g} seconds')"
_LATELY = f"""
  CREATE TRIGGER too_many_lately_by_{{event}} AFTER {{event}} ON runs
  WHEN NEW.admitted_at IS NOT {{before}} AND {IN_PERIOD} < (
    SELECT sum(admissions) FROM runs WHERE kind = NEW.kind AND rate_key = NEW.rate_key AND admitted_at > {_SINCE})
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'in a period'); END
"""  # noqa: S608 - constants
_AT_ONCE = f"""
  CREATE TRIGGER too_many_by_{{event}} AFTER {{event}} ON runs WHEN {AT_ONCE} < (
    SELECT count(*) FROM runs WHERE kind = NEW.kind AND concurrency_key = NEW.concurrency_key
      AND queue_number IS NULL AND status IN ('processing', 'needs_review'))
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'at once'); END
"""  # noqa: S608 - a constant
_PASSED = """
  CREATE TRIGGER passed AFTER UPDATE OF queue_number ON runs
  WHEN OLD.queue_number IS NOT NULL AND NEW.queue_number IS NULL AND NEW.cancel_kind IS NULL AND EXISTS (
    SELECT 1 FROM runs WHERE kind = NEW.kind AND concurrency_key = NEW.concurrency_key AND queue_number IS NOT NULL
      AND params ->> 'urgency' > NEW.params ->> 'urgency')
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'before a more urgent one'); END
"""
TABLES = [
    statement("CREATE TABLE driven (run_id TEXT NOT NULL) STRICT"),
    statement("CREATE TABLE too_many (run_id TEXT NOT NULL, how TEXT NOT NULL) STRICT"),
    *(
        statement(each.format(event=event, before=before))
        for each in (_LATELY, _AT_ONCE)
        for event, before in (("INSERT", "NULL"), ("UPDATE", "OLD.admitted_at"))
    ),
    statement(_PASSED),
]


class TaxiParams(Params):
    """`legs` is how often it goes on as another run."""

    street: str = "high"
    urgency: int = 0
    way: Literal["quick", "fail", "child"] = "quick"
    legs: int = 0


DRIVE = Step("drive", Effect.WRITE, retries=Retries(limit=1, delay_seconds=1, backoff="constant"), timeout_seconds=60)
TAXI_V1 = Contract(
    "taxi",
    1,
    steps=(DRIVE,),
    continued="continued",
    concurrency=Concurrency(AT_ONCE, key="street"),
    rate=Rate(IN_PERIOD, per=PERIOD, key="street"),
    priority="urgency",
)


async def taxi(run: WorkflowRun[TaxiParams]) -> None:
    if run.params.legs:
        await run.continue_as(run.params.model_copy(update={"legs": run.params.legs - 1}))
    if run.params.way == "child":
        await run.join(await run.child(TAXI, TaxiParams(street=run.params.street), "child"))
    await run.step(DRIVE, drive, run.params.way)


async def drive(context: StepContext, way: str) -> Outcome:
    if way == "fail":
        raise NonRetryable("the road is closed")
    return Outcome(statements=[statement("INSERT INTO driven (run_id) VALUES (?)", context.run.id)])


TAXI = Workflow(TAXI_V1, taxi, params=TaxiParams, allowed=Allowed(decide="review", operate="operate"))

_WAYS = (
    TaxiParams(legs=2),
    TaxiParams(way="fail"),
    TaxiParams(urgency=-5),
    TaxiParams(),
    TaxiParams(urgency=7),
    TaxiParams(urgency=7, way="child"),
    TaxiParams(urgency=9),
    TaxiParams(street="side"),
)
FAILS, CANCELLED = "run 1", "run 3"


async def open_rank(faults: Faults | None = None) -> World:
    return await open_world(faults or Faults(), Deployed(TAXI), tables=TABLES)


async def ask(world: World, key: str, params: TaxiParams | None = None) -> BegunRun:
    return await begin(world.host.platform, TAXI, params or TaxiParams(), ANN, key=key)


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
    world = await open_rank()
    if disturbance is not None:
        world.faults.plan[at] = partial(disturbance.act, world)
    for number, params in enumerate(_WAYS):
        await world.surviving(partial(ask, world, f"run {number}", params))
    await world.surviving(partial(_cancel, world))
    await _come_to_rest(world)
    await world.surviving(partial(_retry, world))
    await _come_to_rest(world)
    await _check(world)
    return world


async def _come_to_rest(world: World) -> None:
    for _ in range(2):
        await world.settle()
        world.host.pieces.clock.advance(PERIOD)
    await world.settle()


async def _cancel(world: World) -> None:
    run = await run_of(world, CANCELLED)
    if run.status == "processing":
        await operations.cancel(world.host.platform, run, world.request, TAXI_V1)


async def _retry(world: World) -> None:
    run = await run_of(world, FAILS)
    if run.status == "failed":
        await operations.retry(world.host.platform, TAXI_V1, run, world.request)


async def _check(world: World) -> None:
    await world.faults.release()
    await world.settle()
    await invariants.check(world)
    assert not await world.rows("SELECT * FROM too_many"), "somebody went on who had to wait"
    left = await world.rows("SELECT begin_key, state FROM runs WHERE status IN ('processing', 'needs_review')")
    assert not left, f"they starve: {left}"
    assert not await world.rows("SELECT id FROM runs WHERE queue_number IS NOT NULL"), "who has ended stands in line"
    driven = await world.rows("SELECT run_id FROM driven")
    completed = await world.rows("SELECT id AS run_id FROM runs WHERE state = 'completed'")
    assert sorted(map(str, driven)) == sorted(map(str, completed))
