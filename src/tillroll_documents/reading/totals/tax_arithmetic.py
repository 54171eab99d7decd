"""Rate, net amount and tax of a printed tax, told by what they come to: the tax is the rate of the
net amount, and both together are the gross amount. The words beside them are abbreviated in too
many ways: "A 7% Netto 53,74 St. 3,76", "10% USt aus 27,50 = 2,50".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Final

from tillroll_documents.reading.extraction import Line, TaxLine
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.totals.figures import (
    ADDS_UP,
    STANDS_ALONE,
    USUAL_RATES,
    Figures,
    TaxRow,
)
from tillroll_documents.reading.totals.labels import LabelledAmount, Role

_MOST_COLUMNS: Final = 6
"""A line of tax has fewer; a hostile one may hold thousands of amounts."""
_PERCENT: Final = re.compile(r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,3})?)\s?%")
_NO_TAX: Final = frozenset({Concept.TIP, Concept.SERVICE, Concept.DISCOUNT, Concept.SUGGESTION})
_NETS: Final = frozenset({Role.NET, Role.SUBTOTAL})
_CENT: Final = 1
_SLACK: Final = 2
"""Minor units: a till that rounds each item comes to a cent or two else."""


def with_arithmetic(
    page: Page,
    labelled: Sequence[LabelledAmount],
    reading: tuple[Sequence[TaxRow], float],
    *,
    figures: Figures,
    total: int,
) -> tuple[Sequence[TaxRow], float]:
    """Complete `reading` with what arithmetic tells beyond the words. `total` is in minor units."""
    rows, sure = reading
    amounts = _by_line(labelled)
    if sure <= STANDS_ALONE:
        by_percent = [row for line in page.lines for row in _rows_by_percent(page, line, amounts)]
        gross = sum(row.tax + (row.net or 0) for row in by_percent)
        adds_up = any(abs(gross + each - total) <= _CENT for each in figures.roundings)
        if by_percent and adds_up:
            return by_percent, ADDS_UP
    legal = _legal_rates(page)
    whole: list[int] = []
    if len(rows) == 1:
        whole = [total]
    return [_completed(page, row, amounts, legal=legal, totals=whole) for row in rows], sure


def contradicts_itself(lines: Sequence[TaxLine], digits: int) -> bool:
    """Whether a rate does not make the tax of its net amount, however a till rounds."""
    return any(_is_uneven(each, digits) for each in lines)


def _is_uneven(line: TaxLine, digits: int) -> bool:
    if line.rate is None or line.net is None:
        return False
    net = Decimal(line.net).scaleb(digits)
    tax = Decimal(line.tax).scaleb(digits)
    if not net or not tax:
        return False
    return abs(net * Decimal(line.rate) - 100 * tax) > 100 * _SLACK + tax


def _by_line(labelled: Sequence[LabelledAmount]) -> Mapping[int, Sequence[LabelledAmount]]:
    lines: dict[int, list[LabelledAmount]] = {}
    for item in labelled:
        lines.setdefault(item.line, []).append(item)
    return lines


def _legal_rates(page: Page) -> frozenset[Decimal]:
    """The legal rates of the country that most signs speak for."""
    country = max(page.hints, key=lambda code: page.hints[code], default="")
    return frozenset(map(Decimal, USUAL_RATES.get(country, "").split()))


def _percents_on(line: Line) -> frozenset[Decimal]:
    printed = (match[1].replace(",", ".") for match in _PERCENT.finditer(line.plain))
    return frozenset(rate for rate in map(Decimal, printed) if rate)


def _exact(items: Sequence[LabelledAmount]) -> Sequence[LabelledAmount]:
    return [item for item in items if item.amount.exact and item.amount.minor > 0]


def _rows_by_percent(
    page: Page, line: Line, amounts: Mapping[int, Sequence[LabelledAmount]]
) -> Iterator[TaxRow]:
    """The row of a line with one percentage and the tax on another of its amounts, whatever its
    words are.
    """
    items = _exact(amounts.get(line.index, ()))
    rates = _percents_on(line)
    is_candidate = len(rates) == 1 and 2 <= len(items) <= _MOST_COLUMNS
    if not is_candidate or page.named(line) & _NO_TAX:
        return
    (rate,) = rates
    for base, tax in permutations(items, 2):
        net = _net(base.amount.minor, tax.amount.minor, rate)
        if net is not None:
            yield TaxRow(
                line,
                tax.amount.start,
                end=tax.amount.end,
                tax=tax.amount.minor,
                net=net,
                told_rate=rate,
            )
            return


def _completed(
    page: Page,
    row: TaxRow,
    amounts: Mapping[int, Sequence[LabelledAmount]],
    *,
    legal: frozenset[Decimal],
    totals: Sequence[int],
) -> TaxRow:
    """The row with the net amount and the rate that fit it. `totals` are gross amounts that it may
    be the whole tax of.
    """
    items = _exact(amounts.get(row.line.index, ()))[:_MOST_COLUMNS]
    printed = _percents_on(row.line)
    if not printed:
        by_column = _by_a_column_of_rates(row, amounts, legal=legal)
        if by_column is not None:
            return by_column
    others = [item.amount.minor for item in items if item.amount.start != row.start]
    for rate in sorted(printed):
        nets = [_net(base, row.tax, rate) for base in others]
        fitting = next((net for net in nets if net is not None), None)
        if fitting is not None:
            return replace(row, net=fitting, told_rate=rate)
    if row.net is None:
        completed = _by_neighbour(page, row, amounts, legal=legal, totals=totals)
        if completed is not None:
            return completed
    if not printed and row.net is not None:
        return replace(row, told_rate=_only_rate(row.net, row.tax, legal))
    return row


def _by_a_column_of_rates(
    row: TaxRow, amounts: Mapping[int, Sequence[LabelledAmount]], *, legal: frozenset[Decimal]
) -> TaxRow | None:
    """The row of a table whose column of rates has no sign of percent: "SR  6.00  25.30  1.52"."""
    items = amounts.get(row.line.index, ())
    if not 3 <= len(items) <= _MOST_COLUMNS:
        return None
    for first, base, tax in permutations(items, 3):
        rate = Decimal(first.amount.minor) / 100
        is_row = rate in legal and base.amount.exact and tax.amount.exact and tax.amount.minor > 0
        if not is_row or first.amount.start > min(base.amount.start, tax.amount.start):
            continue
        net = _net(base.amount.minor, tax.amount.minor, rate)
        if net is not None:
            return replace(
                row,
                start=tax.amount.start,
                end=tax.amount.end,
                tax=tax.amount.minor,
                net=net,
                told_rate=rate,
            )
    return None


def _by_neighbour(
    page: Page,
    row: TaxRow,
    amounts: Mapping[int, Sequence[LabelledAmount]],
    *,
    legal: frozenset[Decimal],
    totals: Sequence[int],
) -> TaxRow | None:
    """The row with the net amount of the line above or below, else with the one that makes the
    total, where the rate fits.
    """
    own = _percents_on(row.line)
    rank = page.rank(row.line)
    neighbours = [page.lines[each] for each in (rank - 1, rank + 1) if 0 <= each < len(page.lines)]
    for line in neighbours:
        nets = [
            item.amount.minor
            for item in _exact(amounts.get(line.index, ()))[:_MOST_COLUMNS]
            if item.role in _NETS
        ]
        completed = _with_net(row, nets, own or _percents_on(line), legal=legal)
        if completed is not None:
            return completed
    wholes = {total - row.tax for total in totals}
    nets = [
        item.amount.minor
        for items in amounts.values()
        for item in _exact(items)
        if item.role in _NETS and item.amount.minor in wholes
    ]
    return _with_net(row, nets, own, legal=legal)


def _with_net(
    row: TaxRow, nets: Sequence[int], rates: frozenset[Decimal], *, legal: frozenset[Decimal]
) -> TaxRow | None:
    for net in nets:
        rate = _only_rate(net, row.tax, rates or legal)
        if rate is not None:
            return replace(row, net=net, told_rate=rate)
    return None


def _only_rate(net: int, tax: int, rates: frozenset[Decimal]) -> Decimal | None:
    """The rate at which the net amount bears this tax, where no other one does."""
    fitting = [rate for rate in rates if _is_tax_on(net, tax, rate)]
    if len(fitting) != 1:
        return None
    return fitting[0]


def _net(base: int, tax: int, rate: Decimal) -> int | None:
    """The net amount, where the tax is the rate's on this amount, or contained in it."""
    if not 0 < tax < base:
        return None
    if _is_tax_on(base, tax, rate):
        return base
    if _is_tax_on(base - tax, tax, rate):
        return base - tax
    return None


def _is_tax_on(net: int, tax: int, rate: Decimal) -> bool:
    """To the cent: half a one is rounded, and the other half is lost in the net amount's."""
    return abs(net * rate - 100 * tax) <= 100 * _CENT
