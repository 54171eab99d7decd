"""A shop's customers are brought into a CRM: pages are fetched, somebody approves, each customer is pushed once."""

from datetime import timedelta
from urllib.parse import quote

from pydantic import BaseModel

from tillroll.durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NotDone,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    check_throttled,
)
from tillroll.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll.platform.json import load_object

SHOP, CRM = "https://shop.example/customers", "https://crm.example/contacts"


class Customer(BaseModel):
    id: str
    name: str


class Page(BaseModel):
    customers: list[Customer]
    next: str | None = None


class Approval(Params):
    approves: bool


class Synced(BaseModel):
    pushed: int
    failed: list[str]


FETCH = Step("fetch", Effect.READ, gives=Page)
PUSH = Step("push", Effect.EXTERNAL, rollback_config=RollbackConfig(), gives=str)
APPROVE = Signal("approve", Approval)
SYNC_V1 = Contract("crm-sync", 1, steps=(FETCH, PUSH), signals=(APPROVE,))


async def sync(run: WorkflowRun) -> Synced:
    customers: list[Customer] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await run.step(FETCH, fetch, cursor, key=cursor or "first")
        customers += page.customers
        cursor = page.next
    approval = await run.wait(APPROVE, timedelta(days=7))
    if approval is None or not approval.approves:
        return Synced(pushed=0, failed=[])
    ends = await run.map(PUSH, pushing, customers, key=lambda each: each.id, rollback=removing)
    failed = [end.key for end in ends if isinstance(end, Failed)]
    return Synced(pushed=len(ends) - len(failed), failed=failed)


async def fetch(context: StepContext, cursor: str) -> Page:
    answer = await context.platform.http.get(f"{SHOP}?cursor={quote(cursor)}", 20, max_bytes=256 * 1024)
    check_throttled(answer, context.platform.clock.now())
    if not answer.is_success:
        raise HttpFailed(f"the shop answered {answer.status}")
    return Page.model_validate_json(answer.body)


def pushing(customer: Customer) -> ExternalCall[StepContext, str]:
    async def send(context: StepContext) -> Done[str]:
        headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
        answer = await context.platform.http.post(CRM, headers, customer.model_dump_json(), timeout_seconds=20)
        if answer.status == 422:
            raise Refused(answer.body)
        check_throttled(answer, context.platform.clock.now())
        return _done(answer)

    return ExternalCall({"customer": customer.id}, send, _look_up)


def removing(customer: Customer) -> ExternalCall[RollbackContext]:
    async def send(context: RollbackContext) -> Done:
        headers = {"idempotency-key": context.idempotency_key}
        answer = await context.platform.http.post(
            f"{CRM}/{quote(customer.id)}/removal", headers, "", timeout_seconds=20
        )
        return Done(_done(answer).external_id)

    async def look_up(context: RollbackContext) -> Done | NotDone:
        found = await _look_up(context)
        return Done(found.external_id) if isinstance(found, Done) else found

    return ExternalCall({"removed": customer.id}, send, look_up)


async def _look_up(context: StepContext | RollbackContext) -> Done[str] | NotDone:
    answer = await context.platform.http.get(f"{CRM}/{quote(context.idempotency_key)}", 20, max_bytes=4096)
    return NotDone() if answer.status == 404 else _done(answer)


def _done(answer: HttpAnswer) -> Done[str]:
    if not answer.is_success:
        raise HttpFailed(f"the CRM answered {answer.status}")
    contact = str(load_object(answer.body)["id"])
    return Done(contact, contact)


SYNC = Workflow(
    SYNC_V1,
    sync,
    gives=Synced,
    allowed=Allowed(decide="review", operate="operate", signals={APPROVE.name: "operate"}),
)
