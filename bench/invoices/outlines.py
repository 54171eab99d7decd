"""Names as filled shapes: a person reads them in a letterhead, and no text layer has them."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

_HIGH = 36
_DARK = 128


@dataclass(frozen=True)
class Outline:
    """Boxes of left, top, width and height, in a frame that is `high` dots high."""

    wide: int
    high: int
    boxes: tuple[tuple[int, int, int, int], ...]


@lru_cache(maxsize=64)
def outline(text: str) -> Outline:
    font = _font()
    left, top, right, bottom = (round(side) for side in font.getbbox(text))
    wide, high = right - left + 2, bottom - top + 2
    image = Image.new("L", (wide, high))
    ImageDraw.Draw(image).text((1 - left, 1 - top), text, fill=255, font=font)
    dots = image.tobytes()
    boxes: list[tuple[int, int, int, int]] = []
    open_boxes: dict[tuple[int, int], int] = {}
    for y in range(high + 1):
        row = _dark(dots[y * wide : (y + 1) * wide])
        for ended in open_boxes.keys() - row:
            start, end = ended
            first = open_boxes.pop(ended)
            boxes.append((start, first, end - start, y - first))
        for run in row:
            open_boxes.setdefault(run, y)
    return Outline(wide, high, tuple(sorted(boxes)))


def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype("DejaVuSans-Bold.ttf", _HIGH)
    except OSError:  # on a machine without it
        return ImageFont.load_default(_HIGH)


def _dark(row: bytes) -> set[tuple[int, int]]:
    """Where dark dots start and end."""
    runs: set[tuple[int, int]] = set()
    start = None
    for x, dot in enumerate((*row, 0)):
        if dot >= _DARK and start is None:
            start = x
        elif dot < _DARK and start is not None:
            runs.add((start, x))
            start = None
    return runs
