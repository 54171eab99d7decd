"""Whether the domain in From sent the mail, by what the receiving server says of it (RFC 8601).

Email Routing writes one Authentication-Results with the id mx.cloudflare.net above what the sender sent: `dkim` with
`header.d`, `dmarc` with `header.from`, and `spf` with `smtp.mailfrom`. Whatever stands below it, or bears another id,
anybody can have written. Read in November 2026 in mail that others had received and published; never received by us.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from typing import Final

from tillroll.received_mail.mime.headers import Kind, Malformed, pieces, values

CLOUDFLARE: Final = "mx.cloudflare.net"
_MARKS: Final = re.compile(r";|\s++|[^;\s]++")


class Verdict(StrEnum):
    """`FAILED`: the receiving server says that the domain did not send it."""

    AUTHENTICATED = "authenticated"
    UNAUTHENTICATED = "unauthenticated"
    FAILED = "failed"


@dataclass(frozen=True)
class _Result:
    method: str
    result: str
    properties: Mapping[str, str]


def verdict_on(message: Message, sender: str) -> Verdict:
    """What is proven of a sender's address (as `sender_of` gives it).

    DMARC decides where it says pass or fail (RFC 9091 and 7489: it looks at From). Where the domain has no such policy,
    a signature (DKIM) or an envelope (SPF) of the very domain proves it as well.
    """
    domain = sender.rpartition("@")[2]
    results = _topmost(message)
    decided = [each for each in results if each.method == "dmarc"]
    if any(each.result == "fail" for each in decided):
        return Verdict.FAILED
    if any(_is_dmarc_of(each, domain) for each in decided) or any(_is_of(each, domain) for each in results):
        return Verdict.AUTHENTICATED
    return Verdict.UNAUTHENTICATED


def _topmost(message: Message) -> Sequence[_Result]:
    """The results of the first header that has Cloudflare's id. None where it, or one above it, cannot be read: what
    stands below may be the sender's."""
    for value in values(message, "authentication-results"):
        try:
            id_, *said = _sections(value)
            if not id_:
                return []
            if id_[0] == CLOUDFLARE:
                return [each for each in map(_result, said) if each is not None]
        except Malformed:
            return []
    return []


def _sections(value: str) -> list[list[str]]:
    """What stands between semicolons, as words: what has no blank between, and each `=` behind a name. A semicolon or a
    blank in quotes parts nothing.

    Raises:
        Malformed: a quoted string or a comment has no end.
    """
    sections: list[list[str]] = [[]]
    is_open = False
    for piece in pieces(value):
        parts = [piece.text] if piece.kind is Kind.QUOTED else _MARKS.findall(piece.text)
        for part in parts:
            if piece.kind is Kind.PLAIN and part == ";":
                sections.append([])
                is_open = False
            elif piece.kind is Kind.PLAIN and part.isspace():
                is_open = False
            elif is_open:
                sections[-1][-1] += part
            else:
                sections[-1].append(part)
                is_open = True
    return sections


def _result(words: list[str]) -> _Result | None:
    """`dkim=pass reason="…" header.d=example.com`, with blanks anywhere.

    Raises:
        Malformed: it says one thing twice, and differently.
    """
    found: dict[str, str] = {}
    name = ""
    for word in words:
        if name.endswith("="):  # what the name was waiting for
            name, value = name[:-1], word
        else:
            before, mark, value = word.partition("=")
            name += before
            if not mark:
                continue
            if not value:
                name += "="
                continue
        key = name.lower()
        if found.setdefault(key, value.lower()) != value.lower():
            raise Malformed(f"{key} is said twice")
        name = ""
    if not found:
        return None
    (method, result), *properties = found.items()
    return _Result(method.partition("/")[0], result, dict(properties))


def _is_dmarc_of(each: _Result, domain: str) -> bool:
    return each.result == "pass" and each.properties.get("header.from", "").rstrip(".") == domain


def _is_of(each: _Result, domain: str) -> bool:
    match each.method:
        case "dkim":
            proven = each.properties.get("header.d", "")
        case "spf":
            proven = each.properties.get("smtp.mailfrom", "").rpartition("@")[2]
        case _:
            return False
    # No domain above or below From's is taken: without a list of public suffixes, it may be another's.
    return each.result == "pass" and proven != "" and proven.rstrip(".") == domain
