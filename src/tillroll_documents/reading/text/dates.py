"""Calendar dates and times of day as receipts print them, also with OCR's slips ("16-04-201814:51",
"18/03/1E").

A date of digits only may be read in more than one order; every possible reading is kept, and
`reading` decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Final

from tillroll_documents.reading.languages import LANGUAGES, Language, later_language
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.patterns import (
    one_of,
)

MIN_YEAR: Final = 1990
MAX_YEAR: Final = 2099

_MISREAD: Final = str.maketrans("OoDQIil|SBEZ", "000011115882")
_LOOKS_DIGIT: Final = r"[\dOoDIl|SBZ]"
_GLUED_TIME: Final = r"(?=\d{1,2}:\d{2})"
# A stray sign between year and time ("04/12/175 5:06 PM"); "24/06/201 10:03" may as well have lost
# the year's end.
_STRAY_DIGIT: Final = r"(?<!19)(?<!20)(?=\d \d{1,2}:\d{2})"
# "17.06.2008:03" is the year 20 and a time.
_NOT_HOUR: Final = r"(?!:\d{2}(?![\d:]))"
# A year of two digits must end there, or a time follows without a space ("15/06/1808:34"). The
# first digit may not stand in a number with a letter for a digit ("2D24-11-23").
_NUMERIC: Final = re.compile(
    rf"(?<![\dOIlSBZ|.,/-])(?<!\d[^\W\d_])"
    rf"(?P<a>{_LOOKS_DIGIT}{{2}}|\d) ?(?P<sep>[/.\-]) ?(?P<b>{_LOOKS_DIGIT}{{1,2}}) ?(?P=sep) ?"
    rf"(?P<c>(?:19|2[0O]|25){_LOOKS_DIGIT}{{2}}{_NOT_HOUR}(?:(?!\d)|{_GLUED_TIME})"
    rf"|[\dOo][\dOoIlSBEZ](?:(?![^\W_]|[.,/-]\d)|{_GLUED_TIME}|(?P<stray>{_STRAY_DIGIT})))"
)
_YEAR_FIRST: Final = re.compile(
    r"(?<![\d.,/-])(?P<c>(?:19|20)\d{2}) ?(?:(?P<sep>[/.\-]) ?|[年년] ?)"
    r"(?P<a>\d{1,2}) ?(?:(?P=sep)|[月월]) ?"
    rf"(?P<b>\d{{2}}(?:(?!\d)|{_GLUED_TIME})|\d(?!\d))"
)
_GAP: Final = r"[ ./,'\-]{0,3}(?:de |of )?"
_SHORT: Final = rf"\d{{2}}(?:(?![^\W_]|:|[/'-]\d)|{_GLUED_TIME})"
_SHORT_OR_FULL: Final = rf"(?:(?:19|20|25)\d{{2}}{_NOT_HOUR}(?:(?!\d)|{_GLUED_TIME})|{_SHORT})"
_ORDINAL: Final = "(?:st|nd|rd|th|º|°|er)?"
# Around the name of a month, with any of the usual signs between.
_DAY_BEFORE: Final = re.compile(rf"(?<![\d#])(?P<d>\d{{1,2}}){_ORDINAL}{_GAP}\Z", re.IGNORECASE)
_YEAR_BEHIND: Final = re.compile(rf"(?![^\W\d_]){_GAP}(?P<y>{_SHORT_OR_FULL})", re.IGNORECASE)
_YEAR: Final = r"(?<!\d)(?P<y>(?:19|20)\d{2})"
_YEAR_BEFORE: Final = re.compile(rf"{_YEAR}(?: ?m\.)?{_GAP}\Z", re.IGNORECASE)
_YEAR_AND_DAY_BEFORE: Final = re.compile(
    rf"{_YEAR}\.? ?gada (?P<d>\d{{1,2}})\.? \Z",
    re.IGNORECASE,
)
"""As Latvian has it: "2026. gada 24. septembris"."""
_BLANKS_BETWEEN: Final = re.compile(
    r"(?<![\d.,/-])(?P<c>20\d{2}) (?P<a>\d{2}) (?P<b>\d{2})(?![\d.,/-])",
)
"""As Lithuanian has it: "2026 09 24"."""
_BUDDHIST: Final = 543
"""Years that the Buddhist era of Thailand is ahead."""
_BUDDHIST_YEARS: Final = range(2550, 2600)
_ERAS: Final[Mapping[str, int]] = {
    "令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "民國": 1911, "民国": 1911, "": 1911,
}  # fmt: skip
"""The year before the first of an era: Reiwa and Heisei of Japan, Minguo of Taiwan, whose years
have three digits today.
"""
_ERA: Final = re.compile(
    r"(?P<era>令和|平成|民國|民国) ?(?P<c>\d{1,3}|元) ?年 ?(?P<a>\d{1,2}) ?月 ?(?P<b>\d{1,2})(?!\d)"
    r"|(?<![^\W_])(?P<letter>[RH]) ?(?P<c2>\d{1,2}) ?[./年-] ?(?P<a2>\d{1,2})"
    r" ?[./月-] ?(?P<b2>\d{1,2})(?![\d./-])"
    r"|(?<![\d.,/-])(?P<c3>1\d{2})(?P<sep>[/.-]|年) ?(?P<a3>\d{1,2})"
    r"(?:(?P=sep)|月) ?(?P<b3>\d{2})(?![\d.,/-])"
)
_ERA_BEGINNING: Final = re.compile(r"[RH1令平民](?:(?<=[令平民])|(?<=[RH]) ?\d|(?<=1)\d{2}[/.年-])")
"""What each of these begins with, found sooner."""
_NUMBERED: Final = re.compile(
    r"(?<!\d)(?P<b>\d{1,2}) tháng (?P<a>\d{1,2}) năm (?P<c>(?:19|20)\d{2})(?!\d)", re.IGNORECASE
)
"""As Vietnamese has it: "Ngày 24 tháng 09 năm 2026"."""
_DAY_BEHIND: Final = re.compile(rf"{_GAP}(?P<d>\d{{1,2}})(?!\d)", re.IGNORECASE)
# "Feb 23, 2019"; "Feb23'19", also when its sign was lost but a time follows; and "Jun 24 20:49:53
# 2018".
_MONTH_FIRST: Final = re.compile(
    rf"{_GAP}(?P<d1>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?{_GAP}(?P<y1>{_SHORT_OR_FULL})"
    r"|[ .]?(?P<d2>\d{2})[^\w :]?(?P<y2>\d{2})(?=\D{0,3}\d{1,2}:\d{2})"
    r"| +(?P<d3>\d{1,2}) +\d{2}:\d{2}:\d{2} +(?P<y3>(?:19|20)\d{2})(?!\d)",
    re.IGNORECASE,
)
# A lone sign that touches a day or month of one digit may be another digit: "I9-Feb-2024",
# "2025-12-1G".
_CUT_BEFORE: Final = re.compile(r"(?:(?<=[?|!])|(?<=(?<![^\W_])[A-Za-z]))\d(?!\d)")
_CUT_BEHIND: Final = re.compile(r"(?<!\d)\d(?:[A-Za-z](?![^\W_])|[?|!])")
# "17.06.2008:03:15" is the year 20 and a time with seconds, or the year 2008 and one without.
_HOUR_OR_YEAR: Final = re.compile(r"(?<=20[0-2]\d):\d{2}:\d{2}(?![\d:])")
_COMPACT: Final = re.compile(r"(?<!\d)(?P<digits>\d{8})(?= +\d{1,2}:\d{2})")
# OCR glues what follows: "21:280001" is 21:28 and a number. A point may part an amount, so it needs
# more to be a time.
_TIME: Final = re.compile(
    r"(?<![\d.,/:])(?P<h>[01]?\d|2[0-3])"
    r"(?::(?P<m>[0-5]\d)(?:[:.·]?(?P<s>[0-5]\d)(?!\d))?"
    r"|(?:h|[時时點点시] ?)(?P<m2>[0-5]\d)(?!\d)"
    r"|[.·](?P<m3>[0-5]\d)(?:[.:·](?P<s3>[0-5]\d)(?![\d.])|(?= ?[AaPp]\.?[Mm]\b)))"
    r" ?(?P<half>[AaPp]\.?[Mm](?![a-z]))?"
)
_AFTERNOON: Final = re.compile(r"(?:午後|下午|오후) ?$")
"""What stands before an hour of the afternoon in East Asia."""
DIGITS_PARTED: Final = re.compile(
    rf"[/.\-年月년월 ](?:(?<=([/.\-])) ?{_LOOKS_DIGIT}{{1,2}} ?\1 ?[\dOo]"
    r"|(?<=[年月년월])|(?<=\d{8} ) *\d{1,2}:"
    r"|(?<=20\d\d )\d{2} \d{2}(?!\d)|tháng \d{1,2} năm)"
)
"""In every date of digits only: the middle part between its separators, or a time that follows
eight digits.
"""

_PRINTED: Final = {"l": "l1i|", "o": "o0", "s": "s5"}
"""Letters that may have been read as the signs that print like them: "Ju1", "0ct"."""


_STEM: Final = 3
_OF_THE_YEAR: Final = "gada"
"""Stands between year and day in Latvian: "2026. gada 24. septembris"."""


@dataclass(frozen=True, slots=True)
class MonthNames:
    """The names of months in some languages, and how they are found."""

    spellings: Mapping[str, tuple[str, ...]]
    """The names, by each way in which they may have been read."""
    longest: int
    beginning: re.Pattern[str]
    dated: re.Pattern[str]
    """In every date with a month's name, in folded text: its beginning, and the digit behind."""

    @classmethod
    def of(cls, languages: Iterable[Language]) -> "MonthNames":
        """Read the names of all these languages."""
        spellings: dict[str, tuple[str, ...]] = {}
        names = (name.casefold() for language in languages for name in language.months)
        for name in dict.fromkeys(names):
            for signs in product(*(_PRINTED.get(letter, letter) for letter in name)):
                read = "".join(signs)
                spellings[read] = (*spellings.get(read, ()), name)
        stems = sorted({stem[:_STEM] for read in spellings for stem in (read, fold(read))})
        longest = max(map(len, spellings))
        beginning = re.compile(f"(?={one_of(stems)})", re.IGNORECASE)
        # One group of words whose first letters differ is found sooner than two patterns.
        words = one_of([*stems, _OF_THE_YEAR])
        dated = re.compile(rf"(?:{words})[\w|]{{0,{longest - _STEM}}}{_GAP}\d")
        return cls(spellings, longest, beginning=beginning, dated=dated)


