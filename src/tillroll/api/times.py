"""Days and times that a client names, within what the calendar, the database and their sums can hold."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from tillroll.platform.shape import written

_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _held(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"Give a year from {_FIRST_YEAR} to {_LAST_YEAR}")


def _written_day(given: object) -> object:
    """Pydantic would take a time at midnight for its day."""
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("Give a day as YYYY-MM-DD")
    return written(given)


def _written_moment(given: object) -> object:
    """Pydantic would take a number as text, too, for seconds since 1970."""
    if isinstance(given, str) and not _DAY.match(given):
        raise ValueError("Give a time as YYYY-MM-DDTHH:MM:SSZ, or a day as YYYY-MM-DD")
    return written(given)


def _day(day: date) -> date:
    _held(day.year)
    return day


def _moment(moment: datetime) -> datetime:
    """A time without a zone is UTC."""
    _held(moment.year)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_day)]
"""A day from 1970 to 9998, YYYY-MM-DD; anything else is refused with 422."""
Moment = Annotated[datetime, BeforeValidator(_written_moment), AfterValidator(_moment)]
"""A time from 1970 to 9998 with a zone, which is UTC where none is given; anything else is refused with 422."""
