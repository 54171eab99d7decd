"""What a printed invoice charges for: the rows of its table, each with a description, an amount,
and what else is printed of quantity and price. Rows are believed where the amounts of one column
make a sum that is printed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, product
from typing import Final

from tillroll_documents.money import decimal_string
from tillroll_documents.reading.extraction import LineItem
from tillroll_documents.reading.invoices import sum_words
from tillroll_documents.reading.invoices.sheet import Amount, Cell, Found, Sheet
from tillroll_documents.reading.invoices.sums import PARTED, Role, role_of

_MOST_ITEMS: Final = 200
_MOST_HEADS: Final = 12
_MOST_COLUMNS: Final = 4
_MOST_TRIES: Final = 64
_LONGEST_TEXT: Final = 300
_NUMBER: Final = re.compile(r"(?<![\w.,])(?P<whole>\d{1,6})(?:[.,](?P<part>\d{1,3}))?(?![\w.,]*\d)")
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_SLACK: Final = 6
"""Columns by which a cell may miss its heading: one is set to the left, the other to the right."""
_ALIGNED: Final = 2
"""Columns by which the ends of amounts under each other may differ."""
_DESCRIBED: Final = dict(sum_words.HEADINGS)["described"]
_SUMS: Final = frozenset((Role.NET, Role.GROSS, Role.DUE, Role.TOTAL, Role.PREPAID, Role.TAX))
_LABEL_WORDS: Final = 4
_SENTENCE_WORDS: Final = 2


@dataclass(slots=True)
class _Row:
    """A row of the table: the amount of its column, and its description."""

    rank: int
    amount: Amount
    text: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class _Head:
    """The headings of a table: the rank of their line, and the cells by what they head."""

    rank: int
    described: Cell | None = None
    quantity: Cell | None = None
    amount: Cell | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows under one line of headings: a table goes on over pages, where its columns may stand
    elsewhere.
    """

    head: _Head
    column: Sequence[_Row]


def find_items(sheet: Sheet, sums: Iterable[Found[int]]) -> tuple[LineItem, ...]:
    """The items whose amounts add up to one of the `sums` (minor units of two decimals) that is
    printed below them; empty where none do.
    """
    lowest: dict[int, int] = {}
    for total in sums:
        lowest[total.value] = max(total.rank, lowest.get(total.value, 0))
    if not lowest:
        return ()
    last = max(lowest.values())
    heads = [head for head in _heads(sheet) if head.rank < last][:_MOST_HEADS]
    ends = [*(head.rank for head in heads[1:]), last]
    tables = [_columns(sheet, head, end) for head, end in zip(heads, ends, strict=False)]
    for first in range(len(tables)):
        for parts in islice(product(*tables[first:]), _MOST_TRIES):
            rows = _adding_up(parts, lowest)
            if rows:
                return tuple(_item(sheet, head, row) for head, row in rows)
    for part in _columns(sheet, _Head(-1), last):
        rows = _ending_in_sum(part.column, lowest)
        if rows:
            return tuple(_item(sheet, part.head, row) for row in rows)
    return ()


def _adding_up(parts: Sequence[_Part], lowest: dict[int, int]) -> list[tuple[_Head, _Row]]:
    """The rows from the first on that make a sum which stands below them, with no other row in
    between. What is carried to the next page is the sum of the rows before, and no row.
    """
    accepted: list[tuple[_Head, _Row]] = []
    total = 0
    for number, part in enumerate(parts):
        for place, row in enumerate(part.column):
            is_at_break = (place == 0 and number > 0) or (
                row is part.column[-1] and part is not parts[-1]
            )
            if is_at_break and row.amount.value == total and len(accepted) > 1 - (number > 0):
                continue
            accepted.append((part.head, row))
            total += row.amount.value
            following = part.column[place + 1 : place + 2] or [
                row for later in parts[number + 1 :] for row in later.column
            ]
            if row.rank < lowest.get(total, 0) and not (
                following and following[0].rank < lowest[total]
            ):
                return accepted[:_MOST_ITEMS]
    return []


def _ending_in_sum(column: Sequence[_Row], lowest: dict[int, int]) -> Sequence[_Row]:
    """Find items without headings: the two or more rows right above a sum that they make."""
    for value, rank in lowest.items():
        above = [row for row in column if row.rank < rank]
        total = 0
        for count, row in enumerate(reversed(above[-_MOST_ITEMS:]), start=1):
            total += row.amount.value
            if total == value and count > 1:
                return above[-count:]
    return ()


def _heads(sheet: Sheet) -> Iterator[_Head]:
    for rank in sorted(sheet.item_heads):
        row = sheet.rows[rank]
        cells = {
            kind: cell
            for cell in row
            for kind, pattern in sum_words.HEADINGS
            if pattern.search(cell.text)
        }
        yield _Head(
            rank, cells.get("described"), quantity=cells.get("quantity"), amount=cells.get("amount")
        )


def tells_of_goods(sheet: Sheet, cell: Cell) -> bool:
    """Whether the cell stands among the descriptions of a table of goods: on a row or right below
    one, before any sum.
    """
    head = max((rank for rank in sheet.item_heads if rank < cell.rank), default=None)
    if head is None or not (sheet.amounts[cell.rank] or sheet.amounts[cell.rank - 1]):
        return False
    described = [each for each in sheet.rows[head] if _DESCRIBED.search(each.text)]
    if not any(each.overlaps(cell) for each in described):
        return False
    ranks = range(head + 1, cell.rank + 1)
    return not any(
        _is_sum(sheet.lines[rank].plain, sheet.amounts[rank])
        for rank in ranks
        if sheet.amounts[rank]
    )


