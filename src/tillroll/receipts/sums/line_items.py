"""The goods: description, quantity, unit price and amount of each line above the first sum."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Final

from tillroll.receipts.amounts.amounts import PrintedAmount
from tillroll.receipts.amounts.labels import LabelledAmount, Role, role_of
from tillroll.receipts.amounts.money import decimal_string
from tillroll.receipts.extraction import Evidence, LineItem
from tillroll.receipts.languages import Concept
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line

_NUMBER: Final = re.compile(r"(?<![\w.,])[0-9]{1,6}(?:[.,][0-9]{1,4})?(?![0-9])")
_COUNT: Final = re.compile(
    r"^\s*(?P<first>[0-9]{1,3})(?:\s?[xX*@]|\s)\s*(?=[^\W_])|(?<![\w.,])(?P<times>[0-9]{1,3})\s?[xX*@](?!\w)"
)
_CODE: Final = re.compile(r"^(?:[0-9]{4,}|[A-Z]{1,3}[0-9]{2,}|[0-9]+[.)])\s+")
_TAIL: Final = re.compile(r"(?:\s+[0-9.,]+|\s+(?:RM|[$€£¥])|\s*[*@]|\s[xX]|\s{2,}[A-Z]{1,2})+\s*$")
_WORD: Final = re.compile(r"[^\W\d_]{3}|[^\W\d_\x00-\x7f]{2}")
_MAX_ITEMS: Final = 200
_GOODS: Final = frozenset({Role.NONE, Role.COUNT, Role.IGNORED, Role.DISCOUNT})
"""Roles that may stand among the goods; the first other one is the first sum."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line that ends in an amount."""

    line: Line
    amount: PrintedAmount
    text: str
    """What stands before the amount."""
    description: str
    """The words in that."""

    @property
    def is_described(self) -> bool:
        """Whether words stand there, not only codes and numbers."""
        return bool(_WORD.search(self.description))


def find_line_items(page: Page, labelled: Sequence[LabelledAmount], digits: int) -> tuple[LineItem, ...]:
    """The goods in reading order, at most _MAX_ITEMS; `digits` are those of the currency after the point.

    A row without words takes its description from the line above or below, as the receipt does it elsewhere.
    Quantity and unit price are given when their product is the amount, a quantity alone when it is printed as one.
    """
    rows = list(_rows(page, labelled))[:_MAX_ITEMS]
    taken = {row.line.index for row in rows}
    above = _described_above(page, rows, taken)
    items: list[LineItem] = []
    for row in rows:
        other = None if row.is_described else _neighbour(page, row.line, taken, step=-1 if above else 1)
        description = row.description if other is None else _description(other.plain)
        if not description:
            continue
        quantity, price = _quantity(row, digits)
        if quantity is None and other is not None:
            quantity = _printed_count(other.plain)
        items.append(
            LineItem(
                description=description,
                quantity=quantity,
                unit_price=price,
                amount=decimal_string(row.amount.minor, digits),
                evidence=Evidence(line=row.line.index, text=row.line.text, start=row.amount.start, end=row.amount.end),
            )
        )
    return tuple(items)


def _rows(page: Page, labelled: Sequence[LabelledAmount]) -> Iterator[_Row]:
    """The last exact amounts of the lines between the columns' headings and the first sum."""
    first_sum = next((item.line for item in labelled if item.role not in _GOODS and item.amount.exact), None)
    heading = max(
        (line.index for line in page.lines if page.heads_goods(line) and (first_sum is None or line.index < first_sum)),
        default=-1,
    )
    lines = {line.index: line for line in page.lines}
    last: dict[int, LabelledAmount] = {}
    for item in labelled:
        if item.role is Role.NONE and item.amount.exact and item.line > heading:
            if first_sum is not None and item.line >= first_sum:
                break
            last[item.line] = item
    for index, item in last.items():
        line = lines[index]
        text = line.plain[: item.amount.start]
        yield _Row(line, item.amount, text, _description(text))


def _has_words(text: str) -> bool:
    """Whether the text describes: a word beside codes, marks and units."""
    return bool(_WORD.search(_description(text)))


def _described_above(page: Page, rows: Sequence[_Row], taken: set[int]) -> bool:
    """Whether bare rows have their description above them: the first one has words there, the last one none below."""
    bare = [row for row in rows if not row.is_described]
    above = [_neighbour(page, row.line, taken, step=-1) is not None for row in bare]
    below = [_neighbour(page, row.line, taken, step=1) is not None for row in bare]
    if not bare or above[0] != below[-1]:
        return not bare or above[0]
    return sum(above) > sum(below)


def _neighbour(page: Page, line: Line, taken: set[int], step: int) -> Line | None:
    """The next filled line in that direction, when it holds a description and nothing else."""
    rank = page.rank(line) + step
    if not 0 <= rank < len(page.lines):
        return None
    other = page.lines[rank]
    is_free = other.index not in taken and not page.heads_goods(other)
    is_goods = role_of(page.named(other)) in _GOODS and Concept.DATE not in page.named(other)
    return other if is_free and is_goods and _has_words(other.plain) else None


def _quantity(row: _Row, digits: int) -> tuple[str | None, str | None]:
    """Quantity and unit price whose product is the amount, else a quantity that is printed as one."""
    numbers = [(match[0], Decimal(match[0].replace(",", "."))) for match in _NUMBER.finditer(row.text)]
    amount = Decimal(row.amount.minor).scaleb(-digits)
    unit = Decimal(1).scaleb(-digits)
    for (first, one), (second, other) in reversed(list(combinations(numbers, 2))):
        if one and other and (one * other).quantize(unit, ROUND_HALF_UP) == amount:
            price_first = "." in first and "." not in second
            quantity, price = (other, one) if price_first else (one, other)
            return _plain(quantity), _plain(max(price, price.quantize(unit)))
    return _printed_count(row.text), None


def _printed_count(text: str) -> str | None:
    match = _COUNT.search(text)
    count = match and (match["first"] or match["times"])
    return str(int(count)) if count and int(count) else None


def _plain(value: Decimal) -> str:
    return f"{value:f}"


def _description(text: str) -> str:
    """The words without the count and code before them and the numbers behind."""
    text = text.strip(" \t*#-:.")
    count = _COUNT.match(text)
    if count and count["first"]:
        text = text[count.end() :]
    text = _CODE.sub("", text)
    return " ".join(_TAIL.sub("", f" {text}").split()).strip(" *#-:")
