"""JPEG, PNG, WebP and HEIC without what they tell beside their pixels: place, time, camera, owner,
preview.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tillroll_documents.pictures.pieces import (
    UPRIGHT,
    Peek,
    Piece,
    Span,
    Zeros,
    joined,
    only_orientation,
    orientation_of,
    size_of,
    tidied,
)

# HEIC: the coded pixels stay where they are, all other content becomes zeros of the same length
# (ISO/IEC 14496-12, 23008-12), since a file's places are written down in it. A picture turns by its
# own properties (`irot`, `imir`), so it needs no Exif. Kept are the file's type, the box `meta`
# without descriptions and times, and the bytes of items that are pictures. A film beside the
# picture is blanked too. Coded pictures, and what puts some of them together.
_PICTURES: Final = frozenset(
    {b"hvc1", b"hev1", b"lhv1", b"avc1", b"av01", b"jpeg", b"grid", b"iden", b"iovl", b"tmap"}
)
# Properties that tell about the picture: who described it, when it was made or changed, anything of
# a program's own.
_TELLING: Final = frozenset({b"udes", b"crtt", b"mdft", b"altt", b"uuid", b"aebr"})
_LARGEST_META = 1024 * 1024
_MOST_BOXES = 1000
_IN_FILE = 0
_IN_META = 1


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    inside: int
    stop: int


def heif_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes; nothing but its type where its items cannot be
    read.
    """
    boxes = list(_boxes(peek, 0, size))
    pieces: list[tuple[int, int]] = []
    for box in boxes:
        if box.kind == b"ftyp":
            pieces.append((box.start, box.stop))
        else:
            pieces.append((box.start, box.inside))
        if box.kind == b"meta" and box.stop - box.start <= _LARGEST_META:
            pieces += _kept_of_meta(peek, box, size)
    at = 0
    for start, stop in sorted(pieces):
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
    properties = children.get(b"iprp")
    if properties:
        shared = _boxes(peek, properties.inside, properties.stop)
    else:
        shared = ()
    inner = (
        box
        for each in shared
        if each.kind == b"ipco"
        for box in _boxes(peek, each.inside, each.stop)
    )
    telling = [box for box in inner if box.kind in _TELLING]
    if idat:
        telling.append(idat)
    pieces = list[tuple[int, int]]()
    at = meta.inside
    for start, stop in sorted((box.inside, box.stop) for box in telling):
        pieces.append((at, start))
        at = max(at, stop)
    pieces.append((at, meta.stop))
    for item, method, offset, length in places:
        base = 0
        end = size
        if method == _IN_META and idat:
            base = idat.inside
            end = idat.stop
        if item in pictures and method in {_IN_FILE, _IN_META}:
            # A length of 0 is all that follows.
            stop = base + offset + length if length else end
            pieces.append((min(base + offset, end), min(stop, end)))
    return [each for each in pieces if each[0] < each[1]]


def _boxes(peek: Peek, at: int, end: int) -> Iterator[_Box]:
    for _ in range(_MOST_BOXES):
        head = peek(at, 16)
        if at + 8 > end or len(head) < 8:
            return
        length = int.from_bytes(head[:4])
        inside = at + 8
        if length == 1:
            length = int.from_bytes(head[8:16])
            inside = at + 16
        stop = end if length == 0 else at + length
        if stop < inside or stop > end:
            stop = end
        yield _Box(head[4:8], at, inside=min(inside, stop), stop=stop)
        at = stop


def _items(peek: Peek, box: _Box) -> Iterator[tuple[int, bytes]]:
    """Each item's number and kind (`infe` of versions 2 and 3; earlier ones name no coded
    pictures).
    """
    version = peek(box.inside, 1)
    for entry in _boxes(peek, box.inside + (6 if version == b"\0" else 8), box.stop):
        head = peek(entry.inside, 14)
        if entry.kind == b"infe" and head[:1] == b"\2":
            yield struct.unpack_from(">H2x4s", head, 4)
        elif entry.kind == b"infe" and head[:1] == b"\3":
            yield struct.unpack_from(">I2x4s", head, 4)


