"""A printed invoice whose total has a dash before it is not surely money back."""

from datetime import date

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.invoices.printed import read_printed
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import Reading

INVOICE = """Fernruf Deutschland GmbH
Postfach 1100
53105 Bonn

Muster Handel KG
Am Markt 3
10115 Berlin

{title}
Rechnungsnummer   47110815
Datum             24.09.2026
Summe (netto)                                       {net}
Umsatzsteuer 19 %                                    {tax}
Rechnungsbetrag                                     {total} €
Fernruf Deutschland GmbH  USt-IdNr. DE123456788  HRB 5919 Bonn
"""


def read_invoice(*, net: str, tax: str, total: str, title: str = "Rechnung") -> Reading:
    text = INVOICE.format(title=title, net=net, tax=tax, total=total)
    reading = read_printed(Page.of(Transcript.from_text(text)), today=date(2026, 11, 27))
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("net", "tax", "total"),
    [
        ("33,57", "6,38", "- 39,95"),
        ("33,57", "6,38", "-39,95"),
        ("- 33,57", "- 6,38", "- 39,95"),
    ],
)
def test_a_dash_before_the_total_of_an_invoice_is_asked(net: str, tax: str, total: str) -> None:
    reading = read_invoice(net=net, tax=tax, total=total)
    assert not reading.accepted
    assert {"sign_uncertain", "total_uncertain"} & set(reading.reasons)


def test_a_credit_note_stays_sure_whatever_its_dashes() -> None:
    reading = read_invoice(net="- 33,57", tax="- 6,38", total="- 39,95", title="Gutschrift")
    assert reading.extraction.total.value == "-39.95"
    assert reading.reasons == ()


def test_minus_at_all_digits_of_an_invoice_is_money_back() -> None:
    reading = read_invoice(net="-33,57", tax="-6,38", total="-39,95")
    assert reading.extraction.total.value == "-39.95"
    assert reading.reasons == ()
