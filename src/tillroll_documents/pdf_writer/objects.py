"""Objects that a PDF is made of (ISO 32000-1, 7.3), and the file that they are written into one by
one.

JPEG pictures (ITU-T T.81, annex B; Exif 2.32, tag 0x0112) are embedded without what they tell
beside the picture.
"""

import hashlib
import re
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll_documents.pictures.pieces import orientation_of

_DELIMITERS = b"()<>[]{}/%#"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to the object of that number."""

    number: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name, without its slash."""

    value: str


Value = (
    bool | int | float | str | bytes | Ref | Name | Sequence["Value"] | Mapping[str, "Value"] | None
)


def written(value: Value) -> bytes:
    """A value as it stands in a file. A str is text for people; bytes are a string of these
    bytes.
    """
    match value:
        case None | bool():
            return {None: b"null", True: b"true", False: b"false"}[value]
        case int() | float():
            return number(value)
        case str() | bytes():
            return _string(value)
        case Mapping():
            return (
                b"<<"
                + b"".join(_name(key) + b" " + written(each) for key, each in value.items())
                + b">>"
            )
        case Ref() | Name():
            return b"%d 0 R" % value.number if isinstance(value, Ref) else _name(value.value)
        case _:
            return b"[" + b" ".join(map(written, value)) + b"]"


def number(value: float) -> bytes:
    """A number with at most three digits behind its point, and never with an exponent, which no
    reader takes.
    """
    if isinstance(value, float):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
    else:
        text = str(value)
    if text == "-0":
        return b"0"
    return text.encode()


def stream(
    content: bytes, entries: Mapping[str, Value] | None = None, *, deflate: bool = True
) -> list[bytes]:
    """A stream of `content`, deflated unless it is to stand as it is, in pieces: a large one is not
    copied.
    """
    dictionary = dict(entries or {})
    if deflate:
        content = zlib.compress(content, 6)
        dictionary["Filter"] = Name("FlateDecode")
    dictionary["Length"] = len(content)
    return [written(dictionary), b"\nstream\n", content, b"\nendstream"]


def _name(value: str) -> bytes:
    return b"/" + b"".join(
        bytes([byte]) if 33 <= byte <= 126 and byte not in _DELIMITERS else b"#%02x" % byte
        for byte in value.encode()
    )


def _string(value: str | bytes) -> bytes:
    """Bytes as they are; text as UTF-16 behind its mark, which every reader knows. Lone surrogates
    are replaced.
    """
    if isinstance(value, bytes):
        content = value
    else:
        content = b"\xfe\xff" + value.encode("utf-16-be", "replace")
    return b"<" + content.hex().encode() + b">"


# The second line says to programs that guess that the file is binary (ISO 32000-1, 7.5.2).
_HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class PdfFile:
    """`new` gives out a reference, under which an object is written once, now or later; `take`
    gives the bytes since the last one; `end` writes the table of places. The same objects in the
    same order give the same bytes.
    """

    def __init__(self) -> None:
        self._waiting = [_HEADER]
        self._size = len(_HEADER)
        self._digest = hashlib.sha256()
        # The place of each object by its number; object 0 is none.
        self._places: list[int | None] = [None]

    def new(self) -> Ref:
        self._places.append(None)
        return Ref(len(self._places) - 1)

    def write(self, value: Value, ref: Ref | None = None) -> Ref:
        """Write an object under its reference, or a new one."""
        return self._put([written(value)], ref)

    def write_stream(
        self,
        content: bytes,
        entries: Mapping[str, Value] | None = None,
        ref: Ref | None = None,
        *,
        deflate: bool = True,
    ) -> Ref:
        """Write a stream under its reference, or a new one."""
        return self._put(stream(content, entries, deflate=deflate), ref)

    def take(self) -> bytes:
        content = b"".join(self._waiting)
        self._waiting.clear()
        self._digest.update(content)
        return content

    def end(self, root: Ref, info: Ref) -> bytes:
        """The rest of the file, with its catalogue and what it says of itself."""
        place = self._size
        table = [b"xref\n0 %d\n0000000000 65535 f \n" % len(self._places)]
        for number, at in enumerate(self._places[1:], start=1):
            if at is None:
                raise ValueError(f"object {number} was never written")
            table.append(b"%010d 00000 n \n" % at)
        content = self.take()
        # The file's own name, which stays the same for the same file.
        name = self._digest.digest()[:16]
        trailer = written(
            {"Size": len(self._places), "Root": root, "Info": info, "ID": [name, name]}
        )
        return b"".join(
            [content, *table, b"trailer\n", trailer, b"\nstartxref\n%d\n%%%%EOF\n" % place]
        )

    def _put(self, content: Sequence[bytes], ref: Ref | None) -> Ref:
        ref = ref or self.new()
        if self._places[ref.number] is not None:
            raise ValueError(f"object {ref.number} was written already")
        self._places[ref.number] = self._size
        pieces = [b"%d 0 obj\n" % ref.number, *content, b"\nendobj\n"]
        self._waiting += pieces
        self._size += sum(map(len, pieces))
        return ref


