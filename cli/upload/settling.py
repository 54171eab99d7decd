"""Whether a file in a watched folder is complete: a scanner or a copy may still be writing it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

# A JPEG, PNG or PDF whose end is missing gets this many times the patience, then it is sent as it
# is.
_PATIENCE: Final = 15
_TAIL_BYTES: Final = 64 * 1024
# By leading bytes, what stands near the end of a whole file (ITU-T T.81 B.1.1.3; PNG 11.2.5; ISO
# 32000-1 7.5.5).
_ENDS: Final = ((b"\xff\xd8\xff", b"\xff\xd9"), (b"\x89PNG", b"IEND"), (b"%PDF-", b"%%EOF"))


class Look(NamedTuple):
    """A file as it was at a moment."""

    size: int
    mtime_ns: int


@dataclass
class _Seen:
    look: Look
    since: float


class Settling:
    """Looks at files again and again until they have rested for `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seen: dict[Path, _Seen] = {}

    def is_complete(self, file: Path, look: Look, now: float, wall_clock: float) -> bool:
        """Whether the file has rested for long enough. `now` is a monotonic time, `wall_clock` that
        of files, both in seconds. A file that was there long before it was first seen is complete
        at once.

        Raises:
            OSError: it cannot be read, or is gone.
        """
        seen = self._seen.get(file)
        if seen is None or seen.look != look:
            seen = self._seen[file] = _Seen(look, now)
        rested = max(now - seen.since, wall_clock - look.mtime_ns / 1e9)
        if look.size == 0 or rested < self._seconds:
            return False
        return rested >= self._seconds * _PATIENCE or _has_its_end(file)

    def forget(self, file: Path) -> None:
        """It is sent, or gone."""
        self._seen.pop(file, None)


def look_at(file: Path) -> Look:
    """Raises OSError."""
    found = file.stat()
    return Look(found.st_size, found.st_mtime_ns)


def _has_its_end(file: Path) -> bool:
    """Whether a picture or PDF ends as one; true for all whose end cannot be told."""
    with file.open("rb") as content:
        head = content.read(8)
        end = next((end for begin, end in _ENDS if head.startswith(begin)), None)
        if end is None:
            return True
        content.seek(max(0, file.stat().st_size - _TAIL_BYTES))
        return end in content.read()