_BASE_MONTHS: Final = MonthNames.of(LANGUAGES)


@lru_cache(maxsize=64)
def month_names(codes: frozenset[str]) -> MonthNames:
    """The names that a page in these languages is searched for: those of each language that a start
    reads, and of the further ones that the page speaks."""
    later = [later_language(code) for code in sorted(codes & LATER.keys())]
    if not later:
        return _BASE_MONTHS
    return MonthNames.of([*LANGUAGES, *later])


_CLEAR: Final = frozenset("0123456789OoDIil")
"""Digits, and letters that stand for one digit only; S may be 5 or 8, E 8 or 6."""


class Order(StrEnum):
    """The order of a date's parts."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a line: its span and what it may mean, by the order of its parts."""

    start: int
    end: int
    readings: Mapping[Order, date]
    repaired: bool = False
    """A letter was taken for a digit, or a stray one left out."""
    uneven: bool = False
    """One of day and month has a leading zero, the other lacks it: a digit may be lost
    ("06/2/2016").
    """
    guessed: bool = False
    """What was repaired, or what touches it, may have been another digit, or part of the time."""
    dotted: bool = False
    """Points part it, as where the day or the year stands in front: in no country the month does.
    """
    is_short: bool = False
    """The year has two digits."""


def find_dates(
    line: str,
    months: Mapping[str, int],
    names: MonthNames = _BASE_MONTHS,
) -> list[PrintedDate]:
    """The dates of a line, left to right.

    `months` maps names, folded to lower case, to 1..12; `names` finds them."""
    dates = [
        *_year_first(line),
        *_numeric(line),
        *_compact(line),
        *_in_words(line),
        *_in_era(line),
        *_named(line, months, names),
    ]
    printed_dates: list[PrintedDate] = []
    for printed in sorted(dates, key=lambda printed: (printed.start, -printed.end)):
        if not printed_dates or printed.start >= printed_dates[-1].end:
            printed_dates.append(printed)
    return printed_dates


