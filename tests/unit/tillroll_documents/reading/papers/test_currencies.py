"""No paper is accepted in a currency, or with decimals, that it does not print."""

from datetime import date, timedelta

import pytest

from tests.unit.tillroll_documents.reading.papers.currencies import INVOICES, TILLS, Slip, slips
from tillroll_documents.money import CODES, ENDED, IN_USE, LETTER_MARKS, MARKS, has_ended
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading, read_page

_TODAY = date(2026, 11, 27)
_DEFAULTS = (None, "EUR", "USD", "MYR", "KWD", "JPY")


def _read(text: str, default: str | None, *, is_digital: bool = False) -> Reading:
    page = Page.of(Transcript.from_text(text))
    reading = None
    if is_digital:
        reading = read_printed(page, default_currency=default, today=_TODAY)
    return reading or read_page(page, default_currency=default, today=_TODAY)


def _values(reading: Reading) -> tuple[str | None, str | None]:
    return reading.extraction.total.value, reading.extraction.currency.value


def test_a_slip_of_any_currency_is_right_or_asked_about() -> None:
    wrong: list[str] = []
    accepted = 0
    for slip in slips():
        for default in _DEFAULTS:
            reading = _read(slip.text, default)
            accepted += reading.accepted
            if reading.accepted and _values(reading) != (slip.total, slip.currency):
                wrong.append(f"{slip.name} with {default}: {_values(reading)}")
    assert wrong == []
    assert accepted > 0


@pytest.mark.parametrize("slip", TILLS, ids=lambda slip: slip.name)
@pytest.mark.parametrize("default", _DEFAULTS)
def test_a_till_with_two_currencies_is_right_or_asked_about(
    slip: Slip, default: str | None
) -> None:
    reading = _read(slip.text, default)
    assert not reading.accepted or _values(reading) == (slip.total, slip.currency)


@pytest.mark.parametrize("slip", INVOICES, ids=lambda slip: slip.name)
@pytest.mark.parametrize("default", _DEFAULTS)
def test_an_invoice_with_two_currencies_is_right_or_asked_about(
    slip: Slip, default: str | None
) -> None:
    reading = _read(slip.text, default, is_digital=True)
    assert not reading.accepted or _values(reading) == (slip.total, slip.currency)


def test_an_unknown_short_text_beside_the_amounts_cancels_the_default() -> None:
    text = "\n".join(
        (
            "HARBOUR CAFE",
            "12 Quay Street",
            "24/09/2026 10:10",
            "Soup       Xq 12.00",
            "Tea        Xq  3.00",
            "Total      Xq 15.00",
            "Cash       Xq 15.00",
        )
    )
    assert "currency_unknown" in _read(text, "EUR").reasons
    assert _read(text.replace("Xq ", ""), "EUR").accepted


def test_amounts_without_cents_are_not_in_euros() -> None:
    text = "WARUNG SENJA\nUbud 8\n24/09/2026 10:10\nNasi 25.000\nTeh 8.000\nSubtotal 33.000\nTotal 33.000\nCash 33.000"
    assert not _read(text, "EUR").accepted


def test_a_currency_that_has_ended_is_asked_about_on_later_papers() -> None:
    for code, last in ENDED.items():
        assert code in CODES - IN_USE
        assert not has_ended(code, last)
        assert has_ended(code, last + timedelta(days=1))
    lev = next(slip for slip in TILLS if slip.currency == "BGN").text.replace(
        "TOTAL EUR            3,58\n", ""
    )
    assert _read(lev, None).accepted
    assert "currency_unknown" in _read(lev.replace("24.09.2025", "24.09.2026"), None).reasons


def test_each_mark_stands_for_currencies_of_the_table() -> None:
    assert {code for codes in (*MARKS.values(), *LETTER_MARKS.values()) for code in codes} <= CODES
    assert not LETTER_MARKS.keys() & MARKS.keys()
