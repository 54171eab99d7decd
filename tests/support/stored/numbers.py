"""Numbers that the product gives, in the place of those that a month was drawn with."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

_CHECKED: Final = 97
_BANK: Final = 10**18
_GERMANY: Final = "131400"
"""The letters DE as ISO 7064 has them, and two zeros for the check digits."""
_PART_OF_A_NUMBER: Final = "[0-9A-Za-z]"


def iban_of(mark: str) -> str:
    """A German IBAN with right check digits, the same for the same mark."""
    account = int.from_bytes(hashlib.sha256(mark.encode()).digest(), "big") % _BANK
    check = _CHECKED + 1 - int(f"{account:018d}{_GERMANY}") % _CHECKED
    return f"DE{check:02d}{account:018d}"


class Numbers:
    """What the product calls that which a month names otherwise. People write a number with its
    hyphens, without them, or with slashes, and with a slip."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}

    def add(self, drawn: str, real: str) -> None:
        """Note what a drawn number is."""
        for separator in ("", "/"):
            self._real[drawn.replace("-", separator)] = real.replace("-", separator)
        self._real[drawn] = real

    def of(self, drawn: str) -> str:
        """The number for a drawn one; itself where the product gives none."""
        return self._real.get(drawn, drawn)

    def in_text(self, text: str, true: Iterable[str] = ()) -> str:
        """A text with the product's numbers. `true` are the drawn ones of what the text is about:
        a slip of one of them is the same slip of the product's."""
        if not self._real:
            return text
        forms = "|".join(map(re.escape, sorted(self._real, key=len, reverse=True)))
        pattern = f"(?<!{_PART_OF_A_NUMBER})({forms})(?!{_PART_OF_A_NUMBER})"
        written = re.sub(pattern, lambda match: self._real[match[1]], text)
        real = frozenset(self._real.values())
        for drawn in true:
            words = written.split(" ")
            for place, word in enumerate(words):
                if word not in real:
                    words[place] = _with_slip(word, drawn, self.of(drawn))
            written = " ".join(words)
        return written


def _with_slip(word: str, drawn: str, real: str) -> str:
    """The word, or the same slip of the real number where the word is a slip of the drawn one."""
    for place in range(len(drawn)):
        behind = place - len(drawn)
        rest = drawn[place + 1 :]
        if word == drawn[:place] + rest:
            return real[:behind] + real[behind:][1:]
        if len(word) == len(drawn) and word != drawn and word == drawn[:place] + word[place] + rest:
            return real[:behind] + word[place] + real[behind:][1:]
        swapped = drawn[:place] + rest[:1] + drawn[place] + rest[1:]
        if rest and word == swapped != drawn:
            return real[:behind] + real[behind:][1] + real[behind:][0] + real[behind:][2:]
    return word
