"""DATEV's batch of bookings, by a strict reader of its published rules."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.exports.expenses import BOOKS, MARCH, an_expense
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.datev import (
    DatevWriter,
)
from tillroll.exports.writers.datev_debtors import write_debtors
from tillroll.exports.writers.datev_documents import guid_of
from tillroll.exports.writers.datev_rows import (
    DATEV_HEADINGS,
    DATEV_TEXTS,
)

ABOUT = replace(
    MARCH, profile=BOOKS, base_currency="EUR", earliest="2026-03-05", latest="2026-03-05"
)
_AMOUNT = re.compile(r"\d{1,10},\d\d")
_ACCOUNT = re.compile(r"[1-9]\d{0,8}")
_DAY = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])")
# What each field of the header is: fixed, or of a form.
_HEAD = (
    *(
        '"EXTF"',
        "700",
        "21",
        '"Buchungsstapel"',
        "13",
        r"20\d{15}",
        "",
        r'"[A-Z]{2}"',
        '"[^"]{0,25}"',
        '""',
    ),
    *(
        r"\d{4,7}",
        r"\d{1,5}",
        r"20\d{6}",
        "[4-8]",
        r"20\d{6}",
        r"20\d{6}",
        '"[^"]{0,30}"',
        '"[A-Z]{0,2}"',
    ),
    *(
        "[12]",
        "0",
        "[01]",
        '"[A-Z]{3}"',
        "",
        '"[^"]*"',
        "",
        "",
        r'"(\d{2})?"',
        "",
        "",
        '""',
        '"[^"]{0,16}"',
    ),
)


def written(*expenses: ExportedExpense) -> tuple[bytes, DatevWriter]:
    writer = DatevWriter(ABOUT)
    return b"".join([writer.begin(), *map(writer.add, expenses), writer.end()]), writer


def read(content: bytes) -> list[dict[str, str]]:
    """The bookings of a batch.

    Raises:
        AssertionError: it breaks a rule.
    """
    text = content.decode("cp1252")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    head, headings, *lines = text.removesuffix("\r\n").split("\r\n")
    fields = head.split(";")
    assert len(fields) == len(_HEAD) == 31
    for field, form in zip(fields, _HEAD, strict=True):
        assert re.fullmatch(form, field), f"{field} is not {form}"
    assert headings.split(";") == [*DATEV_HEADINGS]
    assert len(DATEV_HEADINGS) == len(set(DATEV_HEADINGS)) == 125
    return [_booking(line, first=fields[14], last=fields[15], year=fields[12]) for line in lines]


def _booking(line: str, *, first: str, last: str, year: str) -> dict[str, str]:
    raw = re.findall(r'(?:^|;)("(?:[^"]|"")*"|[^;"]*)', line)
    assert len(raw) == 125
    for heading, field in zip(DATEV_HEADINGS, raw, strict=True):
        assert field.startswith('"') == (heading in DATEV_TEXTS), f"{heading}: {field}"
    [cells] = csv.reader(io.StringIO(line), delimiter=";", strict=True)
    found = dict(zip(DATEV_HEADINGS, cells, strict=True))
    assert _AMOUNT.fullmatch(found["Umsatz (ohne Soll/Haben-Kz)"])
    assert found["Umsatz (ohne Soll/Haben-Kz)"] != "0,00"
    assert found["Soll/Haben-Kennzeichen"] in {"S", "H"}
    assert re.fullmatch("[A-Z]{3}", found["WKZ Umsatz"])
    assert _ACCOUNT.fullmatch(found["Konto"])
    assert _ACCOUNT.fullmatch(found["Gegenkonto (ohne BU-Schlüssel)"])
    assert re.fullmatch(r"\d{0,4}", found["BU-Schlüssel"])
    assert _DAY.fullmatch(found["Belegdatum"])
    month_and_day = found["Belegdatum"][2:] + found["Belegdatum"][:2]
    assert first[4:] <= month_and_day <= last[4:] or first[:4] < last[:4]
    assert year <= first
    assert re.fullmatch(r"[A-Za-z0-9_$&%*+/-]{0,36}", found["Belegfeld 1"])
    assert 0 < len(found["Buchungstext"]) <= 60
    assert len(found["KOST1 - Kostenstelle"]) <= 36
    assert re.fullmatch(r"|\d{1,4},\d{2,6}", found["Kurs"])
    assert bool(found["Basis-Umsatz"]) == bool(found["WKZ Basis-Umsatz"])
    for number in range(1, 21):
        assert len(found[f"Zusatzinformation - Art {number}"]) <= 20
        assert len(found[f"Zusatzinformation- Inhalt {number}"]) <= 210
    return found


def test_its_own_cost_center_has_only_marks_that_datev_takes() -> None:
    [booking] = read(written(an_expense(currency="EUR", cost_center="K-7/Süd"))[0])
    assert booking["KOST1 - Kostenstelle"] == "K 7 Süd"


def test_an_expense_is_booked_on_its_account() -> None:
    content, writer = written(an_expense(currency="EUR", receipt_number="RE 2026/17"))
    [booking] = read(content)
    shown = {heading: value for heading, value in booking.items() if value}
    assert shown == {
        "Umsatz (ohne Soll/Haben-Kz)": "12,90",
        "Soll/Haben-Kennzeichen": "S",
        "WKZ Umsatz": "EUR",
        "Konto": "4664",
        "Gegenkonto (ohne BU-Schlüssel)": "1740",
        "BU-Schlüssel": "9",
        "Belegdatum": "0503",
        "Belegfeld 1": "RE2026/17",
        "Beleglink": f'BEDI "{guid_of("rec_1")}"',
        "Buchungstext": "Green Garden Cafe",
        "KOST1 - Kostenstelle": "K1",
        "Zusatzinformation - Art 1": "Beleg",
        "Zusatzinformation- Inhalt 1": "exp_1",
        "Festschreibung": "0",
    }
    assert writer.remarks() == []


def test_the_header_names_the_books_and_the_days() -> None:
    content, _ = written(an_expense())
    head = content.decode("cp1252").split("\r\n")[0].split(";")
    assert head[5] == "20260401080000000"
    assert head[10:16] == ["1001", "7", "20260101", "4", "20260301", "20260331"]
    assert head[21] == '"EUR"'


@pytest.mark.parametrize(
    ("contra", "chart"), [("1610", "03"), ("3310", "04"), ("1740", ""), (None, "")]
)
def test_the_header_names_the_chart_where_it_is_known(contra: str | None, chart: str) -> None:
    """The importing program asks for the chart where the header does not say it."""
    profile = BOOKS.model_copy(update={"contra_account": contra})
    head = DatevWriter(replace(ABOUT, profile=profile)).begin().decode("cp1252").splitlines()[0]
    assert head.split(";")[26] == f'"{chart}"'
    debtors = write_debtors(replace(ABOUT, profile=profile), []).decode("cp1252").splitlines()[0]
    assert debtors.split(";")[26] == f'"{chart}"'


def test_a_fiscal_year_may_begin_in_any_month() -> None:
    client = BOOKS.datev.model_copy(update={"fiscal_year_begin": "07-01"}) if BOOKS.datev else None
    writer = DatevWriter(replace(ABOUT, profile=BOOKS.model_copy(update={"datev": client})))
    assert writer.begin().decode("cp1252").split(";")[12] == "20250701"


def test_money_that_came_back_is_in_credit() -> None:
    content, _ = written(an_expense(total="-12.90"))
    assert (
        read(content)[0]["Soll/Haben-Kennzeichen"],
        read(content)[0]["Umsatz (ohne Soll/Haben-Kz)"],
    ) == (
        "H",
        "12,90",
    )


def test_an_amount_in_another_currency_has_its_worth_beside() -> None:
    content, _ = written(
        an_expense(
            currency="JPY",
            total="1600",
            tax=None,
            base_currency="EUR",
            base_total="9.77",
            category=None,
        )
    )
    [booking] = read(content)
    assert (booking["Umsatz (ohne Soll/Haben-Kz)"], booking["WKZ Umsatz"]) == ("1600,00", "JPY")
    assert (booking["Basis-Umsatz"], booking["WKZ Basis-Umsatz"]) == ("9,77", "EUR")
    assert Decimal(booking["Kurs"].replace(",", ".")) == Decimal("163.766633")
    assert (booking["Konto"], booking["BU-Schlüssel"]) == ("4980", "")


def test_a_split_expense_is_a_booking_for_each_part() -> None:
    parts = [
        {"category": "Meals", "total": "10.00", "tax": "0.57"},
        {"category": "Taxi", "total": "2.90", "tax": None},
    ]
    found = read(written(an_expense(parts=parts))[0])
    assert [(each["Konto"], each["Umsatz (ohne Soll/Haben-Kz)"]) for each in found] == [
        ("4664", "10,00"),
        ("4980", "2,90"),
    ]


def _at(rate: str | None, base: str | None, tax: str) -> dict[str, str | None]:
    return {"rate": rate, "base": base, "tax": tax}


def _booked(**given: Any) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Amount, sign and tax code of each booking, and what is remarked."""
    content, writer = written(an_expense(currency="EUR", **given))
    names = ("Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "BU-Schlüssel")
    return [(each[names[0]], each[names[1]], each[names[2]]) for each in read(content)], [
        *writer.remarks()
    ]


_BOTH = {
    "total": "17.25",
    "tax": "1.85",
    "tax_lines": [_at("7", "10.00", "0.70"), _at("19", "5.50", "1.05")],
}


@pytest.mark.parametrize("category", ["Meals", "Taxi"])
def test_an_invoice_at_two_rates_is_a_booking_for_each(category: str) -> None:
    """Whether its category has the code of one of them, or none."""
    bookings, _ = _booked(category=category, **_BOTH)
    assert bookings == [("10,70", "S", "8"), ("6,55", "S", "9")]
    back, _ = _booked(
        category=category,
        **_BOTH
        | {
            "total": "-17.25",
            "tax": "-1.85",
            "tax_lines": [_at("7", "-10.00", "-0.70"), _at("19", "-5.50", "-1.05")],
        },
    )
    assert back == [("10,70", "H", "8"), ("6,55", "H", "9")]


def test_what_no_line_is_about_is_without_tax() -> None:
    bookings, remarks = _booked(**_BOTH | {"total": "19.25"})
    assert bookings == [("10,70", "S", "8"), ("6,55", "S", "9"), ("2,00", "S", "")]
    assert remarks == []


def test_lines_of_one_rate_are_one_booking() -> None:
    lines = [_at("7", "5.00", "0.35"), _at("19", "5.50", "1.05"), _at("7", "5.00", "0.35")]
    assert _booked(**_BOTH | {"tax_lines": lines})[0] == [("10,70", "S", "8"), ("6,55", "S", "9")]
    assert _booked(tax_lines=[_at("7", "12.06", "0.84")])[0] == [("12,90", "S", "8")]
    assert _booked(category="Taxi", tax_lines=[_at("7", "12.06", "0.84")])[0] == [
        ("12,90", "S", "8")
    ]


@pytest.mark.parametrize(
    "lines",
    [
        [_at("7", None, "0.70"), _at("19", "5.50", "1.05")],
        [_at(None, "10.00", "0.70"), _at("19", "5.50", "1.05")],
        [_at("7", "100.00", "7.00"), _at("19", "5.50", "1.05")],
    ],
)
def test_what_cannot_be_parted_by_rate_is_said(lines: list[dict[str, str | None]]) -> None:
    bookings, [remark] = _booked(**_BOTH | {"tax_lines": lines})
    assert bookings == [("17,25", "S", "9")]
    assert "what of it is taxed at which is not known" in remark


def test_a_rate_without_a_code_is_said() -> None:
    lines = [_at("10", "10.00", "1.00"), _at("19", "5.50", "1.05")]
    bookings, [remark] = _booked(total="17.55", tax="2.05", tax_lines=lines)
    assert bookings == [("11,00", "S", ""), ("6,55", "S", "9")]
    assert "(10 percent)" in remark


def test_taken_back_each_rate_is_booked_the_other_way() -> None:
    expense = an_expense(currency="EUR", **_BOTH)
    found = read(written(expense.taken_back("xpt_1"))[0])
    assert [
        (each["Umsatz (ohne Soll/Haben-Kz)"], each["Soll/Haben-Kennzeichen"]) for each in found
    ] == [
        ("10,70", "H"),
        ("6,55", "H"),
    ]
    other = expense.changed(tax_lines=[_at("7", "10.01", "0.70"), _at("19", "5.49", "1.05")])
    assert not expense.says_the_same_as(other)


def test_what_is_taken_back_names_the_earlier_export() -> None:
    [booking] = read(written(an_expense().taken_back("xpt_1"))[0])
    assert booking["Soll/Haben-Kennzeichen"] == "H"
    assert booking["Buchungstext"] == "Storno Green Garden Cafe"
    assert (booking["Zusatzinformation - Art 2"], booking["Zusatzinformation- Inhalt 2"]) == (
        "Storno zu Export",
        "xpt_1",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Café Łódź", "Café Lódz"),
        ('Müller; "Söhne"\r\n& Co', 'Müller; "Söhne"  & Co'),
        ("收據", "??"),
        ("x" * 100, "x" * 60),
        ("=1+1", "'=1+1"),
    ],
)
def test_names_are_written_in_windows_1252(name: str, expected: str) -> None:
    assert read(written(an_expense(merchant=name))[0])[0]["Buchungstext"] == expected


def test_what_is_not_written_as_it_is_is_said() -> None:
    content, writer = written(
        *(
            an_expense(currency="EUR", **given)
            for given in ({"merchant": "Łódź"}, {"merchant": "収"}, {"total": "0.00"})
        )
    )
    assert len(read(content)) == 2
    assert list(writer.remarks()) == [
        "2 texts have marks that Windows-1252 does not have; they were written without: Ł ź 収",
        "1 amount of zero is not in the file: DATEV takes no booking of 0.00.",
    ]
