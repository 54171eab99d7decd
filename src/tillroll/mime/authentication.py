"""Whether the domain in From sent the mail, by what the receiving server says of it (RFC 8601).

Email Routing writes one Authentication-Results with the id mx.cloudflare.net above what the sender sent: `dkim` with
`header.d`, `dmarc` with `header.from`, and `spf` with `smtp.mailfrom`. Whatever stands below it, or bears another id,
anybody can have written. Read in November 2026 in mail that others had received and published; never received by us.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from typing import Final

from tillroll.mime.headers import values, without_comments

CLOUDFLARE: Final = "mx.cloudflare.net"
_PROPERTY: Final = re.compile(r'([a-z]+\.[a-z-]+)\s*=\s*("[^"]*"|\S+)', re.IGNORECASE)
_METHOD: Final = re.compile(r"([a-z][a-z0-9-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)


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
    a signature (DKIM) or an envelope (SPF) of the domain, or of one that it lies below, proves it as well.
    """
    domain = sender.rpartition("@")[2]
    results = [*_topmost(message)]
    decided = [each for each in results if each.method == "dmarc"]
    if any(each.result == "fail" for each in decided):
        return Verdict.FAILED
    if any(_is_dmarc_of(each, domain) for each in decided) or any(_is_of(each, domain) for each in results):
        return Verdict.AUTHENTICATED
    return Verdict.UNAUTHENTICATED


def _topmost(message: Message) -> Iterator[_Result]:
    """The results of the first header that has Cloudflare's id."""
    for value in values(message, "authentication-results"):
        id_, *said = without_comments(value).split(";")
        if id_.split()[:1] == [CLOUDFLARE]:
            yield from filter(None, map(_result, said))
            return


def _result(said: str) -> _Result | None:
    method = _METHOD.match(said.strip())
    if method is None:
        return None
    properties = {name.lower(): value.strip('"').lower() for name, value in _PROPERTY.findall(said)}
    return _Result(method[1].lower(), method[2].lower(), properties)


def _is_dmarc_of(each: _Result, domain: str) -> bool:
    return each.result == "pass" and each.properties.get("header.from") == domain


def _is_of(each: _Result, domain: str) -> bool:
    match each.method:
        case "dkim":
            proven = each.properties.get("header.d", "")
        case "spf":
            proven = each.properties.get("smtp.mailfrom", "").rpartition("@")[2]
        case _:
            return False
    # A domain below From's says nothing of it: it may have been given to others.
    is_above = "." in proven and (domain == proven or domain.endswith(f".{proven}"))
    return each.result == "pass" and is_above
