"""A paper of the story as an e-invoice, by UBL 2.1 and EN 16931. Imports nothing of the product."""

from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from pypdf import PdfWriter

from tests.views.story import Paper, TaxLine

_NAMESPACES: Final = (
    'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
_WIDTH: Final = 595
_HEIGHT: Final = 842
"""A4 in points."""
_SCHEME: Final = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"


def decimal(minor: int) -> str:
    """An amount as text, such as `-12.50` of -1250."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02}"


def invoice_of(paper: Paper) -> bytes:
    """The e-invoice."""
    seller = paper.seller
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?><Invoice {_NAMESPACES}>',
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>",
        f"<cbc:ID>{paper.number}</cbc:ID>",
        f"<cbc:IssueDate>{paper.day}</cbc:IssueDate>",
        "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
        f"<cbc:DocumentCurrencyCode>{seller.currency}</cbc:DocumentCurrencyCode>",
        "<cac:AccountingSupplierParty>",
        _party(seller.name, seller.country, seller.vat_id),
        "</cac:AccountingSupplierParty><cac:AccountingCustomerParty>",
        _party("Example GmbH", "DE", ""),
        "</cac:AccountingCustomerParty>",
        _taxes(paper),
        _totals(paper),
    ]
    for number, line in enumerate(paper.lines, start=1):
        parts.append(_line(paper, number, line))
    parts.append("</Invoice>")
    return "".join(parts).encode()


def pdf_of(paper: Paper) -> bytes:
    """A PDF of blank pages, which nobody can read. No two are alike."""
    writer = PdfWriter()
    for page in range(paper.pages):
        writer.add_blank_page(_WIDTH, _HEIGHT + page)
    writer.add_metadata({"/Title": paper.number})
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def _party(name: str, country: str, vat_id: str) -> str:
    number = ""
    if vat_id:
        number = (
            f"<cac:PartyTaxScheme><cbc:CompanyID>{vat_id}</cbc:CompanyID>{_SCHEME}"
            "</cac:PartyTaxScheme>"
        )
    return (
        "<cac:Party><cac:PostalAddress><cac:Country>"
        f"<cbc:IdentificationCode>{country}</cbc:IdentificationCode>"
        f"</cac:Country></cac:PostalAddress>{number}<cac:PartyLegalEntity>"
        f"<cbc:RegistrationName>{escape(name)}</cbc:RegistrationName>"
        "</cac:PartyLegalEntity></cac:Party>"
    )


def _amount(name: str, minor: int, currency: str) -> str:
    return f'<cbc:{name} currencyID="{currency}">{decimal(minor)}</cbc:{name}>'


def _category(name: str, paper: Paper, rate: int) -> str:
    percent = f"<cbc:Percent>{rate}</cbc:Percent>"
    if paper.seller.vat_code == "O":
        percent = ""
    return f"<cac:{name}><cbc:ID>{paper.seller.vat_code}</cbc:ID>{percent}{_SCHEME}</cac:{name}>"


def _taxes(paper: Paper) -> str:
    currency = paper.seller.currency
    parts = ["<cac:TaxTotal>", _amount("TaxAmount", paper.tax, currency)]
    for line in paper.lines:
        parts += [
            "<cac:TaxSubtotal>",
            _amount("TaxableAmount", line.net, currency),
            _amount("TaxAmount", line.tax, currency),
            _category("TaxCategory", paper, line.rate),
            "</cac:TaxSubtotal>",
        ]
    parts.append("</cac:TaxTotal>")
    return "".join(parts)


def _totals(paper: Paper) -> str:
    currency = paper.seller.currency
    return (
        "<cac:LegalMonetaryTotal>"
        + _amount("LineExtensionAmount", paper.net, currency)
        + _amount("TaxExclusiveAmount", paper.net, currency)
        + _amount("TaxInclusiveAmount", paper.total, currency)
        + _amount("PayableAmount", paper.total, currency)
        + "</cac:LegalMonetaryTotal>"
    )


def _line(paper: Paper, number: int, line: TaxLine) -> str:
    currency = paper.seller.currency
    return (
        f"<cac:InvoiceLine><cbc:ID>{number}</cbc:ID>"
        '<cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>'
        + _amount("LineExtensionAmount", line.net, currency)
        + f"<cac:Item><cbc:Name>Position {number}</cbc:Name>"
        + _category("ClassifiedTaxCategory", paper, line.rate)
        + "</cac:Item><cac:Price>"
        + _amount("PriceAmount", line.net, currency)
        + "</cac:Price></cac:InvoiceLine>"
    )
