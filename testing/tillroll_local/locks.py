"""Locks on files. The kernel gives one up when the last process that holds it open ends, however it
ends.
"""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):
    """Somebody else holds the lock."""


@contextmanager
def take_turn(path: Path, waiting: str) -> Generator[int]:
    """Hold the lock while the block runs and yield its descriptor; where another has to end first,
    print `waiting`.
    """
    descriptor = _open(path)
    try:
        if not _try_lock(descriptor):
            print(waiting, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


class FileLock:
    """A lock held from `acquire` to `release`, or to the end of this process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock; do nothing where this object has it already.

        Raises:
            Locked: another holder has it.
        """
        if self._descriptor is not None:
            return
        descriptor = _open(self._path)
        if not _try_lock(descriptor):
            os.close(descriptor)
            raise Locked(str(self._path))
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
