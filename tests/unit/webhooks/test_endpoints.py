"""Endpoints over HTTP: set up, tested, rotated, disabled, and what was sent to them sent again."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll.webhooks.service import tell_of_disabled
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_testing.host.memory import MemoryResolver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

HOOK = "https://hooks.example.org/in"


@dataclass
class Api:
    world: World
    client: httpx.AsyncClient

    async def create(self, url: str = HOOK, **more: object) -> dict[str, Any]:
        answer = await self.client.post(
            "/api/endpoints", json={"url": url, "topics": ["expense.*"], **more}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def deliveries(self, **query: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/api/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    @property
    def sent(self) -> list[Any]:
        return self.world.host.pieces.receiver.received


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    world = await open_receipts(Faults(), webhook=False)
    async with api_client(world.host.platform) as client:
        yield Api(world, client)


def verifies(secret: str, sent: Any) -> bool:
    """Whether one of the signatures is that key's, as the official library makes it."""
    headers, body = sent
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(headers["webhook-id"], at, body) in headers[
        "webhook-signature"
    ].split(" ")


async def test_an_endpoint_is_set_up_tested_rotated_and_deleted(api: Api) -> None:
    made = await api.create(topics=["expense.*"], description="books")
    assert made["secret"].startswith("whsec_")
    assert (made["status"], made["origin"], made["signingKeys"]) == ("enabled", "account", 1)
    shown = (await api.client.get(f"/api/endpoints/{made['id']}")).json()
    assert "secret" not in shown
    assert made["secret"] not in str(await api.world.rows("SELECT * FROM endpoint_secrets"))

    tested = (await api.client.post(f"/api/endpoints/{made['id']}/test")).json()
    assert (tested["state"], tested["topic"], tested["lastStatus"]) == (
        "delivered",
        "endpoint.test",
        200,
    )
    assert tested["payload"]["data"] == {"endpointId": made["id"]}
    assert verifies(made["secret"], api.sent[0])

    rotated = (
        await api.client.post(
            f"/api/endpoints/{made['id']}/rotate-secret", json={"overlapHours": 2}
        )
    ).json()
    await api.client.post(f"/api/endpoints/{made['id']}/test")
    assert verifies(made["secret"], api.sent[1])
    assert verifies(rotated["secret"], api.sent[1])
    api.world.host.pieces.clock.advance(timedelta(hours=2))
    await api.client.post(f"/api/endpoints/{made['id']}/test")
    assert not verifies(made["secret"], api.sent[2])
    assert verifies(rotated["secret"], api.sent[2])

    assert (await api.client.delete(f"/api/endpoints/{made['id']}")).status_code == 204
    assert (await api.client.get(f"/api/endpoints/{made['id']}")).status_code == 404
    assert await api.world.rows("SELECT * FROM endpoint_secrets") == []
    assert len(await api.deliveries(endpoint=made["id"])) == 3


