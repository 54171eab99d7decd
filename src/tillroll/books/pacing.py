"""How fast a target may be asked: so many requests in a minute. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar

TOGETHER: Final = 10
"""So many items are sent between two looks at the pace, and two records."""

_MINUTE: Final = timedelta(minutes=1)
Item = TypeVar("Item")


def in_groups(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items in their order, so many together."""
    for first in range(0, len(items), TOGETHER):
        yield items[first : first + TOGETHER]


class Pace:
    """Counts requests, and says how long to wait before more. Requests are counted together until a minute has passed
    without any, so no minute has more of them."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._last: datetime | None = None
        self._requests = 0

    def spent(self, now: datetime, requests: int) -> None:
        """So many were made until now."""
        if self._last is None or now - self._last >= _MINUTE:
            self._requests = 0
        self._last = now
        self._requests += requests

    def wait(self, now: datetime, requests: int) -> float:
        """Seconds until so many more fit; 0 where they do, or where nothing was asked in the last minute."""
        if self._last is None or now - self._last >= _MINUTE or self._requests + requests <= self._per_minute:
            return 0
        return (_MINUTE - (now - self._last)).total_seconds()

    def rest(self, now: datetime) -> float:
        """Seconds until a minute has passed since the last request: whoever counts anew then counts right."""
        return self.wait(now, self._per_minute + 1)
