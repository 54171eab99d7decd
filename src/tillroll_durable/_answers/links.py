"""Answers that name the page behind them in their Link header."""

import re
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.http import HttpAnswer

# RFC 8288, section 3. Nothing in it can be read in two ways, and a quote that nothing closes ends
# with the header, so each character is read once, whatever stands there.
_LINK: Final = re.compile(r'<([^<>"\s]*+)>((?:[^",<]|"(?:[^"\\]|\\.?)*+"?)*+)')
_RELATION: Final = re.compile(r';\s*+rel\s*+=\s*+(?:"([^"]*+)"|([^\s";,]++))', re.IGNORECASE)
_QUOTED: Final = re.compile(
    r';\s*+(?!rel\s*+=)[^\s=;"]++\s*+=\s*+"(?:[^"\\]|\\.?)*+"?', re.IGNORECASE
)
_PORTS: Final = {"https": 443, "http": 80}


def next_link(answer: HttpAnswer, url: str) -> str | None:
    """The address of the page behind this one, as the Link header of the answer names it (RFC 8288,
    `rel="next"`); None on the last. `url` is the one that was asked. Raises NonRetryable: it lies
    at another origin, where nothing that is sent along may go, or is no address."""
    for target, parameters in _LINK.findall(answer.link or ""):
        relation = _RELATION.search(_QUOTED.sub("", parameters))
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return _at_the_same_origin(target, url)
    return None


def _at_the_same_origin(target: str, url: str) -> str:
    try:
        following = urljoin(url, target)
        next_origin = _origin(urlsplit(following))
        origin = _origin(urlsplit(url))
    except ValueError as error:
        raise NonRetryable(f"the Link header names no address: {error}") from error
    if next_origin != origin:  # the query can have a secret, and what is raised is shown
        raise NonRetryable(
            f"the next page lies at another origin than {origin[0]}://{origin[1]}: nothing "
            "is sent there"
        )
    return following


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    """Raises ValueError: it is no address over HTTP, or has a user in it."""
    if url.scheme not in _PORTS or not url.hostname or "@" in url.netloc:
        raise ValueError("it begins with https:// and a host")
    return url.scheme, url.hostname, _PORTS[url.scheme] if url.port is None else url.port
