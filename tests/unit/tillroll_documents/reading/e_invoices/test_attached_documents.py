"""Invoices that lie as text in an AttachedDocument, as Colombia's sellers send them.

The envelopes follow DIAN's "contenedor electrónico": the invoice in the attachment, and the tax
office's answer in a reference to the parent document.
"""

from xml.sax.saxutils import escape

import pytest

from tests.support.e_invoices import Facts, cii, ubl
from tests.support.growth import assert_linear
from tillroll_documents.file_types import sniff
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice, UnknownDocument
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.extraction import DocumentKind

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_ANSWER = f'<ApplicationResponse xmlns="{_UBL}ApplicationResponse-2"/>'


def _attached(inside: str, *, is_data: bool = True, encoding: str = "UTF-8") -> bytes:
    text = escape(inside)
    if is_data:
        text = f"<![CDATA[{inside}]]>"
    external = (
        "<cac:ExternalReference><cbc:MimeCode>text/xml</cbc:MimeCode>{}</cac:ExternalReference>"
    )
    answer = external.format(f"<cbc:Description><![CDATA[{_ANSWER}]]></cbc:Description>")
    envelope = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        f'<AttachedDocument xmlns="{_UBL}AttachedDocument-2"'
        f' xmlns:cac="{_UBL}CommonAggregateComponents-2"'
        f' xmlns:cbc="{_UBL}CommonBasicComponents-2">'
        "<cbc:ProfileID>Factura Electrónica de Venta</cbc:ProfileID>"
        "<cbc:ParentDocumentID>RE-2026-0042</cbc:ParentDocumentID>"
        f"<cac:Attachment>{external.format(f'<cbc:Description>{text}</cbc:Description>')}</cac:Attachment>"
        "<cac:ParentDocumentLineReference><cac:DocumentReference>"
        f"<cac:Attachment>{answer}</cac:Attachment>"
        "</cac:DocumentReference></cac:ParentDocumentLineReference></AttachedDocument>"
    )
    return envelope.encode(encoding)


@pytest.mark.parametrize("is_data", [True, False])
@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1"])
def test_the_invoice_is_read(*, is_data: bool, encoding: str) -> None:
    content = _attached(
        ubl(Facts(seller="Café Ñandú SAS")).decode(), is_data=is_data, encoding=encoding
    )
    assert sniff(lambda offset, length: content[offset : offset + length]) == "application/xml"
    found, _ = extract(read_invoice(content))
    plain, _ = extract(read_invoice(ubl(Facts(seller="Café Ñandú SAS"))))
    assert found == plain
    assert found.merchant.value == "Café Ñandú SAS"


def test_a_credit_note_stays_one() -> None:
    credit = Facts(type_code="381")
    found, _ = extract(read_invoice(_attached(ubl(credit, credit_note=True).decode())))
    assert found.document_kind.value is DocumentKind.CREDIT_NOTE
    assert str(found.total.value).startswith("-")


@pytest.mark.parametrize("inside", ["", "none", "<Invoice", "AAAA"])
def test_what_holds_no_invoice_is_refused(inside: str) -> None:
    with pytest.raises(InvalidInvoice):
        read_invoice(_attached(inside))


def test_the_tax_offices_answer_alone_is_named() -> None:
    with pytest.raises(UnknownDocument) as caught:
        read_invoice(_attached(_ANSWER))
    assert caught.value.reason == "xml_ubl_other"


def test_one_inside_of_another_is_not_opened() -> None:
    inner = _attached(ubl(Facts()).decode(), is_data=False).decode()
    with pytest.raises(UnknownDocument) as caught:
        read_invoice(_attached(inner, is_data=False))
    assert caught.value.reason == "xml_ubl_other"


def test_another_form_is_read_as_by_itself() -> None:
    found, _ = extract(read_invoice(_attached(cii(Facts()).decode())))
    assert found.e_invoice is not None
    assert found.e_invoice.syntax == "cii"


def test_a_large_one_is_read_in_linear_time() -> None:
    def refuse(count: int) -> None:
        with pytest.raises(InvalidInvoice):
            read_invoice(_attached("x&" * count))

    assert_linear(refuse, 2_000_000)
