"""An order: reserved, approved by a signal, charged; what was reserved is given back where the charge is refused."""

from datetime import timedelta

from tests.simulation.guides.other_side import OtherSide
from tillroll.durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Outcome,
    Params,
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
    statement,
)
from tillroll.platform.json import JsonObject


class OrderParams(Params):
    item: str
    amount: int


class Approval(Params):
    by: str


RESERVE = Step("reserve", Effect.WRITE, ("reserved",), OnFailure("failed"), rollback_config=RollbackConfig())
RELEASE = Step("release", Effect.WRITE, ("expired",), OnFailure("failed"), begins_in=("late",))
CHARGE = Step(
    "charge", Effect.EXTERNAL, ("completed",), OnFailure("refused", then=Then.COMPENSATE), begins_in=("approved",)
)
APPROVE = Signal("approve", Approval, waiting="awaiting", received="approved", timed_out="late")
ORDER_V1 = Contract(
    kind="order",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "Your order is being reserved."),
        State.processing("reserved", "Reserved."),
        State.processing("awaiting", "Waits to be approved.", deadline_seconds=8 * 86400),
        State.processing("approved", "Approved; it is being charged."),
        State.processing("late", "Nobody approved it in time."),
        State.processing("compensating", "What was reserved is given back."),
        State.ended("completed", Status.COMPLETE, "Ordered."),
        State.ended("expired", Status.REJECTED, "Nobody approved it in time."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.undone("refused", "The charge was refused."),
        State.dead_letter("failed", "It could not be reserved."),
    ),
    steps=(RESERVE, RELEASE, CHARGE),
    signals=(APPROVE,),
    compensating="compensating",
)


def order(bank: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[OrderParams]) -> JsonObject:
        await run.step(RESERVE, reserve, run.params.item, rollback=give_back)
        if await run.wait(APPROVE, timedelta(days=7)) is None:
            await run.step(RELEASE, release)
        else:
            await run.call(CHARGE, ExternalCall({"amount": run.params.amount}, bank.send, bank.look_up))
        return {"state": run.state}

    return Workflow(ORDER_V1, body, params=OrderParams)


async def reserve(context: StepContext, item: str) -> Outcome:
    return Outcome(statements=[statement("INSERT INTO stock (run_id, item) VALUES (?, ?)", context.run.id, item)])


async def release(context: StepContext) -> Outcome:
    return Outcome(statements=[statement("DELETE FROM stock WHERE run_id = ?", context.run.id)])


async def give_back(context: RollbackContext) -> Outcome:
    return Outcome(statements=[statement("DELETE FROM stock WHERE run_id = ?", context.run.id)])
