"""A signed envelope (.p7m) is opened, and its signer named; a broken one is refused in
linear time.
"""

import base64
import random

import pytest

from tests.support.national_invoices import National, fattura
from tests.support.signed_envelopes import encrypted, signed
from tillroll_documents.file_types import sniff
from tillroll_documents.reading.e_invoices.e_invoice import InvalidInvoice
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.signed import UnreadableEnvelope, open_signed
from tillroll_documents.signed_files import begins_encrypted, begins_signed

FATTURA = fattura(National())
ENVELOPES = {
    "DER": signed(FATTURA),
    "BER in pieces": signed(FATTURA, is_open=True),
    "base64": base64.encodebytes(signed(FATTURA)),
    "armoured": b"-----BEGIN PKCS7-----\n"
    + base64.encodebytes(signed(FATTURA))
    + b"-----END PKCS7-----\n",
    "twice": signed(signed(FATTURA)),
}


@pytest.mark.parametrize("form", ENVELOPES)
def test_an_envelope_is_opened_and_its_signer_named(form: str) -> None:
    content = ENVELOPES[form]
    found, _ = extract(read_invoice(content))
    assert (found.total.value, found.receipt_number.value) == ("122.00", "12/2026")
    assert found.e_invoice is not None
    assert (found.e_invoice.syntax, found.e_invoice.signed_by) == ("fatturapa", "ROSSI MARIO")
    if form != "twice":
        assert sniff(lambda offset, length: content[offset : offset + length]) == "application/xml"


def test_an_envelope_of_something_else_is_no_invoice() -> None:
    content = signed(b"%PDF-1.7 and more")
    assert sniff(lambda offset, length: content[offset : offset + length]) is None
    assert begins_signed(content)
    with pytest.raises(InvalidInvoice):
        read_invoice(content)


def test_what_is_encrypted_is_told_from_what_is_signed() -> None:
    assert (begins_encrypted(encrypted()), begins_signed(encrypted())) == (True, False)


def test_a_broken_envelope_is_refused() -> None:
    chance = random.Random(7)
    whole = signed(FATTURA, is_open=True)
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randint(20, len(broken))])
        try:
            open_signed(cut)
        except UnreadableEnvelope:
            continue


@pytest.mark.parametrize(
    "content",
    [
        b"\x30\x80" * 5_000,
        b"\x30\x80\x06\x09" + bytes.fromhex("2a864886f70d010702") + b"\xa0\x80" * 5_000,
        b"\x30\x84\xff\xff\xff\xff" + bytes.fromhex("06092a864886f70d010702"),
    ],
)
def test_a_bomb_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableEnvelope):
        open_signed(content)


def test_octets_in_octets_without_end_are_refused() -> None:
    """Each level states a length, so that nothing but the depth bounds them."""
    nested = b"\x04\x01x"
    for _ in range(20_000):
        size = len(nested).to_bytes(4, "big")
        nested = b"\x24\x84" + size + nested if len(nested) < 60_000 else nested
    inside = bytes.fromhex("06092a864886f70d010701") + _tagged(b"\xa0", nested)
    signed_data = _tagged(b"\x30", b"\x02\x01\x01\x31\x00" + _tagged(b"\x30", inside))
    whole = bytes.fromhex("06092a864886f70d010702") + _tagged(b"\xa0", signed_data)
    with pytest.raises(UnreadableEnvelope):
        open_signed(_tagged(b"\x30", whole))


def _tagged(tag: bytes, content: bytes) -> bytes:
    return tag + b"\x84" + len(content).to_bytes(4, "big") + content
