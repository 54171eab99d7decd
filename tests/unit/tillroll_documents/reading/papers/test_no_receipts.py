"""A paper that says that it is no receipt is asked about, and one that only sounds so is not."""

from tests.unit.tillroll_documents.reading.papers.no_receipts import no_receipts, receipts_alike
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.receipt import read

_SEED = 65
_DINER = """\
RIVERSIDE DINER
8 River Rd, Troy NY 12180
09/24/2026 19:02
Steak               28.00
Soup                 6.00
Subtotal            34.00
Tax                  2.72
Total               36.72
"""


def test_a_paper_that_says_it_is_no_receipt_is_asked_about() -> None:
    missed: list[str] = []
    for paper in no_receipts(_SEED):
        reading = read(Transcript.from_text(paper.text))
        if ReviewReason.NO_RECEIPT.value not in reading.reasons:
            missed.append(f"{paper.locale}: {paper.sentence}")
        assert not (reading.extraction.total.value or "").startswith("-"), paper.sentence
    assert missed == []


def test_a_receipt_that_sounds_like_another_paper_is_no_other_paper() -> None:
    doubted = [
        f"{paper.locale}: {paper.sentence}"
        for paper in receipts_alike(_SEED)
        if ReviewReason.NO_RECEIPT.value in read(Transcript.from_text(paper.text)).reasons
    ]
    assert doubted == []


def _reasons(text: str) -> tuple[str, ...]:
    return read(Transcript.from_text(text)).reasons


def test_a_sentence_that_ocr_misread_or_broke_over_two_lines_counts() -> None:
    assert ReviewReason.NO_RECEIPT.value in _reasons(f"{_DINER}TH1S IS N0T A RECE1PT\n")
    assert ReviewReason.NO_RECEIPT.value in _reasons(f"{_DINER}THIS IS NOT\nA RECEIPT\n")
    assert ReviewReason.NO_RECEIPT.value in _reasons(f"{_DINER}TRANSACTION CANCELIED\n")


def test_an_article_that_was_taken_off_is_no_cancelled_sale() -> None:
    text = _DINER.replace(
        "Subtotal ", "Salad                7.00\nVOID\nSalad               -7.00\nSubtotal ", 1
    )
    assert ReviewReason.NO_RECEIPT.value not in _reasons(text)


def test_an_order_is_a_receipt_once_it_is_paid() -> None:
    order = _DINER.replace("09/24", "ORDER 117\n09/24", 1)
    assert ReviewReason.NO_RECEIPT.value in _reasons(order)
    assert ReviewReason.NO_RECEIPT.value not in _reasons(f"{order}Visa                36.72\n")


def test_a_cancelled_sale_is_no_money_back() -> None:
    text = _DINER.replace("Steak", "REFUND VOIDED - TRANSACTION VOID\nSteak", 1)
    reading = read(Transcript.from_text(text))
    assert reading.extraction.total.value == "36.72"
    assert ReviewReason.NO_RECEIPT.value in reading.reasons


def test_the_line_that_says_so_is_the_evidence() -> None:
    kind = read(
        Transcript.from_text(f"{_DINER}GUEST CHECK - NOT A RECEIPT\n")
    ).extraction.document_kind
    assert kind.evidence is not None
    assert kind.evidence.text == "GUEST CHECK - NOT A RECEIPT"
