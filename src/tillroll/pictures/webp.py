"""WebP: the chunks of its pixels (RFC 9649). Left out are Exif but for how the picture stands, XMP, colour profiles,
chunks of programs, and what stands behind the file's own end."""

import struct
from collections.abc import Iterator
from typing import Final

from tillroll.pictures.exif import UPRIGHT, only_orientation, orientation_of
from tillroll.pictures.pieces import Peek, Piece, Span, size_of

_HEADER_BYTES = 12
_MOST_CHUNKS = 5000
_EXTENDED, _EXIF = b"VP8X", b"EXIF"
_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
# Of the flags of an extended file: a profile, Exif, XMP (section 2.7.1).
_PROFILE_FLAG, _EXIF_FLAG, _XMP_FLAG = 0x20, 0x08, 0x04


def webp_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    end = min(size, 8 + int.from_bytes(peek(4, 4), "little"))
    chunks = list(_chunks(end, peek))
    exif = b""
    for kind, start, stop in chunks:
        if kind == _EXIF:
            orientation = orientation_of(peek(start + 8, stop - start - 8).removeprefix(b"Exif\0\0"))
            exif = b"" if orientation == UPRIGHT else _chunk(_EXIF, only_orientation(orientation))
            break
    kept = [_kept(kind, start, stop, peek, has_exif=bool(exif)) for kind, start, stop in chunks]
    pieces: list[Piece] = [piece for piece in kept if piece is not None]
    is_extended = any(kind == _EXTENDED for kind, _, _ in chunks)
    if exif and is_extended:
        pieces.append(exif)
    length = 4 + size_of(pieces)
    header = struct.pack("<4sI4s", b"RIFF", length, b"WEBP")
    yield Span(0, _HEADER_BYTES) if header == peek(0, _HEADER_BYTES) else header
    yield from pieces


def _chunks(end: int, peek: Peek) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's name, where it begins, and where it ends with its padding."""
    at = _HEADER_BYTES
    for _ in range(_MOST_CHUNKS):
        head = peek(at, 8)
        if at + 8 > end or len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        stop = min(at + 8 + length + length % 2, end)
        yield kind, at, stop
        at = stop


def _kept(kind: bytes, start: int, stop: int, peek: Peek, *, has_exif: bool) -> Piece | None:
    if kind in _KEPT:
        return Span(start, stop)
    if kind != _EXTENDED or stop - start < 18:
        return None
    flags = peek(start + 8, 1)[0]
    shown = flags & ~(_PROFILE_FLAG | _EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if has_exif else 0)
    return Span(start, stop) if shown == flags else _chunk(kind, bytes([shown]) + peek(start + 9, 9))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
