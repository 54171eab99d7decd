"""Limits of requests, counted by the provider's own clock."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Window:
    """At most `most` requests in any time of this length; None for no limit."""

    def __init__(self, now: Callable[[], datetime], most: int | None, length: timedelta) -> None:
        self.most = most
        self._now = now
        self._length = length
        self._taken: deque[datetime] = deque()

    def take(self) -> int:
        """Count one. Returns 0, or how many seconds to wait: then it is not counted."""
        now = self._now()
        while self._taken and self._taken[0] + self._length <= now:
            self._taken.popleft()
        if self.most is not None and len(self._taken) >= self.most:
            return max(1, -int(-(self._taken[0] + self._length - now).total_seconds() // 1))
        self._taken.append(now)
        return 0

    @property
    def remaining(self) -> int:
        return -1 if self.most is None else self.most - len(self._taken)
