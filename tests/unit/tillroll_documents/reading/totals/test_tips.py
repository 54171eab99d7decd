"""A tip bears no tax: it stands beside the tax lines, which add up to the total with it (what is
given freely is no consideration, Court of Justice C-16/93, Tolsma).
"""

import pytest

from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.receipt import read

HEAD = "WEINSTUBE ZUM LAMM\nMarktplatz 2\n70173 Stuttgart\nDatum 12.03.2026 21:15\n"
BILL = """\
2 x Maultaschen  14,00     28,00 A
1 x Riesling                9,52 B
Summe EUR                  37,52
MwSt         Netto   Steuer   Brutto
A 7,0 %      26,17    1,83    28,00
B 19,0 %      8,00    1,52     9,52
"""


def extraction_of(body: str) -> Extraction:
    return read(Transcript.from_text(HEAD + body), default_currency="EUR").extraction


def rows_of(extraction: Extraction) -> list[tuple[str | None, str | None, str]]:
    return [(line.rate, line.net, line.tax) for line in extraction.tax_lines]


@pytest.mark.parametrize(
    "end", ["girocard  41,00\ninkl. Trinkgeld  3,48\n", "Trinkgeld  3,48\ngirocard  41,00\n"]
)
def test_a_tip_below_the_total_is_known_and_bears_no_tax(end: str) -> None:
    extraction = extraction_of(BILL + end)
    assert (extraction.total.value, extraction.tip.value) == ("41.00", "3.48")
    assert rows_of(extraction) == [
        ("7.0", "26.17", "1.83"),
        ("19.0", "8.00", "1.52"),
        ("0", "3.48", "0.00"),
    ]
    of_tip = extraction.tax_lines[-1].evidence
    assert of_tip.text[of_tip.start : of_tip.end] == "3,48"
    assert extraction.tax.value == "3.35"


def test_a_tip_in_the_total_bears_no_tax() -> None:
    bill = "Menu  119,00\nZwischensumme  119,00\nTrinkgeld  6,00\nGesamt  125,00\n"
    extraction = extraction_of(bill + "enthaltene MwSt 19%  19,00\nBar  125,00\n")
    assert (extraction.total.value, extraction.tip.value) == ("125.00", "6.00")
    assert rows_of(extraction) == [("19", "100.00", "19.00"), ("0", "6.00", "0.00")]


def test_without_a_tip_the_lines_stay() -> None:
    extraction = extraction_of(BILL + "girocard  37,52\n")
    assert rows_of(extraction) == [("7.0", "26.17", "1.83"), ("19.0", "8.00", "1.52")]


def test_a_tip_that_does_not_make_the_total_adds_no_line() -> None:
    bill = "Menu  119,00\nZwischensumme  119,00\nTrinkgeld  6,00\nGesamt  125,00\n"
    # 19 % is in 125.00, the tip too
    extraction = extraction_of(bill + "enthaltene MwSt 19%  19,96\nBar  125,00\n")
    assert rows_of(extraction) == [("19", None, "19.96")]
