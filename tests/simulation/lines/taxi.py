"""A workflow of which two runs a street go on at once, and three begin in five minutes, the most
urgent first; and what the database itself notes of one too many, or of one that was passed by a
less urgent one.
"""

from datetime import timedelta
from typing import Literal, LiteralString

from tests.simulation.lines.courier import AT_ONCE, TOO_MANY
from tests.simulation.lines.line import Line
from tillroll_durable import (
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
)
from tillroll_durable.platform.bindings.database import digits, statement
from tillroll_testing.simulation.world import World

IN_PERIOD, PERIOD = 3, timedelta(minutes=5)
_SECONDS = digits(int(PERIOD.total_seconds()))
_SINCE = f"strftime('%Y-%m-%dT%H:%M:%fZ', NEW.admitted_at, '-{_SECONDS} seconds')"
_LATELY = f"""
  CREATE TRIGGER too_many_lately_by_{{event}} AFTER {{event}} ON runs
  WHEN NEW.admitted_at IS NOT {{before}} AND {digits(IN_PERIOD)} < (
    SELECT sum(admissions) FROM runs WHERE kind = NEW.kind AND rate_key = NEW.rate_key
        AND admitted_at > {_SINCE})
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'in a period'); END
"""
_PASSED = """
  CREATE TRIGGER passed AFTER UPDATE OF queue_number ON runs
  WHEN OLD.queue_number IS NOT NULL AND NEW.queue_number IS NULL AND NEW.cancel_kind IS NULL
      AND EXISTS (
    SELECT 1 FROM runs WHERE kind = NEW.kind AND concurrency_key = NEW.concurrency_key
        AND queue_number IS NOT NULL
      AND params ->> 'urgency' > NEW.params ->> 'urgency')
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'before a more urgent one'); END
"""
_EVENTS: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("INSERT", "NULL"),
    ("UPDATE", "OLD.admitted_at"),
)
TABLES = [
    statement("CREATE TABLE driven (run_id TEXT NOT NULL) STRICT"),
    *TOO_MANY,
    *(statement(_LATELY.format(event=event, before=before)) for event, before in _EVENTS),
    statement(_PASSED),
]


class TaxiParams(Params):
    """`legs` is how often it goes on as another run."""

    street: str = "high"
    urgency: int = 0
    way: Literal["quick", "fail", "child"] = "quick"
    legs: int = 0


DRIVE = Step(
    "drive",
    Effect.WRITE,
    retries=Retries(limit=1, delay_seconds=1, backoff="constant"),
    timeout_seconds=60,
)
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
    return Outcome(
        statements=[statement("INSERT INTO driven (run_id) VALUES (?)", [context.run.id])]
    )


TAXI = Workflow(
    TAXI_V1, taxi, params=TaxiParams, allowed=Allowed(decide="review", operate="operate")
)

LINE = Line(
    TAXI,
    ways=(
        TaxiParams(legs=2),
        TaxiParams(way="fail"),
        TaxiParams(urgency=-5),
        TaxiParams(),
        TaxiParams(urgency=7),
        TaxiParams(urgency=7, way="child"),
        TaxiParams(urgency=9),
        TaxiParams(street="side"),
    ),
    cancelled="run 3",
    fails="run 1",
    tables=TABLES,
    done="driven",
    ended="completed",
    period=PERIOD,
)
open_rank, play = LINE.open, LINE.play


async def ask(world: World, key: str, params: TaxiParams | None = None) -> BegunRun:
    return await LINE.ask(world, key, params or TaxiParams())
