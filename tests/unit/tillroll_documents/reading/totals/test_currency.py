"""The currency is told by codes, marks, country and account, in this order of weight."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.totals.currency import find_currency
from tillroll_documents.reading.weights import ranked


def best(text: str, default: str | None = None) -> str | None:
    candidates = ranked(find_currency(Page.of(Transcript.from_text(text)), default))
    return candidates[0].value if candidates else None


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("TOTAL RM15.90", "MYR"),
        ("Amount (MYR)", "MYR"),
        ("TOTAL 12,00 EUR", "EUR"),
        ("SUMME €  12,00", "EUR"),
        ("Total CHF   9.35", "CHF"),
        ("£4.20", "GBP"),
        ("VALOR TOTAL R$ 40,88", "BRL"),
        ("BALL PEN  5.00\nTOTAL $5.00\nPortland, OR 97205", "USD"),
        ("Toronto, Canada\nTOTAL $5.00", "CAD"),
        ("TOTAL ¥500\nTokyo, Japan", "JPY"),
    ],
)
def test_print_tells_the_currency(text: str, currency: str) -> None:
    assert best(text) == currency


def test_a_legal_form_is_no_currency() -> None:
    assert best("PRINT SHOP SDN BHD  2.1\nTOTAL RM 5.00") == "MYR"


def test_the_accounts_currency_decides_what_the_receipt_leaves_open() -> None:
    assert best("TOTAL $5.00", default="AUD") == "AUD"
    assert best("TOTAL 5.00", default="AUD") == "AUD"
    assert best("TOTAL €5.00", default="AUD") == "EUR"


def test_an_open_currency_is_asked() -> None:
    reading = read(
        Transcript.from_text("CORNER STOP\n25/12/2023 10:00\nTOTAL $5.00\nCASH $5.00\nCHANGE $0.00")
    )
    assert reading.extraction.currency.value is None
    assert reading.reasons == ("currency_unknown",)
