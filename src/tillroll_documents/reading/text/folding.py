"""Letters as they are compared: without case and accents, and as OCR confuses them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

WORD: Final = re.compile(r"[^\W_]+")
_ALIKE: Final = str.maketrans("015826i|", "olsbzgll")
"""Letters and digits that print alike, mapped to one of them."""
_WHOLE_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)
"""Letters that Unicode does not part into a plain one and an accent."""


def fold(text: str) -> str:
    """Lower case without accents, "Übergröße" → "ubergrosse"."""
    if text.isascii():  # most of every receipt, and nothing to decompose
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold()).lower()  # "№" decomposes into "No"
    for accent in [sign for sign in set(decomposed) if unicodedata.combining(sign)]:
        decomposed = decomposed.replace(accent, "")
    return decomposed.translate(_WHOLE_LETTERS)


class Folded(NamedTuple):
    """A folded text and its words: runs of letters and digits."""

    text: str
    lines: Sequence[str]
    words_by_line: Sequence[Sequence[str]]
    words: frozenset[str]
    """The different ones."""
    looks: Mapping[str, str]
    """Each of these as `alike` makes it."""

    @classmethod
    def of(cls, text: str) -> "Folded":
        """Fold a text of lines."""
        return cls.of_lines(fold(text).split("\n"))

    @classmethod
    def of_lines(cls, lines: Sequence[str]) -> "Folded":
        """Take lines that are folded."""
        words_by_line = [WORD.findall(line) for line in lines]
        words = frozenset(chain.from_iterable(words_by_line))
        # One call for all of them: a space is part of no word.
        looks = alike(" ".join(words)).split(" ")
        return cls(
            text="\n".join(lines),
            lines=lines,
            words_by_line=words_by_line,
            words=words,
            looks=dict(zip(words, looks, strict=False)),
        )


def alike(word: str) -> str:
    """A folded word with what OCR confuses made one: "t0tai" and "total" are alike, "indusive" and
    "inclusive".
    """
    return word.translate(_ALIKE).replace("rn", "m").replace("vv", "w").replace("cl", "d")


def is_one_slip(read: str, word: str) -> bool:
    """Whether one letter is wrong, lost or too much. "Torta" and "total" share a deletion, but
    differ in two places.
    """
    return len(read) != len(word) or sum(map(str.__ne__, read, word)) == 1


def deletions(word: str) -> Sequence[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]
