"""Whether something was saved below some folders, as the system tells it.

To list a thousand files twice a second takes 4 % of a processor for as long as the Worker runs.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

# A network's folder tells nothing of what another machine saves there.
_ANYWAY_SECONDS = 30.0
_DEBOUNCE_MILLISECONDS = 500
_STEP_MILLISECONDS = 250
_WAIT_MILLISECONDS = 1000


class Changes:
    """Hears of saves in a thread of its own, from its making until `stop`. `now` is a clock that
    only goes forward, in seconds.
    """

    def __init__(self, *places: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._now = now
        self._next_look = now() + _ANYWAY_SECONDS
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._hear, name="changes", daemon=True)
        self._thread.start()

    def has_come(self) -> bool:
        """Whether to look, since something was saved after the last call, or that was long ago."""
        now = self._now()
        if not self._changed.is_set() and now < self._next_look:
            return False
        # Before the look: what is saved during it is looked at the next time.
        self._changed.clear()
        self._next_look = now + _ANYWAY_SECONDS
        return True

    def stop(self) -> None:
        """Hear no more."""
        self._stopping.set()
        self._thread.join()

    def _hear(self) -> None:
        batches = watch(
            *self._places,
            watch_filter=None,
            debounce=_DEBOUNCE_MILLISECONDS,
            step=_STEP_MILLISECONDS,
            rust_timeout=_WAIT_MILLISECONDS,
            stop_event=self._stopping,
            raise_interrupt=False,
        )
        for _ in batches:
            self._changed.set()


def always() -> bool:
    """Look each time: nobody tells of saves."""
    return True
