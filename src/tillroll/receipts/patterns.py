"""Regular expressions for long lists of words."""

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """A pattern for the first of the words that stands there, as `a|b|…` is, without its brackets. Grouped by their
    first sign, so that at most places none of the many words need be tried."""
    by_sign: dict[str, list[str]] = {}
    for word in words:
        by_sign.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(sign)}(?:{'|'.join(rests)})" for sign, rests in by_sign.items())
