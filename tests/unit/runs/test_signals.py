"""Signals from outside: once by their key, for who listens, with a payload that fits."""

import re
from typing import Any

import httpx

from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import JOURNEY, TABLES, JourneyParams
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable.beginning import Actor, begin
from tillroll_durable.registry import Registry
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


async def resting() -> tuple[World, str]:
    world = await open_world(Faults(), Deployed(JOURNEY), tables=TABLES)
    actor = Actor(ACCOUNT, "user:usr_first")
    run = await begin(world.host.platform, JOURNEY, JourneyParams(), actor, key="journey")
    await world.turn()
    return world, run.id


async def send(world: World, run: str, name: str = "confirm", **body: Any) -> httpx.Response:
    async with api_client(world.host.platform, registry=Registry([JOURNEY])) as client:
        return await client.post(
            f"/api/runs/{run}/signals/{name}", json={"key": "one", "payload": {"by": "A"}, **body}
        )


async def test_the_same_signal_gets_the_same_answer() -> None:
    world, run = await resting()
    first, again = await send(world, run), await send(world, run)
    assert (first.status_code, first.json()) == (
        202,
        {"runId": run, "signal": "confirm", "key": "one"},
    )
    assert (again.status_code, again.json()) == (202, first.json())
    assert len(await world.rows("SELECT key FROM signals")) == 1


async def test_what_cannot_be_taken_is_refused_in_words() -> None:
    world, run = await resting()
    await send(world, run)
    refused: list[tuple[dict[str, Any], str, int, str]] = [
        ({"payload": {"by": "B"}}, "confirm", 409, "signal-conflict"),
        ({"payload": {}}, "confirm", 422, "invalid-signal"),
        ({"key": ""}, "confirm", 422, "invalid-request"),
        ({}, "applaud", 409, "not-possible"),
    ]
    for body, name, status, code in refused:
        answer = await send(world, run, name, **body)
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, code), (
            answer.text
        )
    unknown = (await send(world, run, "applaud")).json()["detail"]
    assert re.search(r"has no signal 'applaud'; it has .*confirm", unknown), unknown
    assert (await send(world, run, payload={})).json()["detail"].startswith("By: ")
    assert len(await world.rows("SELECT key FROM signals")) == 1


async def test_a_run_that_has_ended_takes_none() -> None:
    world, run = await resting()
    await world.cancel()
    await world.settle()
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "cancelled"}]
    for payload in ({"by": "A"}, {}):  # whatever it says
        answer = await send(world, run, payload=payload)
        says = "The run was asked to end. It takes no signal. Nothing was changed."
        assert (answer.status_code, answer.json()["detail"]) == (409, says)
