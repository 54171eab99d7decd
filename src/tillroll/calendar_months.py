"""Months of the calendar. Pure."""

from calendar import monthrange
from datetime import date, timedelta


def end_of_month(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month before that of a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def month_numbered(number: int) -> str:
    """A month such as 2026-03, by how many came before it since the year 0."""
    return f"{number // 12:04}-{number % 12 + 1:02}"
