"""The list of events: each once, in an order that a reader can go on behind, whenever it was
released.
"""

import asyncio

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll_durable.outbox import told
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

RUN = "run_01M7W5NGV645S0BRJVWMNMGREZ"
_RUN = """
  INSERT INTO runs (id, account_id, kind, contract_version, begin_key, subject, params, status,
      state, created_at,
    updated_at, next_safe_action)
  VALUES (?1, 'acc_first', 'receipt', 1, ?1, 'rec_1', '{}', 'complete', 'completed', ?2, ?2, 'none')
"""


@pytest.fixture
async def told_host(host: HostPlatform) -> HostPlatform:
    await host.database.batch([statement(_RUN, [RUN, to_text(host.pieces.clock.now())])])
    return host


async def tell(
    host: HostPlatform, number: int, topic: str = "expense.created", *, held: bool = False
) -> str:
    data: JsonObject = {"number": number}
    now = to_text(host.pieces.clock.now())
    event = told(RUN, "acc_first", topic, f"{topic} {number}", data, now, has_receiver=True)
    await host.database.batch([event.insert])
    if held:
        hold = "UPDATE outbox SET state = 'held', position = NULL WHERE id = ?"
        await host.database.batch([statement(hold, [event.id])])
    return event.id


async def ids(client: httpx.AsyncClient, query: str) -> list[str]:
    answer = await client.get(f"/api/events{query}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return [item["id"] for item in answer.json()["items"]]


async def test_a_reader_that_goes_on_behind_its_place_misses_no_event(
    told_host: HostPlatform,
) -> None:
    first = [await tell(told_host, number) for number in range(5)]
    held = await tell(told_host, 5, held=True)
    async with api_client(told_host.platform) as client:
        seen: list[str] = []
        cursor = ""
        while True:
            page = (await client.get(f"/api/events?limit=2{cursor}")).json()
            seen += [item["id"] for item in page["items"]]
            if page["nextCursor"] is None:
                break
            cursor = f"&cursor={page['nextCursor']}"
        assert seen == first
        place = page["lastCursor"]
        assert await ids(client, f"?cursor={place}") == []
        later = await tell(told_host, 6)
        # It was written long ago, and is released only now.
        await told_host.database.batch(
            [statement("UPDATE outbox SET state = 'pending' WHERE id = ?", [held])]
        )
        rest = (await client.get(f"/api/events?cursor={place}")).json()
        assert [item["id"] for item in rest["items"]] == [later, held]
        again = (await client.get(f"/api/events?cursor={rest['lastCursor']}")).json()
        assert (again["items"], again["lastCursor"]) == ([], rest["lastCursor"])


async def test_a_place_is_not_given_twice_after_the_last_event_was_archived(
    told_host: HostPlatform,
) -> None:
    await tell(told_host, 0)
    last = await tell(told_host, 1)
    async with api_client(told_host.platform) as client:
        place = (await client.get("/api/events")).json()["lastCursor"]
        await asyncio.sleep(0.002)  # as an archive comes later than the event
        await told_host.database.batch([statement("DELETE FROM outbox WHERE id = ?", [last])])
        following = await tell(told_host, 2)
        assert await ids(client, f"?cursor={place}") == [following]


async def test_topics_and_times_choose_and_what_no_event_has_is_refused(
    told_host: HostPlatform,
) -> None:
    created = await tell(told_host, 0)
    approved = await tell(told_host, 1, "expense.approved")
    paid = await tell(told_host, 2, "claim.asked")
    async with api_client(told_host.platform) as client:
        assert await ids(client, "?topic=expense.*") == [created, approved]
        assert await ids(client, "?topic=claim.asked") == [paid]
        assert await ids(client, "?since=2030-01-01T00:00:00Z") == []
        assert await ids(client, "?since=2020-01-01T00:00:00Z") == [created, approved, paid]
        for query in (
            "?topic=nothing",
            "?topic=nothing.*",
            "?since=yesterday",
            "?cursor=x",
            "?limit=0",
        ):
            refused = await client.get(f"/api/events{query}")
            assert refused.status_code in {400, 422}, query
        [item] = (await client.get("/api/events?topic=claim.asked")).json()["items"]
        assert item["body"]["data"] == {"number": 2}
        assert item["body"]["type"] == "claim.asked"


async def test_nobody_reads_the_events_of_another_account(told_host: HostPlatform) -> None:
    await tell(told_host, 0)
    async with api_client(told_host.platform, OTHER_TOKEN) as client:
        answer = await client.get("/api/events")
    items = answer.json().get("items", [])
    assert items == [], answer.text
