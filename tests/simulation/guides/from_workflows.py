"""A charge elsewhere, and its record here."""

from tests.simulation.guides.other_side import OtherSide
from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Outcome,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)


class ChargeParams(Params):
    amount: int


CHARGE = Step("charge", Effect.EXTERNAL, gives=str)
RECORD = Step("record", Effect.WRITE)
CHARGING_V1 = Contract("card-charge", 1, steps=(CHARGE, RECORD))


def charging(bank: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[ChargeParams]) -> None:
        charge = await run.call(
            CHARGE,
            ExternalCall({"amount": run.params.amount}, bank.send, bank.look_up, honours_key=True),
        )
        await run.step(RECORD, record, charge, run.params.amount)

    return Workflow(CHARGING_V1, body, params=ChargeParams)


async def record(context: StepContext, charge: str, amount: int) -> Outcome:
    insert = "INSERT INTO charges (run_id, charge, amount) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, charge, amount])])