_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_ADOBE = 0xEE
_EXIF = 0xE1
# Baseline, extended and progressive, with Huffman codes: what readers of a PDF decode.
_FRAMES: Final = {0xC0, 0xC1, 0xC2}
_OTHER_FRAMES: Final = {0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}
# What belongs to the picture: tables, frames, restarts, the end of a scan, Adobe's note of its
# colours.
_KEPT: Final = {*_FRAMES, _START_OF_SCAN, 0xC4, 0xDB, 0xDC, 0xDD, _ADOBE}
# Between two markers of a scan: no stuffed byte, no restart, no fill.
_MARKER_IN_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


class NotEmbeddable(ValueError):
    """The picture is no JPEG that a PDF can hold as it is: another format, cut off, or of a rare
    kind.
    """


@dataclass(frozen=True)
class Jpeg:
    """A picture: `width` and `height` in pixels as they are stored, `components` of colour (1 grey,
    3 RGB, 4 CMYK), `orientation` as Exif counts it (1 is upright, 6 is to be turned clockwise).
    `content` has no metadata: no place, no camera, no preview.
    """

    content: bytes
    width: int
    height: int
    components: int
    orientation: int = 1
    is_inverted: bool = False

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as a person sees them."""
        if self.orientation >= 5:
            return (self.height, self.width)
        return (self.width, self.height)


def read_jpeg(content: bytes) -> Jpeg:
    """A JPEG without its metadata and without what stands behind its picture.
    Raises NotEmbeddable.
    """
    pieces: list[bytes | memoryview] = [b"\xff\xd8"]
    orientation = 1
    is_adobe = False
    frame: tuple[int, int, int] | None = None
    for marker, segment, raw in _segments(content):
        if marker in _OTHER_FRAMES:
            raise NotEmbeddable("its coding is one that readers of a PDF do not know")
        if marker in _FRAMES:
            frame = _frame(segment)
        elif marker == _EXIF and segment.startswith(b"Exif\0\0"):
            orientation = orientation_of(segment[6:])
        is_adobe = is_adobe or (marker == _ADOBE and segment.startswith(b"Adobe"))
        if marker in _KEPT:
            pieces.append(raw)
    if frame is None:
        raise NotEmbeddable("it holds no picture")
    width, height, components = frame
    pieces.append(b"\xff\xd9")
    # Adobe's programs store CMYK with the other sign.
    return Jpeg(
        b"".join(pieces),
        width,
        height=height,
        components=components,
        orientation=orientation,
        is_inverted=components == 4 and is_adobe,
    )


def _segments(content: bytes) -> Iterator[tuple[int, bytes, memoryview]]:
    """Each segment up to the end of the picture: its marker, its content, and its bytes with a
    scan's data.
    """
    if content[:2] != b"\xff\xd8":
        raise NotEmbeddable("it is no JPEG")
    at = 2
    view = memoryview(content)
    while True:
        marker, at = _marker(content, at)
        if marker == _END_OF_IMAGE:
            return
        length = int.from_bytes(content[at : at + 2])  # with these two bytes
        end = inner = at + length
        if length < 2 or end > len(content):
            raise NotEmbeddable("it is cut off")
        if marker == _START_OF_SCAN:
            next_marker = _MARKER_IN_SCAN.search(content, end)
            if next_marker is None:
                raise NotEmbeddable("it is cut off")
            end = next_marker.start()
        yield marker, content[at + 2 : inner], view[at - 2 : end]
        at = end


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The next marker, and the place behind it."""
    if content[at : at + 1] != b"\xff":
        raise NotEmbeddable("a marker is missing")
    while content[at : at + 1] == b"\xff":
        at += 1
    if at >= len(content):
        raise NotEmbeddable("it is cut off")
    return content[at], at + 1


def _frame(segment: bytes) -> tuple[int, int, int]:
    if len(segment) < 6:
        raise NotEmbeddable("its size is missing")
    bits, height, width, components = struct.unpack_from(">BHHB", segment)
    if bits != 8 or not width or not height or components not in {1, 3, 4}:
        raise NotEmbeddable("its size or its colours are none that readers of a PDF know")
    return width, height, components
