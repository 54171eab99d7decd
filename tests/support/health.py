"""Whether the Worker answers while something else is asked of it: the health route, asked all the
while.
"""

import threading
import time
from types import TracebackType

import httpx

from tests.support.running_stack import RunningStack

_PAUSE_SECONDS = 0.05
_GIVE_UP_SECONDS = 30.0


class HealthWatch:
    """Asks /api/health in a thread of its own. `slowest` is the longest answer in seconds; what
    failed is in `failed`.

    On leaving, it is an error where workerd was started anew meanwhile.
    """

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._starts = stack.workerd_starts()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self.slowest = 0.0
        self.asked = 0
        self.failed: list[str] = []

    def __enter__(self) -> "HealthWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        if kind is None:
            assert self.asked, "health was never asked"
            assert not self.failed, self.failed
            assert self._stack.workerd_starts() == self._starts, "workerd was started anew"

    def _ask(self) -> None:
        with httpx.Client(base_url=self._stack.url, timeout=_GIVE_UP_SECONDS) as client:
            is_over = False
            while not is_over:  # once at least, however soon it is over
                began = time.monotonic()
                try:
                    client.get("/api/health").raise_for_status()
                except httpx.HTTPError as error:
                    self.failed.append(f"{type(error).__name__}: {error}")
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.asked += 1
                is_over = self._ended.wait(_PAUSE_SECONDS)