def find_time(line: str) -> tuple[time, int, int] | None:
    """The first time of day of a line, with its span."""
    for match in _TIME.finditer(line):
        hour = int(match["h"])
        half = (match["half"] or "").lower().replace(".", "")
        if half and hour > 12:
            half = ""
        if half == "pm":
            hour = hour % 12 + 12
        elif half == "am":
            hour = hour % 12
        if hour < 12 and _AFTERNOON.search(line, 0, match.start()):
            hour += 12
        minute = match["m"] or match["m2"] or match["m3"]
        second = match["s"] or match["s3"] or "0"
        return time(hour, int(minute), int(second)), match.start(), match.end()
    return None


def full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits)


def day(year: int, month: int, day_of_month: int) -> date | None:
    """The calendar day, or None if there is none or it lies outside MIN_YEAR..MAX_YEAR. A year of
    the Buddhist era is put into the common one.
    """
    if year in _BUDDHIST_YEARS:
        year -= _BUDDHIST
    if not MIN_YEAR <= year <= MAX_YEAR:
        return None
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _numeric(line: str) -> Iterator[PrintedDate]:
    for match in _NUMERIC.finditer(line):
        raw = match["a"], match["b"], match["c"]
        if not all(any(c.isdecimal() for c in part) for part in raw):
            continue
        a, b, c = (part.translate(_MISREAD) for part in raw)
        readings = {
            Order.DAY_FIRST: day(full_year(c), int(b), int(a)),
            Order.MONTH_FIRST: day(full_year(c), int(a), int(b)),
        }
        if len(a) == 2 == len(c):
            readings[Order.YEAR_FIRST] = day(full_year(a), int(b), int(c))
        dates = {order: value for order, value in readings.items() if value is not None}
        if dates:
            uneven = len(a) != len(b) and "0" in (a[0], b[0])
            unclear = match["stray"] is not None or not _CLEAR.issuperset("".join(raw))
            guessed = unclear or _is_doubtful(line, match.start(), match.end())
            repaired = (a, b, c) != raw or unclear
            yield PrintedDate(
                match.start(),
                match.end(),
                readings=dates,
                repaired=repaired,
                uneven=uneven,
                guessed=guessed,
                dotted=match["sep"] == ".",
                is_short=len(c) == 2,
            )


