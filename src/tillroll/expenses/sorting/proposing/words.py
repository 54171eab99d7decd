"""Finds the words of a table in printed text. Accents, case and the signs that OCR confuses make no
difference.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from tillroll.expenses.sorting.proposing.kinds import Kind
from tillroll_documents.reading.text.folding import (
    alike,
    fold,
)

_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_COMPOUND: Final = 4
"""Letters of a part by which a longer word is known: "-taxi"."""


class Found(NamedTuple):
    """A kind, and the words that say it, as they are printed."""

    kind: Kind
    words: str
    is_part: bool = False
    """Whether it is the end or the beginning of a longer word."""


class Words:
    """The phrases of tables, each with its kind. A phrase of two kinds means what `means` says, or
    nothing.
    """

    def __init__(self, *tables: str, means: Mapping[str, Kind | None] | None = None) -> None:
        self._phrases: dict[tuple[str, ...], Kind | None] = {}
        self._ends: dict[str, Kind] = {}
        self._starts: dict[str, Kind] = {}
        self.twice: set[str] = set()
        for kind, phrase in (each for table in tables for each in _rows(table)):
            if phrase.startswith("-"):
                self._ends[_key(phrase[1:])] = kind
            elif phrase.endswith("-"):
                self._starts[_key(phrase[:-1])] = kind
            self._add(phrase.strip("-"), kind)
        for phrase, kind in (means or {}).items():
            self._phrases[_keys(phrase)] = kind
            self.twice.discard(" ".join(_keys(phrase)))
        self._longest = max(map(len, self._phrases))

    def _add(self, phrase: str, kind: Kind) -> None:
        keys = _keys(phrase)
        if self._phrases.setdefault(keys, kind) not in {kind, None}:
            self._phrases[keys] = None
            self.twice.add(" ".join(keys))

    def find(self, text: str) -> Iterator[Found]:
        """What the text says, left to right; of overlapping phrases the longest."""
        spans = [(match.start(), match.end()) for match in _WORD.finditer(text)]
        keys = [_key(text[start:end]) for start, end in spans]
        at = 0
        while at < len(keys):
            length = self._length(keys, at)
            if length:
                kind = self._phrases[(*keys[at : at + length],)]
            else:
                kind = self._compound(keys[at])
            if kind is not None:
                yield Found(
                    kind, text[spans[at][0] : spans[at + max(length, 1) - 1][1]], is_part=not length
                )
            at += max(length, 1)

    def _length(self, keys: list[str], at: int) -> int:
        """Words of the longest phrase that begins there; 0 for none."""
        lengths = range(min(self._longest, len(keys) - at), 0, -1)
        return next(
            (length for length in lengths if (*keys[at : at + length],) in self._phrases), 0
        )

    def _compound(self, key: str) -> Kind | None:
        for cut in range(1, len(key) - _SHORTEST_COMPOUND + 1):
            kind = self._ends.get(key[cut:])
            if kind is not None:
                return kind
        for cut in range(len(key) - 1, _SHORTEST_COMPOUND - 2, -1):
            kind = self._starts.get(key[:cut])
            if kind is not None:
                return kind
        return None


def _rows(table: str) -> Iterator[tuple[Kind, str]]:
    for row in table.replace("\n    ", " ").splitlines():
        name, _, phrases = row.partition(": ")
        for phrase in phrases.split(", "):
            yield Kind(name), phrase.strip(" ,")


@cache
def _keys(phrase: str) -> tuple[str, ...]:
    return tuple(_key(word) for word in _WORD.findall(phrase))


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    """Digits stand for themselves in a word of digits: "95" is no "gs"."""
    folded = fold(word)
    if any(c.isdecimal() for c in folded) and len(folded) < _SHORTEST_COMPOUND:
        return folded
    return alike(folded)
