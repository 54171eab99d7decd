"""What of a page's text is seen: text may be drawn unseen, outside, tiny, in the paper's colour, on
a layer that is switched off, be painted over, or stand in a piece that is never drawn.

A reader of the page sees none of that, so it must not be read. The scanner's own text behind a scan
is of this kind as well. Colours are compared without the picture: where something unknown lies
below or above, the text counts as seen. Operators and their operands are those of ISO 32000-1,
annex A.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from tillroll_documents.pdf_reader.reader import array_of, dictionary_of, object_of

Operation = tuple[Any, Any]
_Matrix = tuple[float, float, float, float, float, float]
_Box = tuple[float, float, float, float]

_UNIT: Final[_Matrix] = (1, 0, 0, 1, 0, 0)
_UNIT_SQUARE: Final = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_EVERYWHERE: Final[_Box] = (-1e9, -1e9, 1e9, 1e9)
SHOWS: Final = frozenset((b"Tj", b"TJ", b"'", b'"'))
_FILLS: Final = frozenset((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_ENDS_PATH: Final = _FILLS | {b"S", b"s", b"n"}
_ON_NEXT_LINE: Final = frozenset((b"'", b'"'))
_PLAIN_SPACES: Final = frozenset(
    ("/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/CalGray", "/CalRGB", "/ICCBased")
)
# Text render modes (table 106): 3 paints nothing, 7 only clips.
_UNSEEN_MODES: Final = frozenset((3, 7))
_STROKED_MODES: Final = frozenset((1, 2, 5, 6))
_SMALLEST_PRINT: Final = 1.5
"""Points. The smallest print that terms are set in has four."""
_PAPER: Final = 0.97
_OPAQUE = 0.95
_CLEAR = 0.05
_SLACK: Final = 1.0
_MOST_PAINTED: Final = 400
"""Areas of one page that text is compared with; beyond them, colours are not judged."""
_MOST_STATES: Final = 100
_MOST_PLACES: Final = 4
"""So many places a piece has that is drawn several times. Further ones are taken for the first."""
_LAST: Final = 1 << 30
_MOST_NAMES: Final = 300


@dataclass(frozen=True)
class Named:
    """What the names in a page's operators stand for: fonts whose size says nothing, since each
    letter is a drawing; colour spaces whose numbers are grey, RGB or CMYK; opaque pictures; how
    opaque what is painted becomes; pieces (form XObjects) with their box and matrix; objects and
    marks (`/OC`) of layers that are switched off.
    """

    drawn_fonts: frozenset[str] = frozenset()
    plain_spaces: frozenset[str] = _PLAIN_SPACES
    pictures: frozenset[str] = frozenset()
    opacities: Mapping[str, float] = field(default_factory=dict[str, float])
    pieces: Mapping[str, tuple[_Box, _Matrix]] = field(
        default_factory=dict[str, tuple[_Box, _Matrix]]
    )
    off: frozenset[str] = frozenset()
    off_marks: frozenset[str] = frozenset()

    @classmethod
    def of(cls, resources: Any, layers_off: frozenset[int] = frozenset()) -> "Named":
        """`layers_off` are the numbers of the layers' objects that are switched off."""
        dictionary = dictionary_of(resources)
        marks = list(dictionary_of(dictionary.get("/Properties")).items())[:_MOST_NAMES]
        fonts, spaces, objects, states = (
            {
                str(name): object_of(each)
                for name, each in list(dictionary_of(dictionary.get(kind)).items())[:_MOST_NAMES]
            }
            for kind in ("/Font", "/ColorSpace", "/XObject", "/ExtGState")
        )
        opacities = {name: _opacity(dictionary_of(each)) for name, each in states.items()}
        boxes = {name: _box_and_matrix(dictionary_of(each)) for name, each in objects.items()}
        return cls(
            frozenset(
                name
                for name, each in fonts.items()
                if dictionary_of(each).get("/Subtype") == "/Type3"
            ),
            _PLAIN_SPACES
            | {
                name
                for name, each in spaces.items()
                if str((array_of(each) or [each])[0]) in _PLAIN_SPACES
            },
            pictures=frozenset(
                name for name, each in objects.items() if _is_opaque_picture(dictionary_of(each))
            ),
            opacities={name: opacity for name, opacity in opacities.items() if opacity is not None},
            pieces={name: box for name, box in boxes.items() if box is not None},
            off=frozenset(
                name
                for name, each in objects.items()
                if _is_off(dictionary_of(each).get("/OC"), layers_off)
            ),
            off_marks=frozenset(str(name) for name, each in marks if _is_off(each, layers_off)),
        )


