"""A page as blocks, which any renderer can print: lines, pairs of label and value, tables, columns,
drawings.
"""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Text:
    lines: tuple[str, ...]
    size: float = 1.0
    """Of the page's own."""
    bold: bool = False
    align: Align = "left"
    colour: str = ""
    underlined: bool = False


@dataclass(frozen=True)
class Pairs:
    """Labels with values: `beside` in a column of their own, `line` after each other in a line,
    `above` the value, or `across`, as a table of one row whose head are the labels.
    """

    pairs: tuple[tuple[str, str], ...]
    form: Literal["beside", "line", "above", "across"] = "beside"
    colon: bool = True
    ruled: bool = False
    align: Align = "left"
    bold: str = ""
    """The label whose pair is bold."""


@dataclass(frozen=True)
class Column:
    title: str
    align: Align = "left"
    weight: float = 1.0


@dataclass(frozen=True)
class Row:
    cells: tuple[tuple[str, ...], ...]
    """Each with its lines."""
    kind: Literal["item", "sum", "carry"] = "item"


@dataclass(frozen=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    rules: Literal["all", "rows", "head", "none", "zebra"] = "head"


@dataclass(frozen=True)
class Drawing:
    """A logo without a letter, of any shape."""

    shape: Literal["disc", "bars", "wave"] = "disc"
    colour: str = "#335"


@dataclass(frozen=True)
class Picture:
    """A text as a shape: to be seen, but in no text layer."""

    text: str
    high: float = 2.0
    """In lines."""
    colour: str = "#335"


@dataclass(frozen=True)
class Split:
    """Blocks beside each other: each column with its weight."""

    columns: tuple[tuple[float, tuple["Block", ...]], ...]


@dataclass(frozen=True)
class Box:
    blocks: tuple["Block", ...]
    filled: bool = False


@dataclass(frozen=True)
class Gap:
    """In lines."""

    lines: float = 1.0


Block = Text | Pairs | Table | Drawing | Picture | Split | Box | Gap


@dataclass(frozen=True)
class Sheet:
    """One page: `foot` stands at its lower end, `side` beside all of it."""

    body: tuple[Block, ...]
    foot: tuple[Block, ...] = ()
    side: tuple[Block, ...] = ()
    side_width: float = 48
    """In millimetres."""
    is_side_right: bool = False


@dataclass(frozen=True)
class Writer:
    """How a program without a browser writes its pages."""

    family: Literal["Helvetica", "Times", "Courier"]
    order: Literal["page", "foot first", "columns", "faces", "values last", "shuffled", "upward"]
    """Of the texts in the file."""
    grain: Literal["line", "words", "runs", "glyphs", "rows"]
    """What is placed by itself: a line, a word, a sign, or all that stands beside each other;
    `runs` are lines with kerning.
    """
    has_widths: bool
    has_spaces: bool
    """As signs between words, where these are placed."""
    has_hex: bool
    is_flipped: bool
    """Points are counted from the upper edge."""
    is_packed: bool
    is_struck_twice: bool
    """Bold texts stand twice, a hair apart, as old drivers of printers made them."""
    has_ligatures: bool
    """`fi` and `fl` are one sign, as in print."""
    seed: int


@dataclass(frozen=True)
class Document:
    sheets: tuple[Sheet, ...]
    paper: Literal["A4", "Letter"] = "A4"
    font: str = "Open Sans"
    size: float = 10.0
    """In points."""
    colour: str = "#223"
    language: str = "en"
    writer: Writer | None = None
    """None: a browser prints it."""


def texts(document: Document) -> str:
    """Every word of a document in the order of its blocks, a line each."""
    found: list[str] = []
    for sheet in document.sheets:
        for block in (*sheet.body, *sheet.side, *sheet.foot):
            found += _lines(block)
    return "\n".join(found)


def _lines(block: Block) -> list[str]:
    match block:
        case Text():
            return list(block.lines)
        case Pairs():
            return [part for pair in block.pairs for part in pair]
        case Table():
            cells = [line for row in block.rows for cell in row.cells for line in cell]
            return [*(column.title for column in block.columns), *cells]
        case Split():
            return [line for _, inner in block.columns for one in inner for line in _lines(one)]
        case Box():
            return [line for one in block.blocks for line in _lines(one)]
        case _:
            return []
