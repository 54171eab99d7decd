"""The days that a document may name. Pure."""

from datetime import date
from typing import Final

_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998


def is_usable(day: date) -> bool:
    """Whether a document can be of this day. The calendar of Python ends with the year 9999: days,
    months and years after the last one must exist.
    """
    return _FIRST_YEAR <= day.year <= _LAST_YEAR
