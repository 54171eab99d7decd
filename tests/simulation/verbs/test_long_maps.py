"""A map of more calls than one invocation may make goes on in the next, and does each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NotDone,
    Params,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_durable.platform.json import JsonObject, dump

ITEMS = 1_500
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
        return (
            NotDone() if answer.status == 404 else Done(external_id=str(number), output=str(number))
        )

    return ExternalCall(request=request, send=send, reconcile=look_up, honours_key=True)


async def mail_all(run: WorkflowRun[RoundParams]) -> int:
    ends = await run.map(MAIL, mailing, range(run.params.count), key=str, at_most=5)
    return len([end for end in ends if not isinstance(end, Failed)])


ROUND = Workflow(ROUND_V1, mail_all, params=RoundParams, gives=int)


@dataclass
class Work:
    """What runs asked of the database in a turn: instructions of SQLite, in tens, and rows read."""

    instructions: int = 0
    rows: int = 0


async def work_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A turn of the engine."""
    database = world.host.database
    counted = Work()
    plain = database.batch

    def count() -> bool:
        counted.instructions += 1
        return False

    async def batch(statements: Sequence[Statement]) -> list[list[Row]]:
        results = await plain(statements)
        counted.rows += sum(map(len, results))
        return results

    with monkeypatch.context() as watched:
        watched.setattr(database, "batch", batch)
        database.connection.set_progress_handler(count, 10)
        await world.work()
        database.connection.set_progress_handler(None)
    return counted


async def test_a_map_of_1_500_calls_runs_to_its_end_and_each_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_world(Faults(), Deployed(ROUND))
    await begin(world.host.platform, ROUND, RoundParams(count=ITEMS), ANN, key="one")
    turns: list[Work] = []
    run = await world.run()
    while run is not None and run.status == Status.PROCESSING:
        assert len(turns) < ITEMS // 100, "it stands still"
        turns.append(await work_counted(world, monkeypatch))
        await world.tick()
        run = await world.run()
    assert run is not None
    assert run.state == "completed"
    [effects] = await world.rows(
        "SELECT COUNT(*) AS all_of_them, COUNT(DISTINCT idempotency_key) AS keys "
        "FROM effect_intents"
        " WHERE outcome = 'done'"
    )
    assert (effects["all_of_them"], effects["keys"]) == (ITEMS, ITEMS)
    handed = await world.rows("SELECT id FROM audit_events WHERE action = 'run.handed_on'")
    assert len(handed) == len(turns) - 1
    assert await world.rows("SELECT id FROM audit_events WHERE action = 'run.resumed'") == []
    # The first instance finds no rows, and the last does what is left and reads all ends once.
    _, _, third, *_, last, _ = turns
    assert last.instructions < 1.02 * third.instructions
    assert last.rows < 1.02 * third.rows
