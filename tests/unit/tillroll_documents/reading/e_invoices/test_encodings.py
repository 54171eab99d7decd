"""XML whose declaration contradicts its bytes, or that has something before it, is read where there
is one way.
"""

import codecs

import pytest

from tests.support.e_invoices import Facts, ubl
from tillroll_documents.file_types import sniff
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice

FACTS = Facts(seller="Bürohaus Müller GmbH")
PLAIN = ubl(FACTS).decode()


def declared(name: str) -> str:
    return PLAIN.replace('encoding="UTF-8"', f'encoding="{name}"')


ONE_WAY = {
    "UTF-8 that says UTF-16": declared("utf-16").encode(),
    "UTF-8 that says UCS-2": declared("ISO-10646-UCS-2").encode(),
    "UTF-8 by a name that nobody knows": declared("UTF_8_XML").encode(),
    "UTF-8 without a dash": declared("utf8").encode(),
    "UTF-16 that says UTF-8": codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le"),
    "UTF-16, big end first, that says UTF-8": codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "UTF-16 that says it": codecs.BOM_UTF16_LE + declared("utf-16").encode("utf-16-le"),
    "a mark of UTF-8": codecs.BOM_UTF8 + PLAIN.encode(),
    "two marks of UTF-8": codecs.BOM_UTF8 * 2 + PLAIN.encode(),
    "a mark of UTF-8 before another name": codecs.BOM_UTF8 + declared("iso-8859-1").encode(),
    "blank lines before the declaration": b"\r\n\r\n  " + PLAIN.encode(),
    "a blank and a mark before the declaration": b"\n" + codecs.BOM_UTF8 + PLAIN.encode(),
    "Latin-1 that says it": declared("iso-8859-1").encode("latin-1"),
    "Windows-1252 that says it": declared("windows-1252").encode("cp1252"),
    "no declaration": PLAIN.split("?>", 1)[1].strip().encode(),
}


@pytest.mark.parametrize("case", ONE_WAY)
def test_what_can_be_read_in_one_way_is_read(case: str) -> None:
    content = ONE_WAY[case]
    found, _ = extract(read_invoice(content))
    assert (found.merchant.value, found.total.value) == (FACTS.seller, "83.30")
    assert sniff(lambda offset, length: content[offset : offset + length]) == "application/xml"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode("cp1252"),
        declared("utf-16").encode("cp1252"),
        declared("UTF_8_XML").encode("latin-1"),
        codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le")[:-1],
        codecs.BOM_UTF8 + PLAIN.encode("cp1252"),
    ],
)
def test_what_can_be_read_in_no_way_or_several_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInvoice, match="not well-formed"):
        read_invoice(content)


def test_what_stands_before_the_declaration_and_is_no_blank_is_refused() -> None:
    with pytest.raises(InvalidInvoice):
        read_invoice(b"HTTP/1.1 200 OK\r\n\r\n" + PLAIN.encode())