def layers_off(catalog: Any) -> frozenset[int]:
    """The numbers of the objects that stand for layers which are not shown when the file is opened
    (8.11.4.3).
    """
    properties = dictionary_of(dictionary_of(catalog).get("/OCProperties"))
    configuration = dictionary_of(properties.get("/D"))
    numbers = map(_number_of, array_of(configuration.get("/OFF"))[:_MOST_NAMES])
    off = {number for number in numbers if number is not None}
    if configuration.get("/BaseState") != "/OFF":
        return frozenset(off)
    on = {_number_of(each) for each in array_of(configuration.get("/ON"))[:_MOST_NAMES]}
    every = {_number_of(each) for each in array_of(properties.get("/OCGs"))[:_MOST_NAMES]}
    return frozenset(number for number in every - on if number is not None)


def _number_of(reference: Any) -> int | None:
    number = getattr(reference, "idnum", None)
    if isinstance(number, int):
        return number
    return None


def _is_off(reference: Any, layers_off: frozenset[int]) -> bool:
    """Whether a layer, or all layers of a group of them, is switched off."""
    if not layers_off or reference is None:
        return False
    dictionary = dictionary_of(reference)
    if dictionary.get("/Type") != "/OCMD":
        return _number_of(reference) in layers_off
    layers = dictionary.get("/OCGs")
    each = array_of(layers) or [layers]
    return all(_number_of(layer) in layers_off for layer in each)


def _box_and_matrix(item: dict[str, Any]) -> tuple[_Box, _Matrix] | None:
    """The box of a piece in its own coordinates, and what places these; None where it is none."""
    if item.get("/Subtype") != "/Form":
        return None
    box = _numbers(array_of(item.get("/BBox")))
    matrix = _numbers(array_of(item.get("/Matrix")))
    if len(box) == len(_EVERYWHERE):
        bounds = _bounds([(box[0], box[1]), (box[2], box[3])], _UNIT)
    else:
        bounds = _EVERYWHERE
    return bounds, _matrix(matrix) if len(matrix) == len(_UNIT) else _UNIT


def _opacity(state: dict[str, Any]) -> float | None:
    """Read the opacity from 0 to 1. It is a half where what is below shines through in some other
    way, and None where nothing is said.
    """
    if (
        state.get("/BM", "/Normal") not in {"/Normal", "/Compatible"}
        or state.get("/SMask", "/None") != "/None"
    ):
        return 0.5
    alpha = state.get("/ca")
    if isinstance(alpha, int | float):
        return float(alpha)
    return None


def _is_opaque_picture(item: dict[str, Any]) -> bool:
    see_through = ("/SMask", "/Mask", "/ImageMask")
    return item.get("/Subtype") == "/Image" and not any(item.get(name) for name in see_through)


@dataclass(frozen=True)
class _State:
    """The graphics state, as far as it hides text. `colour` is the lightness of what is filled,
    None if unknown; `size` None for a font of drawings.
    """

    matrix: _Matrix = _UNIT
    colour: float | None = 0.0
    is_plain: bool = True
    opacity: float = 1.0
    size: float | None = 0.0
    mode: int = 0
    leading: float = 0.0
    clip: _Box | None = None


@dataclass(frozen=True)
class _Painted:
    """An area on the page that was filled, by its bounds; in which order, and how light."""

    box: _Box
    order: int
    colour: float | None
    covers: bool


