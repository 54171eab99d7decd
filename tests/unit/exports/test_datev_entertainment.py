"""Entertainment of business contacts in DATEV's batch.

70 percent of the cost reduces the profit (section 4 (5) sentence 1 no. 2 EStG), and all of the
input tax is deducted (section 15 (1a) sentence 2 UStG). The accounts are those of DATEV's charts.
"""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.exports.datev_rules import faults_of
from tests.unit.exports.expenses import BOOKS, MARCH, an_expense
from tests.unit.exports.test_datev_file import read
from tillroll.exports.writers.datev import DatevWriter
from tillroll.exports.writers.formats import Coding, Datev, ProfileOptions
from tillroll.exports.writers.tables import CsvWriter, XlsxWriter

AMOUNT = "Umsatz (ohne Soll/Haben-Kz)"
ROW = ("Konto", AMOUNT, "Soll/Haben-Kennzeichen", "BU-Schlüssel")


def profile_with(
    account: str = "4650", contra_account: str = "1610", **datev: Any
) -> ProfileOptions:
    return ProfileOptions(
        codings={"Entertaining": Coding(account=account)},
        other=Coding(account="4980"),
        contra_account=contra_account,
        datev=Datev(consultant=1001, client=7, **datev),
    )


def booked(profile: ProfileOptions | None = None, **given: Any) -> list[dict[str, str]]:
    """The bookings of an entertainment of 119.00 EUR at 19 percent, but for what is given."""
    about = replace(
        MARCH,
        profile=profile or profile_with(),
        base_currency="EUR",
        earliest="2026-03-05",
        latest="2026-03-05",
    )
    lines = [{"rate": "19", "base": "100.00", "tax": "19.00"}]
    values = {"total": "119.00", "tax": "19.00", "currency": "EUR", "tax_lines": lines} | given
    writer = DatevWriter(about)
    expense = an_expense(category=values.pop("category", "Entertaining"), **values)
    content = writer.begin() + writer.add(expense) + writer.end()
    lines_of_file = content.decode("cp1252").split("\r\n")[2:-1]
    assert [fault for line in lines_of_file for fault in faults_of(line, currency="EUR")] == []
    assert writer.remarks() == []
    return read(content)


def rows(bookings: list[dict[str, str]]) -> list[tuple[str, ...]]:
    return [tuple(each[name] for name in ROW) for each in bookings]


@pytest.mark.parametrize(
    ("account", "contra", "rest"),
    [("4650", "1610", "4654"), ("6640", "3310", "6644"), ("4650", "1740", "4654")],
    ids=["SKR03", "SKR04", "a chart that the contra account does not tell"],
)
def test_seventy_percent_of_the_net_are_deductible_and_the_tax_wholly(
    account: str, contra: str, rest: str
) -> None:
    """Of 100.00 net, 70.00 and 30.00; of 19.00 tax, 13.30 and 5.70 are deducted."""
    found = rows(booked(profile_with(account, contra)))
    assert found == [(account, "83,30", "S", "9"), (rest, "35,70", "S", "9")]
    nets = [Decimal(row[1].replace(",", ".")) / Decimal("1.19") for row in found]
    assert nets == [Decimal(70), Decimal(30)]


def test_both_rows_lead_to_the_same_document() -> None:
    first, second = booked(receipt_number="R-7")
    changed = {name for name in first if first[name] != second[name]}
    assert changed == {AMOUNT, "Konto"}
    assert first["Belegfeld 1"] == "R-7"
    assert first["Beleglink"]


def notes_in(booking: dict[str, str]) -> list[str]:
    """What the booking says of the occasion and guests, piece by piece."""
    return [
        booking[f"Zusatzinformation- Inhalt {place}"]
        for place in range(1, 21)
        if booking[f"Zusatzinformation - Art {place}"] == "Bewirtung"
    ]


def test_both_rows_have_the_occasion_and_the_guests() -> None:
    """Section 4 (5) sentence 1 no. 2 sentence 2 EStG asks for both in writing."""
    for each in booked(note="Projekt Lager;\nFrau Öz, Herr Bär"):
        assert notes_in(each) == ["Projekt Lager; Frau Öz, Herr Bär"]


def test_the_longest_note_is_there_whole() -> None:
    note = "=" + "x" * 1_999
    for each in booked(note=note):
        pieces = notes_in(each)
        assert pieces[0].startswith("'=")
        assert pieces[0] == each["Zusatzinformation- Inhalt 5"]
        assert "".join(pieces) == f"'{note}"


def test_a_part_has_its_own_note() -> None:
    """A meal of the staff beside it says nothing of it: its note is for no bookkeeper."""
    parts = [
        {"category": "Entertaining", "total": "60.00", "tax": None, "note": "Kick-off, Frau Öz"},
        {"category": "Meals", "total": "59.00", "tax": None, "note": "Herr Bär allein"},
    ]
    values: dict[str, Any] = {"total": "119.00", "note": "Beides", "parts": parts}
    about = replace(MARCH, profile=profile_with(), base_currency="EUR")
    content = DatevWriter(about).add(an_expense(**values))
    lines = content.decode("cp1252").splitlines()
    assert ["Kick-off" in line for line in lines] == [True, True, False]
    assert not [line for line in lines if "Bär" in line or "Beides" in line]


