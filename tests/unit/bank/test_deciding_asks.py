"""What is not booked by itself, from a bank's file to the books: who paid, fees, processors, and
more than is owed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.support.bank_month import IBAN, Line
from tests.support.expenses import Given, add_expenses
from tests.unit.bank.deciding import Bank, accept, opened
from tests.unit.claims.claimed import Claimed, bill, open_claimed
from tillroll.bank.statements.workflow import STATEMENT
from tillroll_durable import statement
from tillroll_durable.platform.json import Json


async def of_claims(claimed: Claimed) -> Bank:
    """A bank account that books what is certain, beside claims."""
    body = {"name": "Giro", "currency": "EUR", "number": IBAN, "booksCertain": True}
    made = (await claimed.client.post("/api/bank/accounts", json=body)).json()
    return Bank(claimed.world, claimed.client, made["id"])


async def test_an_expense_that_an_employee_paid_waits_for_a_person() -> None:
    room = Given(1, merchant="Pension Seestern", total_minor=18_400)
    async for bank in opened(room, books_certain=True):
        employee = "UPDATE expenses SET paid_by = 'employee', person = 'usr_first'"
        await bank.world.host.database.batch([statement(employee)])
        await bank.booked(
            Line(amount=-18_400, booked_on=date(2026, 3, 6), name="PENSION SEESTERN", text="VISA")
        )
        entry = await bank.entry(-18_400)
        [match] = entry["matches"]
        assert (match["level"], match["state"], entry["explained"]) == ("proposed", "proposed", 0)
        assert "but the expense says that an employee paid it: ask who did" in match["reasons"]


async def test_only_the_banks_own_fee_is_booked() -> None:
    lines = (
        Line(amount=-640, booked_on=date(2026, 3, 4), name="TOFFEE HOUSE KASSEL", text="VISA"),
        Line(amount=-2_100, booked_on=date(2026, 3, 5), name="Mia Brand", text="Fahrtkosten März"),
        Line(amount=-710, booked_on=date(2026, 3, 31), name="", text="Entgelt Kontoführung"),
    )
    async for bank in opened(books_certain=True):
        await bank.booked(*lines)
        assert [(await bank.entry(line.amount))["explained"] for line in lines] == [0, 0, -710]
        assert await bank.balance("banking:fees:EUR") == 710


@pytest.mark.parametrize(
    ("merchant", "category", "kind"),
    [
        ("Gasthof Linde", None, "tip"),
        ("Linde", "Meals", "tip"),
        ("Taxi Baum", None, "tip"),
        ("Linde Metall", None, ""),
    ],
)
async def test_only_restaurants_and_taxis_have_tips(
    merchant: str, category: str | None, kind: str
) -> None:
    given = Given(1, merchant=merchant, total_minor=4_130, category=category)
    async for bank in opened(given, books_certain=True):
        await bank.booked(
            Line(amount=-4_500, booked_on=date(2026, 3, 6), name=merchant.upper(), text="VISA")
        )
        entry = await bank.entry(-4_500)
        assert entry["explained"] == 0
        assert [each["kind"] for each in entry["matches"]] == ([kind] if kind else [])


async def test_a_net_total_is_named_and_accepted_by_a_person() -> None:
    async for bank in opened(
        Given(1, merchant="Seilerei Knoop", total_minor=25_000), books_certain=True
    ):
        await bank.booked(
            Line(amount=-29_750, booked_on=date(2026, 3, 6), name="Seilerei Knoop", text="R 1")
        )
        entry = await bank.entry(-29_750)
        assert (entry["matches"][0]["kind"], entry["explained"]) == ("exact", 0)
        assert (
            "the amount is the document's with 19 % tax: look at its total"
            in entry["matches"][0]["reasons"]
        )
        await accept(bank, entry)
        assert (await bank.entry(-29_750))["explained"] == -29_750


async def test_a_charge_before_the_invoice_is_proposed() -> None:
    given = Given(1, merchant="Garnwerk Versand GmbH", total_minor=6_490, date="2026-03-25")
    async for bank in opened(given, books_certain=True):
        await bank.booked(
            Line(amount=-6_490, booked_on=date(2026, 3, 6), name="GARNWERK VERSAND", text="VISA")
        )
        entry = await bank.entry(-6_490)
        assert (entry["matches"][0]["pairs"][0]["documentId"], entry["explained"]) == (
            "exp_000001",
            0,
        )


async def test_a_payout_of_a_card_processor_books_gross_and_fee() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await bill(claimed.world.host.database, "Lena Vogt")
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
        gross = int((await claimed.shown(claim))["total"].replace(".", ""))
        bank = await of_claims(claimed)
        net = gross - 75
        issued = date.fromisoformat((await claimed.shown(claim))["issuedOn"])
        await bank.booked(
            Line(amount=net, booked_on=issued, name="SumUp Payments Limited", text="PID48211-SUMUP")
        )
        entry = await bank.entry(net)
        assert (entry["explained"], entry["matches"][0]["level"]) == (0, "proposed")
        await accept(bank, entry)
        assert (await claimed.shown(claim))["state"] == "paid"
        assert await bank.balance("banking:fees:EUR") == 75
        assert await bank.balance(bank.own) == net
        assert (await bank.entry(net))["explained"] == net


async def test_more_than_is_owed_is_taken_once_a_person_says_so() -> None:
    async with open_claimed(STATEMENT) as claimed:
        await bill(claimed.world.host.database, "Lena Vogt")
        claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
        shown = await claimed.shown(claim)
        paid = int(shown["total"].replace(".", "")) + 1_000
        bank = await of_claims(claimed)
        day = date.fromisoformat(shown["issuedOn"])
        await bank.booked(
            Line(amount=paid, booked_on=day, name="Lena Vogt", text=f"Re {shown['number']}")
        )
        entry = await bank.entry(paid)
        assert (entry["explained"], entry["matches"][0]["level"]) == (0, "proposed")
        await accept(bank, entry)
        assert (await claimed.shown(claim))["state"] == "paid"
        assert await bank.balance(bank.own) == paid


_RUN = Line(
    amount=-21_040,
    booked_on=date(2026, 3, 9),
    name="",
    text="SAMMELUEBERWEISUNG 2 POSTEN R-70512 R-70513",
)
_SINGLES = (
    Line(amount=-12_310, booked_on=date(2026, 3, 10), name="Seilerei Knoop", text="Rechnung"),
    Line(amount=-8_730, booked_on=date(2026, 3, 10), name="Druckerei Vogt", text="Rechnung"),
)
_BILLS = (
    Given(1, merchant="Seilerei Knoop", total_minor=12_310),
    Given(2, merchant="Druckerei Vogt", total_minor=8_730),
)
_OTHERS = (
    Given(3, merchant="Seilerei Knoop", total_minor=12_310),
    Given(4, merchant="Druckerei Vogt", total_minor=8_730),
)
_SAME_MONEY = "but another entry may be the same money: a sum, or one of its payments"


async def _pay(bank: Bank, entry: Any, bills: Sequence[Given]) -> None:
    """Match an entry with some bills, as a person says."""
    pairs: list[Json] = [
        {
            "entryId": entry["id"],
            "documentKind": "expense",
            "documentId": each.id,
            "amount": -(each.total_minor or 0),
        }
        for each in bills
    ]
    await bank.post("/api/bank/matches", {"pairs": pairs}, 201)


async def test_payments_whose_run_is_explained_are_asked() -> None:
    async for bank in opened(*_BILLS, *_OTHERS, books_certain=True):
        await bank.booked(_RUN)
        await _pay(bank, await bank.entry(_RUN.amount), _BILLS)
        await bank.booked(*_SINGLES, number=4)
        for line in _SINGLES:
            entry = await bank.entry(line.amount)
            assert entry["explained"] == 0
            assert entry["matches"]
            assert all(
                _SAME_MONEY in each["reasons"]
                for each in entry["matches"]
                if each["level"] != "alternative"
            )


async def test_a_run_whose_payments_are_explained_is_asked() -> None:
    async for bank in opened(*_BILLS, books_certain=True):
        await bank.booked(*_SINGLES)
        for line, given in zip(_SINGLES, _BILLS, strict=True):
            if not (await bank.entry(line.amount))["explained"]:
                await _pay(bank, await bank.entry(line.amount), [given])
        await add_expenses(bank.world.host.database, *_OTHERS)
        numbers = (
            "UPDATE expenses SET receipt_number = 'R-7051' || (CAST(substr(id, -1) AS INTEGER) + 1)"
        )
        await bank.world.host.database.batch([statement(numbers)])
        await bank.booked(replace(_RUN, text="SAMMELUEBERWEISUNG R-70514 R-70515"), number=4)
        entry = await bank.entry(_RUN.amount)
        assert entry["explained"] == 0
        assert [each["level"] for each in entry["matches"]][:1] == ["proposed"]
        assert _SAME_MONEY in entry["matches"][0]["reasons"]