@dataclass
class _Text:
    """An operator that shows text: its number among all, and where it begins."""

    number: int
    x: float
    y: float
    colour: float | None
    height: float


@dataclass(frozen=True)
class Place:
    """Where a piece is drawn: in which state, and what is painted below and above it."""

    state: _State
    below: Sequence[_Painted]
    above: Sequence[_Painted]


class _Walk:
    """Goes through the operators of a page, or of a piece that has this place, in their order."""

    def __init__(self, named: Named, page: _Box | None, place: Place | None = None) -> None:
        self.named = named
        self.page = page
        self.painted: list[_Painted]
        if place is None:
            self.painted = []
        else:
            self.painted = [*place.below, *place.above]
        self.texts: list[_Text] = []
        self.unseen: set[int] = set()
        self.pieces: list[tuple[str, int, _State]] = []
        self._number = 0
        self._state = _State() if place is None else place.state
        self._marks: list[bool] = []
        self._kept: list[_State] = []
        self._line = _UNIT
        self._path: list[tuple[float, float]] = []
        self._is_box = True
        self._clips = False

    def take(self, number: int, operands: Any, operator: bytes) -> None:
        """The operator with this number. One with operands that it does not have is passed over, as
        readers do.
        """
        self._number = number
        if operator in SHOWS:
            self._show(operator)
        elif operator in _ENDS_PATH:
            self._end_path(operator in _FILLS)
        elif step := _STEPS.get(operator):
            step(self)
        elif named := _BY_NAME.get(operator) if operands and isinstance(operands[0], str) else None:
            named(self, str(operands[0]), operands[1:])
        elif by_numbers := _BY_NUMBERS.get(operator):
            count, do = by_numbers
            values = _numbers(operands)
            if len(values) == count or (count == 0 and values):
                do(self, values)

    def _change(self, **changes: Any) -> None:
        self._state = replace(self._state, **changes)

    def begin_mark(self, tag: str, properties: Any) -> None:
        is_off = tag == "/OC" and bool(properties) and str(properties[0]) in self.named.off_marks
        self._marks.append(is_off)

    def end_mark(self) -> None:
        if self._marks:
            self._marks.pop()

    def keep(self) -> None:
        if len(self._kept) < _MOST_STATES:
            self._kept.append(self._state)

    def restore(self) -> None:
        if self._kept:
            self._state = self._kept.pop()

    def begin_text(self) -> None:
        self._line = _UNIT

    def next_line(self) -> None:
        self._line = _product((1, 0, 0, 1, 0, -self._state.leading), self._line)

    def clip(self) -> None:
        self._clips = True

    def shade(self) -> None:
        self._paint(_EVERYWHERE, None, covers=False)

    def show_inline(self) -> None:
        self._paint(_bounds(_UNIT_SQUARE, self._state.matrix), None, covers=False)

    def show_object(self, name: str, _: Any) -> None:
        if name in self.named.off or any(self._marks):
            return
        piece = self.named.pieces.get(name)
        if piece is not None:
            self._place(name, *piece)
            return
        covers = name in self.named.pictures and self._state.opacity >= _OPAQUE
        self._paint(_bounds(_UNIT_SQUARE, self._state.matrix), None, covers=covers)

    def _place(self, name: str, box: _Box, matrix: _Matrix) -> None:
        state = self._state
        whole = _product(matrix, state.matrix)
        left, bottom, right, top = box
        clip = _bounds([(left, bottom), (right, bottom), (left, top), (right, top)], whole)
        clip = clip if state.clip is None else _common(clip, state.clip)
        self.pieces.append((name, self._number, replace(state, matrix=whole, clip=clip)))

    def set_font(self, name: str, operands: Any) -> None:
        size = _numbers(operands)
        self._change(size=None if name in self.named.drawn_fonts or not size else size[0])

    def set_state(self, name: str, _: Any) -> None:
        self._change(opacity=self.named.opacities.get(name, self._state.opacity))

    def set_space(self, name: str, _: Any) -> None:
        self._change(colour=None, is_plain=name in self.named.plain_spaces)

    def set_pattern(self, _: str, __: Any) -> None:
        self._change(colour=None)

    def set_matrix(self, values: list[float]) -> None:
        self._change(matrix=_product(_matrix(values), self._state.matrix))

    def set_line(self, values: list[float]) -> None:
        self._line = _matrix(values)

    def move_line(self, values: list[float]) -> None:
        self._line = _product((1, 0, 0, 1, values[0], values[1]), self._line)

    def move_and_lead(self, values: list[float]) -> None:
        self._change(leading=-values[1])
        self.move_line(values)

    def set_leading(self, values: list[float]) -> None:
        self._change(leading=values[0])

    def set_mode(self, values: list[float]) -> None:
        self._change(mode=int(values[0]))

    def set_device_colour(self, values: list[float]) -> None:
        self._change(colour=_lightness(values), is_plain=True)

    def set_colour(self, values: list[float]) -> None:
        self._change(colour=_lightness(values) if self._state.is_plain else None)

    def draw(self, values: list[float]) -> None:
        self._path += zip(values[::2], values[1::2], strict=False)
        self._is_box = False

    def draw_box(self, values: list[float]) -> None:
        x, y, width, height = values
        self._path += [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]

    def _show(self, operator: bytes) -> None:
        state = self._state
        if operator in _ON_NEXT_LINE:
            self.next_line()
        a, b, c, d, x, y = _product(self._line, state.matrix)
        scale = max((c * c + d * d) ** 0.5, (a * a + b * b) ** 0.5)
        if state.size is None:
            height = _SMALLEST_PRINT
        else:
            height = abs(state.size) * scale
        is_outside = any(
            box is not None and not _holds(box, x, y) for box in (self.page, state.clip)
        )
        is_off = is_outside or any(self._marks)
        if (
            state.mode in _UNSEEN_MODES
            or is_off
            or height < _SMALLEST_PRINT
            or state.opacity < _CLEAR
        ):
            self.unseen.add(self._number)
        else:
            if state.mode in _STROKED_MODES:
                colour = None
            else:
                colour = state.colour
            self.texts.append(_Text(self._number, x, y=y, colour=colour, height=height))

    def _end_path(self, fills: bool) -> None:
        state = self._state
        if self._path:
            box = _bounds(self._path, state.matrix)
            if fills:
                self._paint(box, state.colour, covers=self._is_box and state.opacity >= _OPAQUE)
            if self._clips:
                self._change(clip=box if state.clip is None else _common(box, state.clip))
        self._path = []
        self._clips = False
        self._is_box = True

    def _paint(self, box: _Box, colour: float | None, *, covers: bool) -> None:
        if not any(self._marks) and len(self.painted) <= _MOST_PAINTED:
            self.painted.append(_Painted(box, self._number, colour=colour, covers=covers))


