"""An act on the engine is believed when it shows: it pauses late, and can take no notice at all."""

from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tests.unit.tillroll_durable.server.test_server import Client, body_of
from tillroll_durable import (
    Contract,
    Effect,
    NoParams,
    Registry,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_testing import invariants
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.simulation.engine import WAITING_FOR_PAUSE

COUNT = Step("count", Effect.WRITE, gives=int)
GO = Signal("go", NoParams)
CONTRACT = Contract("paused", 1, steps=(COUNT,), signals=(GO,))


async def count(_context: StepContext) -> int:
    return 1


async def go(run: WorkflowRun[NoParams]) -> str:
    await run.wait(GO, timedelta(days=1))
    await run.step(COUNT, count)
    return "done"


KIND = Workflow(CONTRACT, go, params=NoParams, gives=str)


async def waiting() -> tuple[Client, str]:
    """A run that waits for a signal, and its operator."""
    world = await open_world(Faults(), Deployed(KIND))
    run = await begin(world.host.platform, KIND, NoParams(), ANN, key="one")
    await world.settle()
    token = await create_token(
        world.host.platform, ACCOUNT, "ci", ("read", "run", "operate"), "user:usr_1"
    )
    return Client(world, server_of(Registry([KIND])), token.secret), run.id


async def operate(client: Client, run_id: str, operation: str) -> int:
    client.world.host.pieces.clock.advance(timedelta(seconds=1))
    reply = await client.ask("POST", f"/api/runs/{run_id}/{operation}", {"reason": "a test"})
    return reply.status


async def status_of(client: Client, run_id: str) -> str:
    reply = await client.ask("GET", f"/api/workflows/paused/status/{run_id}")
    return str(body_of(reply)["status"])


async def ended_as(client: Client, run_id: str) -> str:
    path = f"/api/runs/{run_id}/signals/go"
    reply = await client.ask("POST", path, {"key": "one", "payload": {}})
    assert reply.status == 202, reply.body
    await client.world.settle()
    await invariants.check(client.world)
    return await status_of(client, run_id)


async def test_a_resume_before_the_engine_has_paused_lets_the_run_go_on() -> None:
    client, run_id = await waiting()
    assert await operate(client, run_id, "pause") == 202
    assert client.world.instances.by_id[f"{run_id}-1"].status == WAITING_FOR_PAUSE
    assert await operate(client, run_id, "resume") == 202
    await client.world.settle()
    assert await status_of(client, run_id) == "waiting"
    assert await ended_as(client, run_id) == "completed"


async def test_a_resume_waits_for_a_call_that_is_under_way_and_can_be_asked_again() -> None:
    """What the call came to would be known to nobody."""
    client, run_id = await waiting()
    platform = client.world.host.platform
    sql = """
      INSERT INTO effect_intents
        (idempotency_key, run_id, step, effect, request_digest, created_at)
      VALUES ('key', ?, 'charge', 'external', 'digest', '2026-03-01T09:00:00.000Z')
    """
    await platform.database.batch([statement(sql, [run_id])])
    assert await operate(client, run_id, "pause") == 202
    assert await operate(client, run_id, "resume") == 409
    assert await status_of(client, run_id) == "paused"
    await client.world.work()
    assert await operate(client, run_id, "resume") == 202
    assert client.world.instances.by_id[f"{run_id}-1"].is_live


async def test_a_run_that_only_its_engine_has_paused_is_resumed() -> None:
    client, run_id = await waiting()
    client.world.instances.by_id[f"{run_id}-1"].status = "paused"
    assert await operate(client, run_id, "resume") == 202
    assert await ended_as(client, run_id) == "completed"


async def test_a_pause_of_which_the_engine_takes_no_notice_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As wrangler's engine does with an instance that was resumed, and is queued still."""
    client, run_id = await waiting()

    async def take_no_notice(_instance_id: str) -> None:
        return None

    client.world.instances.by_id[f"{run_id}-1"].status = "queued"
    monkeypatch.setattr(client.world.instances, "pause", take_no_notice)
    assert await operate(client, run_id, "pause") == 409
    await client.world.settle()
    assert await status_of(client, run_id) == "waiting"
    assert await ended_as(client, run_id) == "completed"


async def test_a_cancellation_behind_a_pause_ends_the_run_once_it_is_resumed() -> None:
    client, run_id = await waiting()
    for operation in ("pause", "cancel", "resume"):
        assert await operate(client, run_id, operation) == 202, operation
    await client.world.settle()
    assert await status_of(client, run_id) == "cancelled"
    await invariants.check(client.world)


async def test_a_pause_behind_a_resume_holds() -> None:
    client, run_id = await waiting()
    for operation in ("pause", "resume", "pause"):
        assert await operate(client, run_id, operation) == 202, operation
    await client.world.settle()
    assert await status_of(client, run_id) == "paused"
    assert await operate(client, run_id, "resume") == 202
    assert await ended_as(client, run_id) == "completed"