def _year_first(line: str) -> Iterator[PrintedDate]:
    for match in _YEAR_FIRST.finditer(line):
        value = day(int(match["c"]), int(match["a"]), int(match["b"]))
        if value is not None:
            uneven = len(match["a"]) != len(match["b"]) and "0" in (match["a"][0], match["b"][0])
            guessed = _CUT_BEHIND.match(line, match.start("b")) is not None
            readings = {Order.YEAR_FIRST: value}
            yield PrintedDate(match.start(), match.end(), readings, uneven=uneven, guessed=guessed)


def _in_words(line: str) -> Iterator[PrintedDate]:
    """Dates whose parts stand between blanks, or words that name them."""
    patterns = [_BLANKS_BETWEEN]
    if not line.isascii():
        patterns.append(_NUMBERED)
    for pattern in patterns:
        for match in pattern.finditer(line):
            value = day(int(match["c"]), int(match["a"]), int(match["b"]))
            if value is not None:
                yield PrintedDate(match.start(), match.end(), {Order.YEAR_FIRST: value})


def _in_era(line: str) -> Iterator[PrintedDate]:
    """Dates in the eras of Japan and Taiwan. Without the era's name it is a guess."""
    if _ERA_BEGINNING.search(line) is None:
        return
    for match in _ERA.finditer(line):
        year = match["c"] or match["c2"] or match["c3"]
        month = match["a"] or match["a2"] or match["a3"]
        day_of_month = match["b"] or match["b2"] or match["b3"]
        before = _ERAS[match["era"] or match["letter"] or ""]
        number = 1 if year == "元" else int(year)
        value = day(before + number, int(month), int(day_of_month))
        if value is not None:
            is_guess = match["era"] is None and match["sep"] != "年"
            readings = {Order.YEAR_FIRST: value}
            yield PrintedDate(match.start(), match.end(), readings, guessed=is_guess)


