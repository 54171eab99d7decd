"""Words that are meant although one letter of them is wrong: another letter, one too many, one too
few, or two neighbours that changed places. Pure.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from tillroll.expenses.search.plain_text import words_of

# Shorter words are near to too many others.
SHORTEST_GUESS: Final = 4


def begins_nearly(word: str, typed: str) -> bool:
    """Whether a word begins with what was typed, or would with one letter put right. It takes time
    in proportion to the letters.
    """
    at = 0
    while at < min(len(word), len(typed)) and word[at] == typed[at]:
        at += 1
    if at == len(typed):
        return True
    if len(typed) < SHORTEST_GUESS:
        return False
    remainder = word[at:]
    rest = typed[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return (
        remainder[1:].startswith(rest[1:])
        or remainder.startswith(rest[1:])
        or remainder[1:].startswith(rest)
        or (len(rest) > 1 and remainder.startswith(swapped))
    )


def are_nearly_in(typed: Sequence[str], text: str) -> bool:
    """Whether each word that was typed nearly begins a word of a text."""
    words = f" {' '.join(words_of(text))}"
    return all(_is_nearly_in(each, words) for each in typed)


def _is_nearly_in(typed: str, words: str) -> bool:
    """Whether a word nearly begins one of these, which have a space before each."""
    if f" {typed}" in words:
        return True
    # A batch of the bank has thousands of words: where no piece of it stands, none is compared.
    if len(typed) < SHORTEST_GUESS or not any(piece in words for piece in pieces_of(typed)):
        return False
    return any(begins_nearly(word, typed) for word in words.split(" "))


class Pieces(NamedTuple):
    """What of a typed word stands in each word that begins nearly with it: one of the three."""

    first: str
    """It begins so."""
    second: str
    """It has this near the place where it was typed."""
    swapped: str
    """It begins so: the two letters in the middle changed places."""


def pieces_of(typed: str) -> Pieces:
    """Cut a word into halves. One wrong letter leaves a half intact, unless two letters changed
    places between the halves: `swapped` has these.
    """
    middle = len(typed) // 2
    swapped = typed[: middle - 1] + typed[middle] + typed[middle - 1] + typed[middle + 1 :]
    return Pieces(first=typed[:middle], second=typed[middle:], swapped=swapped)
