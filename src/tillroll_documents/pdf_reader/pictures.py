"""The picture that a scanned PDF page consists of, taken out without decoding it.

A JPEG (DCTDecode) is taken as it is. Plain pixels (after FlateDecode, LZWDecode or none) get the
head of a PNG; where they are predicted and compressed as a PNG's are, they are not even unpacked;
others are packed anew, slice by slice. Fax and JBIG2 compression and JPEG 2000 would want a
decoder, which a Worker does not have. `colours` tells what the samples mean. A page that is cut
into strips of plain pixels becomes one picture.
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tillroll_documents.pdf_reader.colours import Samples, UnreadablePicture, refusal, samples_of
from tillroll_documents.pdf_reader.reader import (
    LARGEST_PICTURE_BYTES,
    Work,
    array_of,
    dictionary_of,
    filters_of,
    object_of,
    piece,
)
from tillroll_documents.pdf_reader.strips import strips_of
from tillroll_documents.pictures.bare import png_chunk

if TYPE_CHECKING:
    from pypdf import PageObject

JPEG = "image/jpeg"
PNG = "image/png"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# Smaller ones are logos and stamps.
_SMALLEST_SIDE = 100
# Below this share of all pictures' area, the largest one is not the page: it was cut into strips,
# or shows two photos.
_PAGE_SHARE = 0.6
_LARGEST_JPEG_BYTES = 10_000_000
# What is unpacked by loops in Python, a byte a turn.
_LARGEST_SLOW_BYTES = 1_000_000
# Of what is unpacked and packed again, at once: some hundredths of a second.
_SLICE_BYTES = 1_000_000
_LONGEST_SIDE = 30_000
_PLAIN_FILTERS = frozenset(
    {"/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode"}
)
_CALLED = {"/JPXDecode": "JPEG 2000", "/CCITTFaxDecode": "fax (CCITT)", "/JBIG2Decode": "JBIG2"}
"""What programs that scan call a compression."""
_DEEPEST_FORM = 3


@dataclass(frozen=True)
class PagePicture:
    """An encoded picture, and by how many degrees it is to be turned clockwise."""

    content: bytes
    media_type: str
    rotation: int


@dataclass(frozen=True)
class _Pixels:
    """Plain pixels that become a PNG. `content` may be compressed; `row` is its bytes a row."""

    content: bytes
    is_packed: bool
    head: "_Head"
    samples: Samples
    row: int
    rotation: int


@dataclass(frozen=True)
class _Head:
    """What a PNG says of itself before its rows."""

    width: int
    height: int
    bits: int
    samples: Samples

    @property
    def shape(self) -> tuple[int, int, int, bytes]:
        """What strips of one picture have in common."""
        return self.width, self.bits, self.samples.colour_type, self.samples.palette

    def with_rows(self, rows: bytes) -> bytes:
        """The PNG with these compressed rows."""
        header = struct.pack(
            ">IIBBBBB",
            *(self.width, self.height, self.bits, self.samples.colour_type),
            *(0, 0, 0),
        )
        chunks = [(b"IHDR", header)]
        if self.samples.palette:
            chunks.append((b"PLTE", self.samples.palette))
        chunks += [(b"IDAT", rows), (b"IEND", b"")]
        return _SIGNATURE + b"".join(png_chunk(kind, content) for kind, content in chunks)


async def picture_of(page: "PageObject", work: Work) -> PagePicture | None:
    """The picture that fills the page, or None where it has none. Raises TooMuchWork;
    UnreadablePicture.
    """
    location = await piece(work, _find_picture, page, work)
    if location is None or isinstance(location, PagePicture):
        return location
    head = _common_head(location)
    return PagePicture(head.with_rows(await _packed(location, work)), PNG, location[0].rotation)


def _find_picture(page: "PageObject", work: Work) -> PagePicture | list[_Pixels] | None:
    """The page's picture, or the pixels of its strips from the top; of one picture they are one
    strip.
    """
    candidates = sorted(_pictures(page.get("/Resources"), _DEEPEST_FORM), key=_area, reverse=True)
    rotation = page.rotation % 360
    if candidates and _area(candidates[0]) >= _PAGE_SHARE * sum(map(_area, candidates)):
        return _taken_out(candidates[0], rotation, work)
    strips = strips_of(page)
    if strips and all(set(filters_of(strip)) <= _PLAIN_FILTERS for strip in strips):
        return _pixels_of(strips, rotation, work)
    thin = _thin_pictures(page.get("/Resources"))
    if not candidates and not strips and not thin:
        return None
    count = len(strips) or len(candidates) + len(thin)
    raise UnreadablePicture(
        f"a page is made of {count} pictures: scan it as one JPEG, or photograph it"
    )


def _pixels_of(strips: Sequence[Any], rotation: int, work: Work) -> list[_Pixels]:
    """The pixels of strips that are one picture. Raises UnreadablePicture: they are too large, or
    differ.
    """
    parts: list[_Pixels] = []
    for strip in strips:
        part = _plain(strip, filters_of(strip), rotation=rotation, work=work, is_strip=True)
        if isinstance(part, _Pixels):
            parts.append(part)
    head = _common_head(parts)
    if parts[0].row * head.height > LARGEST_PICTURE_BYTES or head.height > _LONGEST_SIDE:
        raise UnreadablePicture(refusal(f"has {head.width} x {head.height} pixels"))
    return parts


def _common_head(parts: Sequence[_Pixels]) -> _Head:
    """What a PNG of all of them says of itself. Raises UnreadablePicture: they differ."""
    head = parts[0].head
    if any(part.head.shape != head.shape for part in parts):
        raise UnreadablePicture(refusal("is cut into strips of several kinds"))
    return replace(head, height=sum(part.head.height for part in parts))


def _thin_pictures(resources: Any) -> list[Any]:
    """The pictures that are wide and low, where they are a page together: strips in a form, with
    gaps between them, or too many. A logo and a rule are none.
    """
    thin = [
        picture
        for picture in _images(resources, _DEEPEST_FORM)
        if picture["/Height"] < _SMALLEST_SIDE <= picture["/Width"]
    ]
    if sum(int(picture["/Height"]) for picture in thin) < _SMALLEST_SIDE:
        return []
    return thin


def _pictures(resources: Any, depth: int) -> Iterator[Any]:
    """The large image objects of a page."""
    for picture in _images(resources, depth):
        if min(picture["/Width"], picture["/Height"]) >= _SMALLEST_SIDE:
            yield picture


def _images(resources: Any, depth: int) -> Iterator[Any]:
    """The image objects of a page, also those that stand in a form, each once."""
    if depth == 0:
        return
    for reference in list(dictionary_of(dictionary_of(resources).get("/XObject")).values()):
        item = reference.get_object()
        if item.get("/Subtype") == "/Form":
            yield from _images(item.get("/Resources"), depth - 1)
        elif item.get("/Subtype") == "/Image":
            yield item


def _area(picture: Any) -> int:
    return int(picture["/Width"]) * int(picture["/Height"])


def _taken_out(picture: Any, rotation: int, work: Work) -> PagePicture | list[_Pixels]:
    filters = filters_of(picture)
    if filters and filters[-1] == "/DCTDecode" and set(filters[:-1]) <= _PLAIN_FILTERS:
        content = _unpacked(picture, _LARGEST_JPEG_BYTES)
        work.unpack(len(content))
        return PagePicture(content, JPEG, rotation)
    if set(filters) <= _PLAIN_FILTERS:
        plain = _plain(picture, filters, rotation=rotation, work=work)
        if isinstance(plain, PagePicture):
            return plain
        return [plain]
    name = _CALLED.get(filters[-1], filters[-1].strip("/"))
    raise UnreadablePicture(refusal(f"is compressed as {name}"))


def _unpacked(picture: Any, most_bytes: int) -> bytes:
    from pypdf import apply_configuration  # noqa: PLC0415 - as in pages

    with apply_configuration(
        zlib_maximum_output_length=most_bytes,
        lzw_maximum_output_length=_LARGEST_SLOW_BYTES,
        run_length_maximum_output_length=_LARGEST_SLOW_BYTES,
        stream_decoding_work_maximum_length=4 * LARGEST_PICTURE_BYTES,
    ):
        return picture.get_data()


def _plain(
    picture: Any, filters: list[str], *, rotation: int, work: Work, is_strip: bool = False
) -> PagePicture | _Pixels:
    """The pixels as they are stored. A strip's are unpacked further, since its first row is no
    picture's.
    """
    width = int(picture["/Width"])
    height = int(picture["/Height"])
    bits = int(picture.get("/BitsPerComponent", 1))
    samples = samples_of(picture)
    row = (width * samples.channels * bits + 7) // 8
    if row * height > LARGEST_PICTURE_BYTES or max(width, height) > _LONGEST_SIDE:
        raise UnreadablePicture(refusal(f"has {width} x {height} pixels"))
    head = _Head(width, height, bits=bits, samples=samples)
    is_packed = filters == ["/FlateDecode"]
    # Pypdf has no public name for a stream as it is stored.
    stored = bytes(picture._data)  # noqa: SLF001
    is_ready = is_packed and _is_predicted_as_png(picture, (samples.channels, bits, width))
    if is_ready and samples.convert is None and not is_strip:
        return PagePicture(head.with_rows(stored), PNG, rotation)
    work.unpack(row * height)
    if filters and not (is_packed and _parameters(picture).get("/Predictor", 1) == 1):
        if row * height > _LARGEST_SLOW_BYTES:
            names = " and ".join(each.strip("/") for each in filters)
            raise UnreadablePicture(refusal(f"is too large to unpack from {names}"))
        stored = _unpacked(picture, LARGEST_PICTURE_BYTES)
        is_packed = False
    return _Pixels(
        stored,
        is_packed=is_packed,
        head=head,
        samples=samples,
        row=row,
        rotation=rotation,
    )


def _parameters(picture: Any) -> Any:
    """The parameters of the picture's one filter; empty where there are none."""
    parameters = object_of(picture.get("/DecodeParms"))
    return dictionary_of(
        next(iter(array_of(parameters)), None) if isinstance(parameters, list) else parameters
    )


