"""A discount that a person accepted corrects the input tax of its expense, in its own period."""

from collections.abc import AsyncGenerator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.support.bank_month import Line
from tests.support.e_invoices import Facts, ubl
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import Bank, accept, opened
from tests.unit.bank.test_datev_bookings import FROM_GERMANY, batches, profile_of
from tests.unit.bank.test_datev_paid import WITH_PAID
from tests.unit.receipts.test_e_invoices import hand_in
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import JsonObject

FACTS = Facts(
    seller="Papierhaus Lindner GmbH",
    issued=date(2026, 3, 25),
    lines=(("Papier", Decimal(1), Decimal(1000)),),
    rate=Decimal(19),
)
PAID = Line(
    amount=-116_620,
    booked_on=date(2026, 4, 7),
    name="PAPIERHAUS LINDNER GMBH",
    text="RE-2026-0042",
)
MARCH = ("2026-03-01", "2026-03-31")
APRIL = ("2026-04-01", "2026-04-30")
NOTHING = {"net": "0.00", "tax": "0.00", "gross": "0.00", "inputTax": "0.00"}
LESS = {"net": "-20.00", "tax": "-3.80", "gross": "-23.80", "inputTax": "-3.80"}
BACK = {"net": "20.00", "tax": "3.80", "gross": "23.80", "inputTax": "3.80"}


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(beside=(REGISTRY.newest["receipt"], EXPORT)):
        each.world.host.pieces.clock.advance(timedelta(days=75))
        answer = await each.client.patch("/api/account", json={"baseCurrency": "EUR"})
        assert answer.status_code == httpx.codes.OK
        run = await hand_in(each.world, ubl(FACTS))
        assert run["status"] == "complete", run["review"]
        await each.booked(PAID, number=4)
        yield each


async def report_of(bank: Bank, days: tuple[str, str]) -> Any:
    first, last = days
    return await bank.get("/api/tax/report", **{"from": first, "to": last, "country": "DE"})


def shown(figures: dict[str, str]) -> dict[str, str]:
    return {name: figures[name] for name in NOTHING}


async def line_66(bank: Bank, days: tuple[str, str]) -> str:
    report = await report_of(bank, days)
    lines = report["periods"][0]["taxReturn"]["lines"]
    return next(line["amount"] for line in lines if line["number"] == "66")


async def behind(bank: Bank, days: tuple[str, str], **asked: str) -> list[dict[str, Any]]:
    first, last = days
    path = "/api/tax/expenses"
    answer = await bank.get(path, **{"from": first, "to": last, "country": "DE", **asked})
    return answer["items"]


async def accepted(bank: Bank) -> str:
    entry = await bank.entry(PAID.amount)
    assert [each["kind"] for each in entry["matches"]] == ["discount"]
    await accept(bank, entry)
    return entry["matches"][0]["id"]


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("#SKONTO#TAGE=14#PROZENT=2.00#", "the document prints this discount: 2 % within 14 days"),
        ("2 % Skonto innerhalb 14 Tagen", "the document prints this discount: 2 % within 14 days"),
        (
            "#SKONTO#TAGE=7#PROZENT=2.00#",
            "but the document prints another discount: 2 % within 7 days",
        ),
    ],
)
async def test_a_discount_is_proposed_by_the_terms_of_its_document(note: str, reason: str) -> None:
    terms = f"<cac:PaymentTerms><cbc:Note>{note}</cbc:Note></cac:PaymentTerms><cac:TaxTotal>"
    content = ubl(FACTS).replace(b"<cac:TaxTotal>", terms.encode(), 1)
    async for bank in opened(beside=(REGISTRY.newest["receipt"],)):
        bank.world.host.pieces.clock.advance(timedelta(days=75))
        run = await hand_in(bank.world, content)
        assert run["status"] == "complete", run["review"]
        await bank.booked(PAID, number=4)
        [match] = (await bank.entry(PAID.amount))["matches"]
        assert (match["kind"], match["state"]) == ("discount", "proposed")
        assert reason in match["reasons"]


async def undo(bank: Bank, match: str) -> None:
    await bank.post(f"/api/bank/matches/{match}/undoing", {"reason": "a slip"})


async def close(bank: Bank, days: tuple[str, str]) -> str:
    """Close some days, an hour after what was before; the closing's id."""
    first, last = days
    bank.world.host.pieces.clock.advance(timedelta(hours=1))
    body: JsonObject = {"from": first, "to": last}
    closed = await bank.post("/api/closed-periods", body, httpx.codes.ACCEPTED)
    await bank.world.settle()
    bank.world.host.pieces.clock.advance(timedelta(hours=1))
    return closed["id"]


