"""An order: reserved, approved by a signal, charged; what was reserved is given back where the
charge is refused.
"""

from datetime import timedelta

from tests.simulation.guides.other_side import OtherSide
from tillroll_durable import (
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


class OrderParams(Params):
    item: str
    amount: int


class Approval(Params):
    by: str


APPROVE = Signal("approve", Approval)
RESERVE = Step("reserve", Effect.WRITE, rollback_config=RollbackConfig())
RELEASE = Step("release", Effect.WRITE, ("expired",), begins_in=(APPROVE.timed_out,))
CHARGE = Step(
    "charge",
    Effect.EXTERNAL,
    on_failure=OnFailure("refused", then=Then.COMPENSATE, says="The charge was refused."),
    begins_in=(APPROVE.received,),
)
ORDER_V1 = Contract(
    "order",
    1,
    steps=(RESERVE, RELEASE, CHARGE),
    states=(State.ended("expired", Status.REJECTED, "Nobody approved it in time."),),
    completed="completed",
    signals=(APPROVE,),
)


def order(bank: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[OrderParams]) -> None:
        await run.step(RESERVE, reserve, run.params.item, rollback=give_back)
        if await run.wait(APPROVE, timedelta(days=7)):
            await run.call(
                CHARGE,
                ExternalCall(
                    {"amount": run.params.amount}, bank.send, bank.look_up, honours_key=True
                ),
            )
        else:
            await run.step(RELEASE, give_back)

    return Workflow(ORDER_V1, body, params=OrderParams)


async def reserve(context: StepContext, item: str) -> Outcome:
    return Outcome(
        statements=[
            statement("INSERT INTO stock (run_id, item) VALUES (?, ?)", [context.run.id, item])
        ]
    )


async def give_back(context: StepContext | RollbackContext) -> Outcome:
    return Outcome(statements=[statement("DELETE FROM stock WHERE run_id = ?", [context.run.id])])
