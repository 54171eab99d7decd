"""A buyer whose address stands behind the name is never accepted as the seller."""

from datetime import date

import pytest

from tests.support.campaigns import IS_WHOLE
from tests.unit.tillroll_documents.reading.papers.one_line import OneLine, in_one_line
from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading

_TODAY = date(2026, 11, 27)
_STEP = 1 if IS_WHOLE else 53
"""Of 2,450 papers, 47 are read in `make test`: of each country some, in each layout."""


def _read(text: str) -> Reading | None:
    return read_printed(Page.of(Transcript.from_text(text)), today=_TODAY)


@pytest.mark.campaign
def test_no_buyer_in_one_line_is_accepted_as_the_seller() -> None:
    papers: list[OneLine] = [*in_one_line()]
    wrong: list[str] = []
    accepted = 0
    for paper in papers[::_STEP]:
        reading = _read(paper.text)
        if reading is None or not reading.accepted:
            continue
        accepted += 1
        if reading.extraction.merchant.value != paper.seller:
            wrong.append(paper.text)
    assert wrong == []
    assert accepted * 5 > len(papers[::_STEP])


def test_the_invoices_own_number_is_no_tax_number() -> None:
    """ "Faktura VAT nr 12/2026" confirms nobody."""
    reading = _read(
        "Anna Nowak\nul. Krótka 2\n31-150 Kraków\n\nFaktura VAT nr 2024/0815\n"
        "Data wystawienia 2024-04-11\nPorada 200,00\nNetto 200,00\nVAT 23% 46,00\n"
        "Razem brutto 246,00 PLN\n\nKancelaria Wilk\nul. Długa 5, 31-147 Kraków\nNIP 676-217-44-83"
    )
    assert reading is not None
    assert not (reading.accepted and reading.extraction.merchant.value == "Anna Nowak")


def test_a_period_whose_year_is_on_the_next_line_is_no_day_of_issue() -> None:
    reading = _read(
        "Alpin Studio S.r.l.\nPiazza Mazzini, 113\n35121 Padova (PD)\nP. IVA: IT04508720309\n"
        "Fattura 2024-46457\n\n"
        "Nr. doc.       Data documento     Periodo                 Data prestazione    Cliente n.\n"
        "2024-46457 4 luglio 2024 1 giugno 2024 – 15 giugno           15 giugno 2024 107609\n"
        "                                  2024\n\n"
        "Cliente: Ceoma S.p.A.\nTotale netto:  100,00 €\nIVA 22%:  22,00 €\nTotale:  122,00 €"
    )
    assert reading is not None
    assert reading.extraction.date.value != date(2024, 6, 1)
