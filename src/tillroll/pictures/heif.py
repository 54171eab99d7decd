"""HEIC: the coded pixels stay where they are, all other content becomes zeros of the same length (ISO/IEC 14496-12,
23008-12), since a file's places are written down in it.

A picture turns by its own properties (`irot`, `imir`), so it needs no Exif. Kept are the file's type, the box `meta`
without descriptions and times, and the bytes of items that are pictures. A film beside the picture is blanked too.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.pictures.pieces import Peek, Piece, Span, Zeros

# Coded pictures, and what puts some of them together.
_PICTURES: Final = frozenset({b"hvc1", b"hev1", b"lhv1", b"avc1", b"av01", b"jpeg", b"grid", b"iden", b"iovl", b"tmap"})
# Properties that tell about the picture: who described it, when it was made or changed, anything of a program's own.
_TELLING: Final = frozenset({b"udes", b"crtt", b"mdft", b"altt", b"uuid", b"aebr"})
_LARGEST_META = 1024 * 1024
_MOST_BOXES = 1000
_IN_FILE, _IN_META = 0, 1


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    inside: int
    stop: int


def heif_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes; nothing but its type where its items cannot be read."""
    boxes = list(_boxes(peek, 0, size))
    kept: list[tuple[int, int]] = []
    for box in boxes:
        kept.append((box.start, box.stop if box.kind == b"ftyp" else box.inside))
        if box.kind == b"meta" and box.stop - box.start <= _LARGEST_META:
            kept += _kept_of_meta(peek, box, size)
    at = 0
    for start, stop in sorted(kept):
        if start > at:
            yield Zeros(start - at)
        yield Span(max(start, at), max(stop, at))
        at = max(stop, at)
    yield Zeros(max(0, size - at))


def _kept_of_meta(peek: Peek, meta: _Box, size: int) -> list[tuple[int, int]]:
    """What is kept: the box but for what tells, and what the pictures' items consist of."""
    children = {box.kind: box for box in _boxes(peek, meta.inside + 4, meta.stop)}
    if not {b"iinf", b"iloc"} <= children.keys():
        return []
    try:
        pictures = {item for item, kind in _items(peek, children[b"iinf"]) if kind in _PICTURES}
        places = list(_places(peek, children[b"iloc"]))
    except struct.error:
        return []
    idat = children.get(b"idat")
    telling = [(idat.inside, idat.stop)] if idat else []
    if b"iprp" in children:
        for shared in _boxes(peek, children[b"iprp"].inside, children[b"iprp"].stop):
            if shared.kind == b"ipco":
                telling += [
                    (box.inside, box.stop) for box in _boxes(peek, shared.inside, shared.stop) if box.kind in _TELLING
                ]
    kept, at = list[tuple[int, int]](), meta.inside
    for start, stop in sorted(telling):
        kept.append((at, start))
        at = max(at, stop)
    kept.append((at, meta.stop))
    for item, method, offset, length in places:
        base, end = (idat.inside, idat.stop) if method == _IN_META and idat else (0, size)
        if item in pictures and method in {_IN_FILE, _IN_META}:
            # A length of 0 is all that follows.
            stop = base + offset + length if length else end
            kept.append((min(base + offset, end), min(stop, end)))
    return [each for each in kept if each[0] < each[1]]


def _boxes(peek: Peek, at: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        head = peek(at, 16)
        if at + 8 > end or len(head) < 8:
            return
        length, inside = int.from_bytes(head[:4]), at + 8
        if length == 1:
            length, inside = int.from_bytes(head[8:16]), at + 16
        stop = end if length == 0 else at + length
        if stop < inside or stop > end:
            stop = end
        yield _Box(head[4:8], at, min(inside, stop), stop)
        at = stop


def _items(peek: Peek, box: _Box) -> Iterator[tuple[int, bytes]]:
    """Each item's number and kind (`infe` of versions 2 and 3; earlier ones name no coded pictures)."""
    version = peek(box.inside, 1)
    for entry in _boxes(peek, box.inside + (6 if version == b"\0" else 8), box.stop):
        head = peek(entry.inside, 14)
        if entry.kind == b"infe" and head[:1] == b"\2":
            yield struct.unpack_from(">H2x4s", head, 4)
        elif entry.kind == b"infe" and head[:1] == b"\3":
            yield struct.unpack_from(">I2x4s", head, 4)


def _places(peek: Peek, box: _Box) -> Iterator[tuple[int, int, int, int]]:
    """Of each item's parts: its number, in what it lies, from where, and how many bytes."""
    content = peek(box.inside, box.stop - box.inside)
    reader = _Reader(content, 4)
    version = content[0] if content else 0
    offset_bytes, length_bytes = divmod(reader.number(1), 16)
    base_bytes, index_bytes = divmod(reader.number(1), 16)
    wide = 4 if version == 2 else 2
    for _ in range(reader.number(wide)):
        item = reader.number(wide)
        method = reader.number(2) & 15 if version else _IN_FILE
        is_elsewhere = reader.number(2) != 0
        base = reader.number(base_bytes)
        for _ in range(reader.number(2)):
            if version:
                reader.number(index_bytes)
            offset, length = base + reader.number(offset_bytes), reader.number(length_bytes)
            if not is_elsewhere:
                yield item, method, offset, length


class _Reader:
    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def number(self, length: int) -> int:
        """Raises struct.error: the content ends before."""
        read = self._content[self._at : self._at + length]
        if len(read) < length:
            raise struct.error("the box ends within a number")
        self._at += length
        return int.from_bytes(read)
