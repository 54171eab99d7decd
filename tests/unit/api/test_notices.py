"""Notices are listed with the count of those that nobody has read, and marked."""

from typing import Any

import httpx
import pytest

from tests.simulation.faults import Faults
from tests.simulation.receipts import open_receipts, upload
from tests.simulation.world import World
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.platform.bindings.database import statement


async def told(world: World) -> str:
    """A receipt that became an expense: its run."""
    run_id = await upload(world)
    await world.settle()
    return run_id


async def invented(world: World, run_id: str, *topics: str) -> None:
    for minute, topic in enumerate(topics):
        await world.host.database.all(
            statement(
                "INSERT INTO notices (id, account_id, run_id, topic, created_at) VALUES (?, 'acc_first', ?, ?, ?)",
                f"{run_id}:{topic}",
                run_id,
                topic,
                f"2020-01-01T00:0{minute}:00.000Z",
            )
        )


async def notices(client: httpx.AsyncClient, **query: str | int | bool | None) -> dict[str, Any]:
    return (await client.get("/api/notices", params=query)).json()


async def test_a_finished_run_is_told_of_until_it_is_read() -> None:
    world = await open_receipts(Faults())
    run_id = await told(world)
    async with api_client(world.host.platform) as client:
        page = await notices(client)
        [notice] = page["items"]
        assert (notice["runId"], notice["topic"], notice["readAt"]) == (run_id, "expense.created", None)
        assert notice["message"] == "Your expense is ready."
        assert page["unread"] == 1
        for _ in range(2):
            answer = await client.post("/api/notices/read", json={"ids": [notice["id"], "nothing"]})
            assert answer.json() == {"unread": 0}
        page = await notices(client)
        assert page["items"][0]["readAt"]
        assert page["unread"] == 0
        assert (await notices(client, unread=True))["items"] == []


async def test_all_that_were_seen_are_marked_and_what_came_later_is_not() -> None:
    world = await open_receipts(Faults())
    run_id = await told(world)
    await invented(world, run_id, "a", "b", "c")
    async with api_client(world.host.platform) as client:
        newest, c, b, a = (await notices(client))["items"]
        assert [each["topic"] for each in (newest, c, b, a)] == ["expense.created", "c", "b", "a"]
        answer = await client.post("/api/notices/read", json={"until": b["createdAt"]})
        assert answer.json() == {"unread": 2}
        assert [each["id"] for each in (await notices(client, unread=True))["items"]] == [newest["id"], c["id"]]


async def test_the_list_has_pages() -> None:
    world = await open_receipts(Faults())
    await invented(world, await told(world), "a", "b", "c")
    found: list[str] = []
    query: dict[str, str | int | bool | None] = {"limit": 3}
    async with api_client(world.host.platform) as client:
        for _ in range(2):
            page = await notices(client, **query)
            found += [each["topic"] for each in page["items"]]
            query["cursor"] = page["nextCursor"]
    assert found == ["expense.created", "c", "b", "a"]
    assert query["cursor"] is None


async def test_another_accounts_notices_do_not_exist() -> None:
    world = await open_receipts(Faults())
    await told(world)
    async with api_client(world.host.platform) as client, api_client(world.host.platform, OTHER_TOKEN) as other:
        [notice] = (await notices(client))["items"]
        assert await notices(other) == {"items": [], "unread": 0, "nextCursor": None}
        for body in ({"ids": [notice["id"]]}, {"until": notice["createdAt"]}):
            assert (await other.post("/api/notices/read", json=body)).json() == {"unread": 0}
        assert (await notices(client))["unread"] == 1


@pytest.mark.parametrize(
    "body",
    [{}, {"ids": ["x"], "until": "2026-01-01T00:00:00Z"}, {"ids": ["x"] * 101}, {"until": "soon"}, {"all": True}],
)
async def test_another_shape_is_refused(body: dict[str, object]) -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        answer = await client.post("/api/notices/read", json=body)
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-request"
