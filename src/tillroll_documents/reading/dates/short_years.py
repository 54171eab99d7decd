"""Years of two digits: "24/09/26" is 2024 or 2026, by which end the year stands at.

Where the order of the paper makes it one year, and another plausible reading lies nearer to the day
of upload in another year, the nearer one is proposed and a person is asked: many countries whose
norm has the year in front have tills with the year behind. Where both agree, nobody is asked. A
purchase of more than 18 months ago is asked too where its year has two digits, or a sign that was
misread: a year of four digits is believed. A model sees the same two digits, so that no second
reading settles either doubt.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from tillroll_documents.reading.text.dates import PrintedDate

_LONG_AGO: Final = timedelta(days=548)
"""18 months."""


def nearer_year(value: date, readings: Iterable[date], today: date) -> date | None:
    """The reading nearest to today, where it is of another year than the value's."""
    nearest = min((value, *readings), key=lambda day: abs(day - today))
    if nearest.year == value.year:
        return None
    return nearest


def doubtful_long_ago(dates: Sequence[PrintedDate], today: date | None) -> frozenset[date]:
    """The days that lie long ago by two digits or a doubtful sign alone: no whole year says so."""
    if today is None:
        return frozenset()
    believed = {day for each in dates if not _is_doubtful(each) for day in each.readings.values()}
    doubted = {day for each in dates if _is_doubtful(each) for day in each.readings.values()}
    last = today - _LONG_AGO
    return frozenset(day for day in doubted - believed if day < last)


def _is_doubtful(printed: PrintedDate) -> bool:
    return printed.is_short or printed.repaired or printed.guessed
