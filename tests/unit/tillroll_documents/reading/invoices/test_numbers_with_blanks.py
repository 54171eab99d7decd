"""A document number that is printed in groups is read whole, and nothing beside it joins it.

The rows were written from printed bills of telephone companies and utilities before the rule was
read: groups of digits with one blank between them, then the end of the line or a wide gap.
"""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read

TELEPHONE = """Fernruf Deutschland GmbH
Postfach 1100
53105 Bonn

Muster Handel KG
Am Markt 3
10115 Berlin

Ihre Rechnung für September 2026
{row}
Datum             24.09.2026
Monatliche Beträge                                  33,57
Verbrauch                                            0,00
Summe (netto)                                       33,57
Umsatzsteuer 19 %                                    6,38
Rechnungsbetrag                                     39,95 €
Der Betrag wird am 05.10.2026 von Ihrem Konto abgebucht.
Fernruf Deutschland GmbH  USt-IdNr. DE123456788  HRB 5919 Bonn
"""


def number_of(row: str) -> str | None:
    page = Page.of(Transcript.from_text(TELEPHONE.format(row=row)))
    reading = read_printed(page, today=date(2026, 11, 27))
    assert reading is not None
    return reading.extraction.receipt_number.value


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Rechnungsnummer   21 4711 0815 2201", "21 4711 0815 2201"),
        ("Rechnungsnummer: 21 4711 0815 2201", "21 4711 0815 2201"),
        ("Rechnungs-Nr. 803 442 1190", "803 442 1190"),
        ("Rechnungsnummer   21 4711 0815 2201      Kundennummer 123 456", "21 4711 0815 2201"),
        ("Invoice number: 7700 1234 5678", "7700 1234 5678"),
        ("Invoice No. 7700 1234 5678   Page 1 of 2", "7700 1234 5678"),
        ("Rechnungsnummer 21 4711 0815 2201 bitte angeben", "21 4711 0815 2201"),
        ("Bitte die Rechnungsnummer 21 4711 0815 2201.", "21 4711 0815 2201"),
        ("Numéro de facture : 10 2045 7781", "10 2045 7781"),
    ],
)
def test_a_number_in_groups_is_read_whole(row: str, number: str) -> None:
    assert number_of(row) == number


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Rechnungsnummer   4711", "4711"),
        ("Rechnungsnummer 4711 vom 24.09.2026", "4711"),
        ("Rechnungsnummer 47110815 24.09.2026", "47110815"),
        ("Rechnungsnummer 47110815 24. September 2026", "47110815"),
        ("Invoice No. 47110815 24 September 2026", "47110815"),
        ("Invoice No. 47110815 2026-09-24", "47110815"),
        ("Rechnungsnummer 47110815 Seite 1", "47110815"),
        ("Rechnungsnummer 47110815      12345", "47110815"),
        ("Rechnungsnummer 47110815 39,95 €", "47110815"),
        ("Rechnungsnummer 47110815 10:15 Uhr", "47110815"),
        ("Rechnungsnummer 47110815 1/2", "47110815"),
    ],
)
def test_what_stands_beside_a_number_is_no_part_of_it(row: str, number: str) -> None:
    assert number_of(row) == number


def test_a_row_of_heads_keeps_numbers_apart() -> None:
    row = "Rechnungsnummer     Kundennummer     Auftrag\n4711 0815 22        123 456          77 88"
    assert number_of(row) in {"4711 0815 22", None}
    narrow = "Rechnungsnummer Kundennummer Auftrag\n47110815 123456 7788"
    assert number_of(narrow) in {"47110815", None}


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Invoice No: 21 4711 0815 2201", "21 4711 0815 2201"),
        ("Receipt No. 803 442 1190    Till 2", "803 442 1190"),
        ("Receipt No. 8034 0012", "8034"),
        ("Receipt No. 8034 12 05 2018", "8034"),
        ("Receipt No. 8034 12 05 18", "8034"),
        ("Receipt No. 8034 12/05/2018", "8034"),
        ("Receipt No. 8034 10:15", "8034"),
        ("Receipt No. 8034 2 x 4.00", "8034"),
    ],
)
def test_the_number_of_a_slip_is_read_whole_too(row: str, number: str) -> None:
    slip = f"PINE BOOKS LTD\nLondon\n{row}\nDate: 25/05/2018 10:00\nTea £4.00\nTOTAL £4.00"
    found = read(Transcript.from_text(slip), today=date(2018, 6, 1)).extraction
    assert found.receipt_number.value == number


def test_a_hostile_row_of_groups_is_read_in_linear_time() -> None:
    row = "Invoice No. " + "12 " * 20_000
    assert number_of(row + "x") in {"12", None}