async def test_a_test_that_fails_says_what_came_of_it(api: Api) -> None:
    made = await api.create()
    api.world.host.pieces.receiver.answers = [500]
    tested = (await api.client.post(f"/api/endpoints/{made['id']}/test")).json()
    assert (tested["state"], tested["lastStatus"]) == ("given_up", 500)
    assert tested["attempts"][0]["error"] == "the receiver answered 500"
    again = await api.client.post(f"/api/deliveries/{tested['id']}/redeliver")
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:tillroll:problem:not-redeliverable",
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"url": "ftp://hooks.example.org"}, "address"),
        ({"url": HOOK, "topics": ["expense.creatd"]}, "no event"),
        ({"url": HOOK, "topics": ["*"]}, "no event"),
        ({"url": HOOK, "topics": ["nothing.*"]}, "no event"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_the_remedy(
    api: Api, asked: dict[str, Any], field: str
) -> None:
    answer = await api.client.post("/api/endpoints", json=asked)
    assert answer.status_code == 422
    assert field in answer.json()["detail"]
    assert all(each["message"] for each in answer.json()["errors"])
    assert await api.world.rows("SELECT * FROM endpoints") == []


async def test_an_address_inside_is_refused_when_it_is_set_and_when_it_is_changed(api: Api) -> None:
    made = await api.create()
    platform = api.world.host.platform
    settings = platform.settings.changed(OutgoingSettings())
    object.__setattr__(platform, "settings", settings)
    object.__setattr__(platform, "resolver", MemoryResolver({"hooks.example.org": ["10.0.0.8"]}))
    for url in (
        "https://127.0.0.1/",
        "http://hooks.example.org/",
        "https://[::ffff:10.0.0.1]/",
        "https://test/",
    ):
        assert (await api.client.post("/api/endpoints", json={"url": url})).status_code == 422
        assert (
            await api.client.patch(f"/api/endpoints/{made['id']}", json={"url": url})
        ).status_code == 422
    tested = (await api.client.post(f"/api/endpoints/{made['id']}/test")).json()
    assert "private" in tested["lastError"]
    assert api.sent == []


async def test_what_was_given_up_is_sent_again_one_or_all_and_the_run_comes_along(api: Api) -> None:
    made = await api.create()
    api.world.host.pieces.receiver.answers = [500] * 10
    await upload(api.world)
    for _ in range(60):
        await api.world.turn()
        api.world.host.pieces.clock.advance(timedelta(hours=3))
    [given_up] = await api.deliveries(state="given_up")
    assert given_up["attemptsMade"] == 10
    assert await api.world.rows("SELECT state FROM runs") == [
        {"state": "expense_created_notification_failed"}
    ]
    refused = await api.client.post(f"/api/deliveries/{given_up['id']}/redeliver")
    assert refused.status_code == 409, "its endpoint was disabled after three days"
    enabled = await api.client.patch(f"/api/endpoints/{made['id']}", json={"enabled": True})
    assert enabled.json()["status"] == "enabled"
    again = await api.client.post("/api/deliveries/redeliver", json={"topic": "expense.created"})
    assert (again.status_code, again.json()) == (202, {"redelivered": 1, "more": False})
    assert await api.world.rows("SELECT state FROM runs") == [{"state": "expense_created"}]
    await api.world.settle()
    assert await api.world.rows("SELECT state FROM runs") == [{"state": "notified"}]
    detail = (await api.client.get(f"/api/deliveries/{given_up['id']}")).json()
    assert (detail["state"], detail["attempts"][0]["number"], len(detail["attempts"])) == (
        "delivered",
        11,
        11,
    )
    assert len({headers["webhook-id"] for headers, _ in api.sent}) == 1
    once_more = await api.client.post(f"/api/deliveries/{given_up['id']}/redeliver")
    assert once_more.status_code == 202
    await api.world.settle()
    assert len(api.sent) == 12
    assert await api.world.rows("SELECT state FROM runs") == [{"state": "notified"}]


async def test_owners_are_told_once_that_an_endpoint_was_disabled(api: Api) -> None:
    made = await api.create()
    api.world.host.pieces.receiver.answers = [410]
    await upload(api.world)
    await api.world.settle()
    shown = (await api.client.get(f"/api/endpoints/{made['id']}")).json()
    assert (shown["status"], shown["disabledWhy"]) == ("disabled", "gone")
    for _ in range(2):
        await tell_of_disabled(api.world.host.platform)
    notices = (await api.client.get("/api/notices")).json()["items"]
    assert [
        (each["topic"], each["about"]) for each in notices if each["topic"] == "endpoint.disabled"
    ] == [("endpoint.disabled", "hooks.example.org")]


async def test_the_deployments_endpoint_stands_first_and_can_be_disabled_but_not_moved() -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        [own] = (await client.get("/api/endpoints")).json()["items"]
        assert (own["origin"], own["url"]) == ("deployment", "https://receiver.test/hook")
        moved = await client.patch(f"/api/endpoints/{own['id']}", json={"url": HOOK})
        rotated = await client.post(f"/api/endpoints/{own['id']}/rotate-secret", json={})
        assert (moved.status_code, rotated.status_code) == (409, 409)
        disabled = await client.patch(f"/api/endpoints/{own['id']}", json={"enabled": False})
        assert disabled.json()["disabledWhy"] == "owner"
        await upload(world)
        await world.settle()
    assert world.host.pieces.receiver.received == []
    assert await world.rows("SELECT state FROM runs") == [{"state": "notified"}]


async def test_another_account_sees_nothing_of_it(api: Api) -> None:
    made = await api.create()
    tested = (await api.client.post(f"/api/endpoints/{made['id']}/test")).json()
    other = {"authorization": f"Bearer {OTHER_TOKEN}"}
    paths = [f"/api/endpoints/{made['id']}", f"/api/deliveries/{tested['id']}"]
    assert [(await api.client.get(path, headers=other)).status_code for path in paths] == [404, 404]
    for path in ("/api/endpoints", "/api/deliveries"):
        assert (await api.client.get(path, headers=other)).json()["items"] == []
    for path in (f"{paths[0]}/test", f"{paths[1]}/redeliver"):
        assert (await api.client.post(path, headers=other)).status_code == 404
    assert (await api.client.delete(paths[0], headers=other)).status_code == 404


async def test_an_account_has_twenty_endpoints_at_most(api: Api) -> None:
    for _ in range(20):
        await api.create()
    answer = await api.client.post("/api/endpoints", json={"url": HOOK})
    assert answer.json()["type"] == "urn:tillroll:problem:too-many-endpoints"


async def test_each_event_has_a_schema_that_what_is_sent_fits(api: Api) -> None:
    kinds = {
        each["name"]: each for each in (await api.client.get("/api/event-types")).json()["items"]
    }
    await api.create(topics=[])
    await upload(api.world)
    await api.world.settle()
    deliveries = await api.deliveries()
    assert {each["topic"] for each in deliveries} == {"expense.created", "run.completed"}
    for delivery in deliveries:
        model = "CreatedData" if delivery["topic"] == "expense.created" else "RunData"
        schema = kinds[delivery["topic"]]["payloadSchema"]
        assert schema["$id"] == f"urn:tillroll:event:{delivery['topic']}:1"
        payload = (await api.client.get(f"/api/deliveries/{delivery['id']}")).json()["payload"]
        assert payload.keys() == schema["properties"].keys()
        assert payload["data"].keys() == schema["$defs"][model]["properties"].keys()
