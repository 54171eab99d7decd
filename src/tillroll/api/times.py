"""Days and times that a client names, within what the calendar, the database and their sums can hold."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator

_FIRST_YEAR, _LAST_YEAR = 1970, 9998


def _held(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"Give a year from {_FIRST_YEAR} to {_LAST_YEAR}")


def _day(day: date) -> date:
    _held(day.year)
    return day


def _moment(moment: datetime) -> datetime:
    """A time without a zone is UTC."""
    _held(moment.year)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


Day = Annotated[date, AfterValidator(_day)]
"""A day from 1970 to 9998; anything else is refused with 422."""
Moment = Annotated[datetime, AfterValidator(_moment)]
"""A time from 1970 to 9998 with a zone, which is UTC where none is given; anything else is refused with 422."""
