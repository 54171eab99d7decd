"""An invoice, from its arrival to its payment: each thing that happens is a fact, which is appended
and never changed.
"""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    Outcome,
    Params,
    ReviewStates,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
    statement,
)
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json

PURCHASES = "https://erp.example/purchases"
PAYMENTS = "https://bank.example/payments"
MOST_WITHOUT_A_PERSON = 100_000


class InvoiceParams(Params):
    tenant: str
    invoice: str
    purchase: str
    cents: int


class Purchase(BaseModel):
    cents: int


class Payment(BaseModel):
    id: str


class Fact(BaseModel):
    number: int
    type: str
    invoice: str
    cents: int
    at: str


MATCH = Step("match", Effect.READ)
APPEND = Step("append", Effect.WRITE)
PAY = Step("pay", Effect.IRREVERSIBLE)
PAYABLE_V1 = Contract(
    "payable",
    1,
    steps=(MATCH, APPEND, PAY),
    states=(
        State.review("asked_a_person"),
        State.processing("allowed", "A person has allowed the payment."),
        State.processing("refused", "A person has refused the payment."),
        State.ended("declined", Status.REJECTED, "It is not paid: {reason}"),
    ),
    review=ReviewStates("asked_a_person", approved="allowed", rejected="refused"),
    attributes=("tenant", "invoice"),
)


async def settle(run: WorkflowRun[InvoiceParams]) -> Outcome[str]:
    invoice = run.params
    await run.step(APPEND, append, invoice, "received", key="received")
    matching = http.get(f"{PURCHASES}/{invoice.purchase}", gives=Purchase)
    purchase = await run.call(MATCH, matching)
    if purchase.cents != invoice.cents or invoice.cents > MOST_WITHOUT_A_PERSON:
        shown: Json = {"invoice": invoice.cents, "purchase": purchase.cents}
        decision = await run.review(1, "Is this invoice to be paid?", shown, 72)
        if not decision.is_approved:
            await run.step(APPEND, append, invoice, "declined", key="declined")
            return Outcome(state="declined", reason="a person has refused it")
    # "ordered" without "paid" says that money may have moved.
    await run.step(APPEND, append, invoice, "ordered", key="ordered")
    request = {"invoice": invoice.invoice, "cents": invoice.cents}
    paying = http.post(PAYMENTS, request, gives=Payment, look_up=PAYMENTS + "/{key}")
    payment = await run.call(PAY, paying)
    await run.step(APPEND, append, invoice, "paid", key="paid")
    return Outcome(output=payment.id)


async def append(context: StepContext, invoice: InvoiceParams, what: str) -> Outcome:
    """The fact's key is that of its step, so it is appended once."""
    insert = "INSERT INTO facts (fact_key, tenant, type, invoice, cents, at) VALUES (?,?,?,?,?,?)"
    at = to_text(context.platform.clock.now())
    values = (invoice.tenant, what, invoice.invoice, invoice.cents, at)
    return Outcome(statements=[statement(insert, [context.idempotency_key, *values])])


async def find_facts(
    database: Database, tenant: str, *, what: str = "", since: str = "", until: str = "9999"
) -> list[Fact]:
    """A tenant's facts in the order of their coming: of one type, and of a time, where asked."""
    query = """
      SELECT number, type, invoice, cents, at FROM facts
      WHERE tenant = ?1 AND (?2 = '' OR type = ?2) AND at >= ?3 AND at < ?4
      ORDER BY number LIMIT 1000
    """
    rows = await database.all(statement(query, [tenant, what, since, until]))
    return [Fact.model_validate(row) for row in rows]


PAYABLE = Workflow(PAYABLE_V1, settle, params=InvoiceParams, gives=str)
