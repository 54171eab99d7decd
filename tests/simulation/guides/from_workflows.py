"""A charge elsewhere, and its record here."""

from tests.simulation.guides.other_side import OtherSide
from tillroll.durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Outcome,
    Params,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll.platform.json import JsonObject


class ChargeParams(Params):
    amount: int


CHARGE = Step("charge", Effect.EXTERNAL, ("charged",), OnFailure("failed"))
RECORD = Step("record", Effect.WRITE, ("completed",), OnFailure("failed"))
CHARGING_V1 = Contract(
    kind="card-charge",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "The card is being charged."),
        State.processing("charged", "Charged; it is being recorded."),
        State.ended("completed", Status.COMPLETE, "Charged and recorded."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("failed", "It was not charged, or not recorded."),
    ),
    steps=(CHARGE, RECORD),
)


def charging(bank: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[ChargeParams]) -> JsonObject:
        await run.call(CHARGE, ExternalCall({"amount": run.params.amount}, bank.send, bank.look_up))
        await run.step(RECORD, record, run.params.amount)
        return {"state": run.state}

    return Workflow(CHARGING_V1, body, params=ChargeParams)


async def record(context: StepContext, amount: int) -> Outcome:
    insert = "INSERT INTO charges (run_id, amount) VALUES (?, ?)"
    return Outcome(statements=[statement(insert, context.run.id, amount)])
