"""What the bank took, and what clients paid, in DATEV's batch.

A fee of 26.50 EUR is Haufe's example (HI1904049): 4970 to 1200 in SKR03, 6855 to 1800
in SKR04, without VAT (section 4 no. 8 letter d UStG).
"""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.exports.datev_rules import faults_of
from tests.unit.exports.expenses import MARCH
from tests.unit.exports.test_datev_file import read
from tillroll.exports.writers.datev_bank import (
    BankBooking,
    BankLine,
    Closed,
    EarlierBooking,
    Kind,
    Lack,
    lack_of,
    new_lines,
    remark_on,
    write_bank,
)
from tillroll.exports.writers.formats import About, Coding, Datev, ProfileOptions

FEE = BankBooking(
    id="ent_1:0:fee:fee:EUR",
    entry_id="ent_01ABCDEFGHIJKL",
    kind=Kind.FEE,
    day="2026-03-31",
    amount=-2650,
    currency="EUR",
    text="Kontoführung",
    decided_at="2026-04-01T08:00:00.000Z",
)
PAYMENT = replace(
    FEE,
    id="ent_2:0:claim:run_1",
    kind=Kind.PAYMENT,
    amount=11_900,
    text="Kontor Nord AG",
    number="INV-2026-0001",
    debtor=10_042,
)
PAID = replace(
    FEE,
    id="ent_3:0:expense:exp_1",
    kind=Kind.PAID,
    amount=-25_000,
    text="Büromarkt Krause GmbH",
    number="BK-2026-4711",
)
CLOSED = Closed("2026-02-01", "2026-02-28", "2026-03-05T08:00:00.000Z")
LATE = replace(FEE, day="2026-02-27", decided_at="2026-03-06T08:00:00.000Z")


def about_with(contra_account: str | None = "1610", **datev: Any) -> About:
    profile = ProfileOptions(
        datev=Datev(consultant=1001, client=7, **datev),
        contra_account=contra_account,
        other=Coding(account="4980"),
    )
    return replace(MARCH, profile=profile, base_currency="EUR")


def rows(*lines: BankLine, about: About | None = None) -> list[dict[str, str]]:
    content = write_bank(about or about_with(), lines)
    written = content.decode("cp1252").split("\r\n")[2:-1]
    assert [fault for line in written for fault in faults_of(line, currency="EUR")] == []
    return [{name: value for name, value in row.items() if value} for row in read(content)]


def accounts(row: dict[str, str]) -> tuple[str, str, str]:
    names = ("Konto", "Gegenkonto (ohne BU-Schlüssel)", "Soll/Haben-Kennzeichen")
    return row[names[0]], row[names[1]], row[names[2]]


def test_a_fee_debits_the_costs_of_payments_and_credits_the_bank() -> None:
    [row] = rows(BankLine(FEE))
    assert row == {
        "Umsatz (ohne Soll/Haben-Kz)": "26,50",
        "Soll/Haben-Kennzeichen": "S",
        "WKZ Umsatz": "EUR",
        "Konto": "4970",
        "Gegenkonto (ohne BU-Schlüssel)": "1200",
        "Belegdatum": "3103",
        "Belegfeld 1": "ABCDEFGHIJKL",
        "Buchungstext": "Kontoführung",
        "Zusatzinformation - Art 1": "Bankumsatz",
        "Zusatzinformation- Inhalt 1": "ent_01ABCDEFGHIJKL",
        "Festschreibung": "0",
    }


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (about_with("3310"), ("6855", "1800", "S")),
        (about_with("161000", account_length=6), ("497000", "120000", "S")),
        (about_with("1740", fee_account="4971", bank_account="1210"), ("4971", "1210", "S")),
    ],
    ids=["SKR04", "longer accounts", "accounts of the profile"],
)
def test_the_accounts_are_those_of_the_chart_or_the_profile(
    about: About, expected: tuple[str, str, str]
) -> None:
    [row] = rows(BankLine(FEE), about=about)
    assert accounts(row) == expected


def test_a_fee_that_came_back_has_the_other_side() -> None:
    [row] = rows(BankLine(replace(FEE, amount=2650)))
    assert accounts(row) == ("4970", "1200", "H")


