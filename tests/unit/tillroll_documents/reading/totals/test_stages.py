"""What was paid is the amount after rounding, whatever is left of its label; an amount before it is
never accepted.
"""

import random
from decimal import Decimal

import pytest

from bench.roundings import print_rounded
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import Reading, read

HEAD = "PINE CAFE\nJALAN OAK 1\n43000 KAJANG, SELANGOR\nTEL: 03-55122344\nDATE: 25/05/2018 10:00\n"


def read_body(body: str, currency: str = "MYR") -> Reading:
    return read(Transcript.from_text(HEAD + body), default_currency=currency)


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ("TEA 8.48\nTOTAL  8.48\nROUNDING  0.02\n8.50\nCASH 10.00\nCHANGE 1.50", "8.50"),
        ("TEA 8.48\nTOTAL  8.48\nR0unolng Adj  0.02\nTofal Rouncled  8.50", "8.50"),
        ("TEA 8.48\nTOTAL  8.48\nXX Adj  0.02\nNET TOTAL 8.50", "8.50"),
        ("TEA 26.82\nTOTAL  26.82\nRound  -0.02\nNet Total  26.80\nCASH 26.80", "26.80"),
        ("TEA 80.00\nCAKE 7.10\nTotal  87.10 M\nCASH 100.00\nCHANGE 12.90", "87.10"),
        ("TEA 20.00\nCAKE 1.85\nTotal RM 21. 85\nCASH  50.00\nCHANGE  28.15", "21.85"),
        ("TEA 10.00\nCAKE 4.20\nGrand TotaRM14.20\nCASH 20.00\nCHANGE 5.80", "14.20"),
        ("TEA 10.00\nCAKE 4.20\nRM 14.20\nTOTAL\nCASH 20.00\nCHANGE 5.80", "14.20"),
        ("TEA 10.00\nCAKE 4.20\nTOTAL\nRM 14.20\nCASH 20.00\nCHANGE 5.80", "14.20"),
    ],
)
def test_what_was_paid_is_read(body: str, total: str) -> None:
    reading = read_body(body)
    assert reading.extraction.total.value == total
    assert reading.accepted


@pytest.mark.parametrize(
    "body",
    [
        "TEA 26.82\nTOTAL  26.82\nROUNDING ADJ  -0.02",
        "TEA 8.48\nTOTAL  8.48\nTOTAL  8.48\n8.50",
        "TEA 8.48\nTOTAL  8.48\nTOTAL  8.48\nAMOUNT 8.50",
        "TEA 8.48\nTOTAL  8.48\nCASH 10.00\nCHANGE 1.50",
        "TEA 8.48\nTOTAL  8.48\nROUNDING 0.02\nCASH 8.50",
    ],
)
def test_an_amount_before_rounding_is_never_accepted(body: str) -> None:
    assert "total_uncertain" in read_body(body).reasons


def test_cents_are_no_rounding_where_nothing_is_rounded() -> None:
    assert read_body("Tea  $8.48\nTotal  $8.48\nVISA  $8.48", "USD").accepted


@pytest.mark.parametrize(
    "body",
    [
        # A sum beside the total, whatever its label or the sign in it.
        "TEA 41.91\nTOTAL  41.91\n  (0.01)\nBALANCE  41.90",
        "TEA 48.78\nTOTAL  48.78\nBALANCE  48.80\nTAX SUMMARY  AMOUNT  TAX\nSR 6%  46.02  2.76",
        # Coins pay no uneven sum, and no change says what was kept.
        "TEA 72.94\nTOTAL  72.94\nTOTAL  72.94\nCASH  100.00",
        # The sum after rounding was not read: what is left agrees with itself.
        "TEA 23.94\nTOTAL  23.94\nTOTAL  23.94\nNET TOTAL  Z3.9S",
        "TEA 31.96\nTOTAL  31.96\nTOTAL  31.96\nROUNDING  -0.01\nCASH  31.96\nCHANGE  0.00",
    ],
)
def test_an_uneven_sum_that_was_not_paid_so_is_asked(body: str) -> None:
    assert "total_uncertain" in read_body(body).reasons


@pytest.mark.parametrize(
    "body",
    [
        "TEA 29.68\nTOTAL  29.68\nCASH  30.00\nCHANGE  0.32",
        "TEA 85.54\nTOTAL  85.54\nTOTAL  85.54\nVISA  85.54",
        (
            "TEA 438.03\nTotal (incl. SST)  438.03\nCASH  464.77\nCHANGE  6.74\n"
            "Total (excl. SST) 413.24\nSST 6%  24.79"
        ),
        "TEA 85.54\nTOTAL  85.54\nTOTAL  85.54\nVISA CARD ************1234",
    ],
)
def test_an_uneven_sum_that_was_paid_so_is_accepted(body: str) -> None:
    assert read_body(body).accepted


def test_where_small_coins_are_paid_with_an_uneven_sum_needs_no_change() -> None:
    text = (
        "PINE CAFE\n51491 Overath\nDatum 25.05.2018 10:00\nTee  7,16\nSUMME EUR  7,16\n"
        "Gesamt  7,16\nBar EUR  10,00"
    )
    assert read(Transcript.from_text(text)).accepted


def test_no_amount_before_rounding_is_accepted_on_invented_receipts() -> None:
    chance = random.Random(7)
    receipts = [print_rounded(chance) for _ in range(300)]
    readings = [
        read(Transcript.from_text(receipt.text), default_currency="MYR") for receipt in receipts
    ]
    accepted = [
        (receipt, reading)
        for receipt, reading in zip(receipts, readings, strict=True)
        if reading.accepted
    ]
    assert len(accepted) > 100
    for receipt, reading in accepted:
        assert Decimal(reading.extraction.total.value or 0) * 100 == receipt.paid
