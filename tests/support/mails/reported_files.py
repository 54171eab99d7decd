"""Files beside a text, and files that are no receipts."""

from collections.abc import Iterator

from tests.support.invoice import invoice_pdf
from tests.support.mails import papers
from tests.support.mails.reported import Reported, alternative, coded, mixed
from tests.support.mails.writing import Part, attached, file, html, multipart, plain
from tests.support.national_invoices import National, fattura
from tests.support.signed_envelopes import signed as signed_envelope

_PDF = "application/pdf"
_TICKET = invoice_pdf(
    [
        "COASTLINE RAIL eTICKET",
        "Reservation 3AF21C",
        "San Diego - Los Angeles, Oct 12 2026, departs 12:05 PM",
        "Present this document on the train",
    ]
)
_TERMS = invoice_pdf(
    [
        "General terms of business",
        "1. All prices include VAT at the rate in force.",
        "2. The total is due within 14 days.",
        "3. A fee of EUR 40.00 is charged for late payment.",
    ]
)
_FARE = """
<html><body><p>Coastline Rail</p><table><tr><td>1 Adult Business</td><td>$62.00</td></tr>
<tr><td>Subtotal</td><td>$62.00</td></tr><tr><td>Total charged by Coastline Rail</td><td>$62.00</td>
</tr></table>
<p>Purchased 09/24/2026 10:15 AM. Visa ending in 1111</p></body></html>
"""


def beside_texts() -> Iterator[Reported]:
    fare = alternative(plain("See HTML."), html(_FARE))
    yield Reported(
        "ticket-beside-the-receipt",
        "Expensify/App#101602",
        mixed(fare, attached(_TICKET, _PDF, "eTicket.pdf")),
        ["Total charged by Coastline Rail $62.00"],
        left=["eTicket.pdf"],
    )
    text = plain(papers.receipt_text("Harbour Cloud"))
    yield Reported(
        "terms-beside-the-receipt",
        "Expensify/App#101602",
        mixed(text, attached(_TERMS, _PDF, "AGB.pdf")),
        ["Harbour Cloud"],
        left=["AGB.pdf"],
    )
    yield Reported(
        "document-beside-the-text",
        "hackclub/hcb#15077",
        mixed(text, attached(papers.invoice("HARBOUR"), _PDF, "invoice.pdf")),
        ["invoice.pdf"],
        left=["text"],
    )
    yield Reported(
        "document-and-terms",
        "Expensify/App#101602",
        mixed(
            text,
            attached(papers.invoice("HARBOUR"), _PDF, "invoice.pdf"),
            attached(_TERMS, _PDF, "AGB.pdf"),
        ),
        ["invoice.pdf"],
        left=["AGB.pdf", "text"],
    )
    yield Reported(
        "photo-beside-the-text",
        "hackclub/hcb#12595",
        mixed(text, attached(papers.photo("CAFE"), "image/jpeg", "photo.jpg")),
        ["photo.jpg"],
        left=["text"],
    )
    logo = file(
        papers.LOGO,
        "image/png",
        "Content-ID: <logo@1>",
        'Content-Disposition: inline; filename="logo.png"',
    )
    yield Reported(
        "logo-beside-the-receipt",
        "hackclub/hcb#12595",
        multipart("related", "of-related", [html(papers.receipt_html("Harbour Cloud")), logo]),
        ["Harbour Cloud"],
        left=["logo.png"],
    )


def files() -> Iterator[Reported]:
    note = plain("Attached.")
    document = papers.invoice("FILES LTD")
    signed = (
        bytes.fromhex("3080") + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80" + b"x" * 120
    )
    xml = "IT01234567897_00001.xml.p7m"
    yield Reported(
        "signed-invoice",
        "RFC 5652, section 5.1; fatturapa.gov.it, CAdES",
        mixed(note, attached(signed, "application/pkcs7-mime", xml)),
        left=[xml, "signed"],
    )
    for title, kind in (
        ("signed-fattura", "application/pkcs7-mime"),
        ("signed-fattura-as-bytes", "application/octet-stream"),
    ):
        yield Reported(
            title,
            "fatturapa.gov.it, CAdES",
            mixed(note, attached(signed_envelope(fattura(National()), is_open=True), kind, xml)),
            [xml],
        )
    inline = Part(
        "Content-Disposition: inline;\n\tfilename=rent.pdf\n"
        'Content-Type: application/pdf;\n\tx-unix-mode=0644;\n\tname="rent.pdf"\n'
        "Content-Transfer-Encoding: base64",
        file(document, _PDF).body,
    )
    yield Reported(
        "inline-document",
        "jonaswinkler/paperless-ng#70",
        mixed(html("<p>Hi</p>"), inline, html("<p>Ann</p>")),
        ["rent.pdf"],
    )
    unnamed = file(document, "application/octet-stream; name=2026-06-24_Rent.pdf")
    yield Reported(
        "without-a-disposition",
        "paperless-ngx/paperless-ngx#6827",
        mixed(note, unnamed),
        ["2026-06-24_Rent.pdf"],
    )
    outlook = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    yield Reported(
        "outlooks-own-file",
        "MS-CFB, section 2.2",
        mixed(note, attached(outlook, "application/vnd.ms-outlook", "receipt.msg")),
        left=["receipt.msg"],
    )
    yield Reported(
        "file-of-no-bytes",
        "RFC 2046, section 5.1.1",
        mixed(note, attached(b"", _PDF, "empty.pdf")),
        left=["empty.pdf"],
    )
    elsewhere = Part(
        (
            'Content-Type: message/external-body; access-type=URL; URL="https://shop.example/'
            'receipt.pdf"'
        ),
        b"Content-Type: application/pdf\r\nContent-ID: <1@shop.example>\r\n\r\n",
    )
    yield Reported("body-elsewhere", "RFC 2017", mixed(note, elsewhere), left=["elsewhere"])
    piece = Part(
        'Content-Type: message/partial; id="abc@host.example"; number=2; total=3',
        b"JVBERi0xLjQK\r\n",
    )
    yield Reported("piece-of-a-mail", "RFC 2046, section 5.2.2", mixed(note, piece), left=["piece"])
    fork = file(
        bytes.fromhex("0005160700020000") + bytes(40), 'application/applefile; name="rent.pdf"'
    )
    double = multipart("appledouble", "of-double", [fork, attached(document, _PDF, "rent.pdf")])
    yield Reported("with-a-resource-fork", "RFC 1740", mixed(note, double), ["rent.pdf"])
    body = coded(
        "text/plain; charset=utf-8",
        "8bit",
        papers.receipt_text("Harbour Cloud").encode(),
        'Content-Disposition: attachment; filename="ATT00001.txt"',
    )
    yield Reported("text-as-a-file", "squell/bb-scripts#65", mixed(note, body), ["Harbour Cloud"])
    yield Reported(
        "address-with-a-detail",
        "RFC 5233, section 1",
        mixed(note, attached(document, _PDF, "a.pdf")),
        ["a.pdf"],
        detail="+lunch",
    )
