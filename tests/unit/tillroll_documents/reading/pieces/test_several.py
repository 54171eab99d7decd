"""Two receipts in one picture are told from one receipt with a card slip, a table of taxes or two
addresses.
"""

from itertools import islice, pairwise, zip_longest
from pathlib import Path

import pytest
from hypothesis import given

from bench.tongues.papers import papers
from bench.tongues.tongue import Tongue, tongues
from tests.unit.tillroll_documents.reading.printing import Printed, receipts
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.pieces.several import are_several
from tillroll_documents.reading.receipt import read, read_page

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.txt"))
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
TAX_TABLE = (
    "GST Summary  Amount  Tax\nSR @6%  37.74  2.26\nTotal  37.74  2.26\nGST No: 001234567890\n"
    "12 Jalan Bunga\n"
)
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


def several(text: str, default_currency: str | None = None) -> bool:
    return are_several(Page.of(Transcript.from_text(text)), default_currency)


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
            BOOKS.replace("Tel: 03-2222 1111", "Tel: 03-2222 1111   Fax: 03-2222 1112"),
            id="telephone and fax",
        ),
        pytest.param("", id="nothing"),
    ],
)
def test_one_receipt_is_not(text: str) -> None:
    assert not several(text)


# Slips of few lines, as people lay them on one sheet: no legal form, no address, a name with a
# number.
SHORT = {
    "cafe": "CAFE LUNA\n12.03.2026 09:14\nEspresso 2.40\nTotal EUR 2.40\nCash 2.40",
    "parking": "PARKHAUS MITTE\nEinfahrt 10:02\nAusfahrt 12:40\n12.03.2026\nBetrag EUR 6,00\nDanke",
    "kiosk": (
        "Kiosk am Bahnhof\n03.02.2026 17:20\nZeitung 2,90\nWasser 1,80\nSumme 4,70\n"
        "davon MwSt 7% 0,19\ndavon MwSt 19% 0,29\nBar 5,00\nZurück 0,30"
    ),
    "chemist": "Boots\n11/02/2026\nPlasters 3.00\nTo pay £3.00\nVisa debit £3.00",
    "taxi": "TAXI 4411\nDate 05/03/2026\nFare £14.60\nTotal £14.60\nPaid by card",
    "bakery": (
        "Bakery Rose\n4 Mar 2026\nBread 3.20\nRolls 1.80\nTOTAL £5.00\nCASH £10.00\nCHANGE £5.00"
    ),
    "boulangerie": (
        "BOULANGERIE PAUL\n14/01/2026 08:12\nBaguette 1,30\nCroissant 1,40\nTOTAL 2,70 EUR\n"
        "ESPECES 5,00\nRENDU 2,30"
    ),
    "broken day": (
        "KONDITORI LJUNG\nOrg.nr 550000-0000\nKVITTO\n22019-07-13  20:58\nBREAD  kr 127,70\n"
        "Olive oil  kr 312,62\nAtt betala kr  440,32\nKontant  kr 444,30\nTillbaka  kr 3,98\n"
        "Netto  kr 352,26\nMoms 25%  kr 88,06"
    ),
    "bookshop": (
        "Bokhandeln i Hamnen AB\nKungsgatan 9\nKVITTO\n2020-05-14  17:44:24\nNotebook  474,88\n"
        "Att betala kr  474,88\nKontant  503,90\nTillbaka  29,02\nMoms 25%  94,97\n"
        "Tack för besöket"
    ),
}
BELOW = (
    *[("cafe", "parking"), ("parking", "cafe"), ("parking", "kiosk"), ("kiosk", "parking")],
    *[("parking", "boulangerie"), ("boulangerie", "parking"), ("bakery", "taxi")],
    *[("chemist", "taxi"), ("taxi", "bakery"), ("bookshop", "broken day")],
)
SLIP = "\n\nCARD PAYMENT\nMERCHANT ID 88123344\nDATE {day}\nAMOUNT {total}\nAPPROVED\nTHANK YOU"


@pytest.mark.parametrize(("first", "second"), BELOW)
def test_two_short_slips_below_each_other_are_several(first: str, second: str) -> None:
    assert several(SHORT[first] + "\n" + SHORT[second], "EUR")


@pytest.mark.parametrize("name", SHORT)
def test_a_short_slip_is_not_several(name: str) -> None:
    assert not several(SHORT[name], "EUR")
    assert not several(SHORT[name] + "\n\nCOPY\n" + SHORT[name], "EUR")


PAIRS = [*pairwise(SAMPLES)][::3]


@pytest.mark.parametrize(("above", "below"), PAIRS, ids=lambda path: path.stem)
def test_samples_below_each_other_are_asked_about(above: Path, below: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (above, below)]
    page = Page.of(Transcript.from_text("\n".join(texts)))
    assert are_several(page) or not read_page(page).accepted


@pytest.mark.parametrize("sample", SAMPLES[::2], ids=lambda path: path.stem)
def test_a_sample_with_its_card_slip_is_not_several(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    found = read(Transcript.from_text(text)).extraction
    slip = SLIP.format(day=found.date.value, total=found.total.value)
    assert not several(text + slip)


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
