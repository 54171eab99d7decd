"""JPEG: what belongs to the picture is kept, the rest is left out (ITU-T T.81, annex B; JFIF 1.02; Exif 2.32).

Left out are all application segments but JFIF's density and Adobe's note of its colours, comments, and what stands
behind the picture: phones put previews, further pictures and films there, with places of their own. A file that is
broken is read as decoders do: what stands between segments is passed over, and what is cut off ends there.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from tillroll.pictures.exif import UPRIGHT, only_orientation, orientation_of
from tillroll.pictures.pieces import Peek, Piece, Span

_START, _END, _START_OF_SCAN, _JFIF, _EXIF, _ADOBE = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xEE
# All frames and tables: what cannot be drawn is not made better by leaving them out.
_KEPT: Final = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
_WITHOUT_LENGTH: Final = {0x01, *range(0xD0, 0xD9)}
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
# In a scan, restarts belong to it.
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_WINDOW: Final = 256 * 1024
# A progressive photo has some dozens. Of what has more, the rest is left out.
_MOST_SEGMENTS = 5000
_DENSITY_BYTES, _ADOBE_BYTES = 12, 12
_EXIF_BEGINS: Final = b"Exif\0\0"


def jpeg_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    yield Span(0, min(2, size))
    at, told = 2, set[int]()
    for _ in range(_MOST_SEGMENTS):
        found = at if _MARKER.fullmatch(peek(at, 2)) else _find(_MARKER, at, peek)
        if found is None:
            return
        marker, at = peek(found + 1, 1)[0], found + 2
        if marker == _END:
            yield Span(found, at)
            return
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(peek(at, 2))
        if length < 2:
            continue
        stop = min(at + length, size)
        if marker == _START_OF_SCAN:
            end = _find(_MARKER_IN_SCAN, stop, peek)
            stop = size if end is None else end
        if marker in _KEPT or marker == _START_OF_SCAN:
            yield Span(found, stop)
        elif marker not in told and (kept := _said(marker, found, stop, peek)):
            told.add(marker)
            yield kept
        at = stop


def _said(marker: int, start: int, stop: int, peek: Peek) -> Piece | None:
    """What is kept of an application segment from `start` up to `stop`; None for nothing."""
    inside = start + 4
    if marker == _EXIF and peek(inside, 6) == _EXIF_BEGINS:
        orientation = orientation_of(peek(inside + 6, stop - inside - 6))
        return None if orientation == UPRIGHT else _segment(_EXIF, _EXIF_BEGINS + only_orientation(orientation))
    if marker == _JFIF and peek(inside, 5) == b"JFIF\0" and stop - inside >= _DENSITY_BYTES + 2:
        # A preview would follow its width and height.
        density = _segment(_JFIF, peek(inside, _DENSITY_BYTES) + b"\0\0")
        return Span(start, stop) if peek(start, stop - start) == density else density
    if marker == _ADOBE and peek(inside, 5) == b"Adobe" and stop - inside >= _ADOBE_BYTES:
        return (
            Span(start, inside + _ADOBE_BYTES)
            if stop == inside + _ADOBE_BYTES
            else _segment(_ADOBE, peek(inside, _ADOBE_BYTES))
        )
    return None


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _find(pattern: re.Pattern[bytes], at: int, peek: Peek) -> int | None:
    """Where the next marker of two bytes begins."""
    while window := peek(at, _WINDOW):
        found = pattern.search(window)
        if found is not None:
            return at + found.start()
        if len(window) < _WINDOW:
            return None
        at += _WINDOW - 1
    return None
