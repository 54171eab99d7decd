"""Whether two papers of one day, total and currency are of one purchase. OCR misreads a letter of
the shop on one of two photos, and the second would be paid too.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Concept
from tillroll_documents.reading.recognition import has_other_number, merchant_key
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.vocabulary import (
    concepts_of,
)

_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_COMMON: Final = frozenset(
    {Concept.TRADE, Concept.FIRM, Concept.ADDRESS, Concept.CUISINE, Concept.GREETING}
)
"""What words of many shops' names speak of: none of them tells whose it is."""
_NAMED_OFTEN: Final = """
    gmbh limited bhd sarl corp company holding solutions deutschland france italia espana
    international global european noodle kebab taxi taxis cabs parking parkhaus garden golden royal
    grand central bahnhof zentrum werkstatt travel tours post star green blue black white little
    house fresh best super mini euro auto haus noodles chicken fish lucky happy family first prime
"""
_COMMON_WORDS: Final = frozenset(_NAMED_OFTEN.split())
"""Words of many names that no language's table has."""
_LATIN: Final = str.maketrans("αβεζηικμνορτυχωавекмнорстухіјѕԁ", "abezhikmnoptyxwabekmhopctyxijsd")
"""Greek and Cyrillic letters that print as Latin ones, in capitals or in small letters."""
_FAR: Final = 2
"""So many letters may be wrong in a name."""
_SHORTEST: Final = 5
"""Shorter names may have one letter wrong."""
_LONG_WORD: Final = 6
"""A word of so many letters may end otherwise, or have one letter wrong."""
_TELLING_NUMBER: Final = 4
"""A shorter number is printed by many tills."""
_WITH_SECONDS: Final = len("15:49:52")
_MINUTES: Final = len("15:49")
_HALF_A_DAY: Final = 12
"""Hours."""
_DIGITS: Final = str.maketrans("oliszb", "011528")
"""Letters that stand for a digit in a number."""
_PRINT_ALIKE: Final = "06 08 09 14 17 19 27 35 38 39 47 49 56 58 68 69 89"
_ALIKE: Final = frozenset(frozenset(pair) for pair in _PRINT_ALIKE.split())
"""Digits that print alike, so that worn print or OCR takes one for the other."""


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
    if _is_same_second(one.time, other.time):
        return True
    is_other_time = _is_other_time(one.time, other.time)
    if _is_same_number(one.number, other.number):
        is_telling = len(_number_key(one.number)) >= _TELLING_NUMBER
        return is_telling or not is_other_time
    if is_other_time or _is_other_number(one.number, other.number):
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
    """Whether both print a time, and these differ by more than a digit that looks alike, or the
    half of the day, which stands in letters. Seconds count where both print them.
    """
    if not one or not other:
        return False
    if len(one) != len(other):
        one = one[:_MINUTES]
        other = other[:_MINUTES]
    if one[2:] == other[2:] and abs(int(one[:2]) - int(other[:2])) == _HALF_A_DAY:
        return False
    return not _is_misread(one, other)


def _number_key(number: str | None) -> str:
    """A number without blanks, signs and zeros before it; letters for digits are put right."""
    key = merchant_key(number or "")
    if sum(map(str.isdecimal, key)) * 2 > len(key):
        bare = key.lstrip(ascii_lowercase)
        key = key.removesuffix(bare) + bare.translate(_DIGITS)
    return key.lstrip("0")


def _is_same_number(one: str | None, other: str | None) -> bool:
    """Whether both print the same number, also where one leaves out the letters before it."""
    first = _number_key(one)
    second = _number_key(other)
    if not first or not second:
        return False
    if first == second:
        return True
    if first.isdecimal() == second.isdecimal():
        return False
    bare = _without_letters(first)
    return len(bare) >= _TELLING_NUMBER and bare == _without_letters(second)


def _without_letters(number: str) -> str:
    return number.lstrip(ascii_lowercase).lstrip("0")


def _is_other_number(one: str | None, other: str | None) -> bool:
    """Whether both print a number, and these differ by more than a sign that was lost or a digit
    that looks alike. The next customer's number differs by one digit, too.
    """
    first = _number_key(one)
    second = _number_key(other)
    if not first or not second:
        return False
    if len(first) != len(second):
        return _distance(first, second, most=1) > 1
    return not _is_misread(first, second)


def _is_misread(one: str, other: str) -> bool:
    """Whether two texts of one length are the same but for one sign that prints alike."""
    pairs = [
        frozenset({first, second})
        for first, second in zip(one, other, strict=True)
        if first != second
    ]
    return not pairs or (len(pairs) == 1 and pairs[0] in _ALIKE)


def _is_near(one: str, other: str) -> bool:
    first = _shape(one)
    second = _shape(other)
    if not first or not second:
        return False
    most = _FAR
    if min(len(first), len(second)) < _SHORTEST:
        most = 1
    return _distance(first, second, most=most) <= most


@lru_cache(maxsize=1_000)
def _shape(name: str) -> str:
    """The letters and digits of a name as they look, so that a script makes no difference."""
    return merchant_key(unicodedata.normalize("NFKC", name)).translate(_LATIN)


def _shares_rare_word(one: str, other: str) -> bool:
    words = _rare_words(one)
    others = _rare_words(other)
    if not words.isdisjoint(others):
        return True
    return any(_is_near_word(word, second) for word in words for second in others)


def _is_near_word(one: str, other: str) -> bool:
    """Whether two long words differ by one letter, such as that of a genitive."""
    if min(len(one), len(other)) < _LONG_WORD:
        return False
    return _distance(one, other, most=1) <= 1


@lru_cache(maxsize=1_000)
def _rare_words(name: str) -> frozenset[str]:
    """The words of a name that tell whose it is, as they look."""
    words = {fold(word) for word in _WORD.findall(name)}
    return frozenset(word.translate(_LATIN) for word in words if not _is_common(word))


def _is_common(word: str) -> bool:
    return word in _COMMON_WORDS or not _COMMON.isdisjoint(concepts_of(word, _CODES))


_CODES: Final = frozenset(language.code for language in LANGUAGES)
"""Languages whose words are always there; a page's own later ones are not waited for."""


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
