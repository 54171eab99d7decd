"""What the bank paid of expenses, in DATEV's batch of a profile that asks for it."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import CAFE, FEE, Bank, opened
from tests.unit.bank.test_datev_bookings import (
    BOOKED,
    FROM_GERMANY,
    MARCH,
    batches,
    explain,
    profile_of,
    undo,
)
from tests.unit.exports.exporting import exported
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.bindings.database import statement

NUMBERED = """
  UPDATE expenses SET receipt_number = 'RE 17/3', merchant = 'GREEN GARDEN CAFE',
    total_minor = 1290, currency = 'EUR', date = '2026-03-05', status = 'approved'
"""
WITH_PAID = {"consultant": 1001, "client": 7, "booksPaid": True}
PAID = ("12,90", "S", "1610", "1200", "0603", "GREEN GARDEN CAFE")
BACK = ("12,90", "H", "1610", "1200", "0603", "Storno GREEN GARDEN CAFE")


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for each in opened(Given(1), beside=(EXPORT,)):
        queries = [statement(FROM_GERMANY, ["EUR", ACCOUNT]), statement(NUMBERED)]
        await each.world.host.database.batch(queries)
        await each.booked(CAFE, FEE)
        yield each


async def match(bank: Bank) -> str:
    entry = await bank.entry(CAFE.amount)
    for each in entry["matches"]:
        if each["state"] == "accepted":
            return each["id"]
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    return (await bank.post("/api/bank/matches", {"pairs": [pair]}, 201))["id"]


async def test_a_profile_that_asks_for_it_has_what_was_paid_of_expenses(bank: Bank) -> None:
    await match(bank)
    await explain(bank)
    fees_alone = await profile_of(bank)
    assert await batches(bank, fees_alone, filter=MARCH) == [[BOOKED]]
    profile = await profile_of(bank, "All", datev=WITH_PAID)
    assert await batches(bank, profile, filter=MARCH) == [[PAID, BOOKED]]


async def test_an_export_says_what_its_batch_of_the_bank_leaves_out(bank: Bank) -> None:
    """Else an adviser takes the one fee in it for all that the bank moved."""
    await match(bank)
    await explain(bank)

    async def remarks(profile: str) -> list[str]:
        asked = {"format": "datev", "profile": profile, "filter": MARCH}
        files = (await exported(bank.world, bank.client, **asked))["files"]
        return [each for each in files[0]["remarks"] if "the batch of the bank" in each]

    left_out = (
        "1 payment of an expense, or payout, is not in the files: the profile leaves it out of "
        "the batch of the bank."
    )
    assert await remarks(await profile_of(bank)) == [left_out]
    assert await remarks(await profile_of(bank, "All", datev=WITH_PAID)) == []


async def test_an_export_says_how_far_its_batch_is_off_the_statement(bank: Bank) -> None:
    """A tip and interest that words explain are in no file: 2 entries, of 5.65 together."""
    tip = Line(amount=-1790, booked_on=date(2026, 3, 9), name="GREEN GARDEN CAFE", text="Karte")
    interest = Line(amount=-65, booked_on=date(2026, 3, 31), name="Bank", text="Sollzinsen")
    other = Line(amount=-4200, booked_on=date(2026, 3, 12), name="Kiosk", text="Zeitung")
    await bank.booked(tip, interest, other, number=5)
    await explain(bank)
    entry = await bank.entry(-1790)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    await bank.post("/api/bank/matches", {"pairs": [{**pair, "amount": -1290}]}, 201)
    for amount, reason in ((-1790, "a tip"), (-65, "interest")):
        address = f"/api/bank/entries/{(await bank.entry(amount))['id']}/explanation"
        assert (await bank.client.put(address, json={"reason": reason})).is_success
    profile = await profile_of(bank, datev=WITH_PAID)
    asked = {"format": "datev", "profile": profile, "filter": MARCH}
    remarks = (await exported(bank.world, bank.client, **asked))["files"][0]["remarks"]
    words, nobody = [each for each in remarks if "of the bank" in each]
    assert words == (
        "2 entries of the bank are not in the files, -5.65 EUR: words explain them, and no account."
        " They are a tip (2026-03-09, -5.00 EUR), interest (2026-03-31, -0.65 EUR)."
    )
    assert nobody == (
        "2 entries of the bank are not in the files, -54.90 EUR: nobody explained them. They are"
        " Kartenzahlung (2026-03-06, -12.90 EUR), Zeitung (2026-03-12, -42.00 EUR)."
    )


async def test_it_is_handed_on_once_and_taken_back_when_it_is_undone(bank: Bank) -> None:
    profile = await profile_of(bank, datev=WITH_PAID)
    new = {"filter": MARCH, "onlyNew": True}
    matched = await match(bank)
    assert await batches(bank, profile, **new) == [[PAID]]
    assert await batches(bank, profile, **new) == []
    await undo(bank, matched)
    assert await batches(bank, profile, **new) == [[BACK]]


async def test_an_expense_in_no_batch_has_no_payment_in_one(bank: Bank) -> None:
    await match(bank)
    query = "UPDATE expenses SET status = 'in_review'"
    await bank.world.host.database.batch([statement(query)])
    profile = await profile_of(bank, datev=WITH_PAID)
    assert await batches(bank, profile, filter=MARCH) == []
