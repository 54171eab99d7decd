"""Bytes as WebAuthn's JSON has them: base64url without padding (RFC 4648, section 5)."""

import base64
import binascii
import re
from typing import Final

from tillroll.webauthn.errors import Refused

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Raises Refused: the text is not the one form that bytes have."""
    if not _ALPHABET.fullmatch(text):
        raise Refused("the text is no base64url without padding")
    try:
        content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Refused("the text is no base64url without padding") from error
    if encode(content) != text:
        raise Refused("the text has bits that mean nothing")
    return content
