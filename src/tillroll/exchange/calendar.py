"""On which days reference rates are published: each working day of the payment system T2 (TARGET).

Its closing days have been the same every year since 2000, but for the last day of 2001, so a day without rates is told
from one whose rates are merely missing here. In 1999 it also worked on Good Friday and Easter Monday; they are taken
for closing days like those of later years. https://www.ecb.europa.eu/paym/target/t2/profuse/calendar/
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

MOST_DAYS_BACK: Final = 7
PUBLISHED_BY: Final = time(14, 0, tzinfo=UTC)
"""About 16:00 in Frankfurt, which is 14:00 UTC in summer and 15:00 in winter."""

FIRST_PUBLICATION: Final = date(1999, 1, 4)
"""The day of the first reference rates."""

# The turn of the millennium, and the changeover to the euro's notes and coins.
_ONCE: Final = frozenset({date(1999, 12, 31), date(2001, 12, 31)})
_FIXED: Final = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_DAY: Final = timedelta(days=1)


def publication_day(day: date) -> date:
    """The day whose rates count for `day`: itself, or the last day of publication before it."""
    for back in range(MOST_DAYS_BACK + 1):
        candidate = day - back * _DAY
        if is_publication_day(candidate):
            return candidate
    raise AssertionError("more than seven closing days never follow each other")


def is_publication_day(day: date) -> bool:
    """Whether rates are published on this day: not on weekends, and not on T2's closing days."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED or day in _ONCE:
        return False
    easter = easter_sunday(day.year)
    return day not in {easter - 2 * _DAY, easter + _DAY}


def newest_publication(now: datetime) -> date:
    """The newest day whose rates should be out at `now` (with time zone)."""
    moment = now.astimezone(UTC)
    return publication_day(moment.date() if moment.timetz() >= PUBLISHED_BY else moment.date() - _DAY)


def easter_sunday(year: int) -> date:
    """The date of Easter in the Gregorian calendar, by the anonymous algorithm (Meeus, Astronomical Algorithms, 8)."""
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, years = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * leap_years - epact - years) % 7
    month_correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * month_correction + 114, 31)
    return date(year, month, day + 1)
