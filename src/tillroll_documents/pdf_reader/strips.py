"""A page that is cut into strips: pictures of one width that lie below each other without a gap, as
office scanners write them. Operators are those of ISO 32000-1, annex A."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tillroll_documents.pdf_reader.reader import dictionary_of, object_of

if TYPE_CHECKING:
    from pypdf import PageObject

Matrix = tuple[float, float, float, float, float, float]
Operation = tuple[Any, Any]

_UNIT: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_MOST_STRIPS: Final = 100
_MOST_STATES: Final = 100
_NUMBERS: Final = 6
_SMALLEST_WIDTH: Final = 100
"""Pixels."""
_SLACK: Final = 0.01
"""So far may a strip's edges lie from where the others' say, as a share of its width."""
_SCALE_SLACK: Final = 0.03
"""A share of the height of a pixel."""


@dataclass(frozen=True, slots=True)
class _Strip:
    """A picture with its place on the page, in the page's units."""

    picture: Any
    left: float
    bottom: float
    right: float
    top: float

    @property
    def pixel(self) -> float:
        """How high a pixel is."""
        return (self.top - self.bottom) / int(self.picture["/Height"])


def strips_of(page: "PageObject") -> list[Any]:
    """The pictures of a page that is made of strips, from the top; none where it is not."""
    pictures = _pictures_of(page.get("/Resources"))
    if not 1 < len(pictures) <= _MOST_STRIPS:
        return []
    contents = page.get_contents()
    if contents is None:
        return []
    strips = _placed(contents.operations, pictures)
    if strips is None or len(strips) != len(pictures):
        return []
    strips.sort(key=lambda strip: -strip.top)
    if not _are_below_each_other(strips):
        return []
    return [strip.picture for strip in strips]


def _pictures_of(resources: Any) -> Mapping[str, Any]:
    """The wide pictures that a page names; none where it names anything else that is drawn."""
    items = dictionary_of(dictionary_of(resources).get("/XObject"))
    pictures: dict[str, Any] = {}
    for name, reference in items.items():
        item = object_of(reference)
        if dictionary_of(item).get("/Subtype") != "/Image":
            return {}
        if int(item["/Width"]) >= _SMALLEST_WIDTH:
            pictures[str(name)] = item
    return pictures


def _placed(operations: Iterable[Operation], pictures: Mapping[str, Any]) -> list[_Strip] | None:
    """The pictures where they are drawn; None where one is turned, or drawn twice, or where a
    matrix is none.
    """
    strips: dict[str, _Strip] = {}
    matrix = _UNIT
    states: list[Matrix] = []
    for operands, operator in operations:
        if operator == b"q" and len(states) < _MOST_STATES:
            states.append(matrix)
        elif operator == b"Q" and states:
            matrix = states.pop()
        elif operator == b"cm":
            change = _matrix(operands)
            if change is None:
                return None
            matrix = _product(change, matrix)
        elif operator == b"Do" and operands and str(operands[0]) in pictures:
            name = str(operands[0])
            strip = _strip(pictures[name], matrix)
            if strip is None or name in strips:
                return None
            strips[name] = strip
    return [*strips.values()]


def _strip(picture: Any, matrix: Matrix) -> _Strip | None:
    """A picture at its place, None where it does not stand upright."""
    width, turned, other_turned, height, left, bottom = matrix
    if turned or other_turned or width <= 0 or height <= 0 or int(picture["/Height"]) <= 0:
        return None
    return _Strip(picture, left=left, bottom=bottom, right=left + width, top=bottom + height)


def _are_below_each_other(strips: Sequence[_Strip]) -> bool:
    """Whether they have one width, in pixels and on the page, one scale, and no gap."""
    first = strips[0]
    slack = _SLACK * (first.right - first.left)
    for strip in strips:
        is_wide_alike = strip.picture["/Width"] == first.picture["/Width"]
        distance = max(abs(strip.left - first.left), abs(strip.right - first.right))
        is_scale_alike = abs(strip.pixel - first.pixel) <= _SCALE_SLACK * first.pixel
        if not (is_wide_alike and distance <= slack and is_scale_alike):
            return False
    return all(abs(above.bottom - below.top) <= slack for above, below in pairwise(strips))


def _matrix(operands: Sequence[Any]) -> Matrix | None:
    try:
        numbers = [float(each) for each in operands]
    except (TypeError, ValueError):
        return None
    if len(numbers) != _NUMBERS:
        return None
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])


def _product(one: Matrix, other: Matrix) -> Matrix:
    """What `one` does before `other` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )
