"""A page that is cut into strips is read as one picture, where they lie below each other; else it
is refused.

Written from ISO 32000-1 (8.3.4, 8.9.5) before the code: the unit square of each picture is moved by
`cm`.
"""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pytest
from PIL import Image

from tillroll_documents.pdf_reader.colours import UnreadablePicture
from tillroll_documents.pdf_reader.pages import read_pdf

WIDTH: Final = 120
ROWS: Final = 110
POINTS_A_PIXEL: Final = 1


@dataclass(frozen=True)
class Strip:
    """A strip of pixels with what its stream says, and what draws it."""

    samples: bytes
    drawing: str
    width: int = WIDTH
    rows: int = ROWS
    space: str = "/DeviceGray"
    bits: int = 8
    filtered: str = "/FlateDecode"

    def stream(self) -> bytes:
        """The picture's object."""
        data = self.samples
        if self.filtered == "/FlateDecode":
            data = zlib.compress(data)
        head = (
            f"<< /Subtype /Image /Width {self.width} /Height {self.rows} /ColorSpace {self.space} "
            f"/BitsPerComponent {self.bits} /Filter {self.filtered} /Length {len(data)} >>"
        )
        return head.encode() + b"\nstream\n" + data + b"\nendstream"


def pdf(strips: Sequence[Strip]) -> bytes:
    """A page of these pictures, drawn in the order of their names."""
    drawing = "\n".join(
        strip.drawing.format(name=f"/Im{number}") for number, strip in enumerate(strips)
    )
    names = " ".join(f"/Im{number} {number + 5} 0 R" for number in range(len(strips)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        f"/Resources << /XObject << {names} >> >> >>".encode(),
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream".encode(),
        *(strip.stream() for strip in strips),
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


def at(bottom: float, *, left: float = 20, rows: int = ROWS, width: int = WIDTH) -> str:
    """What draws a strip there, upright."""
    high = rows * POINTS_A_PIXEL
    return f"q {width * POINTS_A_PIXEL} 0 0 {high} {left} {bottom} cm {{name}} Do Q"


def grey(value: int, *, rows: int = ROWS, channels: int = 1) -> bytes:
    return bytes([value]) * (WIDTH * rows * channels)


async def shown(strips: Sequence[Strip]) -> Image.Image:
    [page] = (await read_pdf(pdf(strips))).pages
    assert page.picture is not None
    return Image.open(io.BytesIO(page.picture.content))


def column(picture: Image.Image) -> list[object]:
    """A pixel of each strip, from the top."""
    return [picture.getpixel((5, row)) for row in range(ROWS // 2, picture.height, ROWS)]


async def test_strips_below_each_other_are_one_picture() -> None:
    strips = [
        Strip(grey(value), at(700 - 110 * place)) for place, value in enumerate((10, 90, 170, 250))
    ]
    picture = await shown(strips)
    assert picture.size == (WIDTH, 4 * ROWS)
    assert column(picture) == [10, 90, 170, 250]


async def test_their_place_counts_and_not_their_order() -> None:
    strips = [
        Strip(grey(250), at(100)),
        Strip(grey(10), at(320)),
        Strip(grey(90), at(210)),
    ]
    assert column(await shown(strips)) == [10, 90, 250]


async def test_a_matrix_around_them_is_heeded() -> None:
    first = f"q 0.5 0 0 0.5 0 0 cm q {WIDTH} 0 0 {ROWS} 0 {ROWS} cm {{name}} Do Q"
    second = f"q {WIDTH} 0 0 {ROWS} 0 0 cm {{name}} Do Q Q"
    assert column(await shown([Strip(grey(10), first), Strip(grey(90), second)])) == [10, 90]


@pytest.mark.parametrize("filtered", ["/FlateDecode", "/ASCIIHexDecode"])
async def test_strips_in_colour_and_other_packing(filtered: str) -> None:
    def strip(value: int, bottom: float) -> Strip:
        samples = grey(value, channels=3)
        if filtered == "/ASCIIHexDecode":
            samples = samples.hex().encode() + b">"
        return Strip(samples, at(bottom), space="/DeviceRGB", filtered=filtered)

    picture = await shown([strip(10, 210), strip(90, 100)])
    assert column(picture) == [(10, 10, 10), (90, 90, 90)]


async def test_many_thin_strips() -> None:
    strips = [
        Strip(grey(place, rows=8), at(800 - 8 * place, rows=8), rows=8) for place in range(45)
    ]
    picture = await shown(strips)
    assert [picture.getpixel((0, 8 * place)) for place in range(45)] == list(range(45))


async def test_black_and_white_rows_end_at_bytes() -> None:
    strips = [
        Strip(bytes(15 * ROWS), at(210), bits=1),
        Strip(b"\xff" * (15 * ROWS), at(100), bits=1),
    ]
    picture = (await shown(strips)).convert("L")
    assert column(picture) == [0, 255]


@pytest.mark.parametrize(
    "strips",
    [
        pytest.param([Strip(grey(1), at(300)), Strip(grey(2), at(100))], id="a gap"),
        pytest.param([Strip(grey(1), at(150)), Strip(grey(2), at(100))], id="one over the other"),
        pytest.param([Strip(grey(1), at(210, left=300)), Strip(grey(2), at(100))], id="beside"),
        pytest.param([Strip(grey(1), at(210)), Strip(grey(2), at(100, width=60))], id="narrower"),
        pytest.param(
            [Strip(grey(1), at(210)), Strip(grey(2, channels=3), at(100), space="/DeviceRGB")],
            id="of other colours",
        ),
        pytest.param(
            [Strip(grey(1), at(210)), Strip(b"\xff\xd8\xff\xd9", at(100), filtered="/DCTDecode")],
            id="one is a JPEG",
        ),
        pytest.param(
            [Strip(grey(1), at(210)), Strip(grey(2), "q 0 120 -110 0 210 100 cm {name} Do Q")],
            id="one lies on its side",
        ),
        pytest.param(
            [Strip(grey(1), at(210)), Strip(grey(2), "q 120 0 (x) 100 cm {name} Do Q")],
            id="a broken matrix",
        ),
        pytest.param(
            [
                Strip(grey(1), at(210)),
                Strip(grey(2), at(100) + " " + at(20).replace("{name}", "/Im1")),
            ],
            id="one is drawn twice",
        ),
    ],
)
async def test_what_is_not_one_picture_is_refused(strips: Sequence[Strip]) -> None:
    with pytest.raises(UnreadablePicture, match="scan it as"):
        await read_pdf(pdf(strips))


def thin(count: int, *, gap: int = 0) -> list[Strip]:
    """Strips of 8 rows from the top, with so many empty rows between them."""
    step = 8 + gap
    return [
        Strip(grey(0, rows=8), at(1700 - step * place, rows=8), rows=8) for place in range(count)
    ]


@pytest.mark.parametrize(
    "strips",
    [
        pytest.param(thin(101), id="more than are read"),
        pytest.param(thin(200), id="many more"),
        pytest.param(thin(20, gap=30), id="gaps"),
    ],
)
async def test_strips_that_are_no_picture_are_no_empty_page(strips: Sequence[Strip]) -> None:
    with pytest.raises(UnreadablePicture, match=f"made of {len(strips)} pictures"):
        await read_pdf(pdf(strips))


async def test_a_rule_and_a_small_logo_are_no_page() -> None:
    [page] = (await read_pdf(pdf(thin(3, gap=40)))).pages
    assert page.picture is None


async def test_a_strip_that_is_cut_off_is_refused() -> None:
    short = Strip(grey(1)[:-WIDTH], at(210))
    with pytest.raises(UnreadablePicture, match="cut off"):
        await read_pdf(pdf([short, Strip(grey(2), at(100))]))
