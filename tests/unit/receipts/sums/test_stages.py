"""What was paid is the amount after rounding, whatever is left of its label; an amount before it is never accepted."""

import pytest

from tillroll.receipts.page.transcript import Transcript
from tillroll.receipts.reading import Reading, read

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
