"""References of documents, found in what a line says: exactly, or with one slip. Linear in the
length of the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

_RUNS: Final = re.compile(r"[A-Z]+|[0-9]+")
_NO_KEY: Final = re.compile(r"[^A-Z0-9]+")
_LONGEST_TEXT: Final = 1_000
_MOST_RUNS: Final = 10
"""Runs of letters or digits that a reference of a person's has; INV-2026-A77 has four."""
_MOST_RUNS_OF_AN_ID: Final = 32
"""The same of an id of ours, such as that of a payment file: 26 signs of any order."""
_LONGEST: Final = 40
"""Signs of a reference."""
_BETWEEN_WORDS: Final = re.compile(r"[\s:;,]+")
_SHORTEST: Final = 5
"""Signs of a reference that identifies. Shorter ones occur by chance."""
_SHORTEST_WITH_SLIP: Final = 7
_FEWEST_DIGITS: Final = 3
_MOST_SLIPS: Final = 120
"""Spellings of a text that are looked up for slips."""
_MOST_READ: Final = 200
"""Runs of a text."""
_MOST_REFERENCES: Final = 12
"""References of a line."""


def reference_key(reference: str) -> str:
    """Letters and digits, in capitals."""
    return _NO_KEY.sub("", reference[:_LONGEST_TEXT].upper())


def identifies(key: str) -> bool:
    return len(key) >= _SHORTEST and sum(map(str.isdecimal, key)) >= _FEWEST_DIGITS


def is_short_number(key: str) -> bool:
    """Whether a key is a number of four signs: alone it may be chance, and so may a year."""
    is_year = key.isdecimal() and key[:2] in {"19", "20"}
    has_digits = sum(map(str.isdecimal, key)) >= _FEWEST_DIGITS
    return len(key) == _SHORTEST - 1 and has_digits and not is_year


def short_numbers_in(text: str, references: Sequence[str]) -> frozenset[str]:
    """Numbers of four signs that stand alone in a text, or are one of a line's references."""
    words = _NO_KEY.split(text[:_LONGEST_TEXT].upper())[:_MOST_READ]
    keys = map(reference_key, references[:_MOST_REFERENCES])
    return frozenset(filter(is_short_number, (*words, *keys)))


class ReferenceIndex:
    """Which documents a reference names. `exact` and `slips` answer keys of references, which
    `owners` has.
    """

    def __init__(self, references: Iterable[tuple[str, str]]) -> None:
        """From pairs of a document's id and one of its references."""
        owners: dict[str, set[str]] = defaultdict(set)
        for document, reference in references:
            key = reference_key(reference)
            if identifies(key):
                owners[key].add(document)
        self.owners: Mapping[str, tuple[str, ...]] = {
            key: tuple(sorted(owner_ids)) for key, owner_ids in owners.items()
        }
        self._shortened: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self.owners):
            if len(key) >= _SHORTEST_WITH_SLIP:
                for one in _shortened(key):
                    self._shortened[one].append(key)

    def exact(self, text: str, references: Sequence[str]) -> tuple[str, ...]:
        """The keys that a line names as they are, longest first. One inside another that is named
        does not count, unless it is a word: "INV 2026-0007" may be that number's invoice as well.
        """
        references = references[:_MOST_REFERENCES]
        keys = {key for key in map(reference_key, references) if key in self.owners}
        for source in (text, *references):
            pieces = _joined(source, most_runs=_MOST_RUNS_OF_AN_ID)
            keys |= {each for each in pieces if each in self.owners}
        ordered = sorted(keys, key=lambda key: (-len(key), key))
        words = _words_in(text)
        return tuple(
            key
            for at, key in enumerate(ordered)
            if key in words or not any(key in longer for longer in ordered[:at])
        )

    def slips(self, text: str, references: Sequence[str]) -> tuple[str, ...]:
        """The keys that a line names with one sign lost, added, changed or swapped."""
        keys: set[str] = set()
        tried = 0
        for source in (text, *references[:_MOST_REFERENCES]):
            for joined in _joined(source, most_runs=_MOST_RUNS):
                if (
                    len(joined) < _SHORTEST_WITH_SLIP - 1
                    or not identifies(joined)
                    or joined in self.owners
                ):
                    continue
                tried += 1
                if tried > _MOST_SLIPS:
                    return tuple(sorted(keys))
                for one in (joined, *_shortened(joined)):
                    if one in self.owners and len(one) >= _SHORTEST_WITH_SLIP:
                        keys.add(one)
                    keys.update(
                        key
                        for key in self._shortened.get(one, ())
                        if abs(len(key) - len(joined)) <= 1
                    )
        return tuple(sorted(keys))


def _words_in(text: str) -> frozenset[str]:
    """The keys of words that stand alone in a text."""
    words = _BETWEEN_WORDS.split(text[:_LONGEST_TEXT])[:_MOST_READ]
    return frozenset(map(reference_key, words))


def _joined(text: str, *, most_runs: int) -> list[str]:
    """Neighbouring runs of letters or digits, joined: whatever signs stand between them."""
    runs: list[str] = _RUNS.findall(text[:_LONGEST_TEXT].upper())[:_MOST_READ]
    pieces: list[str] = []
    for first in range(len(runs)):
        whole = ""
        for run in runs[first : first + most_runs]:
            whole += run
            if len(whole) > _LONGEST:
                break
            if len(whole) >= _SHORTEST:
                pieces.append(whole)
    return pieces


def _shortened(key: str) -> set[str]:
    return {key[:at] + key[at + 1 :] for at in range(len(key))}


_DAY: Final = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)[./](?P<m2>\d\d)(?:[./](?P"
    r"<y2>(?:20)?\d\d))?)(?!\d)"
)


def without_days(text: str) -> str:
    """The text without its days: 2026-04-22 is not claim 2026-0422."""
    return _DAY.sub(" / ", text[:_LONGEST_TEXT])


def days_in(text: str, near: date | None) -> tuple[date, ...]:
    """Days that a text names, as of a card payment: 2026-03-14, 14.03.2026, 14.03. The year may be
    missing: the one before or at `near` is meant.
    """
    if near is None:
        return ()
    days: list[date] = []
    for match in _DAY.finditer(text[:_LONGEST_TEXT]):
        year, month, day = (
            (match["y"], match["m"], match["d"])
            if match["y"]
            else (match["y2"], match["m2"], match["d2"])
        )
        try:
            if year:
                named = date(
                    int(year) if len(year) == 4 else 2000 + int(year), int(month), int(day)
                )
            else:
                named = date(near.year, int(month), int(day))
                if named > near:
                    named = date(near.year - 1, int(month), int(day))
        except ValueError:
            continue
        if abs((named - near).days) <= 60:
            days.append(named)
    return tuple(days)
