"""Whether two papers of one day, total and currency are of one purchase. OCR misreads a letter of
the shop on one of two photos, and the second would be paid too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tillroll.reading.languages import Concept
from tillroll.reading.recognition import has_other_number, look_key, merchant_key
from tillroll.reading.vocabulary import concepts_of, fold

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_COMMON: Final = frozenset(
    {Concept.TRADE, Concept.FIRM, Concept.ADDRESS, Concept.CUISINE, Concept.GREETING}
)
"""What words of many shops' names speak of: none of them tells whose it is."""
_FORMS: Final = frozenset({"gmbh", "limited", "bhd", "sarl", "corp", "company"})
_FAR: Final = 2
"""So many letters may be wrong in a name."""
_SHORTEST: Final = 5
"""Shorter names may have one letter wrong."""
_WITH_SECONDS: Final = len("15:49:52")
_MINUTES: Final = len("15:49")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says of a purchase, beside day, total and currency; None where it does not say
    it. `time` is HH:MM or HH:MM:SS.
    """

    names: frozenset[str]
    tax_id: str | None = None
    contact: str | None = None
    number: str | None = None
    time: str | None = None
    kind: str | None = None


def is_same_purchase(one: Paper, other: Paper) -> bool:
    """Whether the two are likely of one purchase, so that a person is asked."""
    if has_other_number(one.kind, one.number, other_kind=other.kind, other_number=other.number):
        return False
    same_number = _is_equal(one.number, other.number)
    same_second = _is_same_second(one.time, other.time)
    if same_number or same_second:
        return True
    is_other_time = _is_other_time(one.time, other.time)
    if is_other_time or _is_other_number(one, other):
        return False
    return _is_same_seller(one, other)


def _is_same_seller(one: Paper, other: Paper) -> bool:
    if _is_equal(one.tax_id, other.tax_id) or _is_equal(one.contact, other.contact):
        return True
    pairs = [(first, second) for first in one.names for second in other.names]
    return any(
        _is_near(first, second) or _shares_rare_word(first, second) for first, second in pairs
    )


def _is_equal(one: str | None, other: str | None) -> bool:
    return bool(one) and bool(other) and merchant_key(one or "") == merchant_key(other or "")


def _is_same_second(one: str | None, other: str | None) -> bool:
    return one is not None and len(one) == _WITH_SECONDS and one == other


def _is_other_time(one: str | None, other: str | None) -> bool:
    """Whether both print a time, and these differ by more than a digit that OCR may have
    misread.
    """
    if not one or not other:
        return False
    return sum(map(str.__ne__, one[:_MINUTES], other[:_MINUTES])) > 1


def _is_other_number(one: Paper, other: Paper) -> bool:
    """Whether both print a number, and these differ by more than one digit. Without times, one
    digit of a receipt's number may be misread.
    """
    if not one.number or not other.number:
        return False
    first = look_key(one.number) or ""
    second = look_key(other.number) or ""
    return _distance(first, second, most=1) > 1


def _is_near(one: str, other: str) -> bool:
    first = merchant_key(one)
    second = merchant_key(other)
    if not first or not second:
        return False
    most = _FAR
    if min(len(first), len(second)) < _SHORTEST:
        most = 1
    return _distance(first, second, most=most) <= most


def _shares_rare_word(one: str, other: str) -> bool:
    return not _rare_words(one).isdisjoint(_rare_words(other))


@lru_cache(maxsize=1_000)
def _rare_words(name: str) -> frozenset[str]:
    """The words of a name that tell whose it is, folded."""
    words = {fold(word) for word in _WORD.findall(name)}
    return frozenset(word for word in words if not _is_common(word))


def _is_common(word: str) -> bool:
    return word in _FORMS or not _COMMON.isdisjoint(concepts_of(word, _ENGLISH))


_ENGLISH: Final = frozenset({"en"})


def _distance(one: str, other: str, *, most: int) -> int:
    """How many letters must be changed, added or left out to make one of the other (Levenshtein);
    more than `most` is `most` + 1.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        above = row
        row = [place]
        for column, sign in enumerate(other, start=1):
            changed = above[column - 1] + (letter != sign)
            row.append(min(above[column] + 1, row[column - 1] + 1, changed))
        if min(row) > most:
            return most + 1
    return row[-1]


def first_same(paper: Paper, others: Iterable[tuple[str, Paper]]) -> str | None:
    """The run of the first paper that is of the same purchase."""
    return next((run for run, other in others if is_same_purchase(paper, other)), None)
