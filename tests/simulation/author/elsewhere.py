"""An order that is charged elsewhere, waits to be approved, and is refunded where it is not."""

from datetime import timedelta
from urllib.parse import quote

from tillroll_durable import (
    AccessDenied,
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpAnswer,
    HttpFailed,
    NonRetryable,
    NotDone,
    OnFailure,
    Outcome,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.json import JsonObject, dump, load_object


class OrderParams(Params):
    amount: int


class Approval(Params):
    by: str
    approves: bool


CHARGE = Step("charge", Effect.EXTERNAL, rollback_config=RollbackConfig(), gives=str)
CHECK = Step(
    "check",
    Effect.READ,
    on_failure=OnFailure("undone", then=Then.COMPENSATE, says="It was not approved."),
)
APPROVE = Signal("approve", Approval)
ORDER_V1 = Contract("order", 1, steps=(CHARGE, CHECK), signals=(APPROVE,))

CHARGES, REFUNDS = "https://payments.example/charges", "https://payments.example/refunds"


def charging(amount: int) -> ExternalCall[StepContext, str]:
    request: JsonObject = {"amount": amount}

    async def send(context: StepContext) -> Done[str]:
        return await ask_for(context, CHARGES, request)

    return ExternalCall(
        request=request,
        send=send,
        reconcile=lambda context: look_up(context, CHARGES),
        honours_key=True,
    )


def refunding() -> ExternalCall[RollbackContext, str]:
    async def send(context: RollbackContext) -> Done[str]:
        return await ask_for(context, REFUNDS, {"charge": context.step_key})

    return ExternalCall(
        request={"undo": CHARGE.name},
        send=send,
        reconcile=lambda context: look_up(context, REFUNDS),
        honours_key=True,
    )


async def ask_for(
    context: StepContext | RollbackContext, url: str, request: JsonObject
) -> Done[str]:
    headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
    answer = await context.platform.http.post(url, headers, dump(request), timeout_seconds=20)
    if answer.status in {401, 403}:
        # not let in: a person mends the key, and retries
        raise AccessDenied(f"the provider answered {answer.status}")
    if answer.status == 422:
        raise Refused(answer.body)  # it said no, so nothing happened, and nothing is sent again
    return done(answer)


async def look_up(context: StepContext | RollbackContext, url: str) -> Done[str] | NotDone:
    answer = await context.platform.http.get(
        f"{url}/{quote(context.idempotency_key)}", 20, max_bytes=4096
    )
    return NotDone() if answer.status == 404 else done(answer)


def done(answer: HttpAnswer) -> Done[str]:
    if not answer.is_success:
        # nobody knows: it is looked up before it is sent
        raise HttpFailed(f"the provider answered {answer.status}")
    charge = str(load_object(answer.body)["id"])
    return Done(external_id=charge, output=charge)


async def order(run: WorkflowRun[OrderParams]) -> str:
    charge = await run.call(CHARGE, charging(run.params.amount), rollback=refunding())
    approval = await run.wait(APPROVE, timedelta(days=7))
    await run.step(CHECK, check, approval is not None and approval.approves)
    return charge


async def check(_context: StepContext, is_approved: bool) -> Outcome:
    if not is_approved:
        raise NonRetryable("it was not approved")
    return Outcome()


ORDER = Workflow(
    ORDER_V1,
    order,
    params=OrderParams,
    gives=str,
    allowed=Allowed(decide="review"),
)