def test_a_payment_debits_the_bank_and_credits_the_debtor_by_its_number() -> None:
    [row] = rows(BankLine(PAYMENT))
    assert accounts(row) == ("1200", "10042", "S")
    assert row["Belegfeld 1"] == "INV-2026-0001"
    assert row["Umsatz (ohne Soll/Haben-Kz)"] == "119,00"
    [back] = rows(BankLine(replace(PAYMENT, amount=-11_900)))
    assert accounts(back) == ("1200", "10042", "H")


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (about_with(), ("1610", "1200", "S")),
        (about_with("3310"), ("3310", "1800", "S")),
        (about_with("70000", bank_account="1210"), ("70000", "1210", "S")),
    ],
    ids=["SKR03", "SKR04", "a creditor"],
)
def test_what_is_paid_of_an_expense_clears_what_its_booking_credits(
    about: About, expected: tuple[str, str, str]
) -> None:
    [row] = rows(BankLine(PAID), about=about)
    assert accounts(row) == expected
    assert row["Belegfeld 1"] == "BK-2026-4711"
    assert (row["Umsatz (ohne Soll/Haben-Kz)"], row["Belegdatum"]) == ("250,00", "3103")
    [refund] = rows(BankLine(replace(PAID, amount=15_000)), about=about)
    assert accounts(refund) == (*expected[:2], "H")
    [back] = rows(BankLine(PAID, corrects="exp_0"), about=about)
    assert accounts(back) == (*expected[:2], "H")


def test_what_is_taken_back_names_the_export() -> None:
    [row] = rows(BankLine(FEE, corrects="exp_0", after_closing="2026-03-01/2026-03-31"))
    assert accounts(row) == ("4970", "1200", "H")
    assert row["Buchungstext"] == "Storno Kontoführung"
    assert row["Zusatzinformation- Inhalt 2"] == "exp_0"
    assert row["Zusatzinformation- Inhalt 3"] == "2026-03-01/2026-03-31"


def test_what_has_no_sure_account_or_rate_stays_out() -> None:
    assert lack_of(FEE, about_with()) is None
    assert lack_of(FEE, about_with("1740")) is Lack.ACCOUNT
    assert lack_of(FEE, about_with("1740", bank_account="1200")) is Lack.ACCOUNT
    assert lack_of(PAYMENT, about_with("1740", bank_account="1200")) is None
    assert lack_of(PAID, about_with("1740", bank_account="1200")) is None
    assert lack_of(PAID, about_with(None, bank_account="1200")) is Lack.OWED
    assert lack_of(replace(FEE, currency="CHF"), about_with()) is Lack.CURRENCY
    assert lack_of(replace(PAYMENT, debtor=None), about_with()) is Lack.DEBTOR


def held(*bookings: BankBooking) -> dict[str, EarlierBooking]:
    return {each.id: EarlierBooking("exp_0", each) for each in bookings}


def test_what_books_hold_is_not_handed_on_again() -> None:
    again = replace(FEE, text="Kontoführung März", decided_at="2026-05-01T08:00:00.000Z")
    assert new_lines([again], held(FEE), first_day="2026-03-01") == []
    assert new_lines([FEE], {}, first_day="2026-03-01") == [BankLine(FEE)]
    assert new_lines([FEE], {}, first_day="2026-04-01") == []


def test_what_was_changed_or_undone_is_taken_back() -> None:
    changed = replace(FEE, amount=-2600)
    lines = new_lines([changed], held(FEE), first_day="2026-03-01")
    assert lines == [BankLine(FEE, "exp_0"), BankLine(changed)]
    assert new_lines([], held(FEE), first_day="2026-03-01") == [BankLine(FEE, "exp_0")]
    assert new_lines([], held(FEE), first_day="2026-04-01") == []


def test_what_came_after_closing_comes_with_the_next_new_ones() -> None:
    before = replace(LATE, decided_at="2026-03-04T08:00:00.000Z")
    [line] = new_lines([LATE], {}, first_day="2026-03-01", closed=[CLOSED])
    assert line == BankLine(LATE, after_closing="2026-02-01/2026-02-28")
    assert new_lines([before], {}, first_day="2026-03-01", closed=[CLOSED]) == []
    [back] = new_lines([], held(before), first_day="2026-03-01", closed=[CLOSED])
    assert back == BankLine(before, "exp_0", "2026-02-01/2026-02-28")


@pytest.mark.parametrize("lack", [*Lack])
def test_a_remark_is_right_for_one_booking_and_for_several(lack: Lack) -> None:
    one = remark_on(lack, [FEE])
    assert one.startswith(("1 entry of the bank is ", "1 payment of ", "1 discount of "))
    assert not [word for word in (" are ", " their ", " they ", " have ") if word in one]
    assert " are not in the files" in remark_on(lack, [FEE, FEE])
