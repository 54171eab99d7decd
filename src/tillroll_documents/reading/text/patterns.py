"""Regular expressions made of words."""

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """A pattern for the first of the words that stands there, as `a|b|…` is, without its
    brackets.
    """
    by_sign: dict[str, list[str]] = {}
    for word in words:
        by_sign.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(sign)}(?:{'|'.join(rests)})" for sign, rests in by_sign.items())


def whole_words(patterns: Iterable[str]) -> str:
    """A pattern for the first of these, which begin with a letter, that stands where a word begins.
    Their first letters are looked for before all else, so that most of a text is passed over.
    """
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns:
        by_letter.setdefault(pattern[0].lower(), []).append(pattern[1:])
    letters = "".join(f"{letter}{letter.upper()}" for letter in by_letter)
    rests = (
        f"(?<=(?-i:[{one}{one.upper()}]))(?:{'|'.join(rests)})" for one, rests in by_letter.items()
    )
    return rf"(?-i:[{letters}])(?<=\b.)(?:{'|'.join(rests)})"


def any_case(patterns: Iterable[str]) -> str:
    """`one_of` for patterns that begin with a letter, spelt out in both cases to be found sooner
    under IGNORECASE.
    """
    by_letter: dict[str, list[str]] = {}
    for pattern in patterns:
        by_letter.setdefault(pattern[0].upper(), []).append(pattern[1:])
    return "|".join(
        f"(?-i:[{letter}{letter.lower()}])(?:{'|'.join(rests)})"
        for letter, rests in by_letter.items()
    )
