"""Calendar dates and times of day as receipts print them, also with OCR's slips ("16-04-201814:51", "18/03/1E").

A date of digits only may be read in more than one order; every possible reading is kept, and `reading` decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from typing import Final

from tillroll.receipts.vocabulary import alike

MIN_YEAR: Final = 1990
MAX_YEAR: Final = 2099

_MISREAD: Final = str.maketrans("OoDQIil|SBEZ", "000011115882")
_LOOKS_DIGIT: Final = r"[\dOoDIl|SBZ]"
_GLUED_TIME: Final = r"(?=\d{1,2}:\d{2})"
# A stray sign between year and time ("04/12/175 5:06 PM"); "24/06/201 10:03" may as well have lost the year's end.
_STRAY_DIGIT: Final = r"(?<!19)(?<!20)(?=\d\s\d{1,2}:\d{2})"
# A year of two digits must end there, or a time follows without a space ("15/06/1808:34").
_NUMERIC: Final = re.compile(
    rf"(?<![\dOIlSBZ|.,/-])(?P<a>{_LOOKS_DIGIT}{{2}}|\d)\s?(?P<sep>[/.\-])\s?(?P<b>{_LOOKS_DIGIT}{{1,2}})\s?(?P=sep)\s?"
    rf"(?P<c>(?:19|2[0O]){_LOOKS_DIGIT}{{2}}(?:(?!\d)|{_GLUED_TIME})|[\dOo][\dOoIlSBEZ](?:(?![^\W_]|[.,/-]\d)|{_GLUED_TIME}|(?P<stray>{_STRAY_DIGIT})))"
)
_YEAR_FIRST: Final = re.compile(
    r"(?<![\d.,/-])(?P<c>(?:19|20)\d{2})\s?(?:(?P<sep>[/.\-])\s?|年\s?)(?P<a>\d{1,2})\s?(?:(?P=sep)|月)\s?"
    rf"(?P<b>\d{{2}}(?:(?!\d)|{_GLUED_TIME})|\d(?!\d))"
)
_COMPACT: Final = re.compile(r"(?<!\d)(?P<digits>\d{8})(?=\s+\d{1,2}:\d{2})")
# OCR glues what follows: "21:280001" is 21:28 and a number. A point may part an amount, so it needs more to be a time.
_TIME: Final = re.compile(
    r"(?<![\d.,/:])(?P<h>[01]?\d|2[0-3])"
    r"(?::(?P<m>[0-5]\d)(?:[:.·]?(?P<s>[0-5]\d)(?!\d))?"
    r"|h(?P<m2>[0-5]\d)(?!\d)|[.·](?P<m3>[0-5]\d)(?:[.:·](?P<s3>[0-5]\d)(?![\d.])|(?=\s?[AaPp]\.?[Mm]\b)))"
    r"\s?(?P<half>[AaPp]\.?[Mm](?![a-z]))?"
)
_THREE_DIGITS: Final = re.compile(r"\d(?:\D*\d){2}")
"""A line with fewer holds no date; most lines are told by it."""

_PRINTED: Final = {"l": "[l1I|]", "o": "[o0]", "s": "[s5]"}

_CLEAR: Final = frozenset("0123456789OoDIil")
"""Digits, and letters that stand for one digit only; S may be 5 or 8, E 8 or 6."""


class Order(StrEnum):
    """The order of a date's parts."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"
    NAMED = "named"
    """The month is a word."""


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a line: its span and what it may mean, by the order of its parts."""

    start: int
    end: int
    readings: Mapping[Order, date]
    two_digit_year: bool = False
    repaired: bool = False
    """A letter was taken for a digit, or a stray one left out."""
    uneven: bool = False
    """One of day and month has a leading zero, the other lacks it: a digit may be lost ("06/2/2016")."""
    guessed: bool = False
    """What was repaired may have been another digit."""


def find_dates(line: str, months: Mapping[str, int]) -> list[PrintedDate]:
    """The dates of a line, left to right. `months` maps names, folded to lower case, to 1..12."""
    if not _THREE_DIGITS.search(line):
        return []
    found: list[PrintedDate] = []
    for finder in (_year_first, _numeric, _compact):
        found += finder(line)
    found += _named(line, months)
    found.sort(key=lambda printed: (printed.start, -printed.end))
    kept: list[PrintedDate] = []
    for printed in found:
        if not kept or printed.start >= kept[-1].end:
            kept.append(printed)
    return kept


def find_time(line: str) -> tuple[time, int, int] | None:
    """The first time of day of a line, with its span."""
    for match in _TIME.finditer(line):
        hour = int(match["h"])
        half = (match["half"] or "").lower().replace(".", "")
        if half and hour > 12:
            half = ""
        hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
        minute, second = match["m"] or match["m2"] or match["m3"], match["s"] or match["s3"] or "0"
        return time(hour, int(minute), int(second)), match.start(), match.end()
    return None


def full_year(digits: str) -> int:
    """A year of two digits means this century."""
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def day(year: int, month: int, day_of_month: int) -> date | None:
    """The calendar day, or None if there is none or it lies outside MIN_YEAR..MAX_YEAR."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _numeric(line: str) -> list[PrintedDate]:
    found: list[PrintedDate] = []
    for match in _NUMERIC.finditer(line):
        raw = match["a"], match["b"], match["c"]
        if not all(any(c.isdecimal() for c in part) for part in raw):
            continue
        a, b, c = (part.translate(_MISREAD) for part in raw)
        two_digit_year = len(c) == 2
        readings = {
            Order.DAY_FIRST: day(full_year(c), int(b), int(a)),
            Order.MONTH_FIRST: day(full_year(c), int(a), int(b)),
        }
        if two_digit_year and len(a) == 2:
            readings[Order.YEAR_FIRST] = day(full_year(a), int(b), int(c))
        kept = {order: value for order, value in readings.items() if value is not None}
        if kept:
            uneven = len(a) != len(b) and "0" in (a[0], b[0])
            guessed = match["stray"] is not None or not _CLEAR.issuperset("".join(raw))
            repaired = (a, b, c) != raw or guessed
            found.append(PrintedDate(match.start(), match.end(), kept, two_digit_year, repaired, uneven, guessed))
    return found


