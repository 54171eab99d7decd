"""The text of a PDF page in layout order: upright, with what stands in forms, both kinds of them.

A form XObject is a piece of a page that is drawn as one, such as a letterhead; the reader's layout
mode passes over it. An interactive form's field (ISO 32000-1, 12.7) shows its value in a picture of
its own, which no reader takes for text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast

from tillroll_documents.pdf_reader.reader import Work, array_of, dictionary_of, object_of, piece
from tillroll_documents.pdf_reader.visible import (
    SHOWS,
    Named,
    Place,
    Seen,
    layers_off,
    look,
    without,
)

if TYPE_CHECKING:
    from pypdf import PageObject

# A page with fewer letters and digits says nothing: a scanner's own mark is no text.
FEWEST_SIGNS: Final = 40
_TURNS: Final = (0, 90, 270, 180)
_MOST_FORMS: Final = 8
_MOST_FIELDS: Final = 300
_LONGEST_VALUE: Final = 2_000
_HIDDEN: Final = 1 << 1
_LEADING: Final = 12
_FONT: Final = "/TillrollValue"
# Parts of the height of print: what is nearer is one word, what is farther another column.
_WORD = 0.1
_COLUMN = 0.75
_STRUCK = 0.1
_MOST_BLANK = 1_000
_MOST_SPACES = 10_000
# Marked content (ISO 32000-1, 14.6): it moves nothing.
_MARKS: Final = frozenset((b"BDC", b"BMC", b"EMC", b"DP", b"MP"))
_DIGITS: Final = frozenset("0123456789")
_SYMBOLIC: Final = 1 << 2
_ENCODINGS: Final = frozenset(("/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"))
_CONTROLS: Final = dict.fromkeys(range(14, 32), " ")
# Letters that a font joins (U+FB00 to U+FB06) are letters all the same.
_LIGATURES: Final = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}


@dataclass(frozen=True)
class PageText:
    """The text that a page shows, and what it holds beside. `is_forged` where a font says other
    digits than it draws: what is drawn is the text.
    """

    seen: str
    unseen: str
    is_forged: bool = False


async def text_of(page: "PageObject", work: Work) -> PageText:
    """The text in layout order; where the text has no such order in any direction, as it was
    written.
    """
    await piece(work, _show_values, page)
    off = await piece(work, _layers_off, page)
    whole, seen_of_page = await piece(work, _drawn, page, off)
    forms = await piece(work, _forms, page, seen_of_page)
    blocks = [*(form for form, _ in forms), page]
    drawn = [await piece(work, _drawn_form, form, off, page, places) for form, places in forms] + [
        whole
    ]
    visible = [await _upright(block, each, work) for block, each in zip(blocks, drawn, strict=True)]
    unseen = [
        await piece(work, _turned, each.hidden, each.rotation) for each in drawn if each.unseen
    ]
    texts = (
        mended("\n".join(block for block in each if block.strip())) for each in (visible, unseen)
    )
    return PageText(*texts, is_forged=any(each.is_forged for each in drawn))


def says_something(text: str) -> bool:
    """Whether the text has as many letters and digits as a page has."""
    return sum(sign.isalnum() for sign in text) >= FEWEST_SIGNS


def mended(text: str) -> str:
    """The text with ligatures as letters, and signs beyond U+FFFF whole, which a font may give in
    two halves.
    """
    return (
        text.encode("utf-16-le", "surrogatepass")
        .decode("utf-16-le", "replace")
        .translate(_LIGATURES)
    )


@dataclass(frozen=True)
class _Drawn:
    """What draws a page: the operators with their operands, and the fonts by their names."""

    rotation: int
    width: float
    height: float
    operations: Sequence[Any]
    fonts: dict[str, Any]
    unseen: frozenset[int] = frozenset()
    is_forged: bool = False

    @property
    def hidden(self) -> "_Drawn":
        """What draws the text that nobody sees, and no other."""
        operations = [
            each
            for number, each in enumerate(self.operations)
            if number in self.unseen or each[1] not in SHOWS
        ]
        return replace(self, operations=operations, unseen=frozenset())

    @property
    def visible(self) -> "_Drawn":
        return replace(self, operations=list(without(self.operations, self.unseen)))


def _layers_off(page: "PageObject") -> frozenset[int]:
    if page.pdf is None:
        return frozenset()
    return layers_off(getattr(page.pdf, "root_object", None))


async def _upright(page: "PageObject", whole: _Drawn, work: Work) -> str:
    """The layout of the page as it is shown; of one whose text is turned otherwise, in that
    direction.
    """
    drawn = whole.visible if whole.unseen else whole
    text = await piece(work, _turned, drawn, drawn.rotation)
    if says_something(text):
        return text
    # Without an order it cannot be told apart from what is not seen.
    if whole.unseen:
        written = ""
    else:
        written = await piece(work, page.extract_text)
    if not says_something(written):
        return text or written
    for turn in _TURNS:
        if turn == drawn.rotation:
            other = ""
        else:
            other = await piece(work, _turned, drawn, turn)
        if says_something(other):
            return other
    return written


def _drawn(
    page: "PageObject",
    off: frozenset[int],
    whole: "PageObject | None" = None,
    place: Place | None = None,
) -> tuple[_Drawn, Seen]:
    """The drawn text of a page, or of a piece of the `whole`. Half of what `extract_text` does in
    layout order, of which `_turned` is the other. pypdf has no public names.
    """
    # See `reader`.
    from pypdf.generic import ArrayObject, ContentStream, StreamObject  # noqa: PLC0415

    # pypdf offers no public way to them.
    fonts: dict[str, Any] = cast(Any, page)._layout_mode_fonts()  # noqa: SLF001
    content: Any = object_of(page.get("/Contents"))
    is_drawn = isinstance(content, (ArrayObject, StreamObject))
    if is_drawn:
        operations = ContentStream(content, page.pdf, "bytes").operations
    else:
        operations = []
    left, bottom, right, top = (float(side) for side in (whole or page).cropbox)
    if whole is not None and place is None:
        bounds = None
    else:
        bounds = (left, bottom, right, top)
    walk = look(operations, Named.of(page.get("/Resources"), off), page=bounds, place=place)
    size = float(page.mediabox.width), float(page.mediabox.height)
    is_forged = _read_as_drawn(page, fonts)
    return _Drawn(page.rotation % 360, *size, operations, fonts, walk.unseen, is_forged), walk


def _read_as_drawn(page: "PageObject", fonts: dict[str, Any]) -> bool:
    """Whether fonts call digits otherwise (`/ToUnicode`) than the glyphs that they draw are named;
    these count then. Only fonts that name their glyphs can be judged.
    """
    resources = dictionary_of(dictionary_of(page.get("/Resources")).get("/Font"))
    is_forged = False
    for name, font in fonts.items():
        encoding = font.encoding
        called = font.character_map
        if not isinstance(encoding, dict) or not _names_glyphs(dictionary_of(resources.get(name))):
            continue
        for digit in _DIGITS & {*encoding.values()}:
            if called.get(digit, digit) in _DIGITS - {digit}:
                called[digit] = digit
                is_forged = True
    return is_forged


def _names_glyphs(font: dict[str, Any]) -> bool:
    encoding = object_of(font.get("/Encoding"))
    flags = dictionary_of(font.get("/FontDescriptor")).get("/Flags", 0)
    if isinstance(encoding, dict):
        named = dictionary_of(encoding).get("/BaseEncoding")
    else:
        named = encoding
    is_symbolic = isinstance(flags, int) and bool(flags & _SYMBOLIC)
    return font.get("/Subtype") != "/Type3" and not is_symbolic and named in _ENCODINGS


def _drawn_form(
    form: "PageObject", off: frozenset[int], page: "PageObject", places: Sequence[Place] | None
) -> _Drawn:
    """What is unseen wherever the piece is drawn, is unseen: all of one that is not. None: its
    places are unknown.
    """
    if places is None:
        return _drawn(form, off, page)[0]
    drawings = [_drawn(form, off, whole=page, place=place)[0] for place in places]
    if drawings:
        return replace(
            drawings[0], unseen=drawings[0].unseen.intersection(*(each.unseen for each in drawings))
        )
    whole = _drawn(form, off, page)[0]
    return replace(whole, unseen=frozenset(range(len(whole.operations))))


def _in_one(operations: Iterable[Any]) -> Iterator[Any]:
    """The operators that show text, joined where nothing moves in between. pypdf's layout moves on
    behind a number of an array alone, so it takes the second of two for one that begins where the
    first does.
    """
    merged: list[Any] = []
    for operands, operator in operations:
        if operator in {b"Tj", b"TJ"} and operands:
            if isinstance(operands[0], list):
                parts = operands[0]
            else:
                parts = [operands[0]]
            merged += [0, *parts] if merged else parts
        elif operator not in _MARKS:
            if merged:
                yield _array(merged), b"TJ"
                merged = []
            yield operands, operator
    if merged:
        yield _array(merged), b"TJ"


def _array(parts: list[Any]) -> list[Any]:
    from pypdf.generic import ArrayObject  # noqa: PLC0415 - see `reader`

    return [ArrayObject(parts)]


def _turned(drawn: _Drawn, degrees: int) -> str:
    from pypdf._text_extraction import (  # noqa: PLC0415 - pypdf reads it late
        _layout_mode as layout,
    )

    matrix = {
        90: (0, -1, 1, 0, 0, drawn.width),
        180: (-1, 0, 0, -1, drawn.width, drawn.height),
        270: (0, 1, -1, 0, drawn.height, 0),
    }.get(degrees)
    operations = drawn.operations
    if matrix:
        # Within q and Q, since pypdf passes over a matrix outside.
        operations: Sequence[Any] = [([], b"q"), ([*matrix], b"cm"), *operations, ([], b"Q")]
    groups = layout.text_show_operations(_in_one(operations), drawn.fonts)
    if not groups:
        return ""
    return _set(layout.y_coordinate_groups(groups), layout.fixed_char_width(groups))


def _set(lines: dict[int, list[Any]], width: float) -> str:
    """The groups of text as lines of fixed width. Words that stand as near as words do are parted
    by one space, since two make another column. pypdf's own rule knows no distance: it cuts names
    whose words are set one by one.
    """
    rows: list[str] = []
    last = 0
    for y, groups in lines.items():
        height = groups[0]["font_height"]
        if rows and height:
            blank = int(abs(y - last) / height) - 1
        else:
            blank = 0
        rows += [""] * min(max(blank, 0), _MOST_BLANK)
        rows.append(_line(groups, width))
        last = y
    return "\n".join(rows)


def _line(groups: list[Any], width: float) -> str:
    line = ""
    end = 0.0
    last = ("", 0.0)
    for group in groups:
        text: str = group["text"].translate(_CONTROLS)
        if not text.strip():
            continue  # a space that is drawn says less than the place of what follows
        if text == last[0] and group["tx"] - last[1] < _STRUCK * group["font_height"]:
            continue  # struck twice, to look bold
        last = text, group["tx"]
        gap = group["tx"] - end
        size = group["font_height"] or 1.0
        column = int(group["tx"] // width) if width > 0 else 0
        if line and gap < _COLUMN * size:
            line += " " * (
                gap > _WORD * size and not line.endswith(" ") and not text.startswith(" ")
            )
        else:
            line += " " * min(max(column - len(line), 2 if line else 0), _MOST_SPACES)
        line += text
        end = group["displaced_tx"]
    return line.rstrip()


def _forms(page: "PageObject", seen: Seen) -> list[tuple["PageObject", Sequence[Place] | None]]:
    """What is drawn as one piece, each as a page of its own, with its places: None where they are
    unknown, since a piece can draw another by the page's names. What pieces hold in turn is left
    out.
    """
    from pypdf import PageObject  # noqa: PLC0415 - see above
    from pypdf.generic import NameObject, RectangleObject  # noqa: PLC0415 - not loaded at the start

    drawn = dictionary_of(dictionary_of(page.get("/Resources")).get("/XObject"))
    items = {
        str(name): reference.get_object() for name, reference in list(drawn.items())[:_MOST_FORMS]
    }
    forms = {name: item for name, item in items.items() if item.get("/Subtype") == "/Form"}
    is_known = all(item.get("/Resources") for item in forms.values())
    results: list[tuple[PageObject, Sequence[Place] | None]] = []
    for name, item in forms.items():
        piece = PageObject(pdf=page.pdf)
        piece[NameObject("/MediaBox")] = RectangleObject(tuple(page.mediabox))
        piece[NameObject("/Contents")] = item
        piece[NameObject("/Resources")] = item.get("/Resources") or page["/Resources"]
        results.append((piece, seen.pieces.get(name, [] if is_known else None)))
    return results


def _show_values(page: "PageObject") -> None:
    """Write the values of the page's text and choice fields where they are shown."""
    # See above.
    from pypdf.generic import (  # noqa: PLC0415
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
    )

    widgets = [dictionary_of(each) for each in array_of(page.get("/Annots"))[:_MOST_FIELDS]]
    lines = [line for widget in widgets for line in _lines_of(widget)]
    if not lines:
        return
    stream = DecodedStreamObject()
    stream.set_data(b"\nBT %s 10 Tf\n%s\nET\n" % (_FONT.encode(), b"\n".join(lines)))
    resources = dictionary_of(page.get("/Resources"))
    font = {
        "/Type": "/Font",
        "/Subtype": "/Type1",
        "/BaseFont": "/Helvetica",
        "/Encoding": "/WinAnsiEncoding",
    }
    named = DictionaryObject({NameObject(name): NameObject(value) for name, value in font.items()})
    fonts = DictionaryObject({**dictionary_of(resources.get("/Font")), NameObject(_FONT): named})
    page[NameObject("/Resources")] = DictionaryObject({**resources, NameObject("/Font"): fonts})
    content = page.get("/Contents")
    streams = [] if content is None else array_of(content) or [content]
    page[NameObject("/Contents")] = ArrayObject([*streams, stream])


def _lines_of(widget: dict[str, Any]) -> Iterator[bytes]:
    """The operators that show a field's value, a line each, from the top of its rectangle down."""
    value = _inherited(widget, "/V")
    place = array_of(widget.get("/Rect"))
    flags = widget.get("/F", 0)
    is_text = _inherited(widget, "/FT") in {"/Tx", "/Ch"}
    if (
        widget.get("/Subtype") != "/Widget"
        or not is_text
        or not isinstance(value, str)
        or not place
    ):
        return
    if isinstance(flags, int) and flags & _HIDDEN:
        return
    corners = [float(corner) for corner in place]
    left = min(corners[0], corners[2])
    top = max(corners[1], corners[3])
    for number, line in enumerate(value[:_LONGEST_VALUE].splitlines()):
        text = line.encode("cp1252", "replace").hex()
        yield f"1 0 0 1 {left} {top - _LEADING * (number + 1)} Tm <{text}> Tj".encode()


def _inherited(widget: dict[str, Any], name: str) -> Any:
    """The value of a field, which may stand in its parent."""
    value = object_of(widget.get(name))
    if value is None:
        return object_of(dictionary_of(widget.get("/Parent")).get(name))
    return value
