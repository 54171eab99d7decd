"""The webhook is told of all that becomes of an expense, once for each version, in the shape that
the API describes.
"""

from typing import Any

import pytest

from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client, description
from tests.support.host_platform import OTHER_TOKEN, assemble, migrated_database
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.outbox import LARGEST_BODY_BYTES
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import HostPlatform

ONE, TWO = "exp_000001", "exp_000002"
CHOSEN = {"ids": [ONE]}
LIFE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("expenses/approve", CHOSEN | {"versions": [2]}, "expense.approved"),
    ("expenses/unapprove", CHOSEN, "expense.unapproved"),
    ("expenses/reject", CHOSEN | {"versions": [4], "reason": "Whose?"}, "expense.sent_back"),
    (f"expenses/{ONE}/confirm", {}, "expense.confirmed"),
    (f"expenses/{ONE}/void", {"reason": "private"}, "expense.voided"),
    (f"expenses/{ONE}/restore", {}, "expense.restored"),
    (f"expenses/{ONE}/send-back", {"reason": "Whose?"}, "expense.sent_back"),
    (f"expenses/{ONE}/confirm", {}, "expense.confirmed"),
    ("duplicates/merge", {"keep": TWO, "drop": ONE}, "expense.merged"),
    ("duplicates/apart", {"first": ONE, "second": TWO}, "expense.restored"),
)


@pytest.fixture
async def host() -> HostPlatform:
    database = await migrated_database()
    await add_expenses(database, Given(1, merchant="TEO HENG"), Given(2, merchant="TEO HENG"))
    return assemble(database, {}, webhook_url="https://receiver.test/hook")


async def test_each_step_of_an_expenses_life_is_told_once(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        await client.patch(f"/api/expenses/{ONE}", json={"note": "seen"})
        for path, body, _ in LIFE:
            for _again in range(2):
                assert (await client.post(f"/api/{path}", json=body)).is_success
        history = (await client.get(f"/api/expenses/{ONE}/history")).json()["items"]
    events = await host.database.all(
        statement("SELECT id, topic, payload, state FROM outbox ORDER BY rowid")
    )
    assert [row["topic"] for row in events] == ["expense.updated", *(topic for _, _, topic in LIFE)]
    assert [message["outboxId"] for message in host.pieces.queue.messages] == [
        row["id"] for row in events
    ]
    told = [load_object(str(row["payload"])) for row in events]
    for event in told:
        REGISTRY.topics[str(event["type"])].payload.model_validate(event["data"])
    data: list[Any] = [event["data"] for event in told]
    assert [each["version"] for each in data] == [*range(2, 13)]
    assert {each["changeId"] for each in data} == {item["id"] for item in history}
    assert data[-2]["mergedInto"] == TWO
    assert (data[-2]["status"], data[-1]["status"]) == ("voided", "ready")
    assert all(each["changed"] == ["status"] for each in data[1:])


def test_every_event_is_described_and_delivered() -> None:
    described = description()["webhooks"]
    assert described.keys() == REGISTRY.topics.keys() == REGISTRY.settlements.keys()
    assert all(
        described[name]["post"]["description"].startswith(topic.says)
        for name, topic in REGISTRY.topics.items()
    )
    assert all(topic.says for topic in REGISTRY.topics.values())


async def test_what_is_too_large_is_sent_as_ids_and_a_link_to_the_whole(host: HostPlatform) -> None:
    """A note, tags, and notes of parts as long as they may be, in characters of three bytes."""
    many = {
        "reason": "split",
        "note": "票" * 2000,
        "tags": [f"{number:02}{'票' * 38}" for number in range(20)],
        "projectId": "prj_1",
        "clientId": "cli_1",
        "parts": [
            {
                "category": f"{number:02}{'票' * 40}",
                "amount": "8.00" if number == 49 else "0.10",
                "note": "票" * 100,
            }
            for number in range(50)
        ],
    }
    await add_client(host.database, "cli_1", "票" * 100, prj_1="票" * 100)
    async with api_client(host.platform) as client:
        answer = await client.patch(f"/api/expenses/{ONE}", json=many, headers={"If-Match": '"1"'})
        assert answer.is_success, answer.text
        [event] = await host.database.all(statement("SELECT id, payload, whole FROM outbox"))
        assert (
            len(str(event["whole"]).encode())
            > LARGEST_BODY_BYTES
            >= len(str(event["payload"]).encode())
        )
        body = load_object(str(event["payload"]))
        data = body["data"]
        assert isinstance(data, dict)
        assert (body["type"], data["isThin"], data["expenseId"]) == ("expense.updated", True, ONE)
        assert "note" not in data
        whole = (await client.get(str(data["link"]))).json()
    assert (whole["id"], whole["topic"]) == (event["id"], "expense.updated")
    assert whole["body"]["data"]["note"] == many["note"]
    async with api_client(host.platform, OTHER_TOKEN) as client:
        assert (await client.get(str(data["link"]))).status_code == 404
