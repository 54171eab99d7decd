"""Decimals that stand apart from their whole part are read with it, or a person is asked."""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.opinions.second_opinion import would_help
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import Reading, read
from tillroll_documents.reading.text.amounts import NumberStyle, find_amounts
from tillroll_documents.reading.text.torn import mend

TODAY = date(2026, 11, 27)
HEADS = {
    "USD": "OAK DINER LLC\nAustin, TX 78701\n09/24/2026 08:14 PM",
    "GBP": "NORTHGATE STORES LTD\nLeeds LS2 8AA\n24/09/2026 08:14",
    "EUR": "CAFE LUNA GMBH\nRing 3, 1010 Wien\nATU12345675\n24.09.2026 10:02",
    "CHF": "Bäckerei Enzian AG\n3011 Bern\n24.09.2026 10:02",
    "BRL": "Padaria Carvalho Ltda\nCNPJ 11.222.333/0001-81\n24/09/2026 10:02",
    "PLN": "Sklep Lipa Sp. z o.o.\nNIP 5260250274\n2026-09-24 10:02",
    "CAD": "PRAIRIE FOODS INC\nEdmonton AB T6N 1M3\n2026-09-24 14:10",
}
FORMS = {
    "USD": ["$3 .80", "$12 .00", "$15 .80"],
    "GBP": ["£3 80", "£12 00", "£15 80"],
    "EUR": ["4 ,80 €", "11 ,00 €", "15 ,80 €"],
    "CHF": ["CHF 3. 80", "CHF 12. 00", "CHF 15. 80"],
    "BRL": ["R$ 3 ,80", "R$ 12 ,00", "R$ 15 ,80"],
    "PLN": ["3 ,80", "12 ,00", "15 ,80"],
    "CAD": ["$ 3 . 80", "$ 12 . 00", "$ 15 . 80"],
}


def _slip(currency: str) -> Reading:
    bread, cake, total = FORMS[currency]
    text = f"{HEADS[currency]}\nXelo  {bread}\nYmba  {cake}\nTOTAL  {total}\nVISA  {total}"
    return read(Transcript.from_text(text), default_currency=currency, today=TODAY)


@pytest.mark.parametrize("currency", FORMS)
def test_torn_decimals_belong_to_the_amount(currency: str) -> None:
    assert _slip(currency).extraction.total.value == "15.80"


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("TOTAL $1 ,234 .56", "TOTAL $1,234.56"),
        ("TOTAL EUR 15 80", "TOTAL EUR 15.80"),
        ("$27 . 04", "  $27.04"),
        ("15 80 EUR", "15.80 EUR"),
    ],
)
def test_a_mended_line_has_the_same_length(line: str, whole: str) -> None:
    text, stretches = mend(line, 2)
    assert len(text) == len(line)
    assert text.split() == whole.split()
    assert stretches


@pytest.mark.parametrize(
    "line",
    [
        "Milk $5 12 oz",
        "Call +49 89 12 34",
        "24/09/2026 08:14",
        "Ring 3, 1010 Wien",
        "Fee $5 10%",
        "2 12.50",
        "Gulyás  3 200 Ft",
        "Ride £5 20 minutes",
    ],
)
def test_other_digits_behind_a_blank_are_no_decimals(line: str) -> None:
    assert mend(line, 2) == (line, ())


def test_the_span_of_a_torn_amount_is_that_of_the_print() -> None:
    line = "TOTAL  $15 .80"
    style = NumberStyle.of(Transcript.from_text(line).lines, "USD")
    (amount,) = find_amounts(line, style)
    assert (amount.minor, line[amount.start : amount.end]) == (1580, "$15 .80")


def test_two_digits_without_a_point_are_proposed_and_asked() -> None:
    text = f"{HEADS['EUR']}\nSUMME EUR 15 80\nVISA EUR 15 80"
    reading = read(Transcript.from_text(text), default_currency="EUR", today=TODAY)
    assert reading.extraction.total.value == "15.80"
    assert ReviewReason.TOTAL_UNCERTAIN.value in reading.reasons
    assert would_help(reading)


@pytest.mark.parametrize("currency", ["EUR", "USD", "GBP"])
def test_whole_amounts_alone_are_asked_where_tills_print_cents(currency: str) -> None:
    goods = f"Xelo {currency} 4\nYmba {currency} 5"
    text = f"{HEADS[currency]}\n{goods}\nTOTAL {currency} 9\nVISA {currency} 9"
    reading = read(Transcript.from_text(text), default_currency=currency, today=TODAY)
    assert ReviewReason.TOTAL_UNCERTAIN.value in reading.reasons


def test_a_currency_without_coins_has_nothing_to_lose() -> None:
    text = "SAKURA INN K.K.\nKyoto\n2026-09-24\nRoom  JPY 15 80\nTotal  JPY 1,580\nCard  JPY 1,580"
    reading = read(Transcript.from_text(text), default_currency="JPY", today=TODAY)
    assert reading.extraction.total.value == "1580"
