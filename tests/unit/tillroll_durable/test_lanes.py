"""A receiver that hangs delays no other: it has a lane of its own, a bounded number of open posts,
and is let go.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.endpoints import add_endpoint
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.outbox import LEASE_SECONDS, told
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.webhooks.consumer import receive
from tillroll_durable.webhooks.deliveries import FAST_SECONDS, MOST_OPEN_SLOW, TIMEOUT_SECONDS
from tillroll_testing.host.memory import WebhookReceiver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

HANGS, QUICK = "https://hangs.example.org/hook", "https://quick.example.org/hook"


class Receivers(WebhookReceiver):
    """One takes as long as it is given, and never answers; `takes` says how long another one
    takes.
    """

    def __init__(self, clock: Any) -> None:
        super().__init__()
        self.clock = clock
        self.seconds: list[float] = []
        self.hangs = True

    async def post(
        self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        if url == HANGS and self.hangs:
            self.seconds.append(timeout_seconds)
            self.posted_to.append(url)
            self.clock.advance(timedelta(seconds=timeout_seconds))
            raise HttpFailed(f"no answer in {timeout_seconds} s")
        return await super().post(url, headers, body, timeout_seconds, **limits)


class Deployment:
    """An account with an endpoint that hangs and one that does not; `take` is the consumer of all
    queues.
    """

    def __init__(self, world: World, receivers: Receivers, run_id: str) -> None:
        self.world = world
        self.receivers = receivers
        self.run_id = run_id
        self.platform: Platform = replace(world.host.platform, http=receivers)

    @property
    def clock(self) -> Any:
        return self.world.host.pieces.clock

    @property
    def messages(self) -> list[Any]:
        return self.world.host.pieces.queue.messages

    async def tell(self, number: int) -> str:
        now = to_text(self.clock.now())
        event = told(
            self.run_id,
            "acc_first",
            "expense.created",
            f"key {number}",
            {"n": number},
            now,
            has_receiver=False,
        )
        await self.world.host.database.batch([event.insert])
        return event.id

    async def take(self, message: JsonObject) -> None:
        await receive(self.platform, REGISTRY.settlements, message, is_first=True)

    async def deliveries(self, endpoint: str) -> dict[str, Any]:
        rows = await self.world.rows("SELECT * FROM deliveries WHERE endpoint_id = ?", endpoint)
        return {str(row["event_id"]): row for row in rows}


@pytest.fixture
async def deployment() -> Deployment:
    world = await open_receipts(Faults(), webhook=False)
    run_id = await upload(world)
    await world.settle()
    await add_endpoint(world.host, "ep_hangs", HANGS, '["expense.created"]')
    await add_endpoint(world.host, "ep_quick", QUICK, '["expense.created"]')
    return Deployment(world, Receivers(world.host.pieces.clock), run_id)


async def test_the_first_attempt_has_five_seconds_and_what_follows_goes_through_the_slow_lane(
    deployment: Deployment,
) -> None:
    event = await deployment.tell(1)
    await deployment.take({"outboxId": event})
    assert deployment.receivers.seconds == [FAST_SECONDS]
    assert (await deployment.deliveries("ep_quick"))[event]["state"] == "delivered"
    second = await deployment.tell(2)
    deployment.messages.clear()
    await deployment.take({"outboxId": second})
    assert deployment.receivers.seconds == [FAST_SECONDS], (
        "the fast lane waits for a receiver that was slow"
    )
    assert (await deployment.deliveries("ep_quick"))[second]["state"] == "delivered"
    assert (await deployment.deliveries("ep_hangs"))[second]["attempts"] == 0
    [message] = deployment.messages
    assert message == {"outboxId": second, "lane": "slow"}
    await deployment.take(message)
    assert deployment.receivers.seconds == [FAST_SECONDS, TIMEOUT_SECONDS]
    assert (await deployment.deliveries("ep_hangs"))[second]["attempts"] == 1


async def test_an_endpoint_that_answers_again_is_back_in_the_fast_lane(
    deployment: Deployment,
) -> None:
    await deployment.take({"outboxId": await deployment.tell(1)})
    deployment.receivers.hangs = False
    second = await deployment.tell(2)
    deployment.messages.clear()
    await deployment.take({"outboxId": second})
    await deployment.take(deployment.messages.pop())
    assert (await deployment.deliveries("ep_hangs"))[second]["state"] == "delivered"
    third = await deployment.tell(3)
    await deployment.take({"outboxId": third})
    assert (await deployment.deliveries("ep_hangs"))[third]["state"] == "delivered"


async def test_no_more_than_a_few_posts_are_open_to_one_endpoint(deployment: Deployment) -> None:
    await deployment.take({"outboxId": await deployment.tell(0)})
    deployment.receivers.hangs = False
    gate = asyncio.Event()
    real = WebhookReceiver.post

    async def wait(self: Any, url: str, *given: Any, **limits: Any) -> HttpAnswer:
        if url == HANGS:
            await gate.wait()
        return await real(self, url, *given, **limits)

    Receivers.__bases__[0].post = wait
    try:
        events = [await deployment.tell(number) for number in range(1, 13)]
        tasks = [
            asyncio.create_task(deployment.take({"outboxId": each, "lane": "slow"}))
            for each in events
        ]
        for _ in range(200):
            await asyncio.sleep(0)
        rows = await deployment.deliveries("ep_hangs")
        begun = [each for each in events if rows[each]["attempts"] == 1]
        gate.set()
        await asyncio.gather(*tasks)
    finally:
        Receivers.__bases__[0].post = real
    assert len(begun) == MOST_OPEN_SLOW
    # The others lose nothing, and have their turn later.
    deployment.clock.advance(timedelta(seconds=LEASE_SECONDS + 60))
    for event in events:
        await deployment.take({"outboxId": event, "lane": "slow"})
        await deployment.take({"outboxId": event, "lane": "slow"})
    rows = await deployment.deliveries("ep_hangs")
    states = {rows[each]["state"] for each in events}
    assert states <= {"delivered", "pending"}
    assert sum(rows[each]["state"] == "delivered" for each in events) >= MOST_OPEN_SLOW


async def test_a_hop_counts_as_no_attempt_and_raises_no_alert(deployment: Deployment) -> None:
    await deployment.take({"outboxId": await deployment.tell(1)})
    second = await deployment.tell(2)
    for _ in range(6):  # its message gets lost each time
        await deployment.take({"outboxId": second})
        deployment.clock.advance(timedelta(seconds=1))
    [row] = await deployment.world.rows("SELECT state, last_error FROM outbox WHERE id = ?", second)
    assert (row["state"], row["last_error"]) == ("pending", None)
    assert (await deployment.deliveries("ep_hangs"))[second]["attempts"] == 0
