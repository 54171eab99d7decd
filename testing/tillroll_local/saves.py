"""Saves of what the Worker loads, and whether wrangler has taken them up.

wrangler reloads when its watcher hears of a change. A watcher can miss one, and a reload can hang:
without a second look the developer would go on with the code of before, and not know it. A reload
can also begin between two saves that belong together, and fail because of it.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from tillroll_local.changes import always
from tillroll_local.runtime.loaded import digest_of, read_loaded

# A reload begins within a second on an idle machine; under eight times its load, one began after 24
# seconds.
OVERLOOKED_SECONDS = 30.0
# wrangler 4.164 does not notice that a file is gone. Editors remove one for a moment to save it.
REMOVED_SECONDS = 5.0
_LOOK_SECONDS = 1.0

Files: TypeAlias = dict[str, tuple[int, int]]
"""Files by their paths: when each was saved, in nanoseconds, and its size."""


class Loaded:
    """What the newest start of workerd has of the sources below a folder: `file` says it."""

    def __init__(self, file: Path, sources: Path) -> None:
        self._file = file
        self._sources = sources

    def has_all(self) -> bool:
        """Whether it has every module as it lies there now, and none that is gone."""
        return read_loaded(self._file) == self._now()

    def has_another(self) -> bool:
        """Whether a module that it has is another by now, or gone."""
        now = self._now()
        return any(now.get(name) != digest for name, digest in read_loaded(self._file).items())

    def _now(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path, _ in _versions(self._sources):
            try:
                content = Path(path).read_bytes()
            except FileNotFoundError:  # an editor's file of a moment
                continue
            found[Path(path).relative_to(self._sources).as_posix()] = digest_of(content)
        return found


class Saves:
    """Looks at the Python files below the sources, and at wrangler.jsonc. `now` is a clock that
    only goes forward, in seconds. `has_come` says whether a source may have been saved.
    """

    def __init__(
        self,
        sources: Path,
        bindings: Path,
        loaded: Loaded,
        now: Callable[[], float] = time.monotonic,
        *,
        has_come: Callable[[], bool] = always,
    ) -> None:
        self._sources = sources
        self._bindings = bindings
        self._has_come = has_come
        self._loaded = loaded
        self._now = now
        # What lies there at first has been loaded, also where a file's time is in the future.
        self.files = self._found()
        self._since = 0.0
        self._waits_seconds = OVERLOOKED_SECONDS
        self._told = True

    def look(self) -> bool:
        """Whether anything was saved, made or removed since the last look."""
        if not self._has_come() and not self._bindings_differ():
            return False
        found = self._found()
        before = self.files
        if found == before:
            return False
        self.files = found
        self._since = self._now()
        self._told = False
        self._waits_seconds = OVERLOOKED_SECONDS
        if before.keys() - found.keys():
            self._waits_seconds = REMOVED_SECONDS
        return True

    def are_loaded(self) -> bool:
        """Whether the newest start had all that lies there now, wrangler.jsonc left aside."""
        return self._loaded.has_all()

    def is_overlooked(self, loaded_at: float) -> bool:
        """Whether the newest save still waits to be loaded, after OVERLOOKED_SECONDS, or a file is
        gone that was loaded; true once for each save.

        `loaded_at` is when the Worker was last loaded, as a file's time.
        """
        if self._told or self._now() - self._since < self._waits_seconds:
            return False
        self._told = True
        # No start before it has a new file. wrangler leaves some out, so its time decides.
        newest = max(
            (saved for path, (saved, _) in self.files.items() if _is_module(path)), default=0
        )
        return newest > loaded_at * 1e9 or self._loaded.has_another()

    def _bindings_differ(self) -> bool:
        """Whether wrangler.jsonc was saved. An editor may put another file in its place, of which a
        watcher of the former one hears nothing.
        """
        now = dict(_versions(self._bindings))
        return any(self.files.get(path) != version for path, version in now.items())

    def _found(self) -> Files:
        roots = (self._sources, self._bindings)
        return {path: version for root in roots for path, version in _versions(root)}


def _versions(root: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    try:
        entries = [*os.scandir(root)] if root.is_dir() else [root]
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _versions(Path(entry))
        elif entry is root or _is_module(entry.name):
            try:
                found = entry.stat()
            except FileNotFoundError:  # an editor's file of a moment
                continue
            yield os.fspath(entry), (found.st_mtime_ns, found.st_size)


def _is_module(name: str) -> bool:
    return name.endswith(".py")


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

    def is_waiting(self) -> bool:
        """Whether it was saved, and `has_changed` has not told it yet."""
        return self._saved() not in {self._seen, 0.0}

    def _saved(self) -> float:
        try:
            return self._path.stat().st_mtime
        except FileNotFoundError:  # an editor's moment
            return 0.0
