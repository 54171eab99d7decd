"""A workflow of every wait: a sleep of thirty days, a signal, a child that is joined, and a chain
of continuations; and of events that are told on the way.
"""

from datetime import timedelta
from typing import Literal

from tillroll_durable import Outcome, Params, Signal, StepContext, Timer, Topic
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable.contract import Contract
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.states import NextSafeAction, State, Status
from tillroll_durable.step import Effect, OnFailure, Step
from tillroll_durable.workflow import Allowed, Workflow

THIRTY_DAYS = timedelta(days=30)
A_WEEK = timedelta(days=7)
TOLD = (25, 50)
# No unique key: a step that takes effect twice is seen as two rows.
TABLES = [statement("CREATE TABLE entries (run_id TEXT NOT NULL, what TEXT NOT NULL) STRICT")]


class JourneyParams(Params):
    """`left` is how often a chain goes on as another run."""

    way: Literal["whole", "leg", "chain", "told"] = "whole"
    left: int = 0


class Confirmation(Params):
    by: str


class Progress(Params):
    percent: int


def _state(name: str, status: Status = Status.PROCESSING, *, is_terminal: bool = False) -> State:
    action = NextSafeAction.NONE if is_terminal else NextSafeAction.WAIT
    return State(name, status, f"{name}: {{reason}}", action, is_terminal=is_terminal)


def _step(name: str, begins_in: tuple[str, ...], leads_to: str) -> Step:
    retries = Retries(limit=2, delay_seconds=1, backoff="constant")
    return Step(
        name, Effect.WRITE, (leads_to,), OnFailure("failed"), retries, 60, begins_in=begins_in
    )


OPEN = _step("open", ("begun",), "opened")
EXPIRE = _step("expire", ("late",), "expired")
CLOSE = _step("close", ("opened", "confirmed"), "closed")
REST = Timer("rest", waiting="resting", over="rested")
PROGRESS = Topic("journey.progress", Progress)
CONFIRM = Signal(
    "confirm", Confirmation, waiting="awaiting", received="confirmed", timed_out="late"
)

JOURNEY_V1 = Contract(
    kind="journey",
    version=1,
    initial="begun",
    states=(
        *map(_state, ("begun", "opened", "resting", "rested", "awaiting", "confirmed", "late")),
        *(
            _state(name, Status.COMPLETE, is_terminal=True)
            for name in ("closed", "expired", "continued")
        ),
        *(_state(name, Status.CANCELLED, is_terminal=True) for name in ("cancelled", "abandoned")),
        State("failed", Status.FAILED, "failed", NextSafeAction.RETRY_FROM_STEP),
    ),
    steps=(OPEN, EXPIRE, CLOSE),
    timers=(REST,),
    signals=(CONFIRM,),
    topics=(PROGRESS,),
    continued="continued",
)


async def journey(run: WorkflowRun[JourneyParams]) -> JsonObject:
    await run.step(OPEN, write)
    if run.params.way == "chain" and run.params.left:
        await run.continue_as(JourneyParams(way="chain", left=run.params.left - 1))
    if run.params.way == "whole":
        await run.sleep(REST, THIRTY_DAYS.total_seconds())
        confirmation = await run.wait(CONFIRM, A_WEEK)
        if confirmation is None:
            await run.step(EXPIRE, write)
            return {"state": run.state}
        leg = await run.child(JOURNEY, JourneyParams(way="leg"), "leg")
        chain = await run.child(JOURNEY, JourneyParams(way="chain", left=2), "chain")
        ends = [(await run.join(child)).state for child in (leg, chain)]
        await run.step(CLOSE, write, f"{confirmation.by}: {', '.join(ends)}")
        return {"state": run.state}
    if run.params.way == "told":
        for percent in TOLD:
            await run.tell(PROGRESS, Progress(percent=percent))
        await run.tell(PROGRESS, {"percent": 100}, key="whole")
    await run.step(CLOSE, write)
    return {"state": run.state}


async def write(context: StepContext, said: str = "") -> Outcome:
    """An entry for the step."""
    what = statement(
        "INSERT INTO entries (run_id, what) VALUES (?, ?)", [context.run.id, context.step]
    )
    return Outcome(output=said or context.step, statements=[what])


JOURNEY = Workflow(
    JOURNEY_V1,
    journey,
    params=JourneyParams,
    allowed=Allowed(decide="review"),
)
