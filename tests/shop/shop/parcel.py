"""Two small kinds: one is executed beside the orders, the other by a class of its own."""

from tillroll_durable import (
    Contract,
    Effect,
    Outcome,
    Params,
    Schedule,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    statement,
)


class ParcelParams(Params):
    """What is sent."""

    order: str


NOTE = Step("note", Effect.WRITE, gives=str)


async def parcel(run: WorkflowRun[ParcelParams]) -> str:
    """Write a parcel down."""
    return await run.step(NOTE, note, run.params.order)


async def note(context: StepContext, order: str) -> Outcome[str]:
    """Write it in the batch that ends the step."""
    insert = statement("INSERT INTO parcels VALUES (?, ?)", [context.run.id, order])
    return Outcome(order, statements=[insert])


LABEL = Workflow(
    Contract("label", 1, steps=(NOTE,)),
    parcel,
    params=ParcelParams,
    gives=str,
    schedule=Schedule(),
)
SHIP = Workflow(
    Contract("ship-parcel", 1, steps=(NOTE,)),
    parcel,
    params=ParcelParams,
    gives=str,
    has_own_class=True,
)
