"""Time, always UTC, and its text form in the database and in JSON."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, with time zone UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 with milliseconds and Z, for instance 2026-11-20T08:30:00.000Z: sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds_between(start: str, end: str) -> int:
    """From one moment's text to another's."""
    return round((from_text(end) - from_text(start)).total_seconds() * 1000)


def from_text(moment: str) -> datetime:
    return datetime.fromisoformat(moment)
