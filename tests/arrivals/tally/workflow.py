"""A run that writes its number down, once."""

from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    OnFailure,
    Outcome,
    Params,
    State,
    Status,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import JsonObject

# No unique key: a number that is counted twice is seen as two rows.
TABLE = "CREATE TABLE IF NOT EXISTS tallied (number INTEGER NOT NULL, run_id TEXT NOT NULL) STRICT"
_SOON = Retries(limit=4, delay_seconds=1, backoff="constant")


class TallyParams(Params):
    number: int


def _ended(name: str, status: Status) -> State:
    return State.ended(name, status, f"{name}: {{reason}}")


COUNT = Step("count", Effect.WRITE, ("counted",), OnFailure("uncounted"), _SOON, 30)
TALLY_V1 = Contract(
    kind="tally",
    version=1,
    initial="asked",
    states=(
        State.processing("asked", "It is counted."),
        _ended("counted", Status.COMPLETE),
        _ended("cancelled", Status.CANCELLED),
        _ended("abandoned", Status.CANCELLED),
        State.dead_letter("uncounted", "It could not be counted."),
    ),
    steps=(COUNT,),
)


async def tally(run: WorkflowRun[TallyParams]) -> JsonObject:
    await run.step(COUNT, count, run.params.number)
    return {"state": run.state}


async def count(context: StepContext, number: int) -> Outcome:
    sql = "INSERT INTO tallied (number, run_id) VALUES (CAST(? AS INTEGER), ?)"
    return Outcome(statements=[statement(sql, [number, context.run.id])])


TALLY = Workflow(
    TALLY_V1,
    tally,
    params=TallyParams,
    trigger=Trigger(),
    allowed=Allowed(trigger="trigger", decide="review"),
)
