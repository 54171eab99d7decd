"""Addresses that came from outside, and that a page makes links of."""

from urllib.parse import urlsplit


def is_web_page(url: str) -> bool:
    """Whether a link may lead there: an https address with a host, without blanks and control
    characters, which browsers leave out before they look at the scheme."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)
