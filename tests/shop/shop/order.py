"""An order is charged, approved where it is large, picked, and recorded; then it is shipped."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpFailed,
    NotDone,
    Outcome,
    Params,
    ReviewStates,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.platform.settings import Variable, read_address

LARGE = 1_000
_NOT_FOUND = 404


@dataclass(frozen=True)
class BankSettings:
    """`url` is where the bank answers."""

    url: str = ""

    @classmethod
    def read(cls, variable: Variable) -> Self:
        """Raises InvalidSetting: it is no address."""
        return cls(read_address("BANK_URL", variable))


class OrderParams(Params):
    """What is ordered."""

    customer: str
    amount: int


class Picked(BaseModel):
    """Who picked the goods."""

    by: str


CHARGE = Step("charge", Effect.EXTERNAL, gives=str)
RECORD = Step("record", Effect.WRITE)
PICKED = Signal("picked", Picked)
ORDER_V1 = Contract("order", 1, steps=(CHARGE, RECORD), signals=(PICKED,), review=ReviewStates())


async def order(run: WorkflowRun[OrderParams]) -> str:
    """Take an order to its end."""
    if run.params.amount >= LARGE:
        decision = await run.review(1, "large", {"amount": run.params.amount}, deadline_hours=1)
        if not decision.is_approved:
            return "declined"
    charge = await run.call(CHARGE, charging(run.params))
    picked = await run.wait(PICKED, timedelta(days=1))
    await run.step(RECORD, record, charge, picked.by if picked else "nobody")
    return charge


def charging(params: OrderParams) -> ExternalCall[StepContext, str]:
    """The call that takes the money, once."""

    async def send(context: StepContext) -> Done[str]:
        url = context.platform.settings.of(BankSettings).url
        headers = {"content-type": "application/json", "idempotency-key": context.idempotency_key}
        body = dump({"customer": params.customer, "amount": params.amount})
        answer = await context.platform.http.post(f"{url}/charges", headers, body, 20)
        if not answer.is_success:
            raise HttpFailed(f"the bank answered {answer.status}")
        charge = str(load_object(answer.body)["id"])
        return Done(charge, charge)

    async def reconcile(context: StepContext) -> Done[str] | NotDone:
        url = context.platform.settings.of(BankSettings).url
        path = f"{url}/charges/{context.idempotency_key}"
        answer = await context.platform.http.get(path, 20, 1024)
        if answer.status == _NOT_FOUND:
            return NotDone()
        charge = str(load_object(answer.body)["id"])
        return Done(charge, charge)

    # The deployment has no object store, and an id needs none.
    return ExternalCall(
        {"amount": params.amount}, send, reconcile, honours_key=True, largest_bytes=1_000
    )


async def record(context: StepContext, charge: str, picker: str) -> Outcome:
    """Write the order down, in the batch that ends the step."""
    insert = "INSERT INTO orders (run_id, charge, picker) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, charge, picker])])


ORDER = Workflow(ORDER_V1, order, params=OrderParams, gives=str)
