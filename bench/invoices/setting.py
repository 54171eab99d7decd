"""Places the blocks of a page as a program without a browser does: texts with their points, rules
with their ends.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.invoices.blocks import (
    Align,
    Block,
    Box,
    Document,
    Drawing,
    Gap,
    Pairs,
    Picture,
    Sheet,
    Split,
    Table,
    Text,
)
from bench.invoices.outlines import outline

MM = 72 / 25.4
PAPERS = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
_LEADING = 1.3
_SMALLER = 0.93
_SMALLEST = 5.0


@cache
def _widths() -> dict[str, dict[str, int]]:
    """Of the signs of the fonts that every reader has, in thousandths; "" is any other sign."""
    return json.loads((Path(__file__).parent / "widths.json").read_text(encoding="utf-8"))


def width(text: str, family: str, *, is_bold: bool) -> float:
    """At a size of 1."""
    if family == "Courier":
        return 0.6 * len(text)
    found = _widths()[f"{family}{'-Bold' if is_bold else ''}"]
    return sum(found.get(sign, found[""]) for sign in text) / 1000


@dataclass(frozen=True)
class Style:
    size: float
    is_bold: bool = False
    align: Align = "left"
    colour: str = "#000000"
    column: int = 0
    """Of a table."""
    is_fixed: bool = False
    """A label, which a form has before its values are known."""


@dataclass(frozen=True)
class Run:
    """A text on one line. Points are from the upper left corner, `y` at its baseline."""

    text: str
    x: float
    y: float
    style: Style
    region: int
    """0 the foot, 1 the side, 2 the rest."""
    block: int


@dataclass(frozen=True)
class Mark:
    """A rule, a filled box, or a filled shape of any points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    is_filled: bool = False


@dataclass
class Placed:
    runs: list[Run] = field(default_factory=list[Run])
    marks: list[Mark] = field(default_factory=list[Mark])


def place(document: Document, sheet: Sheet) -> Placed:
    """In smaller letters where the page is too full for its own size."""
    size = document.size
    while True:
        setter = _Setter(document, size)
        if setter.sheet(sheet) or size < _SMALLEST:
            return setter.placed
        size *= _SMALLER


