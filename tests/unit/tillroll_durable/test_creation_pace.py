"""A burst of runs that the engine refuses is written all the same, and created at a pace, the
oldest first.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.lines.courier import COURIER, CourierParams
from tests.simulation.lines.line import ANN
from tests.simulation.lines.playing import open_street
from tests.support.host_api import api_client
from tillroll_durable import Registry, begin
from tillroll_durable._operations.instances import CREATED_A_TICK
from tillroll_durable._record.instances import start_instance
from tillroll_durable.idempotency.journal import Attempt
from tillroll_durable.idempotency.journal import begin as begin_attempt
from tillroll_durable.idempotency.keys import Sent
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement, statement
from tillroll_durable.platform.bindings.engine import ClassNotBound, EngineUnavailable
from tillroll_durable.platform.bindings.missing import workflow_sentence_for
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.runs import creation_refused_at

# Of a workflow, in a second: https://developers.cloudflare.com/workflows/reference/limits/ in
# November 2026.
_CREATED_A_SECOND = 100
_BURST = CREATED_A_TICK + 30


async def test_a_burst_is_written_at_once_and_created_at_a_pace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_street()

    async def refuse(_instance_id: str, _params: JsonObject) -> None:
        raise EngineUnavailable("too many instances are created")

    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "create", refuse)
        runs = [
            # Each of a street of its own, so that none waits for another.
            await begin(
                world.host.platform,
                COURIER,
                CourierParams(street=str(each)),
                ANN,
                key=f"run {each}",
            )
            for each in range(_BURST)
        ]
    assert len(await world.rows("SELECT id FROM runs")) == _BURST
    created: list[int] = []
    while len(world.instances.by_id) < _BURST:
        world.host.pieces.clock.advance(timedelta(minutes=1))
        created.append((await world.tick()).instances_created)
    assert created == [CREATED_A_TICK, 30]
    assert [*world.instances.by_id] == [f"{run.id}-1" for run in runs]
    assert CREATED_A_TICK / 60 < _CREATED_A_SECOND


async def test_who_waits_for_the_engine_is_shown_so_until_it_is_created(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_street()
    clock = world.host.pieces.clock

    async def refuse(_instance_id: str, _params: JsonObject) -> None:
        raise EngineUnavailable("too many instances are created")

    async with api_client(world.host.platform, registry=Registry([COURIER])) as client:

        async def shown() -> tuple[dict[str, Any], dict[str, Any], str]:
            answer = await client.get(f"/api/runs/{run.id}")
            [item] = (await client.get("/api/runs")).json()["items"]
            return answer.json(), item, answer.headers["etag"]

        with monkeypatch.context() as patch:
            patch.setattr(world.instances, "create", refuse)
            since = to_text(clock.now())
            run = await begin(
                world.host.platform,
                COURIER,
                CourierParams(street="high", way="rest"),
                ANN,
                key="one",
            )
            clock.advance(timedelta(minutes=1))
            await world.tick()
        detail, item, etag = await shown()
        # Refused again, it waits since the first time.
        assert detail["creationRefusedAt"] == item["creationRefusedAt"] == since
        assert (detail["step"], "waits for the engine" in detail["whatHappened"]) == (None, True)
        clock.advance(timedelta(minutes=10))
        await world.tick()
        detail, item, after = await shown()
    assert not {"creationRefusedAt"} & (detail.keys() | item.keys())
    assert "waits for the engine" not in detail["whatHappened"]
    assert after != etag


async def test_whoever_was_created_though_the_answer_was_lost_does_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_street()
    create = world.instances.create

    async def lose(instance_id: str, params: JsonObject) -> None:
        await create(instance_id, params)
        raise EngineUnavailable("the answer was lost")

    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "create", lose)
        await begin(
            world.host.platform, COURIER, CourierParams(street="high", way="rest"), ANN, key="one"
        )
    [row] = await world.rows("SELECT * FROM runs")
    assert creation_refused_at(row) is not None
    world.host.pieces.clock.advance(timedelta(seconds=1))
    await world.instances_only()
    [row] = await world.rows("SELECT * FROM runs")
    assert creation_refused_at(row) is None


async def test_a_refusal_is_no_part_of_the_request_that_heard_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An attempt that resumes, and is not refused, goes on where the one before died."""
    world = await open_street()

    async def refuse(_instance_id: str, _params: JsonObject) -> None:
        raise EngineUnavailable("too many instances are created")

    async def start() -> bool:
        world.host.pieces.clock.advance(timedelta(minutes=2))
        attempt = await begin_attempt(world.host.platform, sent)
        assert isinstance(attempt, Attempt)
        has_started = await start_instance(attempt.platform, "courier", asked.id, 1)
        await attempt.platform.database.all(statement("SELECT id FROM runs"))
        return has_started

    asked = await begin(world.host.platform, COURIER, CourierParams(street="high"), ANN, key="one")
    sent = Sent(ANN.account_id, ANN.name, "POST /starts", key="k1", fingerprint="f1")
    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "create", refuse)
        assert not await start()
    assert await start()


async def test_a_refusal_that_cannot_be_noted_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_street()

    async def refuse(_instance_id: str, _params: JsonObject) -> None:
        raise EngineUnavailable("too many instances are created")

    async def fail(_statements: Sequence[Statement]) -> list[list[Row]]:
        raise DatabaseError("D1 is overloaded")

    asked = await begin(world.host.platform, COURIER, CourierParams(street="high"), ANN, key="one")
    with monkeypatch.context() as patch:
        patch.setattr(world.instances, "create", refuse)
        patch.setattr(world.host.platform.database, "batch", fail)
        assert await start_instance(world.host.platform, "courier", asked.id, 1) is False
    [row] = await world.rows("SELECT * FROM runs")
    assert creation_refused_at(row) is None


async def test_a_class_without_a_binding_is_named_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_street()
    sentence = workflow_sentence_for("courier", "WORKFLOWS")

    async def refuse(*_: object) -> None:
        raise ClassNotBound(sentence)

    monkeypatch.setattr(world.instances, "create", refuse)
    monkeypatch.setattr(world.instances, "status", refuse)
    await begin(world.host.platform, COURIER, CourierParams(street="high"), ANN, key="one")
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await world.tick()
    [event] = await world.rows("SELECT detail FROM audit_events WHERE action = 'run.escalated'")
    assert load_object(str(event["detail"])) == {"why": sentence}
