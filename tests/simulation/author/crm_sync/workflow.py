"""A shop's customers are brought into a CRM: pages are fetched, somebody approves, each customer is
pushed once.
"""

from datetime import timedelta
from functools import partial
from urllib.parse import quote

from pydantic import BaseModel

from tillroll_durable import (
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
    Schedule,
    Signal,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
    check_throttled,
)
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import load_object


class SyncParams(Params):
    """The addresses of both sides."""

    shop: str = "https://shop.example/customers"
    crm: str = "https://crm.example/contacts"


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


async def sync(run: WorkflowRun[SyncParams]) -> Synced:
    shop, crm = run.params.shop, run.params.crm
    pages = await run.pages(FETCH, fetch, shop, then=lambda page: page.next)
    customers = [customer for page in pages for customer in page.customers]
    approval = await run.wait(APPROVE, timedelta(days=7))
    if approval is None or not approval.approves:
        return Synced(pushed=0, failed=[])
    ends = await run.map(
        PUSH,
        partial(pushing, crm),
        customers,
        key=lambda each: each.id,
        rollback=partial(removing, crm),
    )
    failed = [end.key for end in ends if isinstance(end, Failed)]
    return Synced(pushed=len(ends) - len(failed), failed=failed)


async def fetch(context: StepContext, shop: str, cursor: str | None) -> Page:
    url = shop if cursor is None else f"{shop}?cursor={quote(cursor)}"
    answer = await context.platform.http.get(url, 20, max_bytes=256 * 1024)
    check_throttled(answer, context.platform.clock.now())
    if not answer.is_success:
        raise HttpFailed(f"the shop answered {answer.status}")
    return Page.model_validate_json(answer.body)


def pushing(crm: str, customer: Customer) -> ExternalCall[StepContext, str]:
    async def send(context: StepContext) -> Done[str]:
        headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
        answer = await context.platform.http.post(
            crm, headers, customer.model_dump_json(), timeout_seconds=20
        )
        if answer.status == 422:
            raise Refused(answer.body)
        check_throttled(answer, context.platform.clock.now())
        return _done(answer)

    return ExternalCall({"customer": customer.id}, send, partial(_look_up, crm), honours_key=True)


def removing(crm: str, customer: Customer) -> ExternalCall[RollbackContext]:
    async def send(context: RollbackContext) -> Done:
        headers = {"idempotency-key": context.idempotency_key}
        answer = await context.platform.http.post(
            f"{crm}/{quote(customer.id)}/removal", headers, "", timeout_seconds=20
        )
        return Done(_done(answer).external_id)

    async def look_up(context: RollbackContext) -> Done | NotDone:
        found = await _look_up(crm, context)
        return Done(found.external_id) if isinstance(found, Done) else found

    return ExternalCall({"removed": customer.id}, send, look_up, honours_key=True)


async def _look_up(crm: str, context: StepContext | RollbackContext) -> Done[str] | NotDone:
    answer = await context.platform.http.get(
        f"{crm}/{quote(context.idempotency_key)}", 20, max_bytes=4096
    )
    return NotDone() if answer.status == 404 else _done(answer)


def _done(answer: HttpAnswer) -> Done[str]:
    if not answer.is_success:
        raise HttpFailed(f"the CRM answered {answer.status}")
    contact = str(load_object(answer.body)["id"])
    return Done(contact, contact)


SYNC = Workflow(
    SYNC_V1,
    sync,
    params=SyncParams,
    gives=Synced,
    allowed=Allowed(),
    trigger=Trigger(),
    schedule=Schedule(cron="0 * * * *"),
)
