"""A sending: its postage is paid and its papers are filed side by side, then it is written down."""

from pydantic import BaseModel
from shop.parcel import note

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
)

# Calls are held still on purpose, for longer than a test has patience until they are.
_HELD_SECONDS = 300


class SendingParams(Params):
    """`provider` is where both are done; the number says which sending it is there."""

    provider: str
    number: int


class Made(BaseModel):
    """What the provider has made."""

    id: str


PAY = Step("pay", Effect.EXTERNAL, timeout_seconds=_HELD_SECONDS)
FILE = Step("file", Effect.EXTERNAL, timeout_seconds=_HELD_SECONDS)
NOTE = Step("note", Effect.WRITE, gives=str)


async def send(run: WorkflowRun[SendingParams]) -> str:
    """Both are done, whichever ends first."""
    payment, papers = await run.together(
        run.call(PAY, calling(run.params, "pay")), run.call(FILE, calling(run.params, "file"))
    )
    return await run.step(NOTE, note, f"{payment.id} {papers.id}")


def calling(params: SendingParams, operation: str) -> ExternalCall[StepContext, Made]:
    """Ask the provider, which tells by the key what it has done."""
    return http.post(
        f"{params.provider}/{operation}",
        {"amount": params.number},
        gives=Made,
        look_up=f"{params.provider}/effects?key={{key}}",
        timeout_seconds=_HELD_SECONDS - 100,
    )


SENDING = Workflow(
    Contract("sending", 1, steps=(PAY, FILE, NOTE)), send, params=SendingParams, gives=str
)
