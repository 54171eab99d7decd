"""XML that could harm, or is no invoice, is refused with a sentence that says why."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.e_invoices import Facts, cii, ubl
from tillroll_documents.reading.e_invoices import e_invoice
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice, UnknownDocument
from tillroll_documents.reading.e_invoices.extraction import read_invoice

_LAUGHS = (
    b'<!DOCTYPE Invoice [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;'
    b'&b;&b;&b;&b;&b;&b;">]>'
)
_EXTERNAL = b'<!DOCTYPE Invoice [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
_REMOTE = b'<!DOCTYPE Invoice SYSTEM "http://example.com/invoice.dtd">'


def _behind_declaration(content: bytes, inserted: bytes) -> bytes:
    declaration, end, rest = content.partition(b"?>")
    return declaration + end + inserted + rest


@pytest.mark.parametrize("doctype", [_LAUGHS, _EXTERNAL, _REMOTE, b"<!DOCTYPE Invoice>"])
def test_a_document_type_is_refused(doctype: bytes) -> None:
    with pytest.raises(InvalidInvoice, match="document type"):
        read_invoice(_behind_declaration(ubl(Facts()), doctype))


def test_an_entity_that_nobody_declared_is_refused() -> None:
    with pytest.raises(InvalidInvoice, match="not well-formed"):
        read_invoice(ubl(Facts()).replace(b"RE-2026-0042", b"&number;"))


def test_deep_nesting_is_refused() -> None:
    deep = b"<a>" * 10_000 + b"</a>" * 10_000
    with pytest.raises(InvalidInvoice, match="deep"):
        read_invoice(deep)


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(InvalidInvoice, match="elements"):
        read_invoice(b"<a>" + b"<b/>" * (e_invoice.MOST_ELEMENTS + 1) + b"</a>")


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(InvalidInvoice, match="MB"):
        read_invoice(b"<a>" + b" " * e_invoice.MOST_BYTES + b"</a>")


def test_an_attached_file_is_not_kept() -> None:
    attached = b"<cbc:Note>" + b"QUJD" * 500_000 + b"</cbc:Note><cbc:ID>"
    root = e_invoice.parse(ubl(Facts()).replace(b"<cbc:ID>", attached, 1))
    note = root.first("Note")
    assert note is not None
    assert len(note.text) == e_invoice.LONGEST_TEXT


@pytest.mark.parametrize(
    "content", [b"", b"   ", b"%PDF-1.7", b"<Invoice", b"<a></b>", b"\xff\xfe<", b"<a/><b/>"]
)
def test_what_is_no_xml_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInvoice):
        read_invoice(content)


@pytest.mark.parametrize("encoding", ["nonsense", "shift_jis", "utf-7", "\x00tf-8"])
def test_an_encoding_that_cannot_be_read_is_refused(encoding: str) -> None:
    with pytest.raises(InvalidInvoice):
        read_invoice(f'<?xml version="1.0" encoding="{encoding}"?><a>ä</a>'.encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    written = ubl(Facts(seller="Müller & Söhne OHG")).decode()
    text = written.replace(
        'encoding="UTF-8"', f'encoding="{"iso-8859-1" if name == "latin-1" else name}"'
    )
    seller = read_invoice(text.encode(encoding)).seller.name
    assert seller is not None
    assert seller.value == "Müller & Söhne OHG"


def test_another_document_is_named() -> None:
    order = (
        ubl(Facts())
        .replace(b"Invoice-2", b"Order-2")
        .replace(b"<Invoice ", b"<Order ")
        .replace(b"</Invoice>", b"</Order>")
    )
    with pytest.raises(UnknownDocument, match="Order of urn:oasis"):
        read_invoice(order)


def test_a_root_of_another_vocabulary_is_no_invoice() -> None:
    with pytest.raises(UnknownDocument):
        read_invoice(b'<Invoice xmlns="urn:example"><ID>1</ID></Invoice>')


def test_elements_of_an_extension_are_not_the_invoices() -> None:
    extension = b'<ID xmlns="urn:example">wrong</ID><cbc:ID>'
    number = read_invoice(ubl(Facts()).replace(b"<cbc:ID>", extension, 1)).number
    assert number is not None
    assert number.value == "RE-2026-0042"


@pytest.mark.parametrize("text", ["12,50", "NaN", "1e5", "Infinity", "9" * 40, "--1", "."])
def test_an_amount_that_is_none_is_refused_with_its_path(text: str) -> None:
    content = ubl(Facts()).replace(
        b'<cbc:PrepaidAmount currencyID="EUR">0<', f"<cbc:PrepaidAmount>{text}<".encode()
    )
    with pytest.raises(
        InvalidInvoice, match="/Invoice/cac:LegalMonetaryTotal/cbc:PrepaidAmount holds"
    ):
        read_invoice(content)


@pytest.mark.parametrize("text", ["2026-02-30", "9999-12-31", "05.03.2026", "yesterday"])
def test_a_day_that_is_none_is_refused_with_its_path(text: str) -> None:
    with pytest.raises(InvalidInvoice, match="IssueDate holds"):
        read_invoice(ubl(Facts()).replace(b"2026-03-05", text.encode(), 1))


@given(st.data())
@settings(max_examples=40)
def test_broken_bytes_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([ubl(Facts()), cii(Facts())])))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InvalidInvoice):
        assert read_invoice(bytes(content[: data.draw(st.integers(0, len(content)))])).syntax
