"""An order that is charged elsewhere, waits to be approved, and is refunded where it is not."""

from datetime import timedelta
from urllib.parse import quote

from tillroll.durable import (
    AccessDenied,
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    OnFailure,
    Outcome,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    Signal,
    State,
    Status,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
)
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll.platform.json import JsonObject, dump, load_object


class OrderParams(Params):
    amount: int


class Approval(Params):
    by: str
    approves: bool


CHARGE = Step("charge", Effect.EXTERNAL, ("charged",), OnFailure("refused"), rollback_config=RollbackConfig())
CHECK = Step(
    "check", Effect.READ, ("completed",), OnFailure("undone", then=Then.COMPENSATE), begins_in=("answered", "late")
)
APPROVE = Signal("approve", Approval, waiting="awaiting", received="answered", timed_out="late")
ORDER_V1 = Contract(
    kind="order",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "It is being charged."),
        State.processing("charged", "Charged."),
        State.processing("awaiting", "Charged; it waits to be approved.", deadline_seconds=8 * 86400),
        State.processing("answered", "Somebody has answered."),
        State.processing("late", "Nobody has answered."),
        State.processing("undoing", "It was not approved; the charge is being refunded."),
        State.undone("undone", "It was not approved, and the charge was refunded."),
        State.ended("completed", Status.COMPLETE, "Charged and approved."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("refused", "The card could not be charged."),
    ),
    steps=(CHARGE, CHECK),
    signals=(APPROVE,),
    compensating="undoing",
)

CHARGES, REFUNDS = "https://payments.example/charges", "https://payments.example/refunds"


def charging(run: WorkflowRun[OrderParams]) -> ExternalCall:
    request: JsonObject = {"amount": run.params.amount}

    async def send(context: StepContext) -> Done:
        return await ask_for(context, CHARGES, request)

    return ExternalCall(request=request, send=send, reconcile=lambda context: look_up(context, CHARGES))


def refunding() -> ExternalCall[RollbackContext]:
    async def send(context: RollbackContext) -> Done:
        return await ask_for(context, REFUNDS, {"charge": context.step_key})

    return ExternalCall(request={"undo": CHARGE.name}, send=send, reconcile=lambda context: look_up(context, REFUNDS))


async def ask_for(context: StepContext | RollbackContext, url: str, request: JsonObject) -> Done:
    headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
    answer = await context.platform.http.post(url, headers, dump(request), timeout_seconds=20)
    if answer.status in {401, 403}:
        raise AccessDenied(f"the provider answered {answer.status}")  # not let in: a person mends the key, and retries
    if answer.status == 422:
        raise Refused(answer.body)  # it said no, so nothing happened, and nothing is sent again
    return done(answer)


async def look_up(context: StepContext | RollbackContext, url: str) -> Done | NotDone:
    answer = await context.platform.http.get(f"{url}/{quote(context.idempotency_key)}", 20, max_bytes=4096)
    return NotDone() if answer.status == 404 else done(answer)


def done(answer: HttpAnswer) -> Done:
    if not answer.is_success:
        raise HttpFailed(f"the provider answered {answer.status}")  # nobody knows: it is looked up before it is sent
    return Done(external_id=str(load_object(answer.body)["id"]))


async def order_v1(run: WorkflowRun[OrderParams]) -> JsonObject:
    await run.call(CHARGE, charging(run), rollback=refunding())
    approval = await run.wait(APPROVE, timedelta(days=7))
    await run.step(CHECK, check, approval is not None and approval.approves)
    return {"state": run.state}


async def check(context: StepContext, is_approved: bool) -> Outcome:
    if not is_approved:
        raise NonRetryable("it was not approved")
    return Outcome(output={"approved": context.run.id})


ORDER = Workflow(
    ORDER_V1,
    order_v1,
    params=OrderParams,
    allowed=Allowed(decide="review", operate="operate", signals={APPROVE.name: "operate"}),
)
