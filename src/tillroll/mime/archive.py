"""Files in a ZIP archive, unpacked within bounds: so many, so large, and not much larger than they lie there."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.mime.reasons import Reason

MOST_ENTRIES: Final = 50
MOST_BYTES: Final = 30 * 1024 * 1024
MOST_RATIO: Final = 200
_LOCKED: Final = 0x1
_SMALL: Final = 64 * 1024
_IGNORED: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class ArchiveRefused(Exception):
    """Nothing of the archive is taken. `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Entry:
    """A file; `name` is its last part, for people."""

    name: str
    content: bytes


def entries_of(content: bytes) -> Iterator[Entry]:
    """The files of an archive, one at a time; folders and what systems add are passed over.

    Raises:
        ArchiveRefused: it is broken, locked, or too large. What it says of its sizes is checked before anything is
            unpacked, and again by what comes out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir() and not _is_ignored(each.filename)]
            _check(listed)
            for each in listed:
                yield Entry(each.filename.replace("\\", "/").rpartition("/")[2], _unpacked(archive, each))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise ArchiveRefused(Reason.UNREADABLE_ARCHIVE) from error


def _check(listed: list[zipfile.ZipInfo]) -> None:
    if any(each.flag_bits & _LOCKED for each in listed):
        raise ArchiveRefused(Reason.LOCKED_ARCHIVE)
    is_large = len(listed) > MOST_ENTRIES or sum(each.file_size for each in listed) > MOST_BYTES
    if is_large or any(each.file_size > max(_SMALL, each.compress_size * MOST_RATIO) for each in listed):
        raise ArchiveRefused(Reason.LARGE_ARCHIVE)


def _unpacked(archive: zipfile.ZipFile, each: zipfile.ZipInfo) -> bytes:
    with archive.open(each) as opened:
        content = opened.read(each.file_size + 1)
    if len(content) > each.file_size:
        raise ArchiveRefused(Reason.LARGE_ARCHIVE)
    return content


def _is_ignored(name: str) -> bool:
    return name.startswith(_IGNORED[0]) or name.rpartition("/")[2] in _IGNORED[1:]
