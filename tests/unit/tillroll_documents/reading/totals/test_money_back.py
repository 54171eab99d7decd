"""Money that comes back is a negative total."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read

HEAD = "PINE CAFE\nJALAN OAK 1\n43000 KAJANG, SELANGOR\nTEL: 03-55122344\n"
DATE = "DATE: 25/05/2018 10:00\n"


@pytest.mark.parametrize(
    "body",
    [
        "TEA -10.00\nTOTAL -10.00\nCASH -10.00",
        "REFUND\nTEA -10.00\nTOTAL (10.00)\nREFUND CASH 10.00",
        "TEA 10.00-\nTOTAL RM -10.00\nCASH REFUND 10.00",
        "TEA 1 10.00\nREFUND TOTAL 10.00\nVISA REFUND 10.00",
        "*** SALES RETURN ***\nTEA 10.00\nTOTAL 10.00\nCASH REFUND 10.00",
    ],
)
def test_a_refund_is_a_negative_total(body: str) -> None:
    reading = read(Transcript.from_text(HEAD + DATE + body), default_currency="MYR")
    assert reading.extraction.total.value == "-10.00"
    assert reading.accepted


def test_the_parts_of_a_refund_are_negative_too() -> None:
    body = "TEA -10.00\nSubtotal -10.00\nGST 6% -0.60\nTOTAL -10.60\nVISA -10.60"
    extraction = read(Transcript.from_text(HEAD + DATE + body), default_currency="MYR").extraction
    assert (extraction.total.value, extraction.tax.value, extraction.subtotal.value) == (
        "-10.60",
        "-0.60",
        "-10.00",
    )


@pytest.mark.parametrize(
    "line",
    [
        "NO REFUND",
        "REFUND WITHIN 7 DAYS",
        "GOODS SOLD ARE NOT REFUNDABLE",
        "GOODS SOLD ARE NOT\nREFUND. THANK YOU.",
        "REFUND 0.00",
    ],
)
def test_a_sentence_about_refunds_is_none(line: str) -> None:
    body = f"TEA 10.00\nTOTAL 10.00\nCASH 10.00\n{line}"
    assert (
        read(
            Transcript.from_text(HEAD + DATE + body), default_currency="MYR"
        ).extraction.total.value
        == "10.00"
    )
