"""The key of a request, and what tells it from another request under the same key."""

import hashlib
import json
import re
from typing import Final

from tillroll.platform.json import dump

LONGEST_KEY: Final = 255
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPED: Final = re.compile(r'\\(["\\])')


class InvalidKey(ValueError):
    """The header holds no key that can be used; the message says why."""


def read_key(header: str) -> str:
    """The key of an Idempotency-Key header: a string of RFC 9651, section 3.3.3, in quotes, as the draft has it, or
    bare, as most clients send it.

    Raises:
        InvalidKey: it is empty, too long, or has other than printable ASCII characters.
    """
    given = header.strip()
    quoted = _QUOTED.fullmatch(given)
    if quoted is None and given.startswith('"'):
        raise InvalidKey("It begins with a quotation mark and is no quoted string")
    key = given if quoted is None else _ESCAPED.sub(r"\1", quoted[1])
    if not key:
        raise InvalidKey("It is empty")
    if len(key) > LONGEST_KEY:
        raise InvalidKey(f"It has {len(key)} characters, and at most {LONGEST_KEY} are taken")
    if not (key.isascii() and key.isprintable()):
        raise InvalidKey("It has characters that are not printable ASCII")
    return key


def fingerprint(method: str, path: str, query: str, if_match: str | None, body: bytes) -> str:
    """SHA-256 in hexadecimal of a request. JSON is the same however it is spaced, and in whatever order its keys."""
    parts = (method, path, query, if_match or "", _canonical(body))
    return hashlib.sha256(dump(list(parts)).encode()).hexdigest()


def _canonical(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    except ValueError:
        return hashlib.sha256(body).hexdigest() if body else ""
