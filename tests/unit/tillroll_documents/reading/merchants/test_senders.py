"""A sender's line with dots between firm, street and town names the firm; a ticket's title none."""

import pytest

from tillroll_documents.reading.extraction import Extraction, Transcript
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.text.company_names import find_legal_form

TICKET = """\
RB   {title}
Regionalbahn · RB Talverkehr AG· Bahnhofplatz 4 · 50667 Köln
Steuernummer 215/5012/3344
Hinfahrt: Köln Hbf - Bonn Hbf
14.03.2026 ab 08:10 an 08:36
Buchungsdatum: 11.03.2026
Leistung                 MwSt-Satz    Netto      Brutto
1 x Einzelfahrt          D: 7 %       10,00 €    10,70 €
MwSt D 7 %                                        0,70 €
Gesamtpreis                                      10,70 €
"""


def ticket(title: str = "Online-Ticket") -> Extraction:
    return read(Transcript.from_text(TICKET.format(title=title)), default_currency="EUR").extraction


@pytest.mark.parametrize("title", ["Online-Ticket", "Handy-Ticket", "Fahrkarte"])
def test_the_firm_of_a_senders_line_sells_a_ticket(title: str) -> None:
    extraction = ticket(title)
    assert extraction.merchant.value == "RB Talverkehr AG"
    assert extraction.registered_name.value == "RB Talverkehr AG"
    evidence = extraction.merchant.evidence
    assert evidence is not None
    assert evidence.text[evidence.start : evidence.end] == "RB Talverkehr AG"


def test_a_ticket_was_bought_on_the_day_of_its_booking() -> None:
    assert str(ticket().date.value) == "2026-03-11"


def test_the_tax_below_a_tickets_columns_is_read() -> None:
    assert ticket().tax.value == "0.70"


def extraction_of(sender: str) -> Extraction:
    body = "\n11.03.2026 10:20\nTee  3,00\nSumme EUR  3,00\nBar  3,00\n"
    return read(Transcript.from_text(sender + body), default_currency="EUR").extraction


def test_a_line_with_one_dot_stays_whole() -> None:
    assert extraction_of("Teehaus · Am Markt").merchant.value == "Teehaus · Am Markt"


@pytest.mark.parametrize(
    ("text", "form"), [("Tal AG· Ring 3", "AG"), ("Tal KG • Ring 3", "KG"), ("Tal AG Ring", None)]
)
def test_a_short_form_ends_a_name_before_a_dot(text: str, form: str | None) -> None:
    span = find_legal_form(text)
    assert (None if span is None else text[span[0] : span[1]]) == form