def _columns(sheet: Sheet, head: _Head, end: int) -> list[_Part]:
    """The columns of amounts below the headings, the one under the heading of amounts first, then
    from the right.
    """
    ranks = range(head.rank + 1, end)
    amounts = sorted((amount.end, rank, amount) for rank in ranks for amount in _row(sheet, rank))
    columns: list[dict[int, Amount]] = []
    before = -_ALIGNED - 1
    for place, rank, amount in amounts:
        if place - before > _ALIGNED:
            columns.append({})
        columns[-1][rank] = amount
        before = place

    def distance(column: dict[int, Amount]) -> tuple[bool, int]:
        if head.amount:
            far = min((abs(amount.end - head.amount.end) for amount in column.values()), default=0)
        else:
            far = 0
        return far > _SLACK, -max(amount.end for amount in column.values())

    best = sorted(columns, key=distance)[:_MOST_COLUMNS]
    rows = {rank: _row(sheet, rank) for rank in ranks}
    last = {rank: row[-1] for rank, row in rows.items() if row}
    if best and len(last) > len(best[0]):
        best.insert(1, last)  # print of unequal widths shifts the ends of a column
    return [
        _Part(head, _described_rows(sheet, head, end=end, column=column)) for column in best
    ] or [_Part(head, ())]


def _row(sheet: Sheet, rank: int) -> Sequence[Amount]:
    """The amounts of a line that may be a row of goods: it has words, and is no sum and no
    sentence.
    """
    line = sheet.lines[rank].plain
    amounts = sheet.amounts[rank]
    if (
        not amounts
        or sum_words.CARRIED.search(line)
        or not _WORD.search(line)
        or _is_sum(line, amounts)
    ):
        return ()
    if _is_sentence(sheet, rank, amounts[-1]):
        return ()
    return amounts


def _described_rows(sheet: Sheet, head: _Head, end: int, column: dict[int, Amount]) -> list[_Row]:
    """The rows of a column; text below one is the rest of its description."""
    rows: list[_Row] = []
    for rank in range(head.rank + 1, end):
        amount = column.get(rank)
        if amount:
            text = _described(sheet, head, rank=rank, end=sheet.amounts[rank][0].start)
            rows.append(_Row(rank, amount, [text] if text else []))
        elif rows and not sheet.amounts[rank]:
            text = _described(sheet, head, rank=rank, end=rows[-1].amount.start)
            if text:
                rows[-1].text.append(text)
    return rows


def _is_sum(line: str, amounts: Sequence[Amount]) -> bool:
    """Whether the label right before one of the amounts is a sum's. Behind an item's price its tax
    may be named.
    """
    begins = [0, *(each.end for each in amounts)]
    for number, (begin, amount) in enumerate(zip(begins, amounts, strict=False)):
        label = PARTED.split(line[begin : amount.start].strip())[-1]
        sums = _SUMS - {Role.TAX} if number else _SUMS
        if role_of(label) in sums and len(label.split()) <= _LABEL_WORDS:
            return True
    return False


def _is_sentence(sheet: Sheet, rank: int, last: Amount) -> bool:
    """Whether the cell goes on with words behind the line's last amount."""
    cell = next((each for each in sheet.rows[rank] if each.start <= last.start < each.end), None)
    return (
        cell is not None
        and len(_WORD.findall(cell.text[last.end - cell.start :])) >= _SENTENCE_WORDS
    )


def _described(sheet: Sheet, head: _Head, rank: int, end: int) -> str:
    """The words of the line's cells before the place, of the description's column where that is
    known.
    """
    cells = [cell for cell in sheet.rows[rank] if cell.start < end and _WORD.search(cell.text)]
    under = [
        cell for cell in cells if head.described is not None and _is_near(cell, head.described)
    ]
    best = max(under or cells, key=lambda cell: len(cell.text), default=None)
    if best is None:
        return ""
    return best.text[: max(0, end - best.start)].strip()


def _is_near(cell: Cell, heading: Cell) -> bool:
    return cell.start < heading.end + _SLACK and heading.start < cell.end + _SLACK


def _item(sheet: Sheet, head: _Head, row: _Row) -> LineItem:
    value = row.amount.value
    start = row.amount.start
    numbers = (
        _NUMBER.search(cell.text)
        for cell in sheet.rows[row.rank]
        if head.quantity is not None and _is_near(cell, head.quantity)
    )
    quantity = next(filter(None, numbers), None)
    if quantity is None:
        count = None
    else:
        count = Decimal(f"{quantity['whole']}.{quantity['part'] or 0}").normalize()
    prices = [amount.value for amount in sheet.amounts[row.rank] if amount.start < start]
    if prices and count is not None and abs(count * prices[-1] - value) <= 1:
        price = prices[-1]
    else:
        price = None
    return LineItem(
        description=(" ".join(row.text) or sheet.rows[row.rank][0].text)[:_LONGEST_TEXT],
        quantity=None if count is None else f"{count:f}",
        unit_price=None if price is None else decimal_string(price, 2),
        amount=decimal_string(value, 2),
        evidence=sheet.lines[row.rank].evidence(start, row.amount.end),
    )
