"""What of a mail becomes a receipt where several things may: tickets and terms do not.

The mails were written before the choice was looked at, after those of railways, cinemas, shops and
hotels: the receipt in the text and a ticket beside it, an invoice beside terms.
"""

import io
from datetime import date

import pypdf
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from tests.support.invoice import invoice_pdf
from tests.support.mails import papers
from tests.support.mails.reported import mixed
from tests.support.mails.writing import ANN, Part, attached, mail, plain
from tillroll.received_mail.attachments import Attachment, Reason
from tillroll.received_mail.choosing import choose
from tillroll.received_mail.walk import read_attachments
from tillroll_durable.platform.clock import no_pause

_DAY = date(2026, 11, 3)
_FARE = (
    "Stadtbahn GmbH\nIhre Fahrkarte\nDatum: 02.11.2026\nEinzelfahrt 3,40 EUR\n"
    "Gesamtbetrag 3,40 EUR\nenthaltene MwSt 7 % 0,22 EUR"
)
_INVOICE = (
    "Hotel Seeblick AG",
    "Seestrasse 4, 6002 Luzern",
    "Rechnung Nr. 5521",
    "Datum: 02.11.2026",
    "2 Übernachtungen  320.00",
    "MWST 3.8%  11.71",
    "Total CHF 320.00",
)
_TERMS = (
    "Allgemeine Geschäftsbedingungen",
    "1. Diese Bedingungen gelten für alle Aufträge.",
    "2. Die Preise enthalten die gesetzliche Mehrwertsteuer.",
    "3. Der Kunde kann innerhalb von 14 Tagen widerrufen.",
)


def _pdf(lines: tuple[str, ...], name: str) -> Part:
    return attached(invoice_pdf([*lines]), "application/pdf", name)


def _with_picture(content: bytes, *, width: int, height: int) -> bytes:
    """A PDF whose first page has a grey picture of so many pixels beside its text."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(content))
    picture = StreamObject()
    picture.set_data(bytes(width * height))
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width),
            NameObject("/Height"): NumberObject(height),
            NameObject("/ColorSpace"): NameObject("/DeviceGray"),
            NameObject("/BitsPerComponent"): NumberObject(8),
        }
    )
    # pypdf has no public way.
    named = DictionaryObject({NameObject("/Im0"): writer._add_object(picture)})  # pyright: ignore[reportPrivateUsage]
    resources = writer.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    resources[NameObject("/XObject")] = named
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


async def _chosen(*parts: Part) -> list[Attachment]:
    raw = mail(f"From: Ann <{ANN}>\nSubject: Receipt", mixed(*parts), id_="chosen@example.com")
    return await choose(read_attachments(raw, _DAY), _DAY, no_pause)


def _offered(chosen: list[Attachment]) -> list[str]:
    return ["text" if each.printed else str(each.name) for each in chosen if each.is_offered]


async def test_a_ticket_of_few_letters_is_no_receipt_beside_a_text_with_a_total() -> None:
    chosen = await _chosen(plain(_FARE), _pdf(("EINZELTICKET AB", "Gültig"), "ticket.pdf"))
    assert _offered(chosen) == ["text"]


async def test_a_code_on_a_ticket_is_no_scan() -> None:
    ticket = invoice_pdf(["EINZELTICKET AB", "Gültig"])
    square = _with_picture(ticket, width=300, height=300)
    chosen = await _chosen(plain(_FARE), attached(square, "application/pdf", "ticket.pdf"))
    assert _offered(chosen) == ["text"]


async def test_a_page_that_a_picture_fills_may_be_the_receipt() -> None:
    ticket = invoice_pdf(["EINZELTICKET AB", "Gültig"])
    scanned = _with_picture(ticket, width=400, height=900)
    chosen = await _chosen(plain(_FARE), attached(scanned, "application/pdf", "scan.pdf"))
    assert _offered(chosen) == ["scan.pdf"]


async def test_terms_beside_an_invoice_are_left_out_and_named() -> None:
    chosen = await _chosen(
        plain("Please find your invoice attached."),
        _pdf(_INVOICE, "folio.pdf"),
        _pdf(_TERMS, "terms.pdf"),
    )
    assert _offered(chosen) == ["folio.pdf"]
    reasons = [each.reason for each in chosen if each.name == "terms.pdf"]
    assert reasons == [Reason.BESIDE_TOTAL]


async def test_terms_are_kept_where_nothing_beside_them_surely_names_a_total() -> None:
    photo = attached(papers.photo("BAKERY NORD"), "image/jpeg", "scan.jpg")
    chosen = await _chosen(plain("See attached."), photo, _pdf(_TERMS, "terms.pdf"))
    assert _offered(chosen) == ["scan.jpg", "terms.pdf"]


async def test_what_names_an_amount_is_kept() -> None:
    fees = (*_TERMS, "4. Eine Mahnung kostet 5.00 CHF.")
    chosen = await _chosen(plain("See."), _pdf(_INVOICE, "folio.pdf"), _pdf(fees, "fees.pdf"))
    assert _offered(chosen) == ["folio.pdf", "fees.pdf"]
