"""Time: UTC and its text form, time zones by their IANA names, and pauses in long work."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, Protocol, TypeAlias


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, with time zone UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, for instance 2026-11-20T08:30:00.000Z: sorts as time
    does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds_between(start: str, end: str) -> int:
    """Count the milliseconds between the texts of two moments."""
    return round((from_text(end) - from_text(start)).total_seconds() * 1000)


def from_text(moment: str) -> datetime:
    """Read a time that `to_text` wrote. Raises ValueError."""
    return datetime.fromisoformat(moment)


# "Europe/Berlin", "America/Argentina/Salta", "UTC"; what an engine knows besides ("+01:00") is no
# name of a place.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_LONGEST_NAME: Final = 50
# No change of an offset lasts for less, so a day before and after it, both of its sides are seen.
_DAY: Final = timedelta(days=1)

OffsetAt = Callable[[datetime], timedelta]


class UnknownZone(ValueError):
    """There is no time zone of this name; the message says what one is like."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no time zone {name!r}: use a name of the IANA list, such as "
            "Europe/Berlin or UTC."
        )


class Zones(Protocol):
    def offset_of(self, name: str) -> OffsetAt:
        """What a zone's clocks show ahead of UTC, at a moment in UTC without `tzinfo`.
        Raises UnknownZone."""
        ...


class SystemZones:
    """`Zones` on the tables that Python finds."""

    def offset_of(self, name: str) -> OffsetAt:
        # The Worker never needs it.
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, OSError, ValueError) as error:
            raise UnknownZone(name) from error

        def offset(moment: datetime) -> timedelta:
            utc_offset = moment.replace(tzinfo=UTC).astimezone(zone).utcoffset()
            # A zone of the list has an offset at any time.
            assert utc_offset is not None  # noqa: S101
            return utc_offset

        return offset


class Zone(tzinfo):
    """A time zone, with PEP 495: of a time that comes twice, `fold` 1 is the second one; one that
    is left out is counted by the offset before it, or with `fold` 1 after it."""

    def __init__(self, name: str, offset: OffsetAt) -> None:
        self.name = name
        self._offset = offset

    def utcoffset(self, dt: datetime | None) -> timedelta:
        if dt is None:
            return timedelta(0)
        local = dt.replace(tzinfo=None, fold=0)
        before = self._offset(local - _DAY)
        after = self._offset(local + _DAY)
        if before == after:
            return before
        true = [each for each in (before, after) if self._offset(local - each) == each]
        if len(true) == 1:
            return true[0]
        if dt.fold:
            return after
        return before

    def dst(self, dt: datetime | None) -> timedelta:
        """Give no offset of summer time by itself: nothing here asks for it."""
        del dt
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:
        del dt
        return self.name

    def fromutc(self, dt: datetime) -> datetime:
        moment = dt.replace(tzinfo=None, fold=0)
        local = moment + self._offset(moment)
        is_second = self.utcoffset(local) != self._offset(moment)
        return local.replace(tzinfo=self, fold=int(is_second))


def check_zone_name(name: str) -> None:
    """Raises UnknownZone: no zone can have this name."""
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        raise UnknownZone(name)


def zone_of(zones: Zones, name: str) -> tzinfo:
    """Raises UnknownZone: it is no name of a zone that is known here."""
    check_zone_name(name)
    if name == "UTC":
        return UTC
    return Zone(name, zones.offset_of(name))


Pause: TypeAlias = Callable[[], Awaitable[None]]
"""Let all others run that can; returns when it is this computation's turn again."""


async def no_pause() -> None:
    """Where there is nobody else to wait."""


Later: TypeAlias = Callable[[Awaitable[object]], Awaitable[None]]
"""Have work done that the answer need not wait for. It may be lost with the isolate; its failure is
logged."""


async def at_once(work: Awaitable[object]) -> None:
    """Where nobody is kept waiting by it."""
    await work
