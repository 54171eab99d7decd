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
    """Counts requests, and says how long to wait before more. Minutes are counted from the first request in each."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._since: datetime | None = None
        self._requests = 0

    def spent(self, now: datetime, requests: int) -> None:
        """So many were made until now."""
        if self._since is None or now - self._since >= _MINUTE:
            self._since, self._requests = now, 0
        self._requests += requests

    def wait(self, now: datetime, requests: int) -> float:
        """Seconds until so many more fit; 0 where they do, or where nothing was asked in this minute."""
        if self._since is None or not self._requests:
            return 0
        passed = now - self._since
        if passed >= _MINUTE or self._requests + requests <= self._per_minute:
            return 0
        return (_MINUTE - passed).total_seconds()
