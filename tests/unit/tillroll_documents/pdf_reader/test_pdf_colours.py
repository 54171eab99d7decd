"""Each colour space that PDF/A allows becomes the pixels that it means, or is named in the refusal.

Written from ISO 32000-1 (8.6, 8.9.5.2, 10.3.5) and ISO 19005 (PDF/A) before the code."""

import base64
import io
import zlib
from collections.abc import Callable, Sequence

import pytest
from PIL import Image

from tillroll_documents.pdf_reader.colours import UnreadablePicture
from tillroll_documents.pdf_reader.pages import read_pdf

WIDTH = 120
HEIGHT = 110
PIXELS = WIDTH * HEIGHT

Colour = tuple[int, int, int]


def pdf(
    space: str,
    samples: bytes,
    *,
    bits: int = 8,
    more: str = "",
    stream: bytes = b"",
    packed: bool = True,
) -> bytes:
    """A page whose one picture has these samples. Object 6 is `stream`, which a colour space may
    name.
    """
    data = zlib.compress(samples) if packed else samples
    filtered = "/Filter /FlateDecode " if packed else ""
    image = (
        f"<< /Type /XObject /Subtype /Image /Width {WIDTH} /Height {HEIGHT} {space} "
        f"/BitsPerComponent {bits} {filtered}{more} /Length {len(data)} >>"
    )
    drawing = b"q 595 0 0 842 0 0 cm /Im0 Do Q"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 7 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        image.encode() + b"\nstream\n" + data + b"\nendstream",
        b"<< /N %d /Length %d >>\nstream\n%s\nendstream" % (len(stream) or 1, len(stream), stream),
        b"<< /XObject << /Im0 5 0 R >> >>",
    ]
    content = b"%PDF-1.7\n"
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(content)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, rows)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        table,
    )


async def shown(content: bytes) -> Image.Image:
    [page] = (await read_pdf(content)).pages
    assert page.picture is not None
    return Image.open(io.BytesIO(page.picture.content))


def grey(channels: Sequence[int]) -> Colour:
    return channels[0], channels[0], channels[0]


def rgb(channels: Sequence[int]) -> Colour:
    return channels[0], channels[1], channels[2]


def inverted(channels: Sequence[int]) -> Colour:
    return grey([255 - channels[0]])


def cmyk(channels: Sequence[int]) -> Colour:
    cyan, magenta, yellow, black = channels
    return (
        255 - min(255, cyan + black),
        255 - min(255, magenta + black),
        255 - min(255, yellow + black),
    )


def icc(channels: int) -> bytes:
    """A stand-in for a profile: what it holds does not matter, `pdf` writes its length as /N."""
    return b"\0" * channels


MANY: dict[str, tuple[str, int, Callable[[Sequence[int]], Colour], bytes]] = {
    "grey by a profile": ("/ColorSpace [/ICCBased 6 0 R]", 1, grey, icc(1)),
    "colour by a profile": ("/ColorSpace [/ICCBased 6 0 R]", 3, rgb, icc(3)),
    "inks by a profile": ("/ColorSpace [/ICCBased 6 0 R]", 4, cmyk, icc(4)),
    "calibrated grey": ("/ColorSpace [/CalGray << /WhitePoint [0.95 1 1.09] >>]", 1, grey, b""),
    "calibrated colour": ("/ColorSpace [/CalRGB << /WhitePoint [0.95 1 1.09] >>]", 3, rgb, b""),
    "inks": ("/ColorSpace /DeviceCMYK", 4, cmyk, b""),
    "lightness": ("/ColorSpace [/Lab << /WhitePoint [0.95 1 1.09] >>]", 3, grey, b""),
    "one ink": ("/ColorSpace [/Separation /Black /DeviceGray 6 0 R]", 1, inverted, b""),
    "one of several inks": ("/ColorSpace [/DeviceN [/Black] /DeviceGray 6 0 R]", 1, inverted, b""),
    "grey that is inverted": ("/Decode [1 0] /ColorSpace /DeviceGray", 1, inverted, b""),
    "in an array": ("/ColorSpace [/DeviceRGB]", 3, rgb, b""),
}


