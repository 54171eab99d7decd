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
    """Counts requests, and says how long to wait before more. Requests are counted together until a
    minute has passed without any, so no minute has more of them. One that goes on from another has
    its `requests` until `last`.
    """

    def __init__(self, per_minute: int, requests: int = 0, last: datetime | None = None) -> None:
        self._per_minute = per_minute
        self._last = last
        self.requests = requests

    def spent(self, now: datetime, requests: int) -> None:
        """Count requests that were just made; a minute without any begins the count again."""
        if self._last is None or now - self._last >= _MINUTE:
            self.requests = 0
        self._last = now
        self.requests += requests

    def wait(self, now: datetime, requests: int) -> float:
        """Seconds until so many more fit; 0 where they do, or where nothing was asked in the last
        minute.
        """
        if (
            self._last is None
            or now - self._last >= _MINUTE
            or self.requests + requests <= self._per_minute
        ):
            return 0
        return (_MINUTE - (now - self._last)).total_seconds()