_STEPS: Final[Mapping[bytes, Callable[[_Walk], None]]] = {
    b"q": _Walk.keep,
    b"Q": _Walk.restore,
    b"BT": _Walk.begin_text,
    b"T*": _Walk.next_line,
    b"W": _Walk.clip,
    b"W*": _Walk.clip,
    b"EMC": _Walk.end_mark,
    b"sh": _Walk.shade,
    b"INLINE IMAGE": _Walk.show_inline,
}
_BY_NAME: Final[Mapping[bytes, Callable[[_Walk, str, Any], None]]] = {
    b"Do": _Walk.show_object,
    b"BMC": _Walk.begin_mark,
    b"BDC": _Walk.begin_mark,
    b"Tf": _Walk.set_font,
    b"gs": _Walk.set_state,
    b"cs": _Walk.set_space,
    b"scn": _Walk.set_pattern,
}
_BY_NUMBERS: Final[Mapping[bytes, tuple[int, Callable[[_Walk, list[float]], None]]]] = {
    b"cm": (6, _Walk.set_matrix),
    b"Tm": (6, _Walk.set_line),
    b"Td": (2, _Walk.move_line),
    b"TD": (2, _Walk.move_and_lead),
    b"TL": (1, _Walk.set_leading),
    b"Tr": (1, _Walk.set_mode),
    b"g": (1, _Walk.set_device_colour),
    b"rg": (3, _Walk.set_device_colour),
    b"k": (4, _Walk.set_device_colour),
    b"sc": (0, _Walk.set_colour),
    b"scn": (0, _Walk.set_colour),
    b"m": (2, _Walk.draw),
    b"l": (2, _Walk.draw),
    b"c": (6, _Walk.draw),
    b"v": (4, _Walk.draw),
    b"y": (4, _Walk.draw),
    b"re": (4, _Walk.draw_box),
}
"""How many numbers an operator takes, 0 for any."""


