"""Events that a body tells on its way: their delivery is by itself, and never moves the run."""

from datetime import timedelta

import pytest

from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import (
    JOURNEY,
    JOURNEY_V1,
    PROGRESS,
    TABLES,
    TOLD,
    JourneyParams,
    Progress,
)
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable import Actor, ContractError, Registry, Settlement, Topic, Workflow, begin
from tillroll_durable.declared import BadName
from tillroll_durable.outbox import MOST_ATTEMPTS, OF_RUNS, Settlements
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_REGISTRY = Registry([JOURNEY])
_EVENTS = len(TOLD) + 1


async def telling(
    settlements: Settlements = _REGISTRY.settlements, *, webhook: bool = True
) -> tuple[World, str]:
    world = await open_world(
        Faults(), Deployed(JOURNEY, dict(settlements)), tables=TABLES, webhook=webhook
    )
    actor = Actor(ACCOUNT, "user:usr_first")
    run = await begin(world.host.platform, JOURNEY, JourneyParams(way="told"), actor, key="journey")
    return world, run.id


async def states(world: World) -> list[str]:
    return [
        text(row, "state") for row in await world.rows("SELECT state FROM outbox ORDER BY rowid")
    ]


async def test_an_event_says_what_it_is_and_when() -> None:
    world, _ = await telling()
    await world.settle()
    _, body = world.host.pieces.receiver.received[0]
    assert body == (
        '{"data":{"percent":25},"timestamp":"2026-03-01T09:00:00.000Z","type":"journey.progress"}'
    )


async def test_without_a_receiver_it_is_settled_at_once() -> None:
    world, _ = await telling(webhook=False)
    await world.settle()
    assert await states(world) == ["no_receiver"] * _EVENTS
    assert not world.host.pieces.queue.messages


async def test_what_nobody_declares_is_not_posted() -> None:
    world, _ = await telling({})
    await world.settle()
    assert await states(world) == ["given_up"] * _EVENTS
    assert not world.host.pieces.receiver.received


async def test_what_was_given_up_is_sent_again_and_the_run_stays_where_it_is() -> None:
    world, run = await telling()
    world.host.pieces.receiver.answers += [500] * _EVENTS * MOST_ATTEMPTS
    for _ in range(3 * MOST_ATTEMPTS):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(hours=10))
    assert await states(world) == ["given_up"] * _EVENTS
    before = await world.rows("SELECT state, state_version, generation FROM runs")
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        shown = (await client.get(f"/api/runs/{run}")).json()
        assert (shown["state"], shown["nextSafeAction"]) == ("closed", "resend_notification")
        assert "was given up after 10 attempts" in shown["whatHappened"]
        answer = await client.post(f"/api/runs/{run}/resend", json={"reason": "it is mended"})
        assert answer.is_success, answer.text
        await world.settle()
        again = await client.post(f"/api/runs/{run}/resend", json={"reason": "once more"})
        assert again.status_code == 409
        assert (await client.get(f"/api/runs/{run}")).json()["nextSafeAction"] == "none"
    assert await states(world) == ["delivered"] * _EVENTS
    assert await world.rows("SELECT state, state_version, generation FROM runs") == before


def test_a_topic_is_told_or_settled_by_one_kind() -> None:
    pending = JOURNEY_V1.state("begun")
    with pytest.raises(ContractError, match="a topic of its own"):
        Workflow(
            JOURNEY_V1,
            JOURNEY.body,
            settlements={PROGRESS.name: Settlement(pending, pending, pending)},
        )
    with pytest.raises(BadName, match="small letters"):
        Topic("Journey Progress", Progress)
    assert _REGISTRY.settlements == dict.fromkeys([*OF_RUNS, PROGRESS.name])
