"""From boxes of recognised text to a transcript: the printed lines, top to bottom, columns kept
apart.

The input is what an OCR engine knows: quadrilaterals in image pixels (x to the right, y downwards)
and their text. The page may be tilted, or bent so that its tilt changes from top to bottom, but it
must be upright within 45 degrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import pairwise, permutations
from statistics import fmean, median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Boxes whose middles differ by less than this part of the smaller height, at the gap between them,
# share a line.
SAME_LINE = 0.5
# How far one box may reach into the next on the same line, in heights: detectors draw boxes wider
# than the ink.
OVERLAP = 0.8
# A box this many times longer than high, and sloping this much more or less than the page, is a
# stamp.
ELONGATED = 2.0
STAMP_SLOPE = 0.15
# Boxes nearer than this, in characters, are words of one phrase; the detector splits true columns
# further apart.
WORD_GAP = 0.7
# The tilt of the page at a box is read from this many boxes around it.
NEIGHBOURS = 7


class Point(NamedTuple):
    """A position in image pixels."""

    x: float
    y: float


@dataclass(frozen=True)
class TextBox:
    """A piece of recognised text and its corners: top left, top right, bottom right, bottom left of
    the text.

    `middles` says how far along the box each visible character stands, 0 at its left and 1 at its
    right edge; empty where that is not known.
    """

    corners: tuple[Point, Point, Point, Point]
    text: str
    middles: tuple[float, ...] = ()

    @cached_property
    def left(self) -> Point:
        """The middle of the box's left edge."""
        return _middle(self.corners[0], self.corners[3])

    @cached_property
    def right(self) -> Point:
        """The middle of the box's right edge."""
        return _middle(self.corners[1], self.corners[2])

    @cached_property
    def middle(self) -> Point:
        """The middle of the box."""
        return _middle(self.left, self.right)

    @cached_property
    def width(self) -> float:
        """The length along the line of text, in pixels."""
        return math.dist(self.left, self.right)

    @cached_property
    def height(self) -> float:
        """The length across the line of text, in pixels."""
        top_left, top_right, bottom_right, bottom_left = self.corners
        return (math.dist(top_left, bottom_left) + math.dist(top_right, bottom_right)) / 2

    @cached_property
    def slope(self) -> float:
        """How far the line of text sinks on a pixel's way to the right."""
        run = self.right.x - self.left.x
        return (self.right.y - self.left.y) / run if run > 0 else 0.0


class Placed(NamedTuple):
    """A box, the number of its line in the transcript and the first of its characters there, both
    from 0.
    """

    line: int
    start: int
    box: TextBox


def lay_out(boxes: Iterable[TextBox]) -> tuple[str, list[Placed]]:
    """Return the text of `boxes`, one printed line a line, in reading order; and where each of them
    stands in it.

    Columns are two or more spaces apart, in proportion to the printed gap. Boxes without visible
    text are left out; without any the text is empty.
    """
    written = [box for box in boxes if box.text.strip() and box.height > 0]
    if not written:
        return "", []
    character = _character_width(written)
    lines: list[str] = []
    placed: list[Placed] = []
    for number, row in enumerate(rows(written)):
        text, starts = _line(row, character)
        lines.append(text)
        placed += [Placed(number, start, box) for start, box in zip(starts, row, strict=True)]
    return "\n".join(lines), placed


def rows(boxes: Sequence[TextBox]) -> list[list[TextBox]]:
    """Group `boxes` into printed lines: lines top to bottom, the boxes of each left to right."""
    page_slope = median(box.slope for box in boxes) if boxes else 0.0
    printed = [box for box in boxes if not _stamped(box, page_slope)]
    slopes = [_slope_at(box, printed) for box in printed]
    follows = _links(printed, slopes)
    starts = set(range(len(printed))) - set(follows.values())
    lines = [[printed[i] for i in _chain(start, follows)] for start in starts]
    lines += [[box] for box in boxes if _stamped(box, page_slope)]
    return sorted(
        lines, key=lambda line: fmean(box.middle.y - page_slope * box.middle.x for box in line)
    )


def _stamped(box: TextBox, page_slope: float) -> bool:
    """Whether `box` is a stamp or a note across the print, which belongs to no line of it."""
    return box.width > ELONGATED * box.height and abs(box.slope - page_slope) > STAMP_SLOPE


def _links(boxes: Sequence[TextBox], slopes: Sequence[float]) -> dict[int, int]:
    """Map each box to the one that follows it on its line: the nearest pairs first, each side used
    once.
    """
    pairs: list[tuple[float, int, int]] = []
    for (i, box), (j, other) in permutations(enumerate(boxes), 2):
        gap = other.left.x - box.right.x
        smaller = min(box.height, other.height)
        if gap < -OVERLAP * smaller or other.left.x <= box.left.x or other.right.x <= box.right.x:
            continue
        between = (box.right.x + other.left.x) / 2
        reached = box.right.y + slopes[i] * (between - box.right.x)
        expected = other.left.y + slopes[j] * (between - other.left.x)
        if abs(reached - expected) < SAME_LINE * smaller:
            pairs.append((gap, i, j))
    follows: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in follows and j not in taken:
            follows[i] = j
            taken.add(j)
    return follows


def _chain(start: int, follows: dict[int, int]) -> list[int]:
    chain = [start]
    while chain[-1] in follows:
        chain.append(follows[chain[-1]])
    return chain


def _slope_at(box: TextBox, boxes: Sequence[TextBox]) -> float:
    """Return dy/dx of the lines around `box`, wide boxes counting for more: a short box tells its
    own tilt badly.
    """
    near = nsmallest(NEIGHBOURS, boxes, key=lambda other: abs(other.middle.y - box.middle.y))
    rise = sum(other.right.y - other.left.y for other in near)
    run = sum(other.right.x - other.left.x for other in near)
    return rise / run if run > 0 else 0.0


def _line(row: Sequence[TextBox], character: float) -> tuple[str, list[int]]:
    """Return the line's text, and where in it each box begins."""
    text = row[0].text.strip()
    starts = [0]
    for before, box in pairwise(row):
        gap = (box.left.x - before.right.x) / character
        text += " " * (1 if gap < WORD_GAP else max(2, round(gap)))
        starts.append(len(text))
        text += box.text.strip()
    return text, starts


def _character_width(boxes: Sequence[TextBox]) -> float:
    """Return the width of the page's usual character in pixels (never zero)."""
    return max(median(box.width / len(box.text.strip()) for box in boxes), 1.0)


def _middle(one: Point, other: Point) -> Point:
    return Point((one.x + other.x) / 2, (one.y + other.y) / 2)
