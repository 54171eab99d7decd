"""A payment of an expense abroad at another rate, in DATEV's batch: nothing stays on 1610."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.bank.deciding import Bank, opened
from tests.unit.bank.test_datev_bookings import FROM_GERMANY, MARCH, batches, profile_of, undo
from tests.unit.bank.test_datev_paid import WITH_PAID
from tests.unit.exports.exporting import exported
from tillroll.exports.workflow import EXPORT
from tillroll_durable.platform.bindings.database import statement

ABROAD = """
  UPDATE expenses SET receipt_number = 'US-17', merchant = 'Hilton', total_minor = 10000,
    currency = 'USD', date = '2026-03-05', status = 'approved'
"""
FORGOTTEN = "DELETE FROM expense_conversions"
BOOKED_AT = """
  INSERT INTO expense_conversions
    (expense_id, base_currency, total_minor, rate, rate_date, source, created_at)
  VALUES ('exp_000001', 'EUR', 9300, '0.93', '2026-03-05', 'ecb', '2026-03-05T00:00:00.000Z')
"""


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    async for each in opened(Given(1), beside=(EXPORT,)):
        queries = [statement(query) for query in (ABROAD, FORGOTTEN, BOOKED_AT)]
        await each.world.host.database.batch([statement(FROM_GERMANY, ["EUR", ACCOUNT]), *queries])
        yield each


async def pay(bank: Bank, amount: int) -> str:
    """The match's id."""
    paid = Line(amount=amount, booked_on=date(2026, 3, 9), name="Hilton", text="Karte")
    await bank.booked(paid)
    entry = await bank.entry(amount)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": "exp_000001"}
    return (await bank.post("/api/bank/matches", {"pairs": [pair]}, 201))["id"]


async def remarks_of(bank: Bank, profile: str) -> list[str]:
    asked = {"format": "datev", "profile": profile, "filter": MARCH}
    files = (await exported(bank.world, bank.client, **asked))["files"]
    return [each for each in files[0]["remarks"] if "contra account" in each]


@pytest.mark.parametrize(
    ("amount", "contra_account", "paid", "difference"),
    [
        (-9_500, "1610", ("95,00", "S", "1610", "1200"), ("2,00", "S", "2150", "1610")),
        (-9_180, "1610", ("91,80", "S", "1610", "1200"), ("1,20", "H", "2660", "1610")),
        (-9_500, "3310", ("95,00", "S", "3310", "1800"), ("2,00", "S", "6880", "3310")),
        (-9_180, "3310", ("91,80", "S", "3310", "1800"), ("1,20", "H", "4840", "3310")),
    ],
)
async def test_a_difference_of_rates_has_an_account_of_its_own(
    bank: Bank,
    amount: int,
    contra_account: str,
    paid: tuple[str, ...],
    difference: tuple[str, ...],
) -> None:
    """93.00 EUR was credited for the expense: payment and difference clear it to the cent."""
    await pay(bank, amount)
    profile = await profile_of(bank, datev=WITH_PAID, contraAccount=contra_account)
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[:4] for row in rows] == [paid, difference]
    assert await remarks_of(bank, profile) == []


async def test_both_are_taken_back_when_the_match_is_undone(bank: Bank) -> None:
    profile = await profile_of(bank, datev=WITH_PAID)
    new = {"filter": MARCH, "onlyNew": True}
    match = await pay(bank, -9_500)
    [rows] = await batches(bank, profile, **new)
    assert [row[:3] for row in rows] == [("95,00", "S", "1610"), ("2,00", "S", "2150")]
    assert await batches(bank, profile, **new) == []
    await undo(bank, match)
    [back] = await batches(bank, profile, **new)
    assert [row[:3] for row in back] == [("95,00", "H", "1610"), ("2,00", "H", "2150")]


async def test_the_booked_rate_itself_makes_no_line(bank: Bank) -> None:
    await pay(bank, -9_300)
    profile = await profile_of(bank, datev=WITH_PAID)
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[:4] for row in rows] == [("93,00", "S", "1610", "1200")]


async def test_too_much_for_a_rate_is_named_and_not_booked(bank: Bank) -> None:
    await pay(bank, -12_000)
    profile = await profile_of(bank, datev=WITH_PAID)
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[:4] for row in rows] == [("120,00", "S", "1610", "1200")]
    difference = (
        "1 payment of an expense abroad leaves -27.00 EUR on the contra account: this difference "
        "is not in the files, and too large for a rate. It is Hilton (2026-03-09, -27.00 EUR)."
    )
    assert await remarks_of(bank, profile) == [difference]


async def test_a_profile_without_a_chart_names_the_difference(bank: Bank) -> None:
    await pay(bank, -9_500)
    datev = {**WITH_PAID, "bankAccount": "1201"}
    profile = await profile_of(bank, datev=datev, contraAccount="1740")
    [rows] = await batches(bank, profile, filter=MARCH)
    assert [row[:4] for row in rows] == [("95,00", "S", "1740", "1201")]
    [remark] = await remarks_of(bank, profile)
    assert remark.startswith(
        "1 payment of an expense abroad leaves -2.00 EUR on the contra account: its difference of "
        "rates is not in the files."
    )


async def test_a_batch_of_fees_alone_has_no_difference(bank: Bank) -> None:
    await pay(bank, -9_500)
    profile = await profile_of(bank)
    assert await batches(bank, profile, filter=MARCH) == []
    assert await remarks_of(bank, profile) == []
