"""When a time is due, by cron's five fields: moments, and the fields in words."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_FIELDS: Final = 5
_FIELD_NAMES: Final = "the fields are minute, hour, day of the month, month, day of the week."
_LONGEST: Final = 100
# The search for the last tick before a moment begins so far back, and goes four times as far each
# time.
_FIRST_LOOK: Final = timedelta(minutes=2)
_FURTHER: Final = 4
_FURTHEST: Final = timedelta(days=366 * 9)
# Clocks are put back by an hour, or less; by a day at the most, once, where the date line was
# moved.
_CHANGED_WITHIN: Final = timedelta(hours=3)


class InvalidCron(ValueError):
    """The text says no time; the message says how to put it right."""


def check_cron(text: str) -> None:
    """Raises InvalidCron: it has not five fields, one of them cannot be read, or no day is ever one
    of these."""
    next_tick(text, UTC, datetime(2024, 1, 1, tzinfo=UTC))


def in_words(text: str) -> str:
    """What it says, such as `At 08:00 on Monday through Friday`. Raises InvalidCron: as
    `check_cron`."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - loaded where a time is asked for

    try:
        return CronSim(" ".join(text.split()), datetime(2024, 1, 1, tzinfo=UTC)).explain()
    except CronSimError as error:
        raise InvalidCron(f"{error}: {_FIELD_NAMES}") from error


def next_tick(text: str, zone: tzinfo, after: datetime) -> datetime:
    """The first moment later than `after` (UTC) at which it is due, in UTC. Raises InvalidCron: as
    `check_cron`."""
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - loaded where a time is asked for

    fields = text.split()
    if len(fields) != _FIELDS or len(text) > _LONGEST:
        raise InvalidCron(
            "Write five fields: minute, hour, day of the month, month, day of the week; `0 6 3 * "
            "*` is the 3rd of each month at six."
        )
    try:
        for tick in CronSim(" ".join(fields), _seen_from(zone, after).astimezone(zone)):
            utc_tick = tick.astimezone(UTC)
            # Of a time that comes twice the first one counts, which may have passed.
            if utc_tick > after:
                return utc_tick
    except CronSimError as error:
        raise InvalidCron(f"{error}: {_FIELD_NAMES}") from error
    raise InvalidCron("No date matches: check the day and the month.")


def _seen_from(zone: tzinfo, after: datetime) -> datetime:
    """Where to look from for what is due behind a moment: from before clocks were changed, where
    that was a short time ago. From within, the library takes an hour that comes twice, or is left
    out, for another than it is from before."""
    before = after - _CHANGED_WITHIN
    is_changed = before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset()
    if is_changed:
        return before
    return after


def last_tick(text: str, zone: tzinfo, first: datetime, until: datetime) -> datetime:
    """The last moment, no later than `until`, at which it was due; `first` (UTC) is one that
    was."""
    back = _FIRST_LOOK
    while until - back > first and back < _FURTHEST:
        tick = next_tick(text, zone, until - back)
        if tick <= until:
            return _last_behind(text, zone, tick=tick, until=until)
        back *= _FURTHER
    return _last_behind(text, zone, tick=first, until=until)


def _last_behind(text: str, zone: tzinfo, tick: datetime, until: datetime) -> datetime:
    while (following := next_tick(text, zone, tick)) <= until:
        tick = following
    return tick
