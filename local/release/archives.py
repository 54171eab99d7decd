"""Archives whose bytes follow from what they hold: the same names, times and contents give the same
file.

Nothing is compressed: two versions of zlib compress the same text differently.
"""

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

# The first time that a ZIP file can have.
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o644
_REGULAR: Final = 0o100000
# The most that a block has which is stored as it is (RFC 1951).
_BLOCK_BYTES: Final = 0xFFFF


def write_zip(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write the contents by their names, in the order that they come in."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.external_attr = (_REGULAR | _MODE) << 16
            archive.writestr(entry, content)


def write_tar_gz(path: Path, contents: Mapping[str, bytes], *, time: int) -> None:
    """As `write_zip`. `time`, in seconds since 1970, is that of each file."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mtime = time
            entry.mode = _MODE
            archive.addfile(entry, io.BytesIO(content))
    path.write_bytes(_gzip(packed.getvalue()))


def _gzip(content: bytes) -> bytes:
    """A gzip file (RFC 1952) without a name and a time, of blocks that are stored as they are."""
    head = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"
    starts = range(0, max(len(content), 1), _BLOCK_BYTES)
    blocks = [content[start : start + _BLOCK_BYTES] for start in starts]
    stored = [_stored(block, is_last=block is blocks[-1]) for block in blocks]
    return head + b"".join(stored) + struct.pack("<II", zlib.crc32(content), len(content))


def _stored(block: bytes, *, is_last: bool) -> bytes:
    size = len(block)
    return struct.pack("<BHH", is_last, size, size ^ 0xFFFF) + block
