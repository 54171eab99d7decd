"""Days of calendars that tills print beside the common one: Bikram Sambat of Nepal, and Hijri. They
are computed to within some days, which tells which of two readings of a date is meant."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from tillroll_documents.reading.page import Page

NEAR: Final = timedelta(days=3)
"""So far may a computed day be from the printed one: only tables know the length of months."""
_DAY: Final = re.compile(r"(?<![\d.,/-])(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?![\d/-])")
_WORDS_OF_NEPAL: Final = frozenset({"miti", "bs", "मिति"})
_WORDS_OF_HIJRI: Final = frozenset({"h", "ah", "hijri", "هـ", "ه"})
_NEPAL_YEARS: Final = range(2060, 2100)
_HIJRI_YEARS: Final = range(1420, 1500)
_AHEAD: Final = 57
_MONTHS: Final = (31, 31, 31, 32, 31, 31, 30, 30, 29, 30, 29, 30)
"""Usual lengths of the months of Bikram Sambat, whose year begins in the middle of April."""


def other_days(page: Page) -> list[date]:
    """The days of other calendars that the page prints, computed to within NEAR."""
    is_nepal = "NP" in page.hints or not _WORDS_OF_NEPAL.isdisjoint(page.folded.words)
    is_hijri = "SA" in page.hints or not _WORDS_OF_HIJRI.isdisjoint(page.folded.words)
    if not is_nepal and not is_hijri:
        return []
    days: list[date] = []
    for first, second, third in _printed(page.text):
        for year, day in ((first, third), (third, first)):
            if is_nepal and year in _NEPAL_YEARS and 1 <= second <= len(_MONTHS):
                days.append(_of_nepal(year, second, day))
            if is_hijri and year in _HIJRI_YEARS and 1 <= second <= len(_MONTHS):
                days.append(_of_hijri(year, second, day))
    return days


def _printed(text: str) -> Iterator[tuple[int, int, int]]:
    for match in _DAY.finditer(text):
        yield int(match[1]), int(match[3]), int(match[4])


def _of_nepal(year: int, month: int, day: int) -> date:
    return date(year - _AHEAD, 4, 13) + timedelta(days=sum(_MONTHS[: month - 1]) + day - 1)


def _of_hijri(year: int, month: int, day: int) -> date:
    """By the tabular Islamic calendar (Reingold and Dershowitz, Calendrical Calculations)."""
    first = date(622, 7, 19).toordinal() - 1
    leap_days = (3 + 11 * year) // 30
    months = 29 * (month - 1) + month // 2
    return date.fromordinal(first + day + months + 354 * (year - 1) + leap_days)
