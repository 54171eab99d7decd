"""Text in several fonts, of which each has a part of the characters: which is drawn with which, how wide it is, where
it is broken."""

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from tillroll.pdf.fonts.embedding import EmbeddedFont

_CUT: Final = "…"
# Controls, halves of characters, and what stands for none.
_WITHOUT_MEANING: Final = frozenset({"Cc", "Cs", "Co", "Cn"})
_UNKNOWN: Final = "\ufffd"


def plain(text: str) -> str:
    """The text as it is printed: composed, on one line, without marks that have no form, such as those of direction."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    kinds = ((character, unicodedata.category(character)) for character in composed)
    return "".join(_UNKNOWN if kind in _WITHOUT_MEANING else character for character, kind in kinds if kind != "Cf")


class Lettering:
    """The fonts of one weight, in the order in which they are asked. A character that none has is drawn by the first,
    as what is missing; `missing` collects them."""

    def __init__(self) -> None:
        self.fonts: list[EmbeddedFont] = []
        self._chosen: dict[str, EmbeddedFont] = {}
        self._widths: dict[str, float] = {}
        self.missing: set[str] = set()

    def add(self, font: EmbeddedFont) -> None:
        """One more font, which is asked last."""
        self.fonts.append(font)
        for character in self.missing:
            self._chosen.pop(character, None)
            self._widths.pop(character, None)
        self.missing.clear()

    def runs(self, text: str) -> Iterator[tuple[EmbeddedFont, bytes]]:
        """The text's stretches of one font each, encoded."""
        for font, characters in groupby(text, self._font):
            yield font, font.encoded("".join(characters))

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(map(self._width, text)) * size / 1000

    def cut(self, text: str, size: float, most: float) -> str:
        """As much of the text as fits into a width, with an ellipsis where it is not all."""
        text = plain(text)
        if self.width(text, size) <= most:
            return text
        left = most - self.width(_CUT, size)
        for place, character in enumerate(text):
            left -= self._width(character) * size / 1000
            if left < 0:
                return text[:place].rstrip() + _CUT
        return text

    def lines(self, text: str, size: float, most: float, most_lines: int) -> list[str]:
        """The text broken at its spaces, or inside of words that do not fit; the last line is cut."""
        words, found = plain(text).split(" "), list[str]()
        while words and len(found) < most_lines - 1:
            line = words.pop(0)
            if self.width(line, size) > most:
                fits = max(1, self._fitting(line, size, most))
                words.insert(0, line[fits:])
                line = line[:fits]
            else:
                while words and self.width(f"{line} {words[0]}", size) <= most:
                    line = f"{line} {words.pop(0)}"
            found.append(line)
        if words:
            found.append(self.cut(" ".join(words), size, most))
        return found

    def _fitting(self, word: str, size: float, most: float) -> int:
        left = most
        for place, character in enumerate(word):
            left -= self._width(character) * size / 1000
            if left < 0:
                return place
        return len(word)

    def _font(self, character: str) -> EmbeddedFont:
        if character not in self._chosen:
            found = next((font for font in self.fonts if font.has(character)), None)
            if found is None:
                self.missing.add(character)
            self._chosen[character] = found or self.fonts[0]
        return self._chosen[character]

    def _width(self, character: str) -> float:
        if character not in self._widths:
            self._widths[character] = self._font(character).width(character)
        return self._widths[character]
