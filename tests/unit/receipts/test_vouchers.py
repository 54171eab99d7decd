"""Expenses without a receipt, from the request to the expense: once, with what was stated, or
refused with a reason.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tillroll.api.answers import ObjectReply
from tillroll.api.problems import Problem
from tillroll.receipts.native import show_image
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

PARKING: JsonObject = {
    "merchant": "City  parking",
    "date": "2026-02-14",
    "total": "4.5",
    "currency": "eur",
    "tax": "0.72",
    "category": "Travel",
    "reason": "The machine was out of paper",
    "note": "Visit to a client",
}
DRIVE: JsonObject = {
    "date": "2026-02-14",
    "from": "Bonn",
    "to": "Mainz",
    "km": "150",
    "purpose": "Fair",
    "country": "DE",
}
AWAY: JsonObject = {
    "country": "DE",
    "left": "2026-02-14T07:00",
    "returned": "2026-02-16T18:00",
    "meals": [{"date": "2026-02-15", "meals": ["breakfast"]}],
    "purpose": "Fair",
}


@pytest.fixture
async def world() -> World:
    return await open_receipts(Faults())


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def stated(
    world: World, client: httpx.AsyncClient, path: str, body: JsonObject
) -> dict[str, Any]:
    """The expense, with its items."""
    answer = await client.post(path, json=body)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    await world.settle()
    run = (await client.get(answer.headers["location"])).json()
    assert (run["status"], run["reason"]) == ("complete", None), run
    return (await client.get(f"/api/expenses/{run['expense']['id']}")).json()


async def test_a_voucher_gets_the_category_of_its_name_in_whatever_case(
    world: World, client: httpx.AsyncClient
) -> None:
    await client.post("/api/categories", json={"name": "Öffis"})
    expense = await stated(world, client, "/api/vouchers", {**PARKING, "category": "öFFIS"})
    assert expense["category"] == "Öffis"


async def test_a_voucher_becomes_an_expense_and_asks_no_model(
    world: World, client: httpx.AsyncClient
) -> None:
    expense = await stated(world, client, "/api/vouchers", PARKING)
    assert (expense["origin"], expense["merchant"], expense["date"]) == (
        "voucher",
        "City parking",
        "2026-02-14",
    )
    assert (expense["total"], expense["tax"], expense["currency"]) == ("4.50", "0.72", "EUR")
    assert (expense["category"], expense["person"]["id"] is not None) == ("Travel", True)
    assert expense["note"] == "Visit to a client\nNo receipt: The machine was out of paper"
    assert await world.rows("SELECT model FROM ai_calls") == []
    assert [row["topic"] for row in await world.rows("SELECT topic FROM notifications")] == [
        "expense.created"
    ]


async def test_a_journey_becomes_an_expense_that_shows_its_rate_and_source(
    world: World, client: httpx.AsyncClient
) -> None:
    expense = await stated(world, client, "/api/mileage", DRIVE)
    assert (expense["origin"], expense["total"], expense["currency"]) == ("mileage", "45.00", "EUR")
    assert expense["merchant"] == "Mileage Bonn - Mainz"
    assert "0.30 EUR/km (§ 9 Abs. 1 Satz 3 Nr. 4a EStG" in expense["note"]
    assert expense["items"] == [
        {"description": "150 km by car", "quantity": "150", "unitPrice": "0.30", "amount": "45.00"}
    ]


async def test_an_absence_becomes_an_expense_with_an_item_for_each_day(
    world: World, client: httpx.AsyncClient
) -> None:
    expense = await stated(world, client, "/api/per-diem", AWAY)
    assert (expense["origin"], expense["total"], expense["date"]) == (
        "per_diem",
        "50.40",
        "2026-02-16",
    )
    assert [item["amount"] for item in expense["items"]] == ["14.00", "22.40", "14.00"]


async def test_a_journey_is_worth_before_it_is_claimed_what_its_expense_is_then(
    world: World, client: httpx.AsyncClient
) -> None:
    drive = {name: DRIVE[name] for name in ("date", "km", "country")}
    away = {name: AWAY[name] for name in ("country", "left", "returned", "meals")}
    for path, body, asked in (("mileage", DRIVE, drive), ("per-diem", AWAY, away)):
        worth = (await client.post(f"/api/{path}/preview", json=asked)).raise_for_status().json()
        expense = await stated(world, client, f"/api/{path}", body)
        assert (worth["total"], worth["currency"]) == (expense["total"], expense["currency"])
        assert worth["lines"] == expense["items"]
        assert all(basis in expense["note"] for basis in worth["bases"])


async def test_a_preview_says_why_nothing_is_due_and_stores_nothing(
    world: World, client: httpx.AsyncClient
) -> None:
    answer = await client.post(
        "/api/mileage/preview", json={"date": "2023-12-31", "km": "5", "country": "DE"}
    )
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    [error] = answer.json()["errors"]
    assert (error["field"], error["message"][:34]) == ("date", "No mileage rate of DE for a car is")
    assert await world.rows("SELECT id FROM runs") == []


async def test_every_rate_is_listed_with_its_days_and_source(client: httpx.AsyncClient) -> None:
    rates = (await client.get("/api/travel-rates")).raise_for_status().json()
    assert {
        "country": "DE",
        "vehicle": "car",
        "unit": "km",
        "rate": "0.30",
        "currency": "EUR",
    }.items() <= rates["mileage"][0].items()
    assert rates["perDiem"][0]["meals"] == {
        "breakfast": "5.60",
        "lunch": "11.20",
        "dinner": "11.20",
    }
    assert all(
        rate["first"] <= rate["last"] and rate["source"]
        for rate in rates["mileage"] + rates["perDiem"]
    )


@pytest.mark.parametrize(
    ("path", "body"), [("vouchers", PARKING), ("mileage", DRIVE), ("per-diem", AWAY)]
)
async def test_sent_again_it_is_the_same(
    world: World, client: httpx.AsyncClient, path: str, body: JsonObject
) -> None:
    first = await client.post(f"/api/{path}", json=body)
    await world.settle()
    again = await client.post(f"/api/{path}", json=body)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["runId"] == first.json()["runId"]
    assert len(await world.rows("SELECT id FROM expenses")) == 1


async def test_a_key_stands_for_one_statement(world: World, client: httpx.AsyncClient) -> None:
    first = await client.post("/api/vouchers", json={**PARKING, "key": "one"})
    again = await client.post("/api/vouchers", json={**PARKING, "key": "one"})
    other = await client.post("/api/vouchers", json={**PARKING, "key": "one", "total": "5.00"})
    assert again.json()["runId"] == first.json()["runId"]
    assert (other.status_code, other.json()["type"]) == (422, "urn:tillroll:problem:key-reused")
    assert len(await world.rows("SELECT id FROM runs")) == 1


async def test_the_same_under_another_key_is_asked_about(
    world: World, client: httpx.AsyncClient
) -> None:
    await stated(world, client, "/api/mileage", {**DRIVE, "key": "out"})
    second = await client.post("/api/mileage", json={**DRIVE, "key": "back"})
    await world.settle()
    run = (await client.get(second.headers["location"])).json()
    assert (run["status"], run["reason"]) == ("needs_review", "possible_duplicate")


async def test_its_document_is_text_for_people_and_has_no_picture(
    world: World, client: httpx.AsyncClient
) -> None:
    answer = await client.post("/api/vouchers", json=PARKING)
    header = {"authorization": f"Bearer {TOKEN}"}.get
    reply = await show_image(world.host.platform, header, answer.json()["receiptId"], None)
    assert isinstance(reply, ObjectReply)
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    said = world.host.pieces.objects.content[reply.key].decode()
    assert "Paid to: City parking\n" in said
    assert "No receipt because: The machine was out of paper\n" in said
    with pytest.raises(Problem, match="no picture"):
        await show_image(world.host.platform, header, answer.json()["receiptId"], "320")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("vouchers", {**PARKING, "total": "4.505"}, "total"),
        ("vouchers", {**PARKING, "tax": "5.00"}, "tax"),
        ("vouchers", {**PARKING, "currency": "EURO"}, "currency"),
        ("vouchers", {**PARKING, "date": "2096-02-14"}, "date"),
        ("vouchers", {**PARKING, "reason": "  "}, "reason"),
        ("vouchers", {**PARKING, "colour": "red"}, "colour"),
        ("mileage", {**DRIVE, "date": "2023-12-31"}, "date"),
        ("mileage", {**DRIVE, "miles": "10"}, "km"),
        ("mileage", {**DRIVE, "km": "0"}, "km"),
        ("mileage", {**DRIVE, "country": "FR"}, "country"),
        ("per-diem", {**AWAY, "meals": [], "returned": "2026-02-14T09:00"}, "returned"),
        ("per-diem", {**AWAY, "left": "2026-02-14T07:00Z"}, "left"),
        ("per-diem", {**AWAY, "meals": [{"date": "2026-02-20", "meals": ["lunch"]}]}, "meals"),
    ],
)
async def test_what_cannot_be_an_expense_is_refused(
    world: World, client: httpx.AsyncClient, path: str, body: JsonObject, field: str
) -> None:
    answer = await client.post(f"/api/{path}", json=body)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await world.rows("SELECT id FROM runs") == []


async def test_wherever_the_process_dies_a_voucher_is_one_expense() -> None:
    calm = Faults()
    await one_voucher(calm)
    assert calm.passed
    for place in range(1, len(calm.passed) + 1):
        faults = Faults()
        faults.plan[place] = faults.kill
        assert await one_voucher(faults) == [{"origin": "voucher", "total_minor": 450}], (
            calm.passed[place - 1]
        )
        assert faults.has_died


async def one_voucher(faults: Faults) -> list[Row]:
    """A client states a voucher until it has an answer; the expenses that became of it."""
    world = await open_receipts(faults)

    async def state() -> None:
        async with api_client(world.host.platform) as client:
            await client.post("/api/vouchers", json=PARKING)

    await world.surviving(state)
    await world.settle()
    return await world.rows("SELECT origin, total_minor FROM expenses")
