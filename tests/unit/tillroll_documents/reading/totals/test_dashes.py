"""A dash between a label and its amount is no minus; a refund stays below zero.

The papers were written from descriptions of tills before the rule was read. A till that prints
a dash as a separator prints it before each amount, before cash and change too. Nobody pays cash
and takes change on a refund: cash, change and the tax rows tell.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

HEAD = "KERTAS MAJU STATIONERY SDN BHD\n12, JALAN MAWAR 3\n41000 KLANG\nDATE: 21/06/2018 10:12\n"


def read_slip(body: str, *, currency: str = "MYR") -> Reading:
    return read(
        Transcript.from_text(HEAD + body), default_currency=currency, today=date(2018, 7, 1)
    )


STATIONER = """TAX INVOICE
1. 4410-02 PLASTIC FOLDER A4
2 X 2.2500 - 4.50 SR
Total Sales Inclusive GST @6% - 4.50
Discount - 0.00
Total - 4.50
Round Adj - 0.00
Final Total - 4.50
CASH - 10.00
CHANGE - 5.50
GST Summary Amount(RM) Tax(RM)
SR @ 6% - 4.25 0.25"""

PURCHASES = {
    "stationer": (STATIONER, "4.50", "MYR"),
    "cash and change": ("TEA - 4.50\nTotal - 4.50\nCASH - 10.00\nCHANGE - 5.50", "4.50", "MYR"),
    "change without a dash": (
        "TEA - 4.50\nTotal - 4.50\nCASH - 10.00\nCHANGE 5.50",
        "4.50",
        "MYR",
    ),
    "mark behind the dash": (
        "TEA - £4.50\nTotal - £4.50\nCash - £5.00\nChange - £0.50",
        "4.50",
        "GBP",
    ),
    "mark before the dash": (
        "TEA RM - 4.50\nTotal RM - 4.50\nCash RM - 5.00\nChange RM - 0.50",
        "4.50",
        "MYR",
    ),
    "glued dash": ("TEA -4.50\nTotal -4.50\nCASH -10.00\nCHANGE -5.50", "4.50", "MYR"),
    "long dash": (
        "TEA \u2013 4.50\nTotal \u2013 4.50\nCASH \u2013 10.00\nCHANGE \u2013 5.50",
        "4.50",
        "MYR",
    ),
    "parts": (
        "TEA - 10.00\nSubtotal - 10.00\nGST 6% - 0.60\nTOTAL - 10.60\nCASH - 20.60\nCHANGE - 10.00",
        "10.60",
        "MYR",
    ),
    "real discount": (
        "TEA - 12.00\nDISCOUNT - 2.00\nTOTAL - 10.00\nCASH - 20.00\nCHANGE - 10.00",
        "10.00",
        "MYR",
    ),
    "German": (
        "Heft - 4,50\nSumme - 4,50\nBar - 10,00\nRückgeld - 5,50",
        "4.50",
        "EUR",
    ),
    "French": (
        "Cahier - 4,50\nTOTAL TTC - 4,50\nESPECES - 10,00\nRENDU - 5,50",
        "4.50",
        "EUR",
    ),
    "Spanish": (
        "Cuaderno - 4,50\nTOTAL - 4,50\nEFECTIVO - 10,00\nCAMBIO - 5,50",
        "4.50",
        "EUR",
    ),
    "Italian": (
        "Quaderno - 4,50\nTOTALE - 4,50\nCONTANTI - 10,00\nRESTO - 5,50",
        "4.50",
        "EUR",
    ),
    "Dutch": (
        "Schrift - 4,50\nTotaal - 4,50\nContant - 10,00\nWisselgeld - 5,50",
        "4.50",
        "EUR",
    ),
}


@pytest.mark.parametrize(("body", "total", "currency"), PURCHASES.values(), ids=list(PURCHASES))
def test_a_dash_before_each_amount_is_no_minus(body: str, total: str, currency: str) -> None:
    extraction = read_slip(body, currency=currency).extraction
    assert extraction.total.value == total


@pytest.mark.parametrize("name", ["stationer", "cash and change", "parts", "real discount"])
def test_cash_and_change_make_such_a_purchase_sure(name: str) -> None:
    body, _, currency = PURCHASES[name]
    assert read_slip(body, currency=currency).reasons == ()


def test_a_dash_at_the_digits_is_asked_as_a_reversed_sale_prints_the_same() -> None:
    body, _, _ = PURCHASES["glued dash"]
    assert read_slip(body).reasons == ("sign_uncertain",)


def test_the_parts_of_such_a_purchase_are_positive_too() -> None:
    body, _, _ = PURCHASES["parts"]
    extraction = read_slip(body).extraction
    values = (extraction.total.value, extraction.tax.value, extraction.subtotal.value)
    assert values == ("10.60", "0.60", "10.00")


CARD_PURCHASES = {
    "tax rows without dashes": (
        "TEA - 10.60\nTotal - 10.60\nVISA - 10.60\nGST Summary Amount Tax\nSR @ 6% 10.00 0.60"
    ),
    "zero rows with dashes": (
        "TEA - 4.50\nDiscount - 0.00\nTotal - 4.50\nRound Adj - 0.00\nVISA - 4.50"
    ),
    "exact cash": "TEA - 4.50\nTotal - 4.50\nCASH - 4.50\nCHANGE - 0.00",
}


@pytest.mark.parametrize("body", CARD_PURCHASES.values(), ids=list(CARD_PURCHASES))
def test_where_less_tells_a_purchase_is_never_surely_money_back(body: str) -> None:
    reading = read_slip(body)
    total = reading.extraction.total.value
    assert total is not None
    assert reading.reasons == ("sign_uncertain",)


@pytest.mark.parametrize("name", ["tax rows without dashes", "zero rows with dashes"])
def test_tax_rows_and_zeros_propose_a_purchase(name: str) -> None:
    total = read_slip(CARD_PURCHASES[name]).extraction.total.value
    assert total is not None
    assert not total.startswith("-")


REFUNDS = {
    "glued": ("TEA -10.00\nTOTAL -10.00\nCASH -10.00", "-10.00"),
    "no change": ("TEA -10.00\nTOTAL -10.00\nCASH -10.00\nCHANGE 0.00", "-10.00"),
    "change is what is paid out": (
        "TEA -4.50\nTOTAL -4.50\nCASH 0.00\nCHANGE 4.50",
        "-4.50",
    ),
    "only change": ("TEA -4.50\nTOTAL -4.50\nCHANGE 4.50", "-4.50"),
    "only change below zero": ("TEA -4.50\nTOTAL -4.50\nCHANGE -4.50", "-4.50"),
    "named": ("REFUND\nTEA - 10.00\nTotal - 10.00\nCASH - 10.00", "-10.00"),
    "named with positive tax rows": (
        "REFUND\nTEA - 10.60\nTotal - 10.60\nVISA - 10.60\nGST Summary\nSR @ 6% 10.00 0.60",
        "-10.60",
    ),
    "exchange": ("JUMPER -30.00\nSOCKS 10.00\nTOTAL -20.00\nVISA -20.00", "-20.00"),
    "exchange in cash": (
        "JUMPER -30.00\nSOCKS 10.00\nTOTAL -20.00\nCASH -20.00\nCHANGE 0.00",
        "-20.00",
    ),
    "with taxes below zero": (
        "TEA -10.00\nSubtotal -10.00\nGST 6% -0.60\nTOTAL -10.60\nVISA -10.60",
        "-10.60",
    ),
    "named with cash and change of the purchase": (
        "REFUND\nTEA -4.50\nTOTAL -4.50\nCASH -10.00\nCHANGE -5.50",
        "-4.50",
    ),
}


@pytest.mark.parametrize(("body", "total"), REFUNDS.values(), ids=list(REFUNDS))
def test_a_refund_stays_below_zero(body: str, total: str) -> None:
    assert read_slip(body).extraction.total.value == total


UNKNOWN_WORDS = {
    "Norwegian change": "TEA -54.50\nTotal -54.50\nKontant -60.00\nVeksel -5.50",
    "unknown cash and change": "TEA -54.50\nTotal -54.50\nXyla -60.00\nQuor -5.50",
    "unknown, apart": "TEA - 54.50\nTotal - 54.50\nXyla - 60.00\nQuor - 5.50",
}


@pytest.mark.parametrize("body", UNKNOWN_WORDS.values(), ids=list(UNKNOWN_WORDS))
def test_two_amounts_below_that_make_the_total_are_asked_whatever_their_words(body: str) -> None:
    reading = read_slip(body)
    assert reading.extraction.total.value == "54.50"
    assert "sign_uncertain" in reading.reasons


DISCOUNTS = {
    "spaced": "TEA 12.00\nDISCOUNT - 2.00\nTOTAL 10.00\nCASH 20.00\nCHANGE 10.00",
    "glued": "TEA 12.00\nDISCOUNT -2.00\nTOTAL 10.00\nCASH 20.00\nCHANGE 10.00",
    "behind": "TEA 12.00\nDISCOUNT 2.00-\nTOTAL 10.00\nCASH 20.00\nCHANGE 10.00",
    "rounded": "TEA 10.02\nROUNDING ADJ - 0.02\nTOTAL 10.00\nCASH 20.00\nCHANGE 10.00",
    "change below zero": "TEA 10.00\nTOTAL 10.00\nCASH 20.00\nCHANGE -10.00",
    "change below zero, spaced": "TEA 10.00\nTOTAL 10.00\nCASH 20.00\nCHANGE - 10.00",
}


@pytest.mark.parametrize("body", DISCOUNTS.values(), ids=list(DISCOUNTS))
def test_a_minus_of_one_row_leaves_the_total_as_it_is(body: str) -> None:
    reading = read_slip(body)
    assert reading.extraction.total.value == "10.00"
    assert reading.accepted
