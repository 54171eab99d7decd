"""A guest book: signed elsewhere, then recorded here."""

from tests.simulation.guides.other_side import OtherSide
from tillroll.durable import (
    Actor,
    BegunRun,
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
    begin,
    statement,
)
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform


class GreetingParams(Params):
    name: str
    note: str


SIGN = Step("sign", Effect.EXTERNAL, ("signed",), OnFailure("failed"))
RECORD = Step("record", Effect.WRITE, ("completed",), OnFailure("failed"))
GREETING_V1 = Contract(
    kind="greeting",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "The guest book is being signed."),
        State.processing("signed", "Signed; it is being recorded."),
        State.ended("completed", Status.COMPLETE, "Signed and recorded."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("failed", "It could not be signed, or not be recorded."),
    ),
    steps=(SIGN, RECORD),
)


def greeting(guestbook: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[GreetingParams]) -> JsonObject:
        await run.call(SIGN, ExternalCall({"name": run.params.name}, guestbook.send, guestbook.look_up))
        await run.step(RECORD, record, run.params.name, run.params.note)
        return {"state": run.state}

    return Workflow(GREETING_V1, body, params=GreetingParams)


async def record(context: StepContext, name: str, note: str) -> Outcome:
    insert = "INSERT INTO greetings (run_id, name, note) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, context.run.id, name, note)])


async def sign(platform: Platform, workflow: Workflow, actor: Actor, request_id: str) -> BegunRun:
    """Once for the request, however often it is asked."""
    params = GreetingParams(name="Ann", note="Hello")
    return await begin(platform, workflow, params, actor, key=f"request:{request_id}")
