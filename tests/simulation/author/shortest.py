"""A payment: one call of another system, done once."""

from pydantic import BaseModel

from tillroll_durable import Contract, Effect, Params, Step, Workflow, WorkflowRun, http

CHARGES = "https://payments.example/charges"


class PaymentParams(Params):
    amount: int


class Charge(BaseModel):
    id: str


CHARGE = Step("charge", Effect.EXTERNAL)
PAYMENT_V1 = Contract("payment", 1, steps=(CHARGE,))


async def pay(run: WorkflowRun[PaymentParams]) -> str:
    request = {"amount": run.params.amount}
    call = http.post(CHARGES, request, gives=Charge, look_up=CHARGES + "/{key}")
    charge = await run.call(CHARGE, call)
    return charge.id


PAYMENT = Workflow(PAYMENT_V1, pay, params=PaymentParams)
