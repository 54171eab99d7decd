"""What a printed invoice charges for: the rows of its table, each with a description, an amount, and what else is
printed of quantity and price. Rows are believed where their amounts make a sum that is printed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from tillroll.reading.extraction import LineItem
from tillroll.reading.invoices import words
from tillroll.reading.invoices.sheet import Cell, Found, Sheet
from tillroll.reading.invoices.sums import Role, minor, role_of
from tillroll.reading.money import decimal_string

_MOST_ITEMS: Final = 200
_LONGEST_TEXT: Final = 300
_NUMBER: Final = re.compile(r"(?<![\w.,])(?P<whole>\d{1,6})(?:[.,](?P<part>\d{1,3}))?(?![\w.,]*\d)")
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_SLACK: Final = 6
"""Columns by which a cell may miss its heading: one is set to the left, the other to the right."""
_SUMS: Final = frozenset((Role.NET, Role.GROSS, Role.DUE, Role.TOTAL, Role.PREPAID, Role.TAX))
_LABEL_WORDS: Final = 4
_SENTENCE_WORDS: Final = 2
_PARTED: Final = re.compile(r"\s{2,}")
_PICKS: Final = (-1, -2, -3, 0)
"""Which of a row's amounts is its own: mostly the last; behind it the tax or the gross amount may stand."""


@dataclass(slots=True)
class _Row:
    """A row of the table; `amounts` in minor units, with their places in the line."""

    rank: int
    amounts: list[tuple[int, int, int]]
    text: list[str] = field(default_factory=list[str])
    is_last: bool = False
    """Whether a sum stands below it, or nothing."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The headings of a table: the rank of their line, and the cells by what they head."""

    rank: int
    described: Cell | None
    quantity: Cell | None


def find_items(sheet: Sheet, sums: Iterable[Found[int]]) -> tuple[LineItem, ...]:
    """The items whose amounts add up to one of the `sums` (minor units of two decimals) that is printed below them;
    empty where none do."""
    lowest: dict[int, int] = {}
    for found in sums:
        lowest[found.value] = max(found.rank, lowest.get(found.value, 0))
    for head in _heads(sheet):
        rows = list(_rows(sheet, head))[:_MOST_ITEMS]
        for pick in _PICKS:
            made = 0
            for count, row in enumerate(rows, start=1):
                if len(row.amounts) < (abs(pick) or 1):
                    break
                made += row.amounts[pick][0]
                if row.is_last and lowest.get(made, 0) > row.rank:
                    return tuple(_item(sheet, head, each, pick) for each in rows[:count])
    return ()


def _heads(sheet: Sheet) -> Iterator[_Head]:
    for rank in sorted(sheet.item_heads):
        row = sheet.rows[rank]
        cells = {kind: cell for cell in row for kind, pattern in words.HEADINGS if pattern.search(cell.text)}
        yield _Head(rank, cells.get("described"), cells.get("quantity"))


def _rows(sheet: Sheet, head: _Head) -> Iterator[_Row]:
    """The rows with an amount below the headings; text below one is the rest of its description."""
    last: _Row | None = None
    for rank in range(head.rank + 1, len(sheet.rows)):
        line = sheet.lines[rank].plain
        amounts = [(minor(match), match.start(), match.end()) for match in words.AMOUNT.finditer(line)]
        if amounts and (words.CARRIED.search(line) or _is_sentence(line, amounts)):
            continue
        if amounts and _is_sum(line, amounts):
            if last is not None:
                last.is_last = True
        elif amounts:
            if last is not None:
                yield last
            last = _Row(rank, amounts, [text] if (text := _described(sheet, head, rank, amounts[0][1])) else [])
        elif last is not None and not amounts and (text := _described(sheet, head, rank, len(line))):
            last.text.append(text)
    if last is not None:
        last.is_last = True
        yield last


def _is_sum(line: str, amounts: list[tuple[int, int, int]]) -> bool:
    """Whether the label right before one of the amounts is a sum's. Behind an item's price its tax may be named."""
    begins = [0, *(end for _, _, end in amounts)]
    for number, (begin, (_, start, _)) in enumerate(zip(begins, amounts, strict=False)):
        label = _PARTED.split(line[begin:start].strip())[-1]
        sums = _SUMS - {Role.TAX} if number else _SUMS
        if role_of(label) in sums and len(label.split()) <= _LABEL_WORDS:
            return True
    return False


def _is_sentence(line: str, amounts: list[tuple[int, int, int]]) -> bool:
    """Whether the line goes on with words behind its last amount."""
    return len(_WORD.findall(line[amounts[-1][2] :])) >= _SENTENCE_WORDS


def _described(sheet: Sheet, head: _Head, rank: int, end: int) -> str:
    """The words of the line's cells before the place, of the description's column where that is known."""
    cells = [cell for cell in sheet.rows[rank] if cell.start < end and _WORD.search(cell.text)]
    under = [cell for cell in cells if head.described is not None and _is_near(cell, head.described)]
    best = max(under or cells, key=lambda cell: len(cell.text), default=None)
    return "" if best is None else best.text[: max(0, end - best.start)].strip()


def _is_near(cell: Cell, heading: Cell) -> bool:
    return cell.start < heading.end + _SLACK and heading.start < cell.end + _SLACK


def _item(sheet: Sheet, head: _Head, row: _Row, pick: int) -> LineItem:
    value, start, end = row.amounts[pick]
    quantity = next(
        (
            match
            for cell in sheet.rows[row.rank]
            if head.quantity is not None and _is_near(cell, head.quantity) and (match := _NUMBER.search(cell.text))
        ),
        None,
    )
    count = None if quantity is None else Decimal(f"{quantity['whole']}.{quantity['part'] or 0}").normalize()
    prices = [amount for amount, at, _ in row.amounts if at < start]
    price = prices[-1] if prices and count is not None and abs(count * prices[-1] - value) <= 1 else None
    return LineItem(
        description=(" ".join(row.text) or sheet.rows[row.rank][0].text)[:_LONGEST_TEXT],
        quantity=None if count is None else f"{count:f}",
        unit_price=None if price is None else decimal_string(price, 2),
        amount=decimal_string(value, 2),
        evidence=sheet.lines[row.rank].evidence(start, end),
    )