class _Setter:
    def __init__(self, document: Document, size: float) -> None:
        self.placed = Placed()
        self._document, self._size = document, size
        self._family = document.writer.family if document.writer else "Helvetica"
        self._region, self._block = 2, 0

    def sheet(self, sheet: Sheet) -> bool:
        """Whether all of it had room."""
        wide, high = PAPERS[self._document.paper]
        left, right = 18 * MM, wide - 16 * MM
        foot = _Setter(self._document, self._size)
        foot_top = high - 10 * MM - foot.blocks(sheet.foot, left, 0, right - left)
        self._region = 0
        if sheet.foot:
            self.rule(left, foot_top - 5, right, "#999999")
        self.blocks(sheet.foot, left, foot_top, right - left)
        if sheet.side:
            self._region = 1
            narrow = sheet.side_width * MM
            if sheet.is_side_right:
                self.blocks(sheet.side, right - narrow, 14 * MM, narrow - 4 * MM)
                right -= narrow + 8 * MM
            else:
                self.blocks(sheet.side, left, 14 * MM, narrow - 4 * MM)
                left += narrow + 8 * MM
        self._region = 2
        end = self.blocks(sheet.body, left, 14 * MM, right - left)
        return end < foot_top - 8

    def blocks(self, blocks: Iterable[Block], x: float, y: float, wide: float) -> float:
        """Where the next block goes, as of every method below."""
        for block in blocks:
            self._block += 1
            y = self._one(block, x, y, wide)
        return y

    def _one(self, block: Block, x: float, y: float, wide: float) -> float:
        match block:
            case Text():
                end = self._text(block, x, y, wide)
            case Pairs():
                end = self._pairs(block, x, y, wide)
            case Table():
                end = self._table(block, x, y, wide)
            case Picture():
                end = self._picture(block, x, y, wide)
            case Drawing():
                end = self._drawing(block, x, y)
            case Split():
                end = self._split(block, x, y, wide)
            case Box():
                inner = (
                    self.blocks(block.blocks, x + 2.5 * MM, y + 2 * MM, wide - 5 * MM) + 1.5 * MM
                )
                if not block.filled:
                    self.placed.marks.append(Mark(_corners(x, y, x + wide, inner), "#777777"))
                end = inner + 1 * MM
            case Gap():
                end = y + block.lines * self._size * _LEADING
        return end

    # --- each kind of block

    def _text(self, block: Text, x: float, y: float, wide: float) -> float:
        style = Style(self._size * block.size, block.bold, block.align, block.colour or "#000000")
        for line in block.lines:
            for part in self._wrapped(line, wide, style):
                left = self._write(part, x, y, wide, style)
                y += style.size * _LEADING
                if block.underlined:
                    self.rule(left, y - 1, left + self._wide(part, style), "#333333")
        return y

    def _pairs(self, block: Pairs, x: float, y: float, wide: float) -> float:
        label_style, colon = Style(self._size * 0.8, is_fixed=True), ":" if block.colon else ""
        pairs = [(f"{label}{colon}", value) for label, value in block.pairs]
        match block.form:
            case "line":
                text = "   ".join(f"{label} {value}" for label, value in pairs)
                return self._text(Text((text,)), x, y, wide)
            case "above":
                for label, value in pairs:
                    self._write(label, x, y, wide, label_style)
                    y += label_style.size * _LEADING
                    y = self._text(Text((value,)), x, y, wide)
                return y
            case "across":
                return self._across(pairs, x, y, wide, is_ruled=block.ruled)
            case "beside":
                return self._beside(block, pairs, x, y, wide)

    def _across(
        self, pairs: Sequence[tuple[str, str]], x: float, y: float, wide: float, *, is_ruled: bool
    ) -> float:
        style, ends = Style(self._size * 0.8, is_fixed=True), list[float]()
        needed = [
            max(self._wide(label, style), self._wide(value, Style(self._size))) + 8
            for label, value in pairs
        ]
        scale, left = wide / sum(needed), x + 2 - wide / sum(needed) * needed[0]
        for (label, value), before, need in zip(pairs, [needed[0], *needed], needed, strict=False):
            left, each, down = left + before * scale, need * scale, y
            for part in self._wrapped(label, each - 6, style):
                self._write(part, left, down, each, style)
                down += style.size * _LEADING
            ends.append(self._text(Text((value,)), left, down, each - 4))
        if is_ruled:
            self.placed.marks.append(Mark(_corners(x, y, x + wide, max(ends)), "#888888"))
        return max(ends) + 3

    def _beside(
        self, block: Pairs, pairs: Sequence[tuple[str, str]], x: float, y: float, wide: float
    ) -> float:
        bold = Style(self._size, is_bold=True)
        labels = max(self._wide(label, bold) for label, _ in pairs) + 3 * MM
        values = max(self._wide(value, bold) for _, value in pairs)
        if labels + values > wide:  # the label then wraps
            labels = max(wide * 0.45, wide - values)
        for at, (label, value) in enumerate(pairs):
            style = Style(self._size, block.pairs[at][0] == block.bold, is_fixed=True)
            ends = [y]
            for part in self._wrapped(label, labels - 2, style):
                self._write(part, x, ends[0], labels, style)
                ends[0] += self._size * _LEADING
            if block.align == "right":
                self._write(value, x, y, wide, Style(self._size, style.is_bold, "right"))
            else:
                ends.append(
                    self._text(Text((value,), bold=style.is_bold), x + labels, y, wide - labels)
                )
            y = max(ends)
            if block.ruled:
                self.rule(x, y + 1, x + wide, "#888888")
        return y

    def _table(self, table: Table, x: float, y: float, wide: float) -> float:
        size, pad = self._size * 0.95, 1.5 * MM
        widths = self._column_widths(table, wide, size, pad)
        lefts = [x + sum(widths[:at]) for at in range(len(widths))]
        top = y
        rows = [(tuple((column.title,) for column in table.columns), "head")]
        rows += [(row.cells, row.kind) for row in table.rows]
        for cells, kind in rows:
            ends = [y + size * _LEADING]
            for at, cell in enumerate(cells):
                down, room = y, widths[at] - 2 * pad
                style = Style(
                    size,
                    kind in {"head", "sum"},
                    table.columns[at].align,
                    column=at,
                    is_fixed=kind == "head",
                )
                for line in cell:
                    for part in (
                        [line] if style.align == "right" else self._wrapped(line, room, style)
                    ):
                        self._write(part, lefts[at] + pad, down + 1 * MM, room, style)
                        down += size * _LEADING
                ends.append(down)
            y = max(ends) + 1.6 * MM
            if table.rules in {"all", "rows"} or (kind == "head" and table.rules != "none"):
                self.rule(x, y, x + wide, "#555555")
        if table.rules == "all":
            for left in (*lefts, x + wide):
                self.placed.marks.append(Mark(((left, top), (left, y)), "#555555"))
        return y + 1 * MM

    def _column_widths(self, table: Table, wide: float, size: float, pad: float) -> list[float]:
        """Each as its longest line, and what is left for the widest column."""
        longest = [
            max(
                self._wide(line, Style(size, is_bold=True))
                for line in (
                    column.title,
                    *(line for row in table.rows for line in row.cells[at] or ("",)),
                )
            )
            + 2 * pad
            for at, column in enumerate(table.columns)
        ]
        main = max(range(len(longest)), key=lambda at: table.columns[at].weight)
        if table.columns[main].weight < 2:
            return [wide / len(longest)] * len(longest)
        rest = wide - sum(longest) + longest[main]
        if rest < wide / 4:
            share = (wide * 0.7) / (sum(longest) - longest[main])
            longest = [one * share for one in longest]
            rest = wide * 0.3
        longest[main] = rest
        return longest

    def _drawing(self, drawing: Drawing, x: float, y: float) -> float:
        shapes = {
            "disc": [_corners(x, y, x + 27, y + 27), _corners(x + 18, y + 9, x + 38, y + 22)],
            "bars": [_corners(x + at, y + 8 * at / 14, x + at + 9, y + 30) for at in (0, 14, 28)],
            "wave": [
                ((x, y + 30), (x + 12, y), (x + 24, y + 18), (x + 45, y + 6), (x + 45, y + 30))
            ],
        }
        self.placed.marks += [
            Mark(points, drawing.colour, is_filled=True) for points in shapes[drawing.shape]
        ]
        return y + 34

    def _picture(self, block: Picture, x: float, y: float, wide: float) -> float:
        shape = outline(block.text)
        scale = min(block.high * self._size / shape.high, wide / shape.wide)
        for left, top, across, down in shape.boxes:
            first, second = (
                (x + left * scale, y + top * scale),
                (x + (left + across) * scale, y + (top + down) * scale),
            )
            self.placed.marks.append(Mark(_corners(*first, *second), block.colour, is_filled=True))
        return y + block.high * self._size

    def _split(self, block: Split, x: float, y: float, wide: float) -> float:
        gap = 6 * MM
        total = sum(weight for weight, _ in block.columns)
        room = wide - gap * (len(block.columns) - 1)
        ends = [y]
        for weight, blocks in block.columns:
            each = room * weight / total
            ends.append(self.blocks(blocks, x, y, each))
            x += each + gap
        return max(ends)

    # --- what they are made of

    def rule(self, left: float, y: float, right: float, colour: str) -> None:
        self.placed.marks.append(Mark(((left, y), (right, y)), colour))

    def _write(self, text: str, x: float, y: float, wide: float, style: Style) -> float:
        """Where the text starts."""
        spare = wide - self._wide(text, style)
        x += {"left": 0.0, "center": spare / 2, "right": spare}[style.align]
        writer = self._document.writer
        if writer and writer.has_ligatures:
            text = text.replace("fi", "\N{LATIN SMALL LIGATURE FI}").replace(
                "fl", "\N{LATIN SMALL LIGATURE FL}"
            )
        if text:
            self.placed.runs.append(Run(text, x, y + style.size, style, self._region, self._block))
        return x

    def _wide(self, text: str, style: Style) -> float:
        return width(text, self._family, is_bold=style.is_bold) * style.size

    def _wrapped(self, text: str, wide: float, style: Style) -> list[str]:
        lines = [""]
        for word in self._broken(text, wide, style):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self._wide(longer, style) > wide:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _broken(self, text: str, wide: float, style: Style) -> list[str]:
        """Words; at the side of a page, long ones in parts."""
        words: list[str] = []
        for word in text.split(" "):
            rest = word
            while self._region == 1 and len(rest) > 1 and self._wide(rest, style) > wide:
                count = next(
                    at
                    for at in range(len(rest) - 1, 0, -1)
                    if at == 1 or self._wide(rest[:at], style) <= wide
                )
                words.append(rest[:count])
                rest = rest[count:]
            words.append(rest)
        return words


def _corners(
    left: float, top: float, right: float, bottom: float
) -> tuple[tuple[float, float], ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))
