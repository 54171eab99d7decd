"""Amounts are found in lines as tills print them and OCR reads them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tillroll_documents.reading.locales import LOCALES, Locale
from tests.unit.tillroll_documents.reading.printing import amount_text
from tillroll_documents.money import minor_digits
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.text.amounts import NumberStyle, find_amounts, find_damaged_amount

POINT = NumberStyle(".", 2, 2)
COMMA = NumberStyle(",", 2, 2)


def minors(line: str, style: NumberStyle = POINT) -> list[int]:
    return [amount.minor for amount in find_amounts(line, style) if amount.exact]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("TOTAL  15.90", [1590]),
        ("TOTAL RM15.90SR", [1590]),
        ("RM1,234.50", [123450]),
        ("CHANGERM5.00", [500]),
        ("Change .20", [20]),
        ("Bread 1.20  2.40 A", [120, 240]),
        ("2 x 3.50   7.00", [350, 700]),
        ("Tea 1 525.51", [52551]),
        ("Discount -2.50", [-250]),
        ("Discount 2.50-", [-250]),
        ("Rounding (0.02)", [-2]),
        ("Rounding -RM0.02", [-2]),
        ("Rounding RM-0.02", [-2]),
        ("39.092.3441.43", [3909, 234, 4143]),
        ("TOTAL 1.510.73", [151073]),
        ("TOTAL 1,129,00", [112900]),
        ("Total Rs 1,25,000.00", [12500000]),
        ("Total 12,34,56,789.50", [12345678950]),
        ("Total 1,25,00.00", []),
        ("Total 12$50", [1250]),
        ("Café 80$00   92$50", [8000, 9250]),
    ],
)
def test_amounts_are_found(line: str, expected: list[int]) -> None:
    assert minors(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("SUMME EUR 1.234,50", [123450]),
        ("Total 1 234,50 €", [123450]),
        ("12,00 B", [1200]),
        ("Fr. 1'234,50", [123450]),
        ("Sum 1 9l0,33", [191033]),
        ("Sum 1 525.51", [152551]),
        ("TOPLAM *12,50", [1250]),
        ("EKMEK %1 *12,50", [1250]),
        ("EKMEK %10   *1.234,50", [123450]),
    ],
)
def test_decimal_commas(line: str, expected: list[int]) -> None:
    assert minors(line, COMMA) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tax RMO.08", [8]),
        ("Tax RMD.17", [17]),
        ("TOTAL RMI11.90", [11190]),
        ("TOTAL 1O.60", [1060]),
        ("RN 21.00", [2100]),
    ],
)
def test_letters_read_for_digits_are_put_right(line: str, expected: list[int]) -> None:
    assert minors(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "GST 6.00%",
        "0.682 kg",
        "1.5L",
        "16.04.2018",
        "@17.83",
        "35.10 litre",
        "Blk 12",
        "SOLID OIL",
        "1.2345.6",
        "2 *12.50",
        "2*12.50",
        "**** 1234",
        "****12.34",
        "8?2.64",
        "2,0?2.43",
        "1,03?.40",
        "12.345",
    ],
)
def test_what_is_no_amount_is_left(line: str) -> None:
    assert minors(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("14.03. Doppelzimmer  7%  96,30", [9630]),
        ("14.03.  96,30", [9630]),
        ("Anreise 14.03. Abreise 17.03.", []),
        ("14.03.-17.03.  Frühstück  36,00", [3600]),
        ("14.03. - 17.03.  Frühstück  36,00", [3600]),
        ("14.03 Frühstück  12,00", [1200]),
        ("Beginn 19.30 Uhr  12,00", [1200]),
        # no day or month has that number
        ("14.13. Kaffee  3,00", [1413, 300]),
        ("32.10. Kaffee  3,00", [3210, 300]),
        # a currency tells that it is money
        ("EUR 14.03.", [1403]),
    ],
)
def test_a_day_without_its_year_is_no_amount(line: str, expected: list[int]) -> None:
    assert minors(line, COMMA) == expected


def test_where_points_part_decimals_a_day_opens_the_line() -> None:
    assert minors("14.03. Doppelzimmer  96.30") == [9630]
    assert minors("You paid 14.03. Thank you") == [1403]
    assert minors("14.03 Tea") == [1403]


def test_days_do_not_tell_the_sign_before_decimals() -> None:
    nights = Transcript.from_text("14.03. Zimmer\n15.03. Zimmer\n16.03. Zimmer\nSumme 240,00")
    assert NumberStyle.of(nights.lines, "EUR") == COMMA


def test_spans_stand_on_the_printed_amount() -> None:
    line = "Cash   RM 1,234.50  SR"
    (amount,) = find_amounts(line, POINT)
    assert line[amount.start : amount.end] == "RM 1,234.50"
    assert amount.marked


def test_a_whole_number_is_no_exact_amount_unless_nothing_has_decimals() -> None:
    assert [(a.minor, a.exact) for a in find_amounts("TOTAL RM 94", POINT)] == [(9400, False)]
    assert [(a.minor, a.exact) for a in find_amounts("TOTAL  94", NumberStyle(".", 0, 2))] == [
        (9400, True)
    ]


@pytest.mark.parametrize(
    ("line", "minor"), [("Total GST   024", 24), ("TOTAL   20 00", 2000), ("TOTAL   2120 S", 2120)]
)
def test_a_lost_decimal_point_is_a_guess(line: str, minor: int) -> None:
    amount = find_damaged_amount(line, POINT)
    assert amount is not None
    assert (amount.minor, amount.repaired) == (minor, True)


@pytest.mark.parametrize(
    ("text", "currency", "style"),
    [
        ("A 1.20\nB 3.40\nC 1,000.00", "EUR", NumberStyle(".", 2, 2)),
        ("A 1,20\nB 3,40\nC 1.000,00", "EUR", NumberStyle(",", 2, 2)),
        ("A kr.45,20\nB kr.1.234,00", "DKK", NumberStyle(",", 2, 2)),
        ("A 1.234\nB 0.500", "KWD", NumberStyle(".", 3, 3)),
        ("A ¥150\nB ¥1,200", "JPY", NumberStyle(".", 0, 0)),
        ("A  25.000\nB  66.600", "IDR", NumberStyle(".", 0, 2)),
        ("12.03.2024 is a date", "EUR", NumberStyle(".", 0, 2)),
    ],
)
def test_the_style_is_what_most_numbers_show(text: str, currency: str, style: NumberStyle) -> None:
    assert NumberStyle.of(Transcript.from_text(text).lines, currency) == style


@given(st.sampled_from(LOCALES), st.integers(1, 99_999_999))
def test_an_amount_printed_in_any_locale_is_read_back(locale: Locale, minor: int) -> None:
    digits = minor_digits(locale.currency)
    style = NumberStyle("," if locale.decimal == "," else ".", digits, digits)
    found = find_amounts(f"{locale.mark} {amount_text(minor, locale)}", style)
    assert [(amount.minor, amount.exact) for amount in found] == [(minor, True)]


@pytest.mark.parametrize(
    ("text", "total", "currency"),
    [
        (
            (
                "SHARMA ELECTRONICS PVT LTD\nMG Road, Bengaluru 560001\nGSTIN 29AAACB1234F1Z5\n"
                "Date: 24/09/2026 12:10\nLaptop   1,25,000.00\nCGST 9%   11,250.00\n"
                "SGST 9%   11,250.00\nTotal Rs   1,47,500.00\nCard   1,47,500.00"
            ),
            "147500.00",
            "INR",
        ),
        (
            (
                "PADARIA QUENTE LDA\nRua 5 de Julho, Mindelo, Cabo Verde\nNIF 255123456\n"
                "Data: 24/09/2026 12:10\nPão   12$50\nCafé   80$00\nTotal   92$50\n"
                "Dinheiro   100$00\n"
                "Troco   7$50"
            ),
            "92.50",
            "CVE",
        ),
        (
            (
                "TISCHLEREI AG\nBahnhofstr. 1, 8001 Zürich\n24.09.2026 12:10\n"
                "Tisch   1\u2019234.50\n"
                "Lampe   65.50\nTotal CHF   1\u2019300.00\nKarte   1\u2019300.00\nMWST 8.1% 97.41"
            ),
            "1300.00",
            "CHF",
        ),
    ],
    ids=["India", "Cape Verde", "Switzerland"],
)
def test_amounts_are_grouped_as_their_country_does(text: str, total: str, currency: str) -> None:
    reading = read(Transcript.from_text(text), today=date(2026, 11, 27))
    assert (reading.extraction.total.value, reading.extraction.currency.value) == (total, currency)
    assert reading.accepted, reading.reasons
