"""An expense in the account's base currency, and an entry of another amount.

Such an expense has a conversion at a rate of 1. No rate explains a difference then.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from datetime import date

import httpx
import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import MIGRATIONS
from tests.unit.bank.deciding import Bank, accept, opened
from tillroll.bank.decisions import matches
from tillroll.bank.decisions.automatic import match_again
from tillroll.bank.decisions.documents import load_documents
from tillroll.bank.decisions.matches import NewMatch
from tillroll.bank.decisions.models import NewPair
from tillroll_durable import Statement, statement

DAY = date(2026, 3, 5)
BILL = Given(1, merchant="Stadtwerke Berlin", total_minor=100_000, date="2026-03-05")
BILL_OF_TWO = replace(BILL, number=2)
PAID = Line(amount=-100_000, booked_on=date(2026, 3, 8), name="STADTWERKE BERLIN", text="Rechnung")


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened(books_certain=True):
        answer = await each.client.patch("/api/account", json={"baseCurrency": "EUR"})
        assert answer.status_code == httpx.codes.OK
        yield each


@pytest.mark.parametrize("amount", [-100_010, -101_500, -103_000, -98_700, -99_990])
async def test_no_rate_explains_another_amount_of_one_currency(bank: Bank, amount: int) -> None:
    await add_expenses(bank.world.host.database, BILL)
    await bank.booked(replace(PAID, amount=amount))
    matches = (await bank.entry(amount))["matches"]
    assert [each for each in matches if each["state"] == "accepted"] == []
    assert [each for each in matches if each["kind"] == "foreign"] == []
    assert [each for each in matches if each["level"] == "automatic"] == []


async def test_the_whole_amount_is_booked_without_a_person(bank: Bank) -> None:
    await add_expenses(bank.world.host.database, BILL)
    await bank.booked(PAID)
    [match] = (await bank.entry(-100_000))["matches"]
    assert (match["state"], match["kind"]) == ("accepted", "exact")


async def test_a_restaurant_in_the_base_currency_may_get_a_tip(bank: Bank) -> None:
    meal = Given(1, merchant="Restaurant Adler", total_minor=11_900)
    await add_expenses(bank.world.host.database, meal)
    paid = replace(PAID, amount=-12_500, name="RESTAURANT ADLER BERLIN")
    await bank.booked(paid)
    [match] = (await bank.entry(-12_500))["matches"]
    assert (match["state"], match["kind"]) == ("proposed", "tip")
    [pair] = (await accept(bank, await bank.entry(-12_500)))["pairs"]
    assert (pair["amount"], pair["settles"]) == (-12_500, -11_900)
    assert (await bank.entry(-12_500))["explained"] == -12_500


async def test_what_is_open_of_an_expense_abroad_is_converted(bank: Bank) -> None:
    database = bank.world.host.database
    night = Given(1, merchant="Hilton Garden Inn", total_minor=20_000, currency="USD")
    await add_expenses(database, night, BILL_OF_TWO)
    rate = """
      INSERT INTO expense_conversions
        (expense_id, base_currency, total_minor, rate, rate_date, source, created_at)
      VALUES (?1, 'EUR', 18400, '1.0870', '2026-03-05', 'ECB', '2026-03-06T00:00:00.000Z')
    """
    await database.batch([statement(rate, [night.id])])
    documents = await load_documents(database, night.account, [], first=DAY, last=DAY)
    by_id = {each.id: each for each in documents}
    abroad = by_id[night.id]
    assert (abroad.converted, abroad.converted_currency) == (-18_400, "EUR")
    assert abroad.conversion_into("EUR") == -18_400
    assert by_id[BILL_OF_TWO.id].conversion_into("EUR") is None
    half = (-10_000, "USD", "0.930000")
    await bank.booked(replace(PAID, amount=-9_300, name="HILTON GARDEN INN", foreign=half))
    entry_id = (await bank.entry(-9_300))["id"]
    pair = {"entryId": entry_id, "documentKind": "expense", "documentId": night.id}
    await bank.post("/api/bank/matches", {"pairs": [pair]}, httpx.codes.CREATED)
    documents = await load_documents(database, night.account, [], first=DAY, last=DAY)
    [half_open] = [each for each in documents if each.id == night.id]
    assert (half_open.remainder, half_open.converted) == (-10_000, -9_200)


@pytest.mark.parametrize(("paid", "percent"), [(-98_000, 2), (-97_000, 3)])
async def test_a_discount_is_proposed_and_settles_all(bank: Bank, paid: int, percent: int) -> None:
    await add_expenses(bank.world.host.database, BILL)
    await bank.booked(replace(PAID, amount=paid))
    [match] = (await bank.entry(paid))["matches"]
    assert (match["state"], match["kind"], match["level"]) == ("proposed", "discount", "proposed")
    assert f"the amount less a discount of {percent} %" in match["reasons"]
    [pair] = (await accept(bank, await bank.entry(paid)))["pairs"]
    assert (pair["amount"], pair["settles"]) == (paid, -100_000)
    assert await bank.balance(bank.own) == paid
    assert (await bank.get("/api/bank/months/2026-03"))["isComplete"]


async def test_what_was_taken_for_a_rate_of_one_currency_is_listed_for_a_person(
    bank: Bank,
) -> None:
    database = bank.world.host.database
    await add_expenses(database, BILL)
    await bank.booked(replace(PAID, amount=-100_010))
    entry_id = (await bank.entry(-100_010))["id"]
    await database.batch(_as_before(BILL.account, entry_id))
    [old] = (await bank.entry(-100_010))["matches"]
    await bank.post(f"/api/bank/matches/{old['id']}/decision", {"decision": "accept"})
    await database.batch([statement("UPDATE bank_entries SET doubt = NULL")])
    assert (await bank.get("/api/bank/months/2026-03"))["isComplete"]
    _update(bank)
    [entry] = (await bank.get("/api/bank/entries", standing="open"))["items"]
    assert (entry["id"], entry["doubt"]) == (entry_id, "differs")
    [line] = (await bank.get("/api/bank/months/2026-03/entries"))["items"]
    says = "The expense has another amount, and nothing says why"
    assert (line["standing"], line["says"]) == ("open", says)
    await bank.post(f"/api/bank/matches/{old['id']}/undoing", {"reason": "ten cents more"})
    entry = await bank.entry(-100_010)
    assert (entry["doubt"], entry["explained"], entry["matches"]) == (None, 0, [])


async def test_what_was_proposed_for_a_rate_of_one_currency_is_proposed_anew(bank: Bank) -> None:
    database = bank.world.host.database
    await add_expenses(database, BILL)
    await bank.booked(replace(PAID, amount=-98_000))
    entry_id = (await bank.entry(-98_000))["id"]
    await database.batch(_as_before(BILL.account, entry_id, amount=-98_000))
    _update(bank)
    await match_again(bank.world.host.platform)
    [match] = (await bank.entry(-98_000))["matches"]
    assert (match["state"], match["kind"]) == ("proposed", "discount")


def _as_before(account_id: str, entry_id: str, *, amount: int = -100_010) -> Sequence[Statement]:
    """What was proposed for an entry before an update, in place of what is proposed now."""
    pair = NewPair(entry_id, 0, "expense", BILL.id, amount=amount, settles=-100_000)
    old = NewMatch(
        "mat_OLD",
        "foreign",
        level="automatic",
        score=800,
        reasons=["the amount in EUR at a rate 0.1 % from the published one"],
        twins=[],
        pairs=[pair],
    )
    now = "2026-03-09T00:00:00.000Z"
    return [
        *matches.drop_proposals(account_id, [entry_id]),
        *matches.insert_matches(account_id, [old], now),
    ]


def _update(bank: Bank) -> None:
    """Apply the migration to what is stored."""
    bank.world.host.database.apply(MIGRATIONS / "0037_amounts_in_doubt.sql")
