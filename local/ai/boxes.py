"""Where words stand in the picture: from what an OCR engine knows to the boxes that go with a
transcript.

A word is `[line, start, end, x1, y1, x2, y2, x3, y3, x4, y4]`: the number of its line and its
characters there, counted from 0, `end` being the first behind it; then its corners, top left, top
right, bottom right and bottom left of the text, in parts of UNIT of the picture's width and height,
so that they hold for the picture at any size.
"""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from local.ai.layout import Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local.ai.layout import Placed, TextBox

    Word = list[int]

# The form of what is answered. Readers leave alone what has another.
VERSION = 1
UNIT = 10_000

_WORD = re.compile(r"\S+")


def word_boxes(placed: Iterable[Placed], size: tuple[int, int], quarter_turns: int) -> list[Word]:
    """Return the words of `placed`, whose pixels are those of a picture that was turned to be read.

    Args:
        placed: boxes of text, and where the transcript has them.
        size: width and height in pixels of the picture after it was turned.
        quarter_turns: how often it was turned by 90 degrees clockwise; what is returned is for the
            picture before.
    """
    width, height = size
    return [
        [line, start + first, start + end, *_corners(box, stops, width, height, quarter_turns)]
        for line, start, box in placed
        for first, end, stops in _words(box)
    ]


def unturned(x: float, y: float, quarter_turns: int) -> tuple[float, float]:
    """Return where a point was before the picture was turned clockwise; 0 to 1 across and down,
    before and after.
    """
    for _ in range(quarter_turns % 4):
        x, y = y, 1 - x
    return x, y


def as_json(pages: Sequence[Sequence[Word]]) -> dict[str, object]:
    """Return the boxes of pictures in their order, as they stand in an answer."""
    return {
        "version": VERSION,
        "pages": [{"page": page, "words": words} for page, words in enumerate(pages, start=1)],
    }


def moved_down(words: Sequence[Word], lines: int) -> list[Word]:
    """Return `words` for a transcript in which so many lines stand above them."""
    return [[line + lines, *rest] for line, *rest in words]


def _words(box: TextBox) -> Iterator[tuple[int, int, tuple[float, float]]]:
    """Yield each word's characters in the box's text, and from where to where it goes along the box
    (0 to 1).
    """
    text = box.text.strip()
    visible = [index for index, character in enumerate(text) if not character.isspace()]
    middles = (
        box.middles
        if len(box.middles) == len(visible)
        else [(index + 0.5) / len(text) for index in visible]
    )
    at = dict(zip(visible, middles, strict=True))
    # An edge lies no further from its character than characters lie from each other, however wide
    # the gap.
    reach = 0.75 * median([after - before for before, after in pairwise(middles)] or [1.0])
    for found in _WORD.finditer(text):
        first, last = found.start(), found.end() - 1
        before = max((at[index] for index in visible if index < first), default=-1.0)
        after = min((at[index] for index in visible if index > last), default=2.0)
        left = max(at[first] - reach, (before + at[first]) / 2, 0.0)
        right = min(at[last] + reach, (at[last] + after) / 2, 1.0)
        yield first, last + 1, (left, right)


def _corners(
    box: TextBox, stops: tuple[float, float], width: int, height: int, quarter_turns: int
) -> Iterator[int]:
    top_left, top_right, bottom_right, bottom_left = box.corners
    left, right = stops
    quad = (
        _between(top_left, top_right, left),
        _between(top_left, top_right, right),
        _between(bottom_left, bottom_right, right),
        _between(bottom_left, bottom_right, left),
    )
    for point in quad:
        for part in unturned(point.x / width, point.y / height, quarter_turns):
            yield min(UNIT, max(0, round(UNIT * part)))


def _between(one: Point, other: Point, part: float) -> Point:
    return Point(one.x + part * (other.x - one.x), one.y + part * (other.y - one.y))
