"""What options of several commands have in common."""

import re
from calendar import monthrange
from datetime import date
from typing import Final

import typer

_YEAR: Final = re.compile(r"[0-9]{4}")
_MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}")


def day(text: str) -> str:
    """A day, as the API takes it."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise typer.BadParameter("write the day as YYYY-MM-DD, such as 2026-01-31") from error


def month(text: str) -> str:
    """A month, as the API takes it."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise typer.BadParameter("write the month as YYYY-MM, such as 2026-03") from error
    return first.isoformat()[:7]


def first_day(text: str) -> str:
    """The first day of a day, a month or a year, as the API takes it."""
    return _days_in(text)[0]


def last_day(text: str) -> str:
    """The last day of a day, a month or a year, as the API takes it."""
    return _days_in(text)[1]


def _days_in(text: str) -> tuple[str, str]:
    """The first and the last day of what is written as YYYY-MM-DD, YYYY-MM or YYYY."""
    try:
        if _YEAR.fullmatch(text):
            date(int(text), 1, 1)
            return f"{text}-01-01", f"{text}-12-31"
        if _MONTH.fullmatch(text):
            return days_of(month(text))
        return day(text), day(text)
    except (ValueError, typer.BadParameter) as error:
        raise typer.BadParameter(
            "write a day, a month or a year, such as 2026-01-31, 2026-01 or 2026"
        ) from error


def days_of(month: str) -> tuple[str, str]:
    """The first and the last day of a month, as the API takes them."""
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    return first.isoformat(), last.isoformat()
