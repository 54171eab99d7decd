"""Base64 with the URL-safe alphabet and without padding (RFC 4648, section 5)."""

import base64
import binascii
import re
from typing import Final

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def encoded(content: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of a text that is the one form that they have. Raises ValueError: it is none."""
    if not _ALPHABET.fullmatch(text):
        raise ValueError("the text is no base64url without padding")
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("the text is no base64url without padding") from error
    if encoded(content) != text:
        raise ValueError("the text has bits that mean nothing")
    return content
