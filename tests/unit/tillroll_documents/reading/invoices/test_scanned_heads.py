"""What OCR made of an invoice gives its number, its kind, the day due and the buyer, where both
sets of rules read the same total and day.

The papers were written by hand, after invoices that people outside drew.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import DocumentKind, Extraction, Transcript
from tillroll_documents.reading.invoices.scanned import with_head_of_invoice
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read_page

TODAY = date(2026, 11, 29)

GERMAN = """Sägewerk Auental GmbH
Mühlweg 4 · 33719 Bielefeld
USt-IdNr. DE214365879
Tischlerei Brand GmbH
Gewerbering 8
33602 Bielefeld
{title}
Rechnungsdatum         05.10.2026
Fällig am                19.10.2026
Eiche massiv, 12 m²                                    840,00 €
Buche Leimholz, 10 m²                                  400,00 €
Summe netto                  1.240,00 €
zzgl. 19 % USt                  235,60 €
Gesamtbetrag               1.475,60 €
Zahlbar innerhalb von 14 Tagen ohne Abzug.
"""
IRISH = """Lagan Print Ltd
Unit 4, Kinsale Road, Cork
VAT No IE9765432A
Mill Design Ltd
9 Merchants Quay
Cork
{title}
Invoice date            06/10/2026
Due date               05/11/2026
Brochure A5, 500 copies                                    €350.00
Net                          €350.00
VAT 23%                       €80.50
Total                       €430.50
Please pay within 30 days.
"""
TILL = """KAUFMARKT
Hauptstr. 7, 10115 Berlin
Milch            1,19 A
Brot             2,40 A
SUMME EUR        3,59
Bar              5,00
Rückgeld         1,41
05.10.2026 17:04 Bon 2231
Vielen Dank
"""


def read(text: str) -> Extraction:
    page = Page.of(Transcript.from_text(text))
    reading = read_page(page, today=TODAY)
    added = with_head_of_invoice(reading, page, today=TODAY)
    assert (added.accepted, added.reasons) == (reading.accepted, reading.reasons)
    for name in ("merchant", "total", "date", "currency", "tax"):
        assert getattr(added.extraction, name) == getattr(reading.extraction, name)
    return added.extraction


@pytest.mark.parametrize(
    ("paper", "title", "number"),
    [
        (GERMAN, "Rechnung RE-2026-1187", "RE-2026-1187"),
        (GERMAN, "RECHNUNG 20261077", "20261077"),
        (GERMAN, "Rechnung 26-0449", "26-0449"),
        (GERMAN, "Rechnung 2026/771", "2026/771"),
        (GERMAN, "Rechnung Nr. 4711", "4711"),
        (GERMAN, "Ihre Rechnung 8830 4471 02", "8830 4471 02"),
        (IRISH, "INVOICE 10883", "10883"),
        (IRISH, "Invoice PS-7741", "PS-7741"),
        (IRISH, "Invoice no. INV/2026/12", "INV/2026/12"),
    ],
)
def test_the_number_stands_behind_the_title(paper: str, title: str, number: str) -> None:
    found = read(paper.format(title=title))
    assert found.document_kind.value is DocumentKind.INVOICE
    assert found.receipt_number.value == number


def test_the_day_due_and_the_buyer_are_read_too() -> None:
    found = read(GERMAN.format(title="Rechnung RE-2026-1187"))
    assert found.due_date.value == date(2026, 10, 19)
    assert found.buyer.value == "Tischlerei Brand GmbH"


@pytest.mark.parametrize("title", ["Rechnung", "Rechnung vom 05.10.2026", "Rechnung 05.10.2026"])
def test_a_title_without_a_number_gives_none(title: str) -> None:
    found = read(GERMAN.format(title=title))
    assert found.receipt_number.value is None
    assert found.document_kind.value is None


def test_a_title_that_is_misread_into_a_day_gives_no_number() -> None:
    assert read(IRISH.format(title="Invoice 06/10/2026")).receipt_number.value is None


def test_where_the_totals_differ_nothing_is_taken() -> None:
    page = Page.of(Transcript.from_text(GERMAN.format(title="Rechnung RE-2026-1187")))
    reading = read_page(page, today=TODAY)
    other = reading.extraction.total.model_copy(update={"value": "1240.00"})
    doubtful = reading.extraction.model_copy(update={"total": other})
    given = type(reading)(doubtful, accepted=False, reasons=("total_uncertain",))
    assert with_head_of_invoice(given, page, today=TODAY) == given


def test_a_tills_paper_stays_as_it_was_read() -> None:
    page = Page.of(Transcript.from_text(TILL))
    reading = read_page(page, today=TODAY)
    assert with_head_of_invoice(reading, page, today=TODAY) == reading
