"""What the reconciler mends: runs never created, messages lost, decisions not announced; and that
it mends once.
"""

from datetime import timedelta
from typing import LiteralString

import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import EngineUnavailable
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.reconciling import Mended
from tillroll_testing.simulation.world import World

NOTHING = Mended()


async def count(world: World, sql: LiteralString) -> int:
    (row,) = await world.host.database.all(statement(sql))
    return int(str(row["n"]))


async def test_a_run_whose_instance_was_never_created_is_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())

    async def refuse(_instance_id: str, _params: JsonObject) -> None:
        raise EngineUnavailable("the engine is down")

    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "create", refuse)
        run_id = await upload(world)
    assert world.instances.by_id == {}
    assert await world.tick() == NOTHING, "the ordinary path has some time first"
    world.host.pieces.clock.advance(timedelta(minutes=1))

    assert await world.tick() == Mended(instances_created=1)

    assert list(world.instances.by_id) == [f"{run_id}-1"]
    assert await world.tick() == NOTHING
    assert (
        await count(
            world, "SELECT count(*) AS n FROM audit_events WHERE action = 'instance.created'"
        )
        == 1
    )


async def test_a_lost_message_is_sent_again() -> None:
    world = await open_receipts(Faults())
    await upload(world)
    world.host.pieces.queue.is_down = True
    await world.turn()
    world.host.pieces.queue.is_down = False
    # The claim that was lost with the message, and the patience of the reconciler.
    world.host.pieces.clock.advance(timedelta(minutes=2))

    assert await world.tick() == Mended(deliveries_resent=1)

    await world.turn()
    assert await count(world, "SELECT count(*) AS n FROM runs WHERE state = 'notified'") == 1
    assert len(world.host.pieces.receiver.received) == 1


async def test_a_decision_whose_event_was_lost_is_announced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.turn()

    async def lose(_instance_id: str, _event_type: str) -> None:
        raise EngineUnavailable("the engine is down")

    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "send_event", lose)
        await world.decide_all(CORRECTION)
    await world.turn()
    assert await count(world, "SELECT count(*) AS n FROM runs WHERE status = 'needs_review'") == 1
    world.host.pieces.clock.advance(timedelta(minutes=1))

    assert (await world.tick()).decisions_announced == 1

    await world.turn()
    assert await count(world, "SELECT count(*) AS n FROM expenses") == 1


async def test_a_cancellation_whose_event_was_lost_is_announced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    await world.turn()

    async def lose(_instance_id: str, _event_type: str) -> None:
        raise EngineUnavailable("the engine is down")

    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "send_event", lose)
        async with api_client(world.host.platform) as client:
            answer = await client.post(
                f"/api/runs/{run_id}/cancel", json={"reason": "uploaded by mistake"}
            )
    assert answer.status_code == 202
    world.host.pieces.clock.advance(timedelta(minutes=1))

    assert (await world.tick()).decisions_announced == 1

    await world.turn()
    assert await count(world, "SELECT count(*) AS n FROM runs WHERE state = 'cancelled'") == 1
