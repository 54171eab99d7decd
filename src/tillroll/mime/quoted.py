"""Headers with quoted strings and comments (RFC 5322, 3.2), taken apart in one pass over them."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

# Possessive: nothing is tried twice, so the time grows with the length and no faster.
_NEXT: Final = re.compile(r'\\.|["()]|[^"()\\]++|\\', re.DOTALL)
_MOST_NESTED: Final = 10


class Malformed(Exception):
    """A quoted string or a comment has no end, comments are nested too deeply, or what is said contradicts itself."""


class Kind(Enum):
    PLAIN = "plain"
    QUOTED = "quoted"


@dataclass(frozen=True)
class Piece:
    """A part of a header outside of comments, in order. A quoted one is without its quotes and backslashes."""

    kind: Kind
    text: str


def pieces(value: str) -> list[Piece]:
    """
    Raises:
        Malformed: see there.
    """
    found: list[Piece] = []
    quoted: list[str] | None = None
    depth = 0
    for match in _NEXT.finditer(value):
        sign = match[0]
        if quoted is not None:
            if sign == '"':
                found.append(Piece(Kind.QUOTED, "".join(quoted)))
                quoted = None
            else:
                quoted.append(sign.removeprefix("\\"))
        elif sign == "(":
            depth += 1
            if depth > _MOST_NESTED:
                raise Malformed("comments are nested too deeply")
        elif depth:
            depth -= sign == ")"
            if not depth:
                found.append(Piece(Kind.PLAIN, " "))  # a comment stands for a blank
        elif sign == '"':
            quoted = []
        else:
            found.append(Piece(Kind.PLAIN, sign))
    if quoted is not None or depth:
        raise Malformed("a quoted string or a comment has no end")
    return found
