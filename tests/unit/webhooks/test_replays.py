"""Replays: a new endpoint gets what was before it, once, marked, in its lane, and nobody else
does.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.webhooks import replays
from tillroll.webhooks.replays import go_on_with_replays
from tillroll_durable.outbox import told
from tillroll_durable.platform.clock import to_text
from tillroll_durable.webhooks.deliveries import REPLAY_HEADER
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

NEW = "https://new.example.org/hook"
OTHER = "https://other.example.org/hook"


@dataclass
class Account:
    world: World
    client: httpx.AsyncClient
    run_id: str

    async def tell(self, number: int, topic: str = "expense.created") -> str:
        """Write an event that nobody receives."""
        clock = self.world.host.pieces.clock
        clock.advance(timedelta(seconds=1))
        now = to_text(clock.now())
        event = told(
            self.run_id,
            "acc_first",
            topic,
            f"key {number}",
            {"n": number},
            now,
            has_receiver=False,
        )
        await self.world.host.database.batch([event.insert])
        return event.id

    async def endpoint(self, url: str, *topics: str) -> str:
        answer = await self.client.post("/api/endpoints", json={"url": url, "topics": [*topics]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def replay(self, endpoint: str, **asked: object) -> dict[str, Any]:
        answer = await self.client.post(f"/api/endpoints/{endpoint}/replays", json=asked)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def replays(self, endpoint: str) -> list[dict[str, Any]]:
        answer = await self.client.get(f"/api/endpoints/{endpoint}/replays")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def go_on(self) -> None:
        await go_on_with_replays(self.world.host.platform)
        await self.world.work()

    @property
    def sent(self) -> list[tuple[str, str, bool]]:
        """Address, webhook-id and whether it is marked, of all that was posted."""
        receiver = self.world.host.pieces.receiver
        return [
            (url, headers["webhook-id"], headers.get(REPLAY_HEADER) == "true")
            for url, (headers, _) in zip(receiver.posted_to, receiver.received, strict=True)
        ]


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    world = await open_receipts(Faults(), webhook=False)
    run_id = await upload(world)
    await world.settle()
    async with api_client(world.host.platform) as client:
        yield Account(world, client, run_id)


async def test_a_new_endpoint_gets_what_was_before_it_and_no_other_does(account: Account) -> None:
    events = [await account.tell(number) for number in range(3)]
    await account.endpoint(OTHER, "expense.created")
    new = await account.endpoint(NEW, "expense.created")
    replay = await account.replay(new)
    assert (replay["state"], replay["queued"]) == ("running", 0)
    await account.go_on()
    sent = [each for each in account.sent if each[1] in events]
    assert sent == [(NEW, event, True) for event in events]
    [shown] = await account.replays(new)
    assert (shown["state"], shown["queued"]) == ("done", len(account.sent))
    again = await account.replay(new)
    await account.go_on()
    assert len(account.sent) == shown["queued"], "the endpoint took them already"
    newest = (await account.replays(new))[0]
    assert (newest["id"], newest["state"], newest["queued"]) == (again["id"], "done", 0)
    rows = await account.world.rows(
        "SELECT DISTINCT state FROM outbox WHERE topic = 'expense.created'"
    )
    assert rows == [{"state": "delivered"}]


async def test_since_and_topics_narrow_it_and_the_endpoint_decides(account: Account) -> None:
    await account.tell(1)
    voided = await account.tell(2, "expense.voided")
    cutoff = to_text(account.world.host.pieces.clock.now() + timedelta(milliseconds=500))
    second = await account.tell(3)
    await account.tell(4, "expense.voided")
    new = await account.endpoint(NEW, "expense.created", "expense.voided")
    await account.replay(new, since=cutoff, topics=["expense.created"])
    await account.go_on()
    assert [event for _, event, _ in account.sent] == [second]
    narrow = await account.endpoint(OTHER, "expense.updated")
    await account.replay(narrow, topics=["expense.*"])
    await account.go_on()
    assert [event for _, event, _ in account.sent] == [second], "it does not want them"
    assert voided not in [event for _, event, _ in account.sent]


async def test_a_few_are_under_way_at_a_time_and_one_replay(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "MOST_QUEUED", 2)
    events = [await account.tell(number) for number in range(5)]
    new = await account.endpoint(NEW, "expense.created")
    receiver = account.world.host.pieces.receiver
    receiver.answers = [500, 500]
    await account.replay(new)
    await account.go_on()
    assert len(account.sent) == 2
    refused = await account.client.post(f"/api/endpoints/{new}/replays", json={})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:replay-runs",
    )
    await account.go_on()
    assert len(account.sent) == 2, "both wait for their next attempt"
    for _ in range(12):
        account.world.host.pieces.clock.advance(timedelta(minutes=1))
        await account.world.tick()
        await account.go_on()
    taken = [event for _, event, _ in account.sent[2:]]
    assert sorted(event for event in taken if event in events) == sorted(events)
    assert [each["state"] for each in await account.replays(new)] == ["done"]


async def test_it_waits_in_its_own_lane(account: Account) -> None:
    await account.tell(1)
    new = await account.endpoint(NEW, "expense.created")
    await account.replay(new)
    await go_on_with_replays(account.world.host.platform)
    messages = account.world.host.pieces.queue.messages
    assert messages
    assert [message["lane"] for message in messages] == ["slow"] * len(messages)
    fast = [{"outboxId": message["outboxId"]} for message in messages]
    messages[:] = fast
    await account.world.work()
    assert {marked for _, _, marked in account.sent} == {True}, "the fast lane handed it on"


async def test_an_event_is_sent_by_a_replay_or_by_itself_and_not_by_both(account: Account) -> None:
    """One that is not handed to the endpoints yet is on its way to this one, too."""
    new = await account.endpoint(NEW, "expense.created")
    event = await account.tell(1)
    assert await account.world.rows("SELECT state FROM outbox WHERE id = ?", event) == [
        {"state": "pending"}
    ]
    await account.replay(new)
    await account.go_on()
    account.world.host.pieces.clock.advance(timedelta(minutes=5))
    await account.world.tick()
    await account.world.work()
    assert [(sent, marked) for _, sent, marked in account.sent if sent == event] == [(event, False)]


async def test_it_is_stopped_by_somebody_and_by_the_end_of_its_endpoint(account: Account) -> None:
    await account.tell(1)
    new = await account.endpoint(NEW, "expense.created")
    first = await account.replay(new)
    for _ in range(2):
        answer = await account.client.delete(f"/api/endpoints/{new}/replays/{first['id']}")
        assert answer.status_code == 204
    await account.replay(new)
    disabled = await account.client.patch(f"/api/endpoints/{new}", json={"enabled": False})
    assert disabled.status_code == 200
    await account.go_on()
    assert [each["state"] for each in await account.replays(new)] == ["stopped", "stopped"]
    assert account.sent == []
    refused = await account.client.post(f"/api/endpoints/{new}/replays", json={})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:endpoint-disabled",
    )


async def test_what_cannot_be_replayed_is_refused(account: Account) -> None:
    new = await account.endpoint(NEW, "expense.created")
    for asked in ({"topics": ["nothing.*"]}, {"since": "yesterday"}, {"until": "2026-01-01"}):
        answer = await account.client.post(f"/api/endpoints/{new}/replays", json=asked)
        assert answer.status_code == 422, asked
    missing = await account.client.delete(f"/api/endpoints/{new}/replays/rpl_none")
    assert missing.status_code == 404
    async with api_client(account.world.host.platform, OTHER_TOKEN) as stranger:
        for method in ("GET", "POST"):
            answer = await stranger.request(method, f"/api/endpoints/{new}/replays", json={})
            assert answer.status_code in {404, 422}
    assert await account.world.rows("SELECT * FROM endpoint_replays") == []