def test_a_note_of_other_costs_stays_here() -> None:
    [other] = booked(category="Meals", note="Frau Öz", profile=_with_meals())
    assert notes_in(other) == []


def _with_meals() -> ProfileOptions:
    return profile_with().model_copy(update={"codings": {"Meals": Coding(account="4664")}})


@pytest.mark.parametrize("total", ["0.02", "0.03", "10.01", "47.11", "1234.56", "-47.11"])
def test_the_rows_come_to_the_receipt_to_the_cent(total: str) -> None:
    found = booked(total=total, tax=None, tax_lines=[])
    cents = sum(int(each[AMOUNT].replace(",", "")) for each in found)
    assert Decimal(cents) / 100 == abs(Decimal(total))


def test_a_cent_is_one_row() -> None:
    assert rows(booked(total="0.01", tax=None, tax_lines=[])) == [("4650", "0,01", "S", "")]


def test_what_is_taken_back_has_the_other_side() -> None:
    lines = [{"rate": "19", "base": "-100.00", "tax": "-19.00"}]
    found = booked(total="-119.00", tax="-19.00", tax_lines=lines, corrects="exp_0")
    assert rows(found) == [("4650", "83,30", "H", "9"), ("4654", "35,70", "H", "9")]


def test_a_tip_is_part_of_the_entertainment() -> None:
    """It has no input tax, and is deductible at 70 percent as the meal is."""
    found = rows(booked(total="129.00"))
    assert found == [
        ("4650", "83,30", "S", "9"),
        ("4654", "35,70", "S", "9"),
        ("4650", "7,00", "S", ""),
        ("4654", "3,00", "S", ""),
    ]


def test_a_meal_at_two_rates_is_parted_at_each() -> None:
    lines = [
        {"rate": "7", "base": "100.00", "tax": "7.00"},
        {"rate": "19", "base": "50.00", "tax": "9.50"},
    ]
    assert rows(booked(total="166.50", tax="16.50", tax_lines=lines)) == [
        ("4650", "74,90", "S", "8"),
        ("4654", "32,10", "S", "8"),
        ("4650", "41,65", "S", "9"),
        ("4654", "17,85", "S", "9"),
    ]


def test_what_it_is_in_the_books_comes_to_the_whole_too() -> None:
    given: dict[str, Any] = {"currency": "CHF", "tax": None, "tax_lines": []}
    base: dict[str, Any] = {"base_currency": "EUR", "base_total": "101.11", "total": "119.03"}
    found = booked(**given, **base)
    assert [each[AMOUNT] for each in found] == ["83,32", "35,71"]
    in_books = sum(int(each["Basis-Umsatz"].replace(",", "")) for each in found)
    assert in_books == 10_111


@pytest.mark.parametrize("account", ["4664", "4630", "4668", "6640"])
def test_meals_of_journeys_gifts_and_staff_are_no_entertainment(account: str) -> None:
    """6640 is the entertainment of the other chart."""
    assert [row[0] for row in rows(booked(profile_with(account)))] == [account]


def test_longer_accounts_have_zeros_behind() -> None:
    profile = profile_with("465000", "161000", account_length=6)
    assert [row[0] for row in rows(booked(profile))] == ["465000", "465400"]


def test_a_profile_may_have_accounts_of_its_own() -> None:
    own = {"entertainment_account": "4651", "not_deductible_account": "4659"}
    assert [row[0] for row in rows(booked(profile_with("4651", **own)))] == ["4651", "4659"]
    assert [row[0] for row in rows(booked(profile_with("4650", **own)))] == ["4650"]


def test_the_meals_of_other_tests_are_no_entertainment() -> None:
    """Their account is that of meals while travelling."""
    assert [row[0] for row in rows(booked(BOOKS, category="Meals"))] == ["4664"]


def test_a_table_may_have_what_is_not_deductible() -> None:
    """30 percent of the cost without the tax that is deducted."""
    profile = ProfileOptions(
        columns=["Account", "Not deductible"], codings={"Entertaining": Coding(account="4650")}
    )
    writer = CsvWriter(replace(MARCH, profile=profile))

    def row(**values: Any) -> str:
        amounts = {"currency": "EUR", "total": "119.00", "tax": "19.00"}
        return writer.add(an_expense(**amounts, **values)).decode().removesuffix("\r\n")

    assert row(category="Entertaining") == "4650,30.00"
    assert row(category="Entertaining", tax_deductible=0) == "4650,35.70"
    assert row(category="Meals") == ","


def test_a_sheet_sums_up_what_is_not_deductible() -> None:
    codings = {"Entertaining": Coding(account="4650")}
    profile = ProfileOptions(columns=["Merchant", "Not deductible"], codings=codings)
    writer = XlsxWriter(replace(MARCH, profile=profile))
    given: dict[str, Any] = {"currency": "EUR", "total": "119.00", "tax": "19.00"}
    given["category"] = "Entertaining"
    content = writer.begin() + b"".join([writer.add(an_expense(**given)) for _ in range(2)])
    with zipfile.ZipFile(io.BytesIO(content + writer.end())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<v>([0-9.]+)</v>", sheet) == ["30.00", "30.00", "60.00"]