@dataclass(frozen=True)
class Seen:
    """The numbers of the operators whose text nobody sees, and the places of the pieces that are
    drawn, by name.
    """

    unseen: frozenset[int]
    pieces: Mapping[str, Sequence[Place]]


def look(
    operations: Sequence[Operation], named: Named, page: _Box | None, place: Place | None = None
) -> Seen:
    """Look at what draws a page of these bounds (left, bottom, right, top; None where they are not
    known), or a piece of it that has this place.
    """
    walk = _Walk(named, page, place)
    for number, (operands, operator) in enumerate(operations):
        walk.take(number, operands, operator)
    if len(walk.painted) <= _MOST_PAINTED:
        walk.unseen.update(text.number for text in walk.texts if _is_hidden(text, walk.painted))
    pieces: dict[str, list[Place]] = {}
    for name, order, state in walk.pieces:
        below = [replace(each, order=-1) for each in walk.painted if each.order < order]
        above = [replace(each, order=_LAST) for each in walk.painted if each.order > order]
        places = pieces.setdefault(name, [])
        if len(places) < _MOST_PLACES:
            places.append(Place(state, below, above))
    return Seen(frozenset(walk.unseen), pieces)


def _is_hidden(text: _Text, painted: Sequence[_Painted]) -> bool:
    """Whether something covers the text later, or it has the paper's colour where nothing else lies
    below.
    """
    x = text.x + text.height / 4
    y = text.y + text.height / 4
    around = [each for each in painted if _holds(each.box, x, y, slack=0.0)]
    if any(each.covers and each.order > text.number for each in around):
        return True
    if text.colour is None or text.colour < _PAPER:
        return False
    below = [each for each in around if each.order < text.number]
    return all(each.colour is not None and each.colour >= _PAPER for each in below[-1:])


def _numbers(operands: Any) -> list[float]:
    """The operands; empty where one of them is no number."""
    try:
        return [float(value) for value in operands]
    except (TypeError, ValueError):
        return []


def _lightness(values: Sequence[float]) -> float | None:
    """0 for black, 1 for white: of grey, RGB or CMYK, by how many numbers there are."""
    if len(values) in {1, 3}:
        return min(values)
    if len(values) == 4:
        return 1 - max(values)
    return None


def _matrix(values: Sequence[float]) -> _Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


def _product(one: _Matrix, other: _Matrix) -> _Matrix:
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


def _bounds(path: Sequence[tuple[float, float]], matrix: _Matrix) -> _Box:
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x, y in path]
    ys = [b * x + d * y + f for x, y in path]
    return min(xs), min(ys), max(xs), max(ys)


def _common(one: _Box, other: _Box) -> _Box:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def _holds(box: _Box, x: float, y: float, slack: float = _SLACK) -> bool:
    return box[0] - slack <= x <= box[2] + slack and box[1] - slack <= y <= box[3] + slack


def without(operations: Sequence[Operation], hidden: frozenset[int]) -> Iterator[Operation]:
    """The operations without the text that is hidden; what moves to the next line still does."""
    for number, (operands, operator) in enumerate(operations):
        if number not in hidden:
            yield operands, operator
        elif operator in _ON_NEXT_LINE:
            yield [], b"T*"