def _places(peek: Peek, box: _Box) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts of each item: its number, what it lies in, its offset and its size in
    bytes."""
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
            offset = base + reader.number(offset_bytes)
            length = reader.number(length_bytes)
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


_START = 0xD8
_END = 0xD9
_START_OF_SCAN = 0xDA
_JFIF = 0xE0
_EXIF = 0xE1
_ADOBE = 0xEE
# All frames and tables: what cannot be drawn is not made better by leaving them out.
_KEPT: Final = {*range(0xC0, 0xD0), 0xDB, 0xDC, 0xDD, 0xDE, 0xDF}
_WITHOUT_LENGTH: Final = {0x01, *range(0xD0, 0xD9)}
_MARKER: Final = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
# In a scan, restarts belong to it.
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_WINDOW: Final = 256 * 1024
# A progressive photo has some dozens. Of what has more, the rest is left out.
_MOST_SEGMENTS = 5000
_DENSITY_BYTES = 12
_ADOBE_BYTES = 12
_EXIF_BEGINS: Final = b"Exif\0\0"


def jpeg_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    yield Span(0, min(2, size))
    at = 2
    markers = set[int]()
    for _ in range(_MOST_SEGMENTS):
        place = at if _MARKER.fullmatch(peek(at, 2)) else _find(_MARKER, at, peek)
        if place is None:
            return
        marker = peek(place + 1, 1)[0]
        at = place + 2
        if marker == _END:
            yield Span(place, at)
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
            yield Span(place, stop)
        elif marker not in markers and (piece := _said(marker, place, stop=stop, peek=peek)):
            markers.add(marker)
            yield piece
        at = stop


def _said(marker: int, start: int, stop: int, peek: Peek) -> Piece | None:
    """What is kept of an application segment from `start` up to `stop`; None for nothing."""
    inside = start + 4
    if marker == _EXIF and peek(inside, 6) == _EXIF_BEGINS:
        orientation = orientation_of(peek(inside + 6, stop - inside - 6))
        if orientation == UPRIGHT:
            return None
        return _segment(_EXIF, _EXIF_BEGINS + only_orientation(orientation))
    if marker == _JFIF and peek(inside, 5) == b"JFIF\0" and stop - inside >= _DENSITY_BYTES + 2:
        # A preview would follow its width and height.
        density = _segment(_JFIF, peek(inside, _DENSITY_BYTES) + b"\0\0")
        return Span(start, stop) if peek(start, stop - start) == density else density
    if marker == _ADOBE and peek(inside, 5) == b"Adobe" and stop - inside >= _ADOBE_BYTES:
        is_whole = stop == inside + _ADOBE_BYTES
        if is_whole:
            return Span(start, stop)
        return _segment(_ADOBE, peek(inside, _ADOBE_BYTES))
    return None


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _find(pattern: re.Pattern[bytes], at: int, peek: Peek) -> int | None:
    """Where the next marker of two bytes begins."""
    while window := peek(at, _WINDOW):
        match = pattern.search(window)
        if match is not None:
            return at + match.start()
        if len(window) < _WINDOW:
            return None
        at += _WINDOW - 1
    return None


_SIGNATURE_BYTES = 8
# Pixels come in chunks of 4 KiB at the smallest. Of what has more, the rest is left out.
_MOST_PNG_CHUNKS = 20_000
_PNG_EXIF: Final = b"eXIf"
_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT tRNS gAMA cHRM sRGB sBIT cICP mDCV cLLI bKGD pHYs IEND".split()
)


def png_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    yield Span(0, min(_SIGNATURE_BYTES, size))
    at = _SIGNATURE_BYTES
    for _ in range(_MOST_PNG_CHUNKS):
        head = peek(at, 8)
        if len(head) < 8:
            return
        length, kind = struct.unpack(">I4s", head)
        stop = min(at + 12 + length, size)
        if kind in _PNG_KEPT:
            yield Span(at, stop)
        elif kind == _PNG_EXIF:
            orientation = orientation_of(peek(at + 8, length))
            if orientation != UPRIGHT:
                yield png_chunk(_PNG_EXIF, only_orientation(orientation))
        if kind == b"IEND":
            return
        at = stop


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


_HEADER_BYTES = 12
_MOST_WEBP_CHUNKS = 5000
_EXTENDED = b"VP8X"
_WEBP_EXIF = b"EXIF"
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
# Of the flags of an extended file: a profile, Exif, XMP (section 2.7.1).
_PROFILE_FLAG = 0x20
_EXIF_FLAG = 0x08
_XMP_FLAG = 0x04


def webp_pieces(size: int, peek: Peek) -> Iterator[Piece]:
    """The picture of a file of `size` bytes, with how it stands."""
    end = min(size, 8 + int.from_bytes(peek(4, 4), "little"))
    chunks = list(_webp_chunks(end, peek))
    exif = b""
    for kind, start, stop in chunks:
        if kind == _WEBP_EXIF:
            orientation = orientation_of(
                peek(start + 8, stop - start - 8).removeprefix(b"Exif\0\0")
            )
            if orientation == UPRIGHT:
                exif = b""
            else:
                exif = _webp_chunk(_WEBP_EXIF, only_orientation(orientation))
            break
    wanted_chunks = [
        _kept_of_webp(kind, start, stop=stop, peek=peek, has_exif=bool(exif))
        for kind, start, stop in chunks
    ]
    pieces: list[Piece] = [piece for piece in wanted_chunks if piece is not None]
    if exif and any(kind == _EXTENDED for kind, _, _ in chunks):
        pieces.append(exif)
    header = struct.pack("<4sI4s", b"RIFF", 4 + size_of(pieces), b"WEBP")
    if header == peek(0, _HEADER_BYTES):
        yield Span(0, _HEADER_BYTES)
    else:
        yield header
    yield from pieces


def _webp_chunks(end: int, peek: Peek) -> Iterator[tuple[bytes, int, int]]:
    """Each chunk's name, where it begins, and where it ends with its padding."""
    at = _HEADER_BYTES
    for _ in range(_MOST_WEBP_CHUNKS):
        head = peek(at, 8)
        if at + 8 > end or len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        stop = min(at + 8 + length + length % 2, end)
        yield kind, at, stop
        at = stop


