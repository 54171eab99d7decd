"""Whether a file is a signed or an encrypted envelope (CMS), by its leading bytes. Pure.

Source: RFC 5652. The first object identifier says what an envelope is, whatever a mail calls it.
"""

import base64
import binascii
import re
from typing import Final

SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
ENVELOPED_DATA: Final = bytes.fromhex("2a864886f70d010703")
_HEAD: Final = 40
"""Bytes in which the identifier stands."""
_ARMOUR: Final = re.compile(rb"-----[A-Z0-9 ]{1,40}-----")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/=\s]")


def begins_signed(head: bytes) -> bool:
    """Whether the bytes begin as CMS SignedData, in BER or in base64."""
    return SIGNED_DATA in binary_of(head)[:_HEAD]


def begins_encrypted(head: bytes) -> bool:
    """Whether the bytes begin as CMS EnvelopedData."""
    return ENVELOPED_DATA in binary_of(head)[:_HEAD]


def binary_of(content: bytes) -> bytes:
    """The bytes of an envelope that may be written in base64, with or without armour."""
    stripped = content.lstrip()
    if not stripped.startswith((b"MI", b"-----")):
        return content
    plain = _ARMOUR.sub(b"", stripped)
    if _NO_BASE64.search(plain):
        return content
    signs = b"".join(plain.split())
    try:
        return base64.b64decode(signs[: len(signs) - len(signs) % 4])
    except (binascii.Error, ValueError):
        return content
