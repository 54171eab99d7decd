"""A parcel is packed, paid, posted and noted. An operator may have any of it done again."""

from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    Params,
    Step,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
)


class ParcelParams(Params):
    """What is sent."""

    article: str = "kettle"


PACK = Step("pack", Effect.READ, gives=str)
PAY = Step("pay-postage", Effect.EXTERNAL, gives=str)
POST = Step("post", Effect.IRREVERSIBLE, gives=str)
NOTE = Step("note", Effect.READ, gives=str)
PARCEL_V1 = Contract("parcel", 1, steps=(PACK, PAY, POST, NOTE))


async def send_parcel(run: WorkflowRun[ParcelParams]) -> str:
    """Pack it, pay for it, post it, and note where it is."""
    packed = await run.step(PACK, pack, run.params.article)
    await run.call(PAY, acting("paid", packed))
    posted = await run.call(POST, acting("posted", packed))
    return await run.step(NOTE, note, posted)


async def pack(_: StepContext, article: str) -> str:
    """Wrap it."""
    return f"parcel with a {article}"


async def note(_: StepContext, posted: str) -> str:
    """Say where it is."""
    return f"{posted}, on its way"


def acting(what: str, parcel: str) -> ExternalCall[StepContext, str]:
    """An effect elsewhere whose other side is not asked: the page shows its record."""

    async def send(context: StepContext) -> Done[str]:
        return Done(f"{what}: {parcel}", context.idempotency_key)

    async def look_up(_: StepContext) -> NotDone:
        return NotDone()

    return ExternalCall({what: parcel}, send, look_up, honours_key=True)


PARCEL = Workflow(
    PARCEL_V1,
    send_parcel,
    params=ParcelParams,
    gives=str,
    allowed=Allowed(operate="operate", trigger="administer"),
    trigger=Trigger(),
)