def _kept_of_webp(
    kind: bytes, start: int, stop: int, peek: Peek, *, has_exif: bool
) -> Piece | None:
    if kind in _WEBP_KEPT:
        return Span(start, stop)
    if kind != _EXTENDED or stop - start < 18:
        return None
    flags = peek(start + 8, 1)[0]
    flags_left = flags & ~(_PROFILE_FLAG | _EXIF_FLAG | _XMP_FLAG)
    if has_exif:
        flags_left |= _EXIF_FLAG
    if flags_left == flags:
        return Span(start, stop)
    return _webp_chunk(kind, bytes([flags_left]) + peek(start + 9, 9))


def _webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


_FORMATS: Final[Mapping[str, Callable[[int, Peek], Iterator[Piece]]]] = {
    "image/jpeg": jpeg_pieces,
    "image/png": png_pieces,
    "image/webp": webp_pieces,
    "image/heic": heif_pieces,
}
PICTURES: Final = frozenset(_FORMATS)


def bare_pieces(media_type: str, size: int, peek: Peek) -> list[Piece]:
    """What is handed out of a picture of `size` bytes, one of PICTURES by its leading bytes. How it
    stands is kept; nothing is decoded. Of what cannot be read nothing is kept. Raises KeyError for
    no picture.
    """
    return tidied(_FORMATS[media_type](size, peek))


def bare(media_type: str, content: bytes) -> bytes:
    """Strip the metadata of a file in memory. What is no picture stays as it is. Done again, it
    changes nothing."""
    if media_type not in PICTURES:
        return content

    def peek(offset: int, length: int) -> bytes:
        return content[offset : offset + max(length, 0)]

    return joined(content, bare_pieces(media_type, len(content), peek))
