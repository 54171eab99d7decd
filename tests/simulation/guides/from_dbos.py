"""A guest book: signed elsewhere, then recorded here."""

from tests.simulation.guides.other_side import OtherSide
from tillroll_durable import (
    Actor,
    BegunRun,
    Contract,
    Effect,
    ExternalCall,
    Outcome,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.platform.services import Platform


class GreetingParams(Params):
    name: str
    note: str


SIGN = Step("sign", Effect.EXTERNAL)
RECORD = Step("record", Effect.WRITE)
GREETING_V1 = Contract("greeting", 1, steps=(SIGN, RECORD))


def greeting(guestbook: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[GreetingParams]) -> None:
        await run.call(
            SIGN,
            ExternalCall(
                {"name": run.params.name}, guestbook.send, guestbook.look_up, honours_key=True
            ),
        )
        await run.step(RECORD, record, run.params.name, run.params.note)

    return Workflow(GREETING_V1, body, params=GreetingParams)


async def record(context: StepContext, name: str, note: str) -> Outcome:
    insert = "INSERT INTO greetings (run_id, name, note) VALUES (?, ?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, name, note])])


async def sign(platform: Platform, workflow: Workflow, actor: Actor, request_id: str) -> BegunRun:
    """Once for the request, however often it is asked."""
    params = GreetingParams(name="Ann", note="Hello")
    return await begin(platform, workflow, params, actor, key=f"request:{request_id}")
