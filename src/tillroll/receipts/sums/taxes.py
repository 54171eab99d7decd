"""The tax that the total contains."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from tillroll.receipts.amounts.figures import Figures
from tillroll.receipts.amounts.labels import LabelledAmount, Role
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.weighing.scoring import Candidate

ADDS_UP: Final = 0.95
"""Confidence of a tax that makes the total of a net amount."""
STANDS_ALONE: Final = 0.6
_MOST_COLUMNS: Final = 8
"""A table has fewer; a hostile line may hold thousands of amounts."""
_RATE: Final = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s?%")


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A line of tax in minor units: the tax is the smallest of its amounts, the net amount the one before, where there
    is one."""

    line: Line
    start: int
    end: int
    tax: int
    net: int | None

    @property
    def rate(self) -> str | None:
        """In percent, as a decimal: "6", "7.7"; None where none is printed."""
        match = _RATE.search(self.line.plain)
        return match[1].replace(",", ".") if match else None


@dataclass(frozen=True, slots=True)
class FoundTax:
    """The rows that make the tax, and how sure that is."""

    rows: tuple[TaxRow, ...]
    confidence: float

    @property
    def sum(self) -> Candidate[int]:
        """All rows together, with the first one as its place."""
        first = self.rows[0]
        return Candidate(sum(row.tax for row in self.rows), first.line, first.start, first.end)


def find_tax(
    lines: Sequence[Line], labelled: Sequence[LabelledAmount], figures: Figures, total: int
) -> FoundTax | None:
    """The tax, or None when the receipt names none. `lines` are all of the
    transcript.

    What adds up to the total comes first: one line of tax, all of them, the table of taxes by rate. Else the lines of
    different rates are added, and of lines that say the same the first counts.
    """
    outside = _rows(labelled, lines, total, in_summary=False)
    table = _rows(labelled, lines, total, in_summary=True)
    starts = {
        abs(a.amount.minor) for a in labelled if a.role in (Role.NET, Role.AMOUNT, Role.SUBTOTAL) and a.amount.exact
    }
    nets = {start + rounding for start in starts for rounding in figures.roundings}
    for rows in ([row] for row in outside):
        if total - rows[0].tax in nets:
            return FoundTax(tuple(rows), ADDS_UP)
    if outside and total - sum(row.tax for row in outside) in nets:
        return FoundTax(tuple(outside), ADDS_UP)
    if table and total in {sum(r.tax + (r.net or 0) for r in table) + rounding for rounding in figures.roundings}:
        return FoundTax(tuple(table), ADDS_UP)
    rows = outside or table
    if not rows:
        return None
    whole = _whole(rows)
    parts = [row for row in rows if row is not whole]
    rates = {row.rate for row in parts}
    if None not in rates and len(rates) == len(parts):
        return FoundTax(tuple(parts), STANDS_ALONE)
    return FoundTax((whole or next((row for row in rows if row.tax), rows[0]),), STANDS_ALONE)


def _whole(rows: Sequence[TaxRow]) -> TaxRow | None:
    """The line of tax that adds up the others: "PTU A 4,66", "PTU C 0,95", "SUMA PTU 5,61"."""
    both = sum(row.tax for row in rows)
    return next((row for row in rows if 2 * row.tax == both and both), None) if len(rows) > 2 else None


def _adding_up(items: Sequence[LabelledAmount]) -> Sequence[LabelledAmount]:
    """The net amount and the tax that make the gross amount on a line, where the rate may be a number like them:
    "25,00  5,99  23,96  29,95"."""
    amounts = {abs(item.amount.minor) for item in items}
    for one, other in combinations(items[:_MOST_COLUMNS], 2):
        gross = abs(one.amount.minor) + abs(other.amount.minor)
        if one.amount.minor and other.amount.minor and gross in amounts:
            return (one, other)
    return ()


def _rows(labelled: Iterable[LabelledAmount], lines: Sequence[Line], total: int, *, in_summary: bool) -> list[TaxRow]:
    """The lines of tax in or outside the table; of the table's lines not the one that adds them up. A tax above half
    of the total is none."""
    roles = (Role.TAX, Role.GROSS_OR_TAX, Role.NONE, Role.NET) if in_summary else (Role.TAX, Role.GROSS_OR_TAX)
    by_line: dict[int, list[LabelledAmount]] = {}
    for item in labelled:
        if item.role in roles and item.in_summary is in_summary and item.amount.exact:
            by_line.setdefault(item.line, []).append(item)
    found: list[TaxRow] = []
    for index, items in by_line.items():
        if in_summary and len(items) < 2:
            continue
        columns = _adding_up(items) or items
        tax = min(columns, key=lambda item: abs(item.amount.minor))
        others = [abs(item.amount.minor) for item in columns if item is not tax]
        if 2 * abs(tax.amount.minor) <= total:
            net = min(others, default=None)
            found.append(TaxRow(lines[index], tax.amount.start, tax.amount.end, abs(tax.amount.minor), net))
    return found