def _year_first(line: str) -> list[PrintedDate]:
    found: list[PrintedDate] = []
    for match in _YEAR_FIRST.finditer(line):
        value = day(int(match["c"]), int(match["a"]), int(match["b"]))
        if value is not None:
            uneven = len(match["a"]) != len(match["b"]) and "0" in (match["a"][0], match["b"][0])
            found.append(PrintedDate(match.start(), match.end(), {Order.YEAR_FIRST: value}, uneven=uneven))
    return found


def _compact(line: str) -> list[PrintedDate]:
    found: list[PrintedDate] = []
    for match in _COMPACT.finditer(line):
        text = match["digits"]
        readings = {
            Order.YEAR_FIRST: day(int(text[:4]), int(text[4:6]), int(text[6:])),
            Order.DAY_FIRST: day(int(text[4:]), int(text[2:4]), int(text[:2])),
            Order.MONTH_FIRST: day(int(text[4:]), int(text[:2]), int(text[2:4])),
        }
        kept = {order: value for order, value in readings.items() if value is not None}
        if kept:
            found.append(PrintedDate(*match.span("digits"), kept))
    return found


def _named(line: str, months: Mapping[str, int]) -> list[PrintedDate]:
    found: list[PrintedDate] = []
    looks = alike(line.lower())
    names = _looks_of(tuple(months))
    if line.isascii() and not any(name in looks for name in names):
        return found
    for match in _named_pattern(tuple(months)).finditer(line):
        parts = {key[0]: value for key, value in match.groupdict().items() if value is not None}
        month = months[names[alike(parts["m"].casefold())]]
        value = day(full_year(parts["y"]), month, int(parts["d"]))
        if value is not None:
            found.append(PrintedDate(match.start(), match.end(), {Order.NAMED: value}, len(parts["y"]) == 2))
    return found


@lru_cache(maxsize=64)
def _looks_of(names: tuple[str, ...]) -> Mapping[str, str]:
    """The names of months by how they print."""
    return {alike(name): name for name in names}


@lru_cache(maxsize=64)
def _named_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """day month year, month day year, year month day, with any of the usual signs between; "Feb23'19", also when its
    sign was lost but a time follows; and "Jun 24 20:49:53 2018"."""
    month = "|".join(map(_as_printed, sorted(names, key=len, reverse=True)))
    gap = r"[\s./,'\-]{0,3}(?:de\s|of\s)?"
    year = rf"(?:(?:19|20)\d{{2}}|\d{{2}}(?:(?![^\W_]|:|[/']\d)|{_GLUED_TIME}))"
    return re.compile(
        rf"(?<![\d#])(?P<d1>\d{{1,2}})(?:st|nd|rd|th|º|°|er)?{gap}(?P<m1>{month})(?![^\W\d_]){gap}(?P<y1>{year})"
        rf"|(?<![^\W\d_])(?P<m2>{month}){gap}(?P<d2>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?{gap}(?P<y2>{year})"
        rf"|(?<!\d)(?P<y3>(?:19|20)\d{{2}}){gap}(?P<m3>{month}){gap}(?P<d3>\d{{1,2}})(?!\d)"
        rf"|(?<![^\W\d_])(?P<m4>{month})[\s.]?(?P<d4>\d{{2}})[^\w\s:]?(?P<y4>\d{{2}})(?=\D{{0,3}}\d{{1,2}}:\d{{2}})"
        rf"|(?<![^\W\d_])(?P<m5>{month})\s+(?P<d5>\d{{1,2}})\s+\d{{2}}:\d{{2}}:\d{{2}}\s+(?P<y5>(?:19|20)\d{{2}})(?!\d)",
        re.IGNORECASE,
    )


def _as_printed(name: str) -> str:
    """A pattern for a name whose letters may have been read as the digits that print like them: "Ju1", "0ct"."""
    return "".join(_PRINTED.get(letter, re.escape(letter)) for letter in name)
