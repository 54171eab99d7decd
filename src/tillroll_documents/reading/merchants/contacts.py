"""The web address or telephone number that an issuer's papers have in common: it tells issuers
apart where neither a tax id nor an IBAN is printed. Pure.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tillroll_documents.reading.extraction import Evidence, Field, Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import Own, name_key

_ENDS: Final = (
    "com|net|org|info|eu|co|io|shop|de|at|ch|li|fr|be|nl|lu|it|es|pt|uk|ie|dk|se|no|fi|pl|cz|us|"
    "ca|au|my|sg"
)
_WEB: Final = re.compile(
    r"(?:@|www\.|https?://)(?:www\.)?(?P<led>[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,6})\b"
    rf"|(?<![\w.@/-])(?P<bare>[a-z0-9][a-z0-9-]{{2,}}(?:\.(?:co|com))?\.(?:{_ENDS}))(?![\w.@-])",
    re.IGNORECASE,
)
_HOSTS: Final = re.compile(r"^(?:(?:www|mail|shop|info|my|portal)\.)+(?=[^.]+\.)")
PROVIDERS: Final = frozenset(
    {
        *(
            "gmail",
            "googlemail",
            "gmx",
            "web",
            "t-online",
            "outlook",
            "hotmail",
            "live",
            "yahoo",
            "icloud",
            "aol",
        ),
        *(
            "freenet",
            "orange",
            "wanadoo",
            "free",
            "laposte",
            "libero",
            "proton",
            "protonmail",
            "posteo",
            "mailbox",
        ),
    }
)
"""Hosts of mail, whose customers have nothing else in common."""
_TELEPHONE: Final = re.compile(
    r"(?:\b(?:tele?(?:fon|phone|ph)?|phone|ph|fon|t[ée]l(?:[ée]phone)?)\b|☎)[ .:#]*"
    r"(?P<number>\+?\(?\d[\d ()/.-]{6,20}\d)",
    re.IGNORECASE,
)
_LABELLED: Final = re.compile(r"[ .:#]*(?P<number>\+?\(?\d[\d ()/.-]{6,20}\d)")
"""What follows a label of another language."""
_AMERICAN: Final = re.compile(r"^\s*(?P<number>(?:\+?1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})\s*$")
"""A number of North America on a line of its own, which is printed without a label."""
_SERVICES: Final = frozenset(
    {
        *("sumup", "zettle", "izettle", "squareup", "square", "stripe", "paypal", "toasttab"),
        *("facebook", "instagram", "google", "tripadvisor", "whatsapp", "youtube", "tiktok"),
    }
)
"""Payment terminals and networks, whose addresses stand on papers of many shops."""
_DIGITS: Final = 8
"""So many of the last digits: a number is printed with and without the code of its country."""
_CONFIDENCE: Final = 0.9


def find_contact(page: Page, own: Own, buyer: str | None) -> Field[str]:
    """The address that is printed most often, else the first telephone number; none of the buyer's
    or of the account's own that shows whose it is.
    """
    others = [key for key in (*own.names, name_key(buyer or "")) if key]
    contacts = list(_addresses(page, others)) or list(_telephones(page))[:1]
    if not contacts:
        return Field[str]()
    [(most, _)] = Counter(value for value, _ in contacts).most_common(1)
    return Field[str](
        value=most,
        evidence=next(where for value, where in contacts if value == most),
        confidence=_CONFIDENCE,
    )


def _addresses(page: Page, others: list[str]) -> Iterator[tuple[str, Evidence]]:
    for line, match in _matches(page, _WEB):
        group = "led" if match["led"] else "bare"
        domain = _HOSTS.sub("", match[group].lower())
        key = name_key(domain.partition(".")[0])
        is_of_others = any(key in other or other in key for other in others)
        host = domain.partition(".")[0]
        if host not in PROVIDERS and host not in _SERVICES and not is_of_others:
            yield domain, line.evidence(*match.span(group))


def _telephones(page: Page) -> Iterator[tuple[str, Evidence]]:
    for line, match in _printed_telephones(page):
        digits = "".join(filter(str.isdecimal, match["number"]))
        if len(digits) >= _DIGITS:
            yield digits[-_DIGITS:], line.evidence(*match.span("number"))


def _printed_telephones(page: Page) -> Iterator[tuple[Line, re.Match[str]]]:
    """Find telephones after a label, in the order of the lines, else by the form of the number."""
    yield from _matches(page, _TELEPHONE)
    for line in page.naming(Concept.CONTACT):
        for label in page.found(line):
            match = _LABELLED.match(line.plain, label.end)
            if label.concept is Concept.CONTACT and match is not None:
                yield line, match
    yield from _matches(page, _AMERICAN)


def _matches(page: Page, pattern: re.Pattern[str]) -> Iterator[tuple[Line, re.Match[str]]]:
    return ((line, match) for line in page.lines for match in pattern.finditer(line.plain))
