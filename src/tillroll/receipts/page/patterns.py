"""Regular expressions for long lists of words, grouped by their first sign, so that at most places none of the many
need be tried."""

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """A pattern for the first of the words that stands there, as `a|b|…` is, without its brackets."""
    by_sign: dict[str, list[str]] = {}
    for word in words:
        by_sign.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(sign)}(?:{'|'.join(rests)})" for sign, rests in by_sign.items())


def any_case(patterns: Iterable[str]) -> str:
    """The same for patterns, each of which begins with a letter A to Z, under IGNORECASE. The first letter is spelt out
    in both cases, as what is matched without regard to case is not skipped by its first sign."""
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns:
        by_letter.setdefault(pattern[0].upper(), []).append(pattern[1:])
    return "|".join(f"(?-i:[{letter}{letter.lower()}])(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
