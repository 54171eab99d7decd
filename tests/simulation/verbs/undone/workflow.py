"""An outing that begins two stays, which are undone with it, and a ride, which stands; an agency
books all.
"""

from datetime import timedelta
from functools import partial

from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpFailed,
    NotDone,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
)


class Asked(Params):
    """`agency` is its address."""

    agency: str
    what: str = "a train"


class Word(Params):
    says: str


BOOK = Step("book", Effect.EXTERNAL, rollback_config=RollbackConfig())
TAKE = Step("take", Effect.EXTERNAL)
GO = Signal("go", Word)
STAY_V1 = Contract("stay", 1, steps=(BOOK,), undone="undone")
RIDE_V1 = Contract("ride", 1, steps=(TAKE,))
OUTING_V1 = Contract("outing", 1, steps=(BOOK,), signals=(GO,))


async def stay(run: WorkflowRun[Asked]) -> None:
    await run.call(BOOK, booking(run.params), rollback=calling_off(run.params))


async def ride(run: WorkflowRun[Asked]) -> None:
    await run.call(TAKE, booking(run.params))


async def outing(run: WorkflowRun[Asked]) -> None:
    await stay(run)
    for kind, what in ((STAY, "a hotel"), (RIDE, "a taxi"), (STAY, "a boat")):
        await run.join(await run.child(kind, Asked(agency=run.params.agency, what=what), what))
    await run.wait(GO, timedelta(days=7))


def booking(asked: Asked) -> ExternalCall[StepContext]:
    return ExternalCall(
        {"book": asked.what},
        partial(_ask_for, asked, "+"),
        partial(_look_up, asked),
        honours_key=True,
    )


def calling_off(asked: Asked) -> ExternalCall[RollbackContext]:
    return ExternalCall(
        {"call off": asked.what},
        partial(_ask_for, asked, "-"),
        partial(_look_up, asked),
        honours_key=True,
    )


async def _ask_for(asked: Asked, sign: str, context: StepContext | RollbackContext) -> Done:
    headers = {"idempotency-key": context.idempotency_key}
    answer = await context.platform.http.post(
        asked.agency, headers, sign + asked.what, timeout_seconds=90
    )
    if answer.status == 422:
        raise Refused(answer.body)
    if not answer.is_success:
        raise HttpFailed(f"the agency answered {answer.status}")
    return Done(asked.what)


async def _look_up(asked: Asked, context: StepContext | RollbackContext) -> Done | NotDone:
    answer = await context.platform.http.get(
        f"{asked.agency}/{context.idempotency_key}", 20, max_bytes=4096
    )
    return NotDone() if answer.status == 404 else Done(asked.what)


STAY = Workflow(STAY_V1, stay, params=Asked, allowed=Allowed())
RIDE = Workflow(RIDE_V1, ride, params=Asked, allowed=Allowed())
OUTING = Workflow(OUTING_V1, outing, params=Asked, allowed=Allowed(), trigger=Trigger())
