"""The picture that a scanned PDF page consists of, taken out without decoding it.

A JPEG (DCTDecode) is taken as it is. Plain pixels (after FlateDecode, LZWDecode or none) get the head of a PNG. Fax and
JBIG2 compression and JPEG 2000 would want a decoder, which a Worker does not have.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pypdf import PageObject

JPEG, PNG = "image/jpeg", "image/png"

# Smaller ones are logos and stamps.
_SMALLEST_SIDE = 100
# Below this share of all pictures' area, the largest one is not the page: it was cut into strips, or shows two photos.
_PAGE_SHARE = 0.6
# Bytes of plain pixels; an A4 page in colour at 200 dpi has 11.6 million.
_MOST_PIXEL_BYTES = 30_000_000
_PLAIN_FILTERS = frozenset({"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"})
# PNG's colour types (ISO/IEC 15948, 11.2.2) and channels, by the PDF's colour space.
_COLOURS = {"/DeviceGray": (0, 1), "/CalGray": (0, 1), "/DeviceRGB": (2, 3), "/CalRGB": (2, 3)}
_DEEPEST_FORM = 3


class UnreadablePicture(Exception):
    """A page is a picture that cannot be read here; the message says why."""


@dataclass(frozen=True)
class PagePicture:
    """An encoded picture, and by how many degrees it is to be turned clockwise."""

    content: bytes
    media_type: str
    rotation: int


def picture_of(page: "PageObject") -> PagePicture | None:
    """The picture that fills the page, or None where it has none.

    Raises:
        UnreadablePicture: it has, in a form that cannot be read here.
    """
    found = sorted(_pictures(page.get("/Resources"), _DEEPEST_FORM), key=_area, reverse=True)
    if not found:
        return None
    if _area(found[0]) < _PAGE_SHARE * sum(map(_area, found)):
        raise UnreadablePicture(f"a page is made of {len(found)} pictures")
    content, media_type = _encoded(found[0])
    return PagePicture(content, media_type, page.rotation % 360)


def _pictures(resources: Any, depth: int) -> Iterator[Any]:
    """The image objects of a page, also those that stand in a form, each once."""
    if resources is None or depth == 0:
        return
    drawn = resources.get_object().get("/XObject")
    references: list[Any] = [] if drawn is None else list(drawn.get_object().values())
    for reference in references:
        item = reference.get_object()
        if item.get("/Subtype") == "/Form":
            yield from _pictures(item.get("/Resources"), depth - 1)
        elif item.get("/Subtype") == "/Image" and min(item["/Width"], item["/Height"]) >= _SMALLEST_SIDE:
            yield item


def _area(picture: Any) -> int:
    return int(picture["/Width"]) * int(picture["/Height"])


def _encoded(picture: Any) -> tuple[bytes, str]:
    filters = _filters(picture)
    if filters and filters[-1] == "/DCTDecode" and set(filters[:-1]) <= _PLAIN_FILTERS:
        return picture.get_data(), JPEG
    if set(filters) <= _PLAIN_FILTERS:
        return _png(picture), PNG
    raise UnreadablePicture(f"a page's picture is compressed by {filters[-1].strip('/')}")


def _filters(picture: Any) -> list[str]:
    named = picture.get("/Filter")
    if named is None:
        return []
    value = named.get_object()
    return [str(name) for name in cast("list[Any]", value)] if isinstance(value, list) else [str(value)]


def _png(picture: Any) -> bytes:
    """Plain pixels as a PNG: each row gets its filter byte (none), all of it a head and checksums."""
    width, height, bits = int(picture["/Width"]), int(picture["/Height"]), int(picture.get("/BitsPerComponent", 1))
    space = "/DeviceGray" if picture.get("/ImageMask") else str(picture.get("/ColorSpace"))
    if space not in _COLOURS or bits not in {1, 8}:
        raise UnreadablePicture(f"a page's picture has {bits} bits of {space.strip('/')[:40]}")
    colour, channels = _COLOURS[space]
    row = (width * channels * bits + 7) // 8
    if row * height > _MOST_PIXEL_BYTES:
        raise UnreadablePicture(f"a page's picture has {width} x {height} pixels")
    data = picture.get_data()
    if len(data) < row * height:
        raise UnreadablePicture("a page's picture is cut off")
    rows = b"".join(b"\0" + data[start : start + row] for start in range(0, row * height, row))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
