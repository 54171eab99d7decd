"""The tax: the line that adds up, all lines together, or the table of taxes by rate."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.totals.figures import ADDS_UP

HEAD = "PINE BOOKS LTD\nLondon\nDate: 25/05/2024 10:00\n"


@pytest.mark.parametrize(
    ("body", "tax"),
    [
        ("Net  £10.00\nVAT 20%  £2.00\nTotal  £12.00", "2.00"),
        ("Subtotal  £10.00\nState tax 5%  £0.50\nCity tax 2%  £0.20\nTotal  £10.70", "0.70"),
        (
            "Total  £12.70\nVAT rate  net  VAT\n20%  £10.00  £2.00\n5%  £0.67  £0.03\nThank you",
            "2.03",
        ),
        (
            (
                "Total  £12.70\nVAT rate  net  VAT  gross\nA 20%  £10.00  £2.00  £12.00\n"
                "B 0%  £0.70  £0.00  £0.70"
            ),
            "2.00",
        ),
        ("Subtotal  £10.00\nVAT 20%  £2.00\nTotal  £12.01\nRounding  £0.01", "2.00"),
        (
            (
                "Total  £149.35\nVAT%  VAT  net  gross\n12.00  12.79  106.61  119.40\n"
                "25.00  5.99  23.96  29.95"
            ),
            "18.78",
        ),
    ],
)
def test_a_tax_that_adds_up_is_sure(body: str, tax: str) -> None:
    found = read(Transcript.from_text(HEAD + body)).extraction.tax
    assert found.value == tax
    assert found.confidence == ADDS_UP


@pytest.mark.parametrize(
    ("body", "tax"),
    [
        ("Total  £12.00\nVAT included in total  £2.00", "2.00"),
        ("Total  £12.00\nincluded VAT 20%  £1.50\nincluded VAT 5%  £0.10", "1.60"),
        ("Total  £12.70\nVAT A 20%  £1.80\nVAT B 5%  £0.09\nVAT  £1.89", "1.89"),
        ("Total  £12.70\nVAT A  £1.80\nVAT B  £0.09\nVAT  £1.89", "1.89"),
        ("Total  £12.00\nVAT  £0.00", "0.00"),
    ],
)
def test_a_tax_that_stands_alone_is_less_sure(body: str, tax: str) -> None:
    found = read(Transcript.from_text(HEAD + body)).extraction.tax
    assert found.value == tax
    assert 0 < found.confidence < ADDS_UP


@pytest.mark.parametrize("body", ["Total  £12.00", "Total  £12.00\nVAT  £9.00", "VAT  £2.00"])
def test_no_tax_is_made_up(body: str) -> None:
    assert read(Transcript.from_text(HEAD + body)).extraction.tax.value is None
