"""Two receipts in one picture are told from one receipt with a card slip, a table of taxes or two addresses."""

from itertools import islice, zip_longest
from pathlib import Path

import pytest
from hypothesis import given

from bench.tongues.papers import papers
from bench.tongues.tongue import Tongue, tongues
from tests.unit.reading.printing import Printed, receipts
from tillroll.reading.extraction import Transcript
from tillroll.reading.page import Page
from tillroll.reading.several import are_several

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.txt"))
BOOKS = """\
PINE BOOKS SDN BHD
12 Jalan Bunga, 50000 Kuala Lumpur
Tel: 03-2222 1111
Date: 14/02/2026  09:31
Atlas              40.00
TOTAL  RM          40.00
CASH               50.00
CHANGE             10.00
"""
CAFE = """\
GREEN GARDEN CAFE SDN BHD
7 Jalan Ampang, 50450 Kuala Lumpur
Tel: 03-3333 2222
Date: 15/02/2026  12:05
Nasi Lemak          9.00
TOTAL  RM           9.00
CASH               10.00
CHANGE              1.00
"""
CARD_SLIP = """\
PINE BOOKS SDN BHD
12 Jalan Bunga, 50000 Kuala Lumpur
Tel: 03-2222 1111
14/02/2026  09:31
VISA XXXX XXXX XXXX 1234
TOTAL  RM          40.00
APPROVED
"""
TAX_TABLE = "GST Summary  Amount  Tax\nSR @6%  37.74  2.26\nTotal  37.74  2.26\nGST No: 001234567890\n12 Jalan Bunga\n"
INVOICE = """\
Bill to                          Deliver to
PINE BOOKS SDN BHD               GREEN GARDEN CAFE SDN BHD
12 Jalan Bunga                   7 Jalan Ampang
Invoice date 14/02/2026          Due date 28/02/2026
Atlas                            40.00
TOTAL  RM                        40.00
"""


def beside(left: str, right: str) -> str:
    pairs = zip_longest(left.splitlines(), right.splitlines(), fillvalue="")
    return "\n".join(f"{one:40}{other}" for one, other in pairs)


def several(text: str) -> bool:
    return are_several(Page.of(Transcript.from_text(text)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOOKS + CAFE, id="below each other"),
        pytest.param(BOOKS + "\n\n" + CAFE, id="with space between"),
        pytest.param(BOOKS + BOOKS.replace("40.00", "41.00"), id="of the same shop"),
        pytest.param(beside(BOOKS, CAFE), id="side by side"),
        pytest.param(beside(BOOKS, "\n" + CAFE), id="side by side, one a little lower"),
    ],
)
def test_two_receipts_are_several(text: str) -> None:
    assert several(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOOKS, id="one"),
        pytest.param(BOOKS + CARD_SLIP, id="with its card slip"),
        pytest.param(BOOKS + TAX_TABLE, id="with a table of taxes"),
        pytest.param(BOOKS + BOOKS, id="the same one twice"),
        pytest.param(INVOICE, id="an invoice with two addresses"),
        pytest.param(
            BOOKS.replace("Tel: 03-2222 1111", "Tel: 03-2222 1111   Fax: 03-2222 1112"), id="telephone and fax"
        ),
        pytest.param("", id="nothing"),
    ],
)
def test_one_receipt_is_not(text: str) -> None:
    assert not several(text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_no_sample_is_several(sample: Path) -> None:
    assert not several(sample.read_text(encoding="utf-8"))


@given(receipts())
def test_no_generated_receipt_is_several(printed: Printed) -> None:
    assert not several(printed.text)


_TONGUES = [tongue for tongue in tongues() if tongue.code in {"bg", "fi", "ja", "ko", "nb", "sl"}]


@pytest.mark.parametrize("tongue", _TONGUES, ids=lambda tongue: tongue.code)
def test_receipts_without_legal_forms_are_told_in_other_tongues(tongue: Tongue) -> None:
    first, second = [paper.text for paper in islice(papers(tongue), 2)]
    assert several(first + "\n\n" + second)
    assert several(beside(first, second))
    assert not several(first)
    assert not several(second)
