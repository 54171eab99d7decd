"""Saves of the Worker's sources, and whether wrangler has taken them up.

wrangler reloads when its watcher hears of a change. A watcher can miss one, and a reload can hang: without a second
look the developer would go on with the code of before, and not know it.
"""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

# A reload begins within a second on an idle machine; under eight times its load, one began after 24 seconds.
OVERLOOKED_SECONDS = 30.0
_LOOK_SECONDS = 1.0


class Saves:
    """Looks at the Python files of a folder. `now` is a clock that only goes forward, in seconds."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._now = now
        self._next_look = 0.0
        # What lies there at first has been loaded, also where a file's time is in the future.
        self._waits, self._since = self.newest(), 0.0
        self._told = True

    def newest(self) -> float:
        """The time of the newest save, as a file's time."""
        newest = 0.0
        for path in self._folder.rglob("*.py"):
            with contextlib.suppress(FileNotFoundError):  # an editor's file of a moment
                newest = max(newest, path.stat().st_mtime)
        return newest

    def is_overlooked(self, loaded_at: float) -> bool:
        """Whether the newest save still waits to be loaded, after OVERLOOKED_SECONDS; true once for each save.

        `loaded_at` is when the Worker was last loaded, as a file's time.
        """
        now = self._now()
        if now < self._next_look:
            return False
        self._next_look = now + _LOOK_SECONDS
        newest = self.newest()
        if newest != self._waits:
            self._waits, self._since, self._told = newest, now, False
        if self._told or newest <= loaded_at or now - self._since < OVERLOOKED_SECONDS:
            return False
        self._told = True
        return True


class Settled:
    """Looks at one file. `now` is the time as files have it, in seconds."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._seen = self._saved()

    def has_changed(self) -> bool:
        """Whether it was saved and then left alone for a moment; true once for each save."""
        saved = self._saved()
        if saved in {self._seen, 0.0} or abs(self._now() - saved) < _LOOK_SECONDS:
            return False
        self._seen = saved
        return True

    def _saved(self) -> float:
        try:
            return self._path.stat().st_mtime
        except FileNotFoundError:  # an editor's moment
            return 0.0