def _is_predicted_as_png(picture: Any, shape: tuple[int, int, int]) -> bool:
    """True where each row begins with a PNG's filter byte, for rows of that shape: channels, bits,
    columns (ISO 32000-1, 7.4.4.4). Then the compressed rows are a PNG's, byte by byte.
    """
    parameters = _parameters(picture)
    stated = (
        parameters.get("/Colors", 1),
        parameters.get("/BitsPerComponent", 8),
        parameters.get("/Columns", 1),
    )
    return parameters.get("/Predictor", 1) >= 10 and stated == shape


async def _packed(parts: Sequence[_Pixels], work: Work) -> bytes:
    """The rows of all parts as a PNG has them: each behind its filter byte (none), compressed."""
    packing = zlib.compressobj(1)
    packed: list[bytes] = []
    for pixels in parts:
        await _pack(pixels, packed, compress=packing.compress, work=work)
    return b"".join((*packed, packing.flush()))


async def _pack(
    pixels: _Pixels, packed: list[bytes], compress: Callable[[bytes], bytes], work: Work
) -> None:
    row = pixels.row
    rest = b""
    missing = pixels.head.height
    try:
        for part in _slices(pixels):
            data = rest + part
            count = min(len(data) // row, missing)
            packed.append(compress(_rows(data[: count * row], pixels, count)))
            rest = data[count * row :]
            missing -= count
            if not missing:
                return
            await work.rest()
    except zlib.error as error:
        raise UnreadablePicture(refusal("is broken")) from error
    raise UnreadablePicture(refusal("is cut off"))


def _rows(data: bytes, pixels: _Pixels, count: int) -> bytes:
    """So many whole rows as a PNG has them."""
    row = pixels.row
    if pixels.samples.convert is not None:
        data = pixels.samples.convert(data)
        row = row * pixels.samples.converted // pixels.samples.channels
    return b"".join(b"\0" + data[number * row : (number + 1) * row] for number in range(count))


def _slices(pixels: _Pixels) -> Iterator[bytes]:
    if not pixels.is_packed:
        for start in range(0, len(pixels.content), _SLICE_BYTES):
            yield pixels.content[start : start + _SLICE_BYTES]
        return
    unpacking = zlib.decompressobj()
    rest = pixels.content
    while part := unpacking.decompress(rest, _SLICE_BYTES):
        yield part
        rest = unpacking.unconsumed_tail
