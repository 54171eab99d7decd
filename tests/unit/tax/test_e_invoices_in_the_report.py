"""From an e-invoice to the tax report and the exports: the VAT category of a row is never lost."""

from typing import Any

import pytest

from tests.simulation.receipts import AFTER_INVOICES, open_receipts
from tests.support.e_invoices import Facts, ubl
from tests.support.host_api import api_client
from tests.unit.receipts.test_e_invoices import hand_in
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_DAYS = {"from": "2026-03-01", "to": "2026-03-31", "country": "DE"}


@pytest.fixture
async def world() -> World:
    world = await open_receipts(Faults(), webhook=False, days_later=AFTER_INVOICES)
    await world.host.database.batch([statement("UPDATE accounts SET base_currency = 'EUR'")])
    return world


def of_category(category: str, seller_vat: str, **more: Any) -> bytes:
    """An invoice whose only row has a category without tax."""
    from decimal import Decimal  # noqa: PLC0415 - of this file's writer alone

    facts = Facts(
        rate=Decimal(0),
        seller_vat=seller_vat,
        lines=(("Leistung", Decimal(1), Decimal(500)),),
        **more,
    )
    return ubl(facts).replace(b"<cbc:ID>S</cbc:ID>", f"<cbc:ID>{category}</cbc:ID>".encode())


async def reported(world: World) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The report, and what is open of it."""
    async with api_client(world.host.platform) as client:
        report = (await client.get("/api/tax/report", params=_DAYS)).raise_for_status().json()
        behind = (
            (await client.get("/api/tax/expenses", params={**_DAYS, "open": True}))
            .raise_for_status()
            .json()
        )
    return report, behind["items"]


@pytest.mark.parametrize(
    ("category", "seller", "reason", "treatment"),
    [
        ("AE", "DE136695976", "reverse_charge", "domestic_reverse"),
        ("AE", "IE6388047V", "reverse_charge", "eu_services"),
        ("K", "FR83404833048", "eu_supply", "eu_goods"),
        ("G", "CHE116281710", "export_supply", "import"),
    ],
)
async def test_a_category_is_an_open_point_and_its_proposal_fills_the_return(
    world: World, category: str, seller: str, reason: str, treatment: str
) -> None:
    run = await hand_in(world, of_category(category, seller))
    assert run["status"] == "complete", run["review"]
    await world.settle()
    await world.host.database.batch(
        [
            statement(
                """
                INSERT OR IGNORE INTO expense_conversions
                SELECT id, 'EUR', total_minor, tax_minor, '1', date, 'x', NULL, '' FROM expenses
                """
            )
        ]
    )
    report, [point] = await reported(world)
    assert [each["reason"] for each in report["open"]] == [reason]
    assert report["rows"] == []
    assert (point["open"], point["proposed"]["treatment"]) == (reason, treatment)
    async with api_client(world.host.platform) as client:
        shown = (await client.get(f"/api/expenses/{point['expenseId']}")).json()
        assert [line["vatCategory"] for line in shown["taxLines"]] == [category]
        decision = {"expenses": [point["expenseId"]], **point["proposed"]}
        (await client.post("/api/tax/decisions", json=decision)).raise_for_status()
    report, behind = await reported(world)
    assert (report["open"], behind) == ([], [])
    [row] = report["rows"]
    assert (row["treatment"], row["figures"]["net"]) == (treatment, "500.00")
    lines = {line["number"]: line["amount"] for line in report["periods"][0]["taxReturn"]["lines"]}
    expected = {
        "domestic_reverse": {"84": "500.00", "85": "95.00", "67": "95.00"},
        "eu_services": {"46": "500.00", "47": "95.00", "67": "95.00"},
        "eu_goods": {"89": "500.00", "61": "95.00"},
        "import": {"62": "0.00"},
    }[treatment]
    assert expected.items() <= lines.items()


async def test_a_person_may_say_the_category_of_a_row(world: World) -> None:
    run = await hand_in(world, of_category("E", "DE136695976"))
    expense = run["expense"]["id"]
    async with api_client(world.host.platform) as client:
        etag = (await client.get(f"/api/expenses/{expense}")).headers["etag"]
        wrong = {
            "taxLines": [{"rate": "0", "base": "500.00", "tax": "0.00", "vatCategory": "X"}],
            "reason": "x",
        }
        refused = await client.patch(
            f"/api/expenses/{expense}", json=wrong, headers={"if-match": etag}
        )
        assert refused.status_code == 422
        right = {
            "taxLines": [{"rate": "0", "base": "500.00", "tax": "0.00", "vatCategory": "AE"}],
            "reason": "x",
        }
        changed = await client.patch(
            f"/api/expenses/{expense}", json=right, headers={"if-match": etag}
        )
    assert changed.json()["taxLines"][0]["vatCategory"] == "AE"
