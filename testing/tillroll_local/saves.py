"""Saves of what the Worker loads, and whether wrangler has taken them up.

wrangler reloads when its watcher hears of a change. A watcher can miss one, and a reload can hang:
without a second look the developer would go on with the code of before, and not know it. A reload
can also begin between two saves that belong together, and fail because of it.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

# A reload begins within a second on an idle machine; under eight times its load, one began after 24
# seconds.
OVERLOOKED_SECONDS = 30.0
_LOOK_SECONDS = 1.0

Files: TypeAlias = dict[str, tuple[int, int]]
"""Files by their paths: when each was saved, in nanoseconds, and its size."""


class Saves:
    """Looks at the Python files below some paths, and at those paths that are files themselves.
    `now` is a clock that only goes forward, in seconds.
    """

    def __init__(self, paths: Sequence[Path], now: Callable[[], float] = time.monotonic) -> None:
        self._paths = paths
        self._now = now
        # What lies there at first has been loaded, also where a file's time is in the future.
        self.files = self._found()
        self._saved_since_load = 0
        self._since = 0.0
        self._told = True

    def look(self) -> bool:
        """Whether anything was saved, made or removed since the last look."""
        found = self._found()
        changed = {
            path
            for path in found.keys() | self.files.keys()
            if found.get(path) != self.files.get(path)
        }
        self.files = found
        if changed:
            self._saved_since_load += len(changed)
            self._since, self._told = self._now(), False
        return bool(changed)

    def loaded(self) -> None:
        """The Worker has loaded: what is saved from now on makes it load again."""
        self._saved_since_load = 0

    def failed_with_all(self) -> bool:
        """Whether a reload of wrangler's own, which has just failed, had all that lies there now.

        One save makes one reload, which has it. Of several the reload may have begun before the
        last; and where none was seen since the Worker loaded, one came while it did.
        """
        return self._saved_since_load == 1

    def is_overlooked(self, loaded_at: float) -> bool:
        """Whether the newest save still waits to be loaded, after OVERLOOKED_SECONDS; true once for
        each save.

        `loaded_at` is when the Worker was last loaded, as a file's time.
        """
        newest = max((saved for saved, _ in self.files.values()), default=0)
        if (
            self._told
            or newest <= loaded_at * 1e9
            or self._now() - self._since < OVERLOOKED_SECONDS
        ):
            return False
        self._told = True
        return True

    def _found(self) -> Files:
        return {path: version for root in self._paths for path, version in _versions(root)}


def _versions(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        entries = [*os.scandir(root)] if root.is_dir() else [root]
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _versions(Path(entry))
        elif entry is root or entry.name.endswith(".py"):
            try:
                found = entry.stat()
            except FileNotFoundError:  # an editor's file of a moment
                continue
            yield os.fspath(entry), (found.st_mtime_ns, found.st_size)


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
