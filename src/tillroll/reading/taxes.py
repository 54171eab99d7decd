"""The tax that a total contains, and the rates against which the two are held. Extend the table; no code needs to
change."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Final

from tillroll.reading.candidates import Candidate
from tillroll.reading.figures import Figures
from tillroll.reading.labels import LabelledAmount, Role
from tillroll.reading.languages import Concept
from tillroll.reading.page import Page
from tillroll.reading.transcript import Line

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


_USUAL: Final[Mapping[str, str]] = {
    "MY": "6 8 10",
    "SG": "7 8 9",
    "GB": "20 5",
    "IE": "23 13.5 9",
    "AU": "10",
    "NZ": "15",
    "DE": "19 7 16 5",
    "AT": "20 13 10",
    "CH": "7.7 8.1 2.5 2.6 3.7 3.8",
    "FR": "20 10 5.5 2.1",
    "BE": "21 12 6",
    "NL": "21 9 6",
    "LU": "17 14 8 3",
    "ES": "21 10 4",
    "PT": "23 13 6",
    "IT": "22 10 5 4",
    "DK": "25",
    "SE": "25 12 6",
    "NO": "25 15 12",
    "FI": "24 25.5 14 10",
    "PL": "23 8 5",
    "CZ": "21 15 12 10",
    "HU": "27 18 5",
    "TR": "20 18 10 8 1",
    "JP": "10 8",
    "KR": "10",
    "TW": "5",
    "ID": "10 11",
    "TH": "7",
    "PH": "12",
    "VN": "10 8",
    "AE": "5",
    "SA": "15 5",
    "ZA": "15 14",
    "MX": "16",
}
_PRINTED: Final = re.compile(r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s?%")


def rates_on(page: Page) -> frozenset[Decimal]:
    """Rates in percent that a tax on this receipt may have: those printed beside a word for tax, and the usual ones of
    the country that its signs speak for."""
    country = max(page.hints, key=lambda code: page.hints[code], default="")
    printed = (
        match[1].replace(",", ".") for line in page.naming(Concept.TAX) for match in _PRINTED.finditer(line.plain)
    )
    return frozenset(rate for rate in map(Decimal, (*_USUAL.get(country, "").split(), *printed)) if rate)


def contains_tax(total: int, tax: int, rates: frozenset[Decimal]) -> bool:
    """Whether `tax` is what a total with tax contains at one of the rates, give or take a minor unit of rounding."""
    return any(abs(total * rate / (100 + rate) - tax) <= 1 for rate in rates)
