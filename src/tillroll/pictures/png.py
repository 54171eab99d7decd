"""PNG: the chunks that say how the picture looks (PNG, third edition, section 11). Left out are texts, times, profiles,
Exif but for how the picture stands, further frames, chunks of programs, and what stands behind the end."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from tillroll.pictures.exif import UPRIGHT, only_orientation, orientation_of
from tillroll.pictures.pieces import Peek, Piece, Span

_SIGNATURE_BYTES = 8
# Pixels come in chunks of 4 KiB at the smallest. Of what has more, the rest is left out.
_MOST_CHUNKS = 20_000
_END, _EXIF = b"IEND", b"eXIf"
_KEPT: Final = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"sBIT",
        b"cICP",
        b"mDCV",
        b"cLLI",
        b"bKGD",
        b"pHYs",
    }
)


def png_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    yield Span(0, min(_SIGNATURE_BYTES, size))
    at = _SIGNATURE_BYTES
    for _ in range(_MOST_CHUNKS):
        head = peek(at, 8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        stop = min(at + 12 + length, size)
        if kind in _KEPT or kind == _END:
            yield Span(at, stop)
        elif kind == _EXIF:
            orientation = orientation_of(peek(at + 8, length))
            if orientation != UPRIGHT:
                yield _chunk(_EXIF, only_orientation(orientation))
        if kind == _END:
            return
        at = stop


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
