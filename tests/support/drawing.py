"""Pictures of receipts, drawn from their lines: black on off-white paper, in a font that every
Pillow carries.
"""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Literal

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

MARGIN = 40
FONT_SIZE = 24
LINE_HEIGHT = 36
PAPER = (250, 249, 245)
INK = (20, 20, 20)
TABLE = (120, 120, 125)
# An average of one grain on this many pixels, where noise is asked for.
GRAIN_EVERY = 200


def draw_receipt(
    lines: Sequence[str],
    *,
    width: int = 600,
    rotate: Literal[0, 90, 180, 270] = 0,
    lean: int = 0,
    noise_seed: int | None = None,
    image_format: Literal["JPEG", "PNG", "WEBP"] = "JPEG",
) -> bytes:
    """Return an encoded image of a receipt with `lines`.

    Runs of two or more spaces part columns: the last column is set flush right, the others follow
    each other. `width` is in pixels (the height follows from the lines). `rotate` turns the photo
    clockwise by so many degrees, and `lean` by a few more, on a grey table. `noise_seed` strews
    grains over it, the same for the same seed: photos of one receipt with different bytes.
    """
    image = Image.new("RGB", (width, 2 * MARGIN + LINE_HEIGHT * max(len(lines), 1)), PAPER)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=FONT_SIZE)
    for number, line in enumerate(lines):
        _draw_line(draw, line, MARGIN + number * LINE_HEIGHT, width, font)
    if noise_seed is not None:
        _strew(image, random.Random(noise_seed))
    encoded = io.BytesIO()
    image = image.rotate(-rotate, expand=True)
    if lean:
        image = image.rotate(-lean, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)
    image.save(encoded, image_format, quality=90)
    return encoded.getvalue()


def _draw_line(
    draw: ImageDraw.ImageDraw,
    line: str,
    top: int,
    width: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    *columns, last = [part.strip() for part in line.split("  ") if part.strip()] or [""]
    left = float(MARGIN)
    for column in columns:
        draw.text((left, top), column, INK, font)
        left += draw.textlength(column, font) + 2 * FONT_SIZE
    right = width - MARGIN - draw.textlength(last, font)
    draw.text((max(left, right) if columns else left, top), last, INK, font)


def _strew(image: Image.Image, source: random.Random) -> None:
    for _ in range(image.width * image.height // GRAIN_EVERY):
        spot = source.randrange(image.width), source.randrange(image.height)
        image.putpixel(spot, (source.randrange(150, 256),) * 3)


def smallest_jpeg(pixels: bytes) -> bytes:
    """What goes as a photo where nobody draws it: a scan of these bytes, of which none is 0xFF."""
    return b"\xff\xd8\xff\xda\x00\x02" + pixels + b"\xff\xd9"
