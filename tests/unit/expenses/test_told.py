"""The webhook is told of all that becomes of an expense, once for each version, in the shape that the API describes."""

from typing import Any

import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import HostPlatform, assemble, migrated_database
from tillroll.api.webhooks import ChangedEvent, MergedEvent
from tillroll.expenses.changing.telling import TOPICS
from tillroll.platform.bindings.database import statement
from tillroll.platform.json import load_object
from tillroll.workflows.receipt.contract import EXPENSE_CREATED_TOPIC
from tillroll.workflows.registry import REGISTRY

ONE, TWO = "exp_000001", "exp_000002"
CHOSEN = {"ids": [ONE]}
LIFE: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("expenses/approve", CHOSEN, "expense.approved"),
    ("expenses/unapprove", CHOSEN, "expense.unapproved"),
    ("expenses/reject", CHOSEN | {"reason": "Whose?"}, "expense.sent_back"),
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
    events = await host.database.all(statement("SELECT id, topic, payload, state FROM outbox ORDER BY rowid"))
    assert [row["topic"] for row in events] == ["expense.updated", *(topic for _, _, topic in LIFE)]
    assert [message["outboxId"] for message in host.pieces.queue.messages] == [row["id"] for row in events]
    told = [load_object(str(row["payload"])) for row in events]
    for event in told:
        (MergedEvent if event["type"] == "expense.merged" else ChangedEvent).model_validate(event)
    data: list[Any] = [event["data"] for event in told]
    assert [each["version"] for each in data] == [*range(2, 13)]
    assert {each["changeId"] for each in data} == {item["id"] for item in history}
    assert data[-2]["mergedInto"] == TWO
    assert (data[-2]["status"], data[-1]["status"]) == ("voided", "ready")
    assert all(each["changed"] == ["status"] for each in data[1:])


async def test_every_event_is_described_and_delivered(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        described = (await client.get("/api/openapi.json")).json()["webhooks"]
    assert described.keys() == {EXPENSE_CREATED_TOPIC, *TOPICS}
    assert described.keys() <= REGISTRY.settlements.keys()