async def test_a_discount_corrects_the_month_of_its_payment(bank: Bank) -> None:
    before = await report_of(bank, MARCH)
    assert before["total"]["inputTax"] == "190.00"
    assert shown((await report_of(bank, APRIL))["total"]) == NOTHING
    assert shown((await report_of(bank, APRIL))["discounts"]) == NOTHING
    match = await accepted(bank)
    assert await report_of(bank, MARCH) == before
    april = await report_of(bank, APRIL)
    [row] = april["rows"]
    assert (row["treatment"], row["rate"]) == ("domestic", "19")
    assert shown(row["figures"]) == LESS
    assert shown(april["total"]) == LESS
    assert shown(april["discounts"]) == LESS
    assert april["due"]["deducted"] == "-3.80"
    assert await line_66(bank, APRIL) == "-3.80"
    both = await report_of(bank, ("2026-03-01", "2026-04-30"))
    assert (both["total"]["expenses"], both["total"]["inputTax"]) == (1, "186.20")
    await undo(bank, match)
    april = await report_of(bank, APRIL)
    assert april["rows"] == []
    assert shown(april["discounts"]) == NOTHING


async def test_the_list_behind_the_figure_names_the_expense(bank: Bank) -> None:
    await accepted(bank)
    [bill] = await behind(bank, MARCH)
    [discount] = await behind(bank, APRIL, line="66")
    assert bill["discount"] is None
    assert (discount["expenseId"], discount["date"]) == (bill["expenseId"], "2026-04-07")
    assert (discount["discount"], discount["total"]) == ("23.80", "1190.00")
    assert shown(discount["figures"]) == LESS
    assert discount["due"] == "3.80"
    assert [each["due"] for each in await behind(bank, APRIL, due="true")] == ["3.80"]
    assert await behind(bank, APRIL, treatment="eu_goods") == []


async def test_pages_of_a_list_follow_on_each_other_over_a_discount(bank: Bank) -> None:
    await accepted(bank)
    asked = {"from": MARCH[0], "to": APRIL[1], "limit": "1"}
    first = await bank.get("/api/tax/expenses", **asked)
    second = await bank.get("/api/tax/expenses", **asked, cursor=first["nextCursor"])
    items = [*first["items"], *second["items"]]
    assert [each["discount"] for each in items] == [None, "23.80"]
    assert second["nextCursor"] is None


async def test_a_discount_of_a_closed_month_counts_when_it_is_accepted(bank: Bank) -> None:
    await close(bank, APRIL)
    match = await accepted(bank)
    today = bank.world.host.platform.clock.now().date().isoformat()
    assert shown((await report_of(bank, APRIL))["total"]) == NOTHING
    assert shown((await report_of(bank, (today, today)))["discounts"]) == LESS
    await undo(bank, match)
    assert shown((await report_of(bank, (today, today)))["discounts"]) == NOTHING


async def test_what_a_closed_month_has_is_taken_back_on_the_day_of_the_undoing(
    bank: Bank,
) -> None:
    match = await accepted(bank)
    period = await close(bank, APRIL)
    await undo(bank, match)
    today = bank.world.host.platform.clock.now().date().isoformat()
    assert shown((await report_of(bank, APRIL))["discounts"]) == LESS
    assert shown((await report_of(bank, (today, today)))["discounts"]) == BACK
    await bank.post(f"/api/closed-periods/{period}/reopen", {"reason": "a slip"})
    assert shown((await report_of(bank, APRIL))["discounts"]) == NOTHING


async def test_a_total_that_changed_since_has_no_discount(bank: Bank) -> None:
    await accepted(bank)
    [bill] = await behind(bank, MARCH)
    path = f"/api/expenses/{bill['expenseId']}"
    etag = (await bank.client.get(path)).headers["etag"]
    edit = {"total": "1166.20", "tax": "186.20", "reason": "what was paid"}
    answer = await bank.client.patch(path, json=edit, headers={"if-match": etag})
    assert answer.status_code == httpx.codes.OK, answer.text
    assert shown((await report_of(bank, APRIL))["discounts"]) == NOTHING


async def test_datev_has_what_the_tax_report_says(bank: Bank) -> None:
    await bank.world.host.database.batch([statement(FROM_GERMANY, ["EUR", ACCOUNT])])
    match = await accepted(bank)
    profile = await profile_of(bank, datev=WITH_PAID)
    april: JsonObject = {"from": APRIL[0], "to": APRIL[1]}
    new = {"filter": april, "onlyNew": True}
    paid = ("1166,20", "S", "1610", "1200", "0704", FACTS.seller)
    discount = ("23,80", "H", "3736", "1610", "0704", f"Skonto {FACTS.seller}")
    [lines] = await batches(bank, profile, **new)
    assert sorted(lines) == sorted([paid, discount])
    await undo(bank, match)
    [lines] = await batches(bank, profile, **new)
    back = ("23,80", "S", "3736", "1610", "0704", f"Storno Skonto {FACTS.seller}")
    assert back in lines
