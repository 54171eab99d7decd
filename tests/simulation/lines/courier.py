"""A workflow of which two runs a street go on at once: each does its one step, after a rest where
it takes one.
"""

from typing import Literal

from tillroll_durable import Concurrency, Outcome, Params, StepContext, Timer
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import digits, statement
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.states import NextSafeAction, State, Status
from tillroll_durable.step import Effect, OnFailure, Step
from tillroll_durable.workflow import Allowed, Workflow

AT_ONCE = 2
# Whatever is written, by whomever: the database itself notes a third one.
_AT_ONCE = f"""
  CREATE TRIGGER too_many_by_{{event}} AFTER {{event}} ON runs WHEN {digits(AT_ONCE)} < (
    SELECT count(*) FROM runs WHERE kind = NEW.kind AND concurrency_key = NEW.concurrency_key
      AND queue_number IS NULL AND slot_given_up_at IS NULL
      AND status IN ('processing', 'needs_review'))
  BEGIN INSERT INTO too_many VALUES (NEW.id, 'at once'); END
"""
TOO_MANY = [
    statement("CREATE TABLE too_many (run_id TEXT NOT NULL, how TEXT NOT NULL) STRICT"),
    *(statement(_AT_ONCE.format(event=event)) for event in ("INSERT", "UPDATE")),
]
TABLES = [statement("CREATE TABLE delivered (run_id TEXT NOT NULL) STRICT"), *TOO_MANY]


class CourierParams(Params):
    """`legs` is how often it goes on as another run."""

    street: str
    way: Literal["quick", "rest", "fail", "child"] = "quick"
    legs: int = 0


def _state(name: str, status: Status = Status.PROCESSING, *, is_terminal: bool = False) -> State:
    action = NextSafeAction.NONE if is_terminal else NextSafeAction.WAIT
    return State(name, status, name, action, is_terminal=is_terminal)


DELIVER = Step(
    "deliver",
    Effect.WRITE,
    ("delivered",),
    OnFailure("failed"),
    Retries(limit=1, delay_seconds=1, backoff="constant"),
    60,
    begins_in=("begun", "rested"),
)
REST = Timer("rest", waiting="resting", over="rested")

COURIER_V1 = Contract(
    kind="courier",
    version=1,
    initial="begun",
    states=(
        *map(_state, ("begun", "resting", "rested")),
        *(_state(name, Status.COMPLETE, is_terminal=True) for name in ("delivered", "continued")),
        *(_state(name, Status.CANCELLED, is_terminal=True) for name in ("cancelled", "abandoned")),
        State("failed", Status.FAILED, "failed", NextSafeAction.RETRY_FROM_STEP),
    ),
    steps=(DELIVER,),
    timers=(REST,),
    continued="continued",
    concurrency=Concurrency(AT_ONCE, key="street"),
)


async def courier(run: WorkflowRun[CourierParams]) -> JsonObject:
    if run.params.legs:
        await run.continue_as(CourierParams(street=run.params.street, legs=run.params.legs - 1))
    if run.params.way == "rest":
        await run.sleep(REST, 3600)
    if run.params.way == "child":
        await run.join(await run.child(COURIER, CourierParams(street=run.params.street), "child"))
    await run.step(DELIVER, deliver, run.params.way)
    return {"state": run.state}


async def deliver(context: StepContext, way: str) -> Outcome:
    if way == "fail":
        raise NonRetryable("nobody is at home")
    return Outcome(
        statements=[statement("INSERT INTO delivered (run_id) VALUES (?)", [context.run.id])]
    )


COURIER = Workflow(COURIER_V1, courier, params=CourierParams, allowed=Allowed(decide="review"))
