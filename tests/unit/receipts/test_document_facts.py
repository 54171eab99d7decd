"""Kind, number, due date, amount due and buyer: corrected in a review, on the expense, and told to
the outside.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from json import dumps
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import AFTER_INVOICES, check_receipts, open_receipts, upload
from tests.support.e_invoices import Facts, cii
from tests.support.host_api import api_client
from tests.support.host_platform import CLEAR_RECEIPT, OTHER_TOKEN, TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

FACTS = Facts()
ODD = replace(FACTS, stated={"gross": Decimal("84.30")})
"""Its sums do not hold: a person is asked."""


@pytest.fixture
async def world() -> World:
    return await open_receipts(Faults(), days_later=AFTER_INVOICES)


async def hand_in(world: World, facts: Facts, values: JsonObject | None = None) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {TOKEN}"}
    file = MemoryFile(cii(facts), world.host.pieces.objects, "invoice.xml")
    reply = await receive(world.host.platform, MemoryUpload([file], headers))
    await world.settle(values)
    async with api_client(world.host.platform) as client:
        return (await client.get(f"/api/runs/{reply.body['runId']}")).raise_for_status().json()


async def patch(
    world: World, run: dict[str, Any], body: JsonObject, token: str = TOKEN
) -> httpx.Response:
    async with api_client(world.host.platform, token) as client:
        return await client.patch(f"/api/expenses/{run['expense']['id']}/document", json=body)


async def test_a_review_corrects_them(world: World) -> None:
    values: JsonObject = {
        "documentKind": "other",
        "receiptNumber": "RE-7",
        "dueDate": "2026-05-01",
        "amountDue": "20",
        "buyer": None,
    }
    expense = (await hand_in(world, ODD, values))["expense"]
    given = {**values, "amountDue": "20.00"}
    assert {name: expense[name] for name in given} == given


async def test_the_webhook_tells_them(world: World) -> None:
    await hand_in(world, FACTS)
    [row] = await world.rows("SELECT payload FROM outbox")
    data = load_object(str(row["payload"]))["data"]
    assert isinstance(data, dict)
    told = {
        name: data[name]
        for name in ("documentKind", "receiptNumber", "dueDate", "amountDue", "buyer")
    }
    assert told == {
        "documentKind": "invoice",
        "receiptNumber": "RE-2026-0042",
        "dueDate": "2026-04-04",
        "amountDue": "83.30",
        "buyer": "Kontor Nord AG",
    }


async def test_an_expense_is_put_right(world: World) -> None:
    run = await hand_in(world, FACTS)
    for _ in range(2):
        answer = await patch(world, run, {"receiptNumber": "RE-8", "dueDate": None})
        assert answer.status_code == httpx.codes.OK
        now = {name: answer.json()[name] for name in ("version", "updatedAt")}
        assert now["version"] > run["expense"]["version"]
        expected = run["expense"] | {"receiptNumber": "RE-8", "dueDate": None} | now
        assert {name: answer.json()[name] for name in expected} == expected
    changes = "SELECT count(*) AS n FROM audit_events WHERE action = 'expense.edited'"
    assert (await world.rows(changes))[0]["n"] == 1
    await check_receipts(world)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"documentKind": "credit_note"}, "documentKind"),
        ({"dueDate": "tomorrow"}, "dueDate"),
        ({"amountDue": "1.234"}, "amountDue"),
    ],
)
async def test_what_cannot_be_is_refused(world: World, body: JsonObject, field: str) -> None:
    run = await hand_in(world, FACTS)
    answer = await patch(world, run, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (
        httpx.codes.UNPROCESSABLE_ENTITY,
        field,
    )
    unknown = await patch(world, run, {"total": "1.00"})
    assert unknown.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_another_account_has_no_such_expense(world: World) -> None:
    run = await hand_in(world, FACTS)
    answer = await patch(world, run, {"buyer": "Me"}, OTHER_TOKEN)
    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_two_invoices_of_a_day_over_the_same_amount_are_two(world: World) -> None:
    await hand_in(world, FACTS)
    run = await hand_in(world, replace(FACTS, number="RE-2026-0043", reference="other"))
    assert (run["status"], run["review"]) == ("complete", None)


async def test_the_same_invoice_in_other_bytes_is_asked(world: World) -> None:
    await hand_in(world, FACTS)
    run = await hand_in(world, replace(FACTS, reference="other"), {})
    assert run["review"]["reasons"] == ["possible_duplicate"]


async def test_a_credit_note_is_no_duplicate_of_what_it_refunds(world: World) -> None:
    await hand_in(world, FACTS)
    run = await hand_in(
        world, replace(FACTS, type_code="381", number="GS-1", preceding="RE-2026-0042")
    )
    expense = run["expense"]
    assert (run["review"], expense["total"], expense["documentKind"]) == (
        None,
        "-83.30",
        "credit_note",
    )


@pytest.mark.parametrize("total", ["0.00", "-1.00"])
async def test_an_invoice_of_nothing_or_less_is_an_expense(world: World, total: str) -> None:
    price = Decimal(total)
    facts = replace(
        FACTS,
        lines=(("Lamp", Decimal(1), Decimal(9)), ("Returned", Decimal(1), price - 9)),
        rate=Decimal(0),
    )
    run = await hand_in(world, replace(facts, issued=date(2026, 3, 6)))
    assert (run["status"], run["expense"]["total"]) == ("complete", total)
    assert run["expense"]["documentKind"] == ("invoice" if price == 0 else "credit_note")


async def test_the_account_is_no_merchant_of_its_receipts(world: World) -> None:
    async with api_client(world.host.platform) as client:
        await client.patch("/api/account", json={"companyNames": ["Kontor Nord GmbH"]})
    world.host.pieces.models.transcript = CLEAR_RECEIPT.replace(
        "\n", "\nSold to: Kontor Nord GmbH\n", 1
    )
    run_id = await upload(world)
    await world.settle()
    async with api_client(world.host.platform) as client:
        run = (await client.get(f"/api/runs/{run_id}")).json()
    assert "KONTOR" not in dumps(run["extraction"]["merchant"]["value"]).upper()
    assert "KONTOR" not in dumps(run["extraction"]["registeredName"]["value"]).upper()
