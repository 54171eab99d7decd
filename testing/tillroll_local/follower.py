"""Show the lines of a growing log file."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

_POLL_SECONDS = 0.25


class Lines(Protocol):
    """Decides what is shown: `feed` takes each line, `flush` is called when nothing follows for
    now.
    """

    def feed(self, line: str) -> Iterator[str]: ...

    def flush(self) -> Iterator[str]: ...


class Follower:
    """Follows a log file until `stop`: not what is in it already, but each new file that takes its
    place.
    """

    def __init__(self, log: Path, lines: Lines, show: Callable[[str], None]) -> None:
        self._log = log
        self._lines = lines
        self._show = show
        self._known = log.stat().st_ino if log.exists() else None
        self._file: BinaryIO | None = None
        self._rest = b""
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"follow {log.name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Show what is there, and end."""
        self._stopping.set()
        self._thread.join()
        if self._file:
            self._file.close()

    def _follow(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            self._read()
        self._read()

    def _read(self) -> None:
        self._read_on()
        if _inode_at(self._log) == self._known:
            return
        newest = _opened(self._log)
        if newest is None:
            return
        inode = os.fstat(newest.fileno()).st_ino
        if self._file:
            self._file.close()
        self._file, self._known, self._rest = newest, inode, b""
        self._read_on()

    def _read_on(self) -> None:
        if self._file is None:
            return
        *complete, self._rest = (self._rest + self._file.read()).split(b"\n")
        for line in complete:
            self._show_all(self._lines.feed(line.decode(errors="replace")))
        if not complete:
            self._show_all(self._lines.flush())

    def _show_all(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._show(line)


def _opened(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except FileNotFoundError:  # a start has moved it away, and the next one is about to be made
        return None


def _inode_at(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
