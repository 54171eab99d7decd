"""Signed envelopes (CMS SignedData, RFC 5652) around content, in DER or in BER with open lengths.

The signature in them is no real one: what is tried is how an envelope is opened.
"""

_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_ENVELOPED_DATA = bytes.fromhex("06092a864886f70d010703")
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_COMMON_NAME = bytes.fromhex("0603550403")
_PIECE = 1000


def _value(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _open(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


def _name(common_name: str) -> bytes:
    pair = _value(0x30, _COMMON_NAME + _value(0x0C, common_name.encode()))
    return _value(0x30, _value(0x31, pair))


def _certificate(number: int, signer: str) -> bytes:
    validity = _value(0x30, _value(0x17, b"260101000000Z") + _value(0x17, b"290101000000Z"))
    body = _value(
        0x30,
        _value(0xA0, _value(0x02, b"\x02"))
        + _value(0x02, bytes([number]))
        + _RSA
        + _name("Test CA")
        + validity
        + _name(signer)
        + _value(0x30, _RSA + _value(0x03, b"\0\1")),
    )
    return _value(0x30, body + _RSA + _value(0x03, b"\0\1"))


def signed(content: bytes, signer: str = "ROSSI MARIO", *, is_open: bool = False) -> bytes:
    """An envelope of the content. `is_open`: with open lengths, and the content in pieces."""
    certificates = _certificate(7, "Another Person") + _certificate(9, signer)
    issuer_and_number = _value(0x30, _name("Test CA") + _value(0x02, bytes([9])))
    signature = _value(
        0x30, _value(0x02, b"\1") + issuer_and_number + _RSA + _RSA + _value(0x04, b"\0" * 32)
    )
    tail = _value(0xA0, certificates) + _value(0x31, signature)
    if not is_open:
        held = _value(0x30, _DATA + _value(0xA0, _value(0x04, content)))
        body = _value(0x30, _value(0x02, b"\1") + _value(0x31, _RSA) + held + tail)
        return _value(0x30, _SIGNED_DATA + _value(0xA0, body))
    pieces = b"".join(
        _value(0x04, content[at : at + _PIECE]) for at in range(0, len(content), _PIECE)
    )
    held = _open(0x30, _DATA + _open(0xA0, _open(0x24, pieces)))
    body = _open(0x30, _value(0x02, b"\1") + _value(0x31, _RSA) + held + tail)
    return _open(0x30, _SIGNED_DATA + _open(0xA0, body))


def encrypted() -> bytes:
    """The beginning of an envelope that is encrypted."""
    return _value(0x30, _ENVELOPED_DATA + _value(0xA0, _value(0x30, b"\x02\x01\x00")))
