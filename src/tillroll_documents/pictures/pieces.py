"""Pieces of a picture's file that are handed out without copying its bytes, the size of a picture,
and the one thing of Exif that is kept.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

Peek = Callable[[int, int], bytes]
"""Some bytes from an offset; fewer, or none, where the file ends."""


@dataclass(frozen=True)
class Span:
    """Bytes of the file from `start` up to `stop`, as they are."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True)
class Zeros:
    """So many zeros, where the file's places must stay as they are."""

    length: int


Piece = Span | Zeros | bytes


class PictureSize(NamedTuple):
    """Pixels, before the picture is turned upright."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height


def tidied(pieces: Iterable[Piece]) -> list[Piece]:
    """Merge adjacent spans and drop empty ones."""
    merged: list[Piece] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        match piece:
            case Span(start, stop) if start >= stop:
                continue
            case Span(start, stop) if isinstance(last, Span) and last.stop == start:
                merged[-1] = Span(last.start, stop)
            case Zeros(0) | b"":
                continue
            case _:
                merged.append(piece)
    return merged


def size_of(pieces: Sequence[Piece]) -> int:
    return sum(len(piece) if isinstance(piece, bytes) else piece.length for piece in pieces)


def joined(content: bytes, pieces: Sequence[Piece]) -> bytes:
    view = memoryview(content)
    return b"".join(
        view[piece.start : piece.stop]
        if isinstance(piece, Span)
        else bytes(piece.length)
        if isinstance(piece, Zeros)
        else piece
        for piece in pieces
    )


_ORIENTATION: Final = 0x0112
UPRIGHT: Final = 1


def orientation_of(tiff: bytes) -> int:
    """Read the orientation, 1 to 8, from the first directory after a TIFF header; UPRIGHT where it
    has none that can be read.
    """
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return UPRIGHT
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return UPRIGHT
    (entries,) = struct.unpack_from(f"{order}H", tiff, at)
    for place in range(at + 2, min(at + 2 + entries * 12, len(tiff) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", tiff, place)
        (value,) = struct.unpack_from(f"{order}H", tiff, place + 8)
        if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
            return value
    return UPRIGHT


def only_orientation(orientation: int) -> bytes:
    """A TIFF header whose only directory has that one tag."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + b"\0\0\0\0"
