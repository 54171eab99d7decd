"""A map of more calls than one invocation may make goes on in the next, and does each once."""

from urllib.parse import quote

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tillroll.durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NotDone,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll.platform.json import JsonObject, dump

ITEMS = 1_200
MAILS = "https://mail.example/mails"


class RoundParams(Params):
    count: int


MAIL = Step("mail", Effect.EXTERNAL, gives=str, at_most=10_000)
ROUND_V1 = Contract("round", 1, steps=(MAIL,))


def mailing(number: int) -> ExternalCall[StepContext, str]:
    request: JsonObject = {"number": number}

    async def send(context: StepContext) -> Done[str]:
        headers = {"idempotency-key": context.idempotency_key}
        await context.platform.http.post(MAILS, headers, dump(request), timeout_seconds=20)
        return Done(external_id=str(number), output=str(number))

    async def look_up(context: StepContext) -> Done[str] | NotDone:
        url = f"{MAILS}/{quote(context.idempotency_key)}"
        answer = await context.platform.http.get(url, 20, max_bytes=4096)
        return NotDone() if answer.status == 404 else Done(external_id=str(number), output=str(number))

    return ExternalCall(request=request, send=send, reconcile=look_up)


async def mail_all(run: WorkflowRun[RoundParams]) -> int:
    ends = await run.map(MAIL, mailing, range(run.params.count), key=str, at_most=5)
    return len([end for end in ends if not isinstance(end, Failed)])


ROUND = Workflow(ROUND_V1, mail_all, params=RoundParams, gives=int)


async def test_a_map_of_1_200_calls_runs_to_its_end() -> None:
    world = await open_world(Faults(), Deployed(ROUND))
    await begin(world.host.platform, ROUND, RoundParams(count=ITEMS), ANN, key="one")
    for _ in range(12):
        await world.turn()
    run = await world.run()
    assert run is not None
    assert run.state == "completed"
    [effects] = await world.rows(
        "SELECT COUNT(*) AS all_of_them, COUNT(DISTINCT idempotency_key) AS keys FROM effect_intents"
        " WHERE outcome = 'done'"
    )
    assert (effects["all_of_them"], effects["keys"]) == (ITEMS, ITEMS)
    handed = await world.rows("SELECT id FROM audit_events WHERE action = 'run.handed_on'")
    assert len(handed) >= 3
    assert await world.rows("SELECT id FROM audit_events WHERE action = 'run.resumed'") == []
