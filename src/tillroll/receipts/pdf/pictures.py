"""The picture that a scanned PDF page consists of, taken out without decoding it.

A JPEG (DCTDecode) is taken as it is. Plain pixels (after FlateDecode, LZWDecode or none) get the head of a PNG; where
they are predicted and compressed as a PNG's are, they are not even unpacked; others are packed anew, slice by slice.
Fax and JBIG2 compression and JPEG 2000 would want a decoder, which a Worker does not have.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tillroll.pictures.bare import png_chunk
from tillroll.receipts.pdf.reader import (
    LARGEST_PICTURE_BYTES,
    Work,
    array_of,
    dictionary_of,
    filters_of,
    object_of,
    piece,
)

if TYPE_CHECKING:
    from pypdf import PageObject

JPEG, PNG = "image/jpeg", "image/png"

# Smaller ones are logos and stamps.
_SMALLEST_SIDE = 100
# Below this share of all pictures' area, the largest one is not the page: it was cut into strips, or shows two photos.
_PAGE_SHARE = 0.6
_LARGEST_JPEG_BYTES = 10_000_000
# What is unpacked by loops in Python, a byte a turn.
_LARGEST_SLOW_BYTES = 1_000_000
# Of what is unpacked and packed again, at once: some hundredths of a second.
_SLICE_BYTES = 1_000_000
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


@dataclass(frozen=True)
class _Pixels:
    """Plain pixels that are to become a PNG with this header: bytes of a row, and rows. `content` may be compressed."""

    content: bytes
    is_packed: bool
    header: bytes
    row: int
    height: int
    rotation: int


async def picture_of(page: "PageObject", work: Work) -> PagePicture | None:
    """The picture that fills the page, or None where it has none. Raises TooMuchWork; UnreadablePicture."""
    found = await piece(work, _found, page, work)
    if isinstance(found, _Pixels):
        return PagePicture(_png(found.header, await _packed(found, work)), PNG, found.rotation)
    return found


def _found(page: "PageObject", work: Work) -> PagePicture | _Pixels | None:
    found = sorted(_pictures(page.get("/Resources"), _DEEPEST_FORM), key=_area, reverse=True)
    if not found:
        return None
    if _area(found[0]) < _PAGE_SHARE * sum(map(_area, found)):
        raise UnreadablePicture(f"a page is made of {len(found)} pictures")
    return _taken_out(found[0], page.rotation % 360, work)


def _pictures(resources: Any, depth: int) -> Iterator[Any]:
    """The image objects of a page, also those that stand in a form, each once."""
    if depth == 0:
        return
    for reference in list(dictionary_of(dictionary_of(resources).get("/XObject")).values()):
        item = reference.get_object()
        if item.get("/Subtype") == "/Form":
            yield from _pictures(item.get("/Resources"), depth - 1)
        elif item.get("/Subtype") == "/Image" and min(item["/Width"], item["/Height"]) >= _SMALLEST_SIDE:
            yield item


def _area(picture: Any) -> int:
    return int(picture["/Width"]) * int(picture["/Height"])


def _taken_out(picture: Any, rotation: int, work: Work) -> PagePicture | _Pixels:
    filters = filters_of(picture)
    if filters and filters[-1] == "/DCTDecode" and set(filters[:-1]) <= _PLAIN_FILTERS:
        content = _unpacked(picture, _LARGEST_JPEG_BYTES)
        work.unpack(len(content))
        return PagePicture(content, JPEG, rotation)
    if set(filters) <= _PLAIN_FILTERS:
        return _plain(picture, filters, rotation, work)
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


def _plain(picture: Any, filters: list[str], rotation: int, work: Work) -> PagePicture | _Pixels:
    width, height, bits = int(picture["/Width"]), int(picture["/Height"]), int(picture.get("/BitsPerComponent", 1))
    space = "/DeviceGray" if picture.get("/ImageMask") else str(picture.get("/ColorSpace"))
    if space not in _COLOURS or bits not in {1, 8}:
        raise UnreadablePicture(f"a page's picture has {bits} bits of {space.strip('/')[:40]}")
    colour, channels = _COLOURS[space]
    row = (width * channels * bits + 7) // 8
    if row * height > LARGEST_PICTURE_BYTES or max(width, height) > _LONGEST_SIDE:
        raise UnreadablePicture(f"a page's picture has {width} x {height} pixels")
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    is_packed = filters == ["/FlateDecode"]
    stored = bytes(picture._data)  # noqa: SLF001 - pypdf has no public name for a stream as it is stored
    if is_packed and _is_predicted_as_png(picture, (channels, bits, width)):
        return PagePicture(_png(header, stored), PNG, rotation)
    work.unpack(row * height)
    if filters and not (is_packed and _parameters(picture).get("/Predictor", 1) == 1):
        if row * height > _LARGEST_SLOW_BYTES:
            raise UnreadablePicture(f"a page's picture is too large to unpack from {'+'.join(filters)}")
        stored, is_packed = _unpacked(picture, LARGEST_PICTURE_BYTES), False
    return _Pixels(stored, is_packed, header, row, height, rotation)


def _png(header: bytes, rows: bytes) -> bytes:
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, content) for kind, content in chunks)


def _parameters(picture: Any) -> Any:
    """The parameters of the picture's one filter; empty where there are none."""
    found = object_of(picture.get("/DecodeParms"))
    return dictionary_of(next(iter(array_of(found)), None) if isinstance(found, list) else found)


def _is_predicted_as_png(picture: Any, shape: tuple[int, int, int]) -> bool:
    """True where each row begins with a PNG's filter byte, for rows of that shape: channels, bits, columns
    (ISO 32000-1, 7.4.4.4). Then the compressed rows are a PNG's, byte by byte."""
    given = _parameters(picture)
    stated = (given.get("/Colors", 1), given.get("/BitsPerComponent", 8), given.get("/Columns", 1))
    return given.get("/Predictor", 1) >= 10 and stated == shape


async def _packed(pixels: _Pixels, work: Work) -> bytes:
    """The rows as a PNG has them: each behind its filter byte (none), compressed."""
    packing, packed, row = zlib.compressobj(1), list[bytes](), pixels.row
    begun, missing = b"", pixels.height
    try:
        for part in _slices(pixels):
            data = begun + part
            end = row * min(len(data) // row, missing)
            packed.append(packing.compress(b"".join(b"\0" + data[start : start + row] for start in range(0, end, row))))
            begun, missing = data[end:], missing - end // row
            if not missing:
                return b"".join((*packed, packing.flush()))
            await work.rest()
    except zlib.error as error:
        raise UnreadablePicture("a page's picture is broken") from error
    raise UnreadablePicture("a page's picture is cut off")


def _slices(pixels: _Pixels) -> Iterator[bytes]:
    if not pixels.is_packed:
        for start in range(0, len(pixels.content), _SLICE_BYTES):
            yield pixels.content[start : start + _SLICE_BYTES]
        return
    unpacking, left = zlib.decompressobj(), pixels.content
    while part := unpacking.decompress(left, _SLICE_BYTES):
        yield part
        left = unpacking.unconsumed_tail
