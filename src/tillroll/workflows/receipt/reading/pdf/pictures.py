"""The picture that a scanned PDF page consists of, taken out without decoding it.

A JPEG (DCTDecode) is taken as it is. Plain pixels (after FlateDecode, LZWDecode or none) get the head of a PNG; where
they are predicted and compressed as a PNG's are, they are not even unpacked. Fax and JBIG2 compression and JPEG 2000
would want a decoder, which a Worker does not have.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from tillroll.workflows.receipt.reading.pdf.work import Work

if TYPE_CHECKING:
    from pypdf import PageObject

JPEG, PNG = "image/jpeg", "image/png"

# Smaller ones are logos and stamps.
_SMALLEST_SIDE = 100
# Below this share of all pictures' area, the largest one is not the page: it was cut into strips, or shows two photos.
_PAGE_SHARE = 0.6
# Bytes of plain pixels; an A4 page in colour at 200 dpi has 11.6 million.
LARGEST_PICTURE_BYTES = 30_000_000
_LARGEST_JPEG_BYTES = 10_000_000
# What is unpacked by loops in Python, a byte a turn.
_LARGEST_SLOW_BYTES = 1_000_000
_LONGEST_SIDE = 30_000
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


def picture_of(page: "PageObject", work: Work) -> PagePicture | None:
    """The picture that fills the page, or None where it has none.

    Raises:
        TooMuchWork: it takes more memory than the file has left.
        UnreadablePicture: it has, in a form that cannot be read here.
    """
    found = sorted(_pictures(page.get("/Resources"), _DEEPEST_FORM), key=_area, reverse=True)
    if not found:
        return None
    if _area(found[0]) < _PAGE_SHARE * sum(map(_area, found)):
        raise UnreadablePicture(f"a page is made of {len(found)} pictures")
    content, media_type = _encoded(found[0], work)
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


def _encoded(picture: Any, work: Work) -> tuple[bytes, str]:
    filters = _filters(picture)
    if filters and filters[-1] == "/DCTDecode" and set(filters[:-1]) <= _PLAIN_FILTERS:
        content = _unpacked(picture, _LARGEST_JPEG_BYTES)
        work.unpack(len(content))
        return content, JPEG
    if set(filters) <= _PLAIN_FILTERS:
        return _png(picture, filters, work), PNG
    raise UnreadablePicture(f"a page's picture is compressed by {filters[-1].strip('/')}")


def _unpacked(picture: Any, most_bytes: int) -> bytes:
    from pypdf import apply_configuration  # noqa: PLC0415 - as in pages

    with apply_configuration(
        zlib_maximum_output_length=most_bytes,
        lzw_maximum_output_length=_LARGEST_SLOW_BYTES,
        run_length_maximum_output_length=_LARGEST_SLOW_BYTES,
        stream_decoding_work_maximum_length=4 * LARGEST_PICTURE_BYTES,
    ):
        return picture.get_data()


def _filters(picture: Any) -> list[str]:
    named = picture.get("/Filter")
    if named is None:
        return []
    value = named.get_object()
    return [str(name) for name in cast("list[Any]", value)] if isinstance(value, list) else [str(value)]


def _png(picture: Any, filters: list[str], work: Work) -> bytes:
    """Plain pixels as a PNG: each row gets its filter byte (none), all of it a head and checksums."""
    width, height, bits = int(picture["/Width"]), int(picture["/Height"]), int(picture.get("/BitsPerComponent", 1))
    space = "/DeviceGray" if picture.get("/ImageMask") else str(picture.get("/ColorSpace"))
    if space not in _COLOURS or bits not in {1, 8}:
        raise UnreadablePicture(f"a page's picture has {bits} bits of {space.strip('/')[:40]}")
    colour, channels = _COLOURS[space]
    row = (width * channels * bits + 7) // 8
    if row * height > LARGEST_PICTURE_BYTES or max(width, height) > _LONGEST_SIDE:
        raise UnreadablePicture(f"a page's picture has {width} x {height} pixels")
    if filters == ["/FlateDecode"] and _is_predicted_as_png(picture, (channels, bits, width)):
        packed = bytes(picture._data)  # noqa: SLF001 - pypdf has no public name for a stream as it is stored
    else:
        packed = zlib.compress(_rows(picture, filters, row, height, work), 1)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _parameters(picture: Any) -> Any:
    """The parameters of the picture's one filter; empty where there are none."""
    found = picture.get("/DecodeParms")
    value = None if found is None else found.get_object()
    if isinstance(value, list):
        value = cast("list[Any]", value)[0].get_object() if value else None
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def _is_predicted_as_png(picture: Any, shape: tuple[int, int, int]) -> bool:
    """True where each row begins with a PNG's filter byte, for rows of that shape: channels, bits, columns
    (ISO 32000-1, 7.4.4.4). Then the compressed rows are a PNG's, byte by byte."""
    given = _parameters(picture)
    stated = (given.get("/Colors", 1), given.get("/BitsPerComponent", 8), given.get("/Columns", 1))
    return given.get("/Predictor", 1) >= 10 and stated == shape


def _rows(picture: Any, filters: list[str], row: int, height: int, work: Work) -> bytes:
    is_slow = bool(set(filters) - {"/FlateDecode"}) or _parameters(picture).get("/Predictor", 1) != 1
    if is_slow and row * height > _LARGEST_SLOW_BYTES:
        raise UnreadablePicture(f"a page's picture is too large to unpack from {'+'.join(filters)}")
    work.unpack(2 * row * height)
    data = _unpacked(picture, LARGEST_PICTURE_BYTES)
    if len(data) < row * height:
        raise UnreadablePicture("a page's picture is cut off")
    return b"".join(b"\0" + data[start : start + row] for start in range(0, row * height, row))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
