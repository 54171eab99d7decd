"""What a person says was paid, where it is more than is open of an expense."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.bank_month import Line
from tests.support.expenses import Given, add_expenses
from tests.unit.bank.deciding import Bank, opened

MEAL = Given(1, merchant="Restaurant Adler", total_minor=11_900)
PAID = Line(amount=-12_500, booked_on=date(2026, 3, 6), name="ADL GASTRO 4711", text="Karte")


@pytest.fixture
async def bank() -> AsyncGenerator[Bank]:
    async for each in opened():
        answer = await each.client.patch("/api/account", json={"baseCurrency": "EUR"})
        assert answer.status_code == httpx.codes.OK
        yield each


async def _matched(bank: Bank, line: Line, given: Given, amount: int | None) -> Any:
    await add_expenses(bank.world.host.database, given)
    await bank.booked(line)
    entry = await bank.entry(line.amount)
    pair = {"entryId": entry["id"], "documentKind": "expense", "documentId": given.id}
    body = {"pairs": [{**pair, "amount": amount}]}
    return await bank.client.post("/api/bank/matches", json=body)


@pytest.mark.parametrize("amount", [None, -12_500])
async def test_a_tip_is_paid_by_hand(bank: Bank, amount: int | None) -> None:
    answer = await _matched(bank, PAID, MEAL, amount)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    match = answer.json()
    [pair] = match["pairs"]
    assert (pair["amount"], pair["settles"]) == (-12_500, -11_900)
    assert "the amount and a tip of 5 %" in match["reasons"]
    assert (await bank.entry(-12_500))["explained"] == -12_500
    assert await bank.balance(bank.own) == -12_500


async def test_cash_that_was_rounded_is_paid_by_hand(bank: Bank) -> None:
    bill = replace(MEAL, merchant="Baumarkt", total_minor=4_718)
    answer = await _matched(bank, replace(PAID, amount=-4_720), bill, None)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert "the same amount as cash is rounded" in answer.json()["reasons"]
    assert (await bank.entry(-4_720))["explained"] == -4_720


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        (replace(MEAL, merchant="Stadtwerke Berlin"), -12_500),
        (replace(MEAL, total_minor=9_000), -12_500),
    ],
)
async def test_what_nothing_names_is_refused_with_its_reason(
    bank: Bank, given: Given, amount: int
) -> None:
    answer = await _matched(bank, PAID, given, amount)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    [problem] = answer.json()["errors"]
    assert problem["field"] == "pairs.0.amount"
    assert "is open of the expense. More may be a tip" in problem["message"]


async def test_what_no_rule_names_stays_open_without_an_amount(bank: Bank) -> None:
    answer = await _matched(bank, PAID, replace(MEAL, total_minor=9_000), None)
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert (await bank.entry(-12_500))["explained"] == -9_000