@pytest.mark.parametrize(("space", "channels", "colour", "stream"), MANY.values(), ids=MANY)
@pytest.mark.parametrize("packed", [True, False])
async def test_samples_become_the_colours_that_they_mean(
    space: str,
    channels: int,
    colour: Callable[[Sequence[int]], Colour],
    stream: bytes,
    *,
    packed: bool,
) -> None:
    samples = bytes(place * 7 % 251 for place in range(PIXELS * channels))
    picture = (await shown(pdf(space, samples, stream=stream, packed=packed))).convert("RGB")
    for place in (0, 1, WIDTH, PIXELS // 2, PIXELS - 1):
        pixel = picture.getpixel((place % WIDTH, place // WIDTH))
        assert pixel == colour(samples[place * channels : (place + 1) * channels])


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
@pytest.mark.parametrize("is_stream", [True, False])
async def test_a_palette_is_kept(bits: int, *, is_stream: bool) -> None:
    colours = [(250, 0, 10), (1, 2, 3)]
    lookup = bytes(value for colour in colours for value in colour)
    table = "6 0 R" if is_stream else f"<{lookup.hex()}>"
    row = (WIDTH * bits + 7) // 8
    samples = (b"\0" * row + b"\1" * row) * (HEIGHT // 2)
    space = f"/ColorSpace [/Indexed /DeviceRGB 1 {table}]"
    picture = (await shown(pdf(space, samples, bits=bits, stream=lookup))).convert("RGB")
    assert picture.getpixel((0, 0)) == colours[0]
    assert picture.getpixel((8 // bits - 1, 1)) == colours[1]


@pytest.mark.parametrize(
    ("base", "lookup", "expected"),
    [
        ("/DeviceGray", b"\x05\xf0", [(5, 5, 5), (240, 240, 240)]),
        ("/DeviceCMYK", b"\0\0\0\xff\0\0\0\0", [(0, 0, 0), (255, 255, 255)]),
        ("[/CalRGB << /WhitePoint [0.95 1 1.09] >>]", b"\1\2\3\4\5\6", [(1, 2, 3), (4, 5, 6)]),
    ],
)
async def test_a_palette_of_another_space(base: str, lookup: bytes, expected: list[Colour]) -> None:
    samples = b"\0\1" * (PIXELS // 2)
    picture = (
        await shown(pdf(f"/ColorSpace [/Indexed {base} 1 <{lookup.hex()}>]", samples))
    ).convert("RGB")
    assert [picture.getpixel((0, 0)), picture.getpixel((1, 0))] == expected


@pytest.mark.parametrize("bits", [2, 4, 16])
async def test_grey_of_other_depths(bits: int) -> None:
    row = (WIDTH * bits + 7) // 8
    picture = await shown(
        pdf("/ColorSpace /DeviceGray", b"\0" * row + b"\xff" * row * (HEIGHT - 1), bits=bits)
    )
    white = {"I;16": 65_535, "I": 65_535}.get(picture.mode, 255)
    assert picture.size == (WIDTH, HEIGHT)
    assert picture.getpixel((0, 0)) == 0
    assert picture.getpixel((0, 1)) in (white, 2**bits - 1)


async def test_a_mask_is_black_where_it_paints() -> None:
    row = (WIDTH + 7) // 8
    samples = b"\0" * row + b"\xff" * row * (HEIGHT - 1)
    picture = (await shown(pdf("/ImageMask true", samples, bits=1))).convert("L")
    assert (picture.getpixel((0, 0)), picture.getpixel((0, 1))) == (0, 255)
    turned = (await shown(pdf("/ImageMask true /Decode [1 0]", samples, bits=1))).convert("L")
    assert (turned.getpixel((0, 0)), turned.getpixel((0, 1))) == (255, 0)


async def test_rows_that_are_predicted_as_a_png_has_them() -> None:
    samples = bytes(place * 7 % 251 for place in range(PIXELS * 3))
    row = WIDTH * 3
    rows = b"".join(b"\0" + samples[start : start + row] for start in range(0, len(samples), row))
    more = f"/DecodeParms << /Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns {WIDTH} >>"
    picture = await shown(pdf("/ColorSpace [/ICCBased 6 0 R]", rows, more=more, stream=icc(3)))
    assert picture.tobytes() == samples


@pytest.mark.parametrize(
    ("space", "bits", "says"),
    [
        ("/ColorSpace [/DeviceN [/Cyan /Gold] /DeviceCMYK 6 0 R]", 8, "DeviceN"),
        ("/ColorSpace /DeviceRGB", 4, "4 bits of DeviceRGB"),
        ("/ColorSpace /DeviceCMYK", 16, "16 bits of DeviceCMYK"),
        ("/ColorSpace [/Pattern]", 8, "Pattern"),
        ("/ColorSpace [/ICCBased 6 0 R]", 8, "ICCBased"),
        ("/ColorSpace [/Indexed /DeviceRGB 1 <00>]", 8, "palette"),
        ("", 8, "no colour space"),
    ],
)
async def test_what_is_not_read_is_named(space: str, bits: int, says: str) -> None:
    with pytest.raises(UnreadablePicture, match=says):
        await read_pdf(pdf(space, b"\0" * (PIXELS * 8), bits=bits, stream=icc(2)))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("JPXDecode", "JPEG 2000"),
        ("CCITTFaxDecode", "CCITT"),
        ("JBIG2Decode", "JBIG2"),
    ],
)
async def test_a_compression_that_is_not_read_says_how_to_scan_instead(
    name: str, says: str
) -> None:
    content = pdf("/ColorSpace /DeviceGray", b"scan", more=f"/Filter /{name}", packed=False)
    with pytest.raises(UnreadablePicture, match=f"{says}.*JPEG"):
        await read_pdf(content)


def ascii85(data: bytes) -> bytes:
    return base64.a85encode(data) + b"~>"


def in_hex(data: bytes) -> bytes:
    return data.hex().encode() + b">"


def in_runs(data: bytes) -> bytes:
    """Literal runs of 128 bytes at most (ISO 32000-1, 7.4.5)."""
    parts = [data[start : start + 128] for start in range(0, len(data), 128)]
    return b"".join(bytes([len(part) - 1]) + part for part in parts) + b"\x80"


def in_lzw(data: bytes) -> bytes:
    """Codes of nine bits: the table is cleared before it asks for ten (ISO 32000-1, 7.4.4)."""
    codes: list[int] = []
    for place, value in enumerate(data):
        if place % 200 == 0:
            codes.append(256)
        codes.append(value)
    codes.append(257)
    bits = "".join(f"{code:09b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def without_predictor(data: bytes) -> bytes:
    """Each byte of a row as what it adds to the one before it: TIFF's predictor 2."""
    differences = bytearray(data)
    for start in range(0, len(data), WIDTH):
        for place in range(start + 1, start + WIDTH):
            differences[place] = (data[place] - data[place - 1]) % 256
    return zlib.compress(bytes(differences))


FILTERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "ASCII 85": ("/Filter /ASCII85Decode", ascii85),
    "ASCII hex": ("/Filter /ASCIIHexDecode", in_hex),
    "runs": ("/Filter /RunLengthDecode", in_runs),
    "LZW": ("/Filter /LZWDecode", in_lzw),
    "ASCII 85 of Flate": (
        "/Filter [/ASCII85Decode /FlateDecode]",
        lambda data: ascii85(zlib.compress(data)),
    ),
    "hex of runs": (
        "/Filter [/ASCIIHexDecode /RunLengthDecode]",
        lambda data: in_hex(in_runs(data)),
    ),
    "TIFF's predictor": (
        f"/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns {WIDTH} >>",
        without_predictor,
    ),
}


@pytest.mark.parametrize(("more", "encoded"), FILTERS.values(), ids=FILTERS)
async def test_each_filter_without_loss_is_undone(
    more: str, encoded: Callable[[bytes], bytes]
) -> None:
    samples = bytes(place * 7 % 251 for place in range(PIXELS))
    picture = await shown(pdf("/ColorSpace /DeviceGray", encoded(samples), more=more, packed=False))
    assert picture.tobytes() == samples


async def test_a_photo_in_text_is_taken_out() -> None:
    file = io.BytesIO()
    Image.new("L", (WIDTH, HEIGHT), 77).save(file, "JPEG")
    content = pdf(
        "/ColorSpace /DeviceGray",
        ascii85(file.getvalue()),
        more="/Filter [/ASCII85Decode /DCTDecode]",
        packed=False,
    )
    [page] = (await read_pdf(content)).pages
    assert page.picture is not None
    assert page.picture.content == file.getvalue()


async def test_a_soft_mask_changes_no_pixel() -> None:
    samples = bytes(place * 7 % 251 for place in range(PIXELS))
    picture = await shown(pdf("/ColorSpace /DeviceGray", samples, more="/SMask 6 0 R"))
    assert picture.tobytes() == samples