def _compact(line: str) -> Iterator[PrintedDate]:
    for match in _COMPACT.finditer(line):
        text = match["digits"]
        readings = {
            Order.YEAR_FIRST: day(int(text[:4]), int(text[4:6]), int(text[6:])),
            Order.DAY_FIRST: day(int(text[4:]), int(text[2:4]), int(text[:2])),
            Order.MONTH_FIRST: day(int(text[4:]), int(text[:2]), int(text[2:4])),
        }
        dates = {order: value for order, value in readings.items() if value is not None}
        if dates:
            yield PrintedDate(*match.span("digits"), dates)


def _named(line: str, months: Mapping[str, int], names: MonthNames) -> Iterator[PrintedDate]:
    done = 0
    for place in names.beginning.finditer(line):
        start = place.start()
        if start < done or _is_hyphenated(line, start):
            continue
        for end in range(min(start + names.longest, len(line)), start + _STEM - 1, -1):
            spelt = names.spellings.get(line[start:end].lower(), ())
            month = next((months[name] for name in spelt if name in months), None)
            around = month and _around(line, done, start=start, end=end)
            if month and around:
                first, done, year, of_month = around
                value = day(full_year(year), month, int(of_month))
                if value is not None:
                    yield PrintedDate(
                        first,
                        done,
                        {Order.NAMED: value},
                        guessed=_is_doubtful(line, first, done),
                        is_short=len(year) == 2,
                    )
                break


def _is_hyphenated(line: str, start: int) -> bool:
    """Whether the second half of a word begins there: "Check-out" is no October in Portuguese."""
    return start > 1 and line[start - 1] == "-" and line[start - 2].isalpha()


def _is_doubtful(line: str, start: int, end: int) -> bool:
    """Whether a date of this span may have lost its first digit, or have got its year from the time
    behind it.
    """
    return _CUT_BEFORE.match(line, start) is not None or _HOUR_OR_YEAR.match(line, end) is not None


def _around(line: str, done: int, start: int, end: int) -> tuple[int, int, str, str] | None:
    """Span, year and day of the date whose month has this span, beginning no earlier than
    `done`.
    """
    day_before = _DAY_BEFORE.search(line, done, start)
    year_before = _YEAR_BEFORE.search(line, done, start)
    both_before = _YEAR_AND_DAY_BEFORE.search(line, done, start)
    if both_before:
        return both_before.start(), end, both_before["y"], both_before["d"]
    if day_before:
        year_after = _YEAR_BEHIND.match(line, end)
        if year_after:
            return day_before.start(), year_after.end(), year_after["y"], day_before["d"]
    if year_before:
        day_after = _DAY_BEHIND.match(line, end)
        if day_after:
            return year_before.start(), day_after.end(), year_before["y"], day_after["d"]
    if start and line[start - 1].isalpha():
        return None
    rest = _MONTH_FIRST.match(line, end)
    if not rest:
        return None
    return (
        start,
        rest.end(),
        rest["y1"] or rest["y2"] or rest["y3"],
        rest["d1"] or rest["d2"] or rest["d3"],
    )
