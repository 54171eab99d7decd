"""The tax by rate, as a printed invoice states it: net, rate and tax, where they make the total."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, permutations, product
from typing import Final

from tillroll.reading.extraction import TaxLine
from tillroll.reading.invoices import words
from tillroll.reading.invoices.sheet import Amount, Sheet
from tillroll.reading.invoices.sums import Role, Sums, role_of
from tillroll.reading.money import decimal_string

_RATE: Final = re.compile(r"(?<![\d.,])(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_MOST_RATES: Final = 5
"""Countries have four rates, and zero."""
_MOST_CANDIDATES: Final = 6
_MOST_AMOUNTS: Final = 8
"""On one line: a row of a table has a few columns."""
_CENTS: Final = 2
"""How far a tax may be from its rate: it may be rounded for each row of goods."""


@dataclass(frozen=True, slots=True)
class TaxRow:
    """The tax at one rate, in minor units of two decimals. Its place is that of the tax."""

    rate: Decimal
    net: int
    tax: int
    rank: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A base or a tax with a rate, whose other half stands elsewhere."""

    rate: Decimal
    role: Role
    value: int
    rank: int
    start: int
    end: int


def find_tax_rows(sheet: Sheet, sums: Sums) -> tuple[Sums, Sequence[TaxRow]]:
    """The rows that make the total, in printed order; none where what is printed does not add up.

    Rows of several rates that make a larger sum in print show that this one is the total: the first
    was the gross amount of one rate. The sums come back, with that total where it is so."""
    if sums.total is None:
        return sums, ()
    candidates = _candidates(sheet, sums)
    total = abs(sums.total.value)
    larger = [each for each in sums.printed if abs(each.value) > total]
    for printed in sorted(larger, key=lambda each: -abs(each.value)):
        rows = _making(abs(printed.value), candidates)
        if len(rows) > 1:
            is_largest = abs(printed.value) == max(abs(each.value) for each in larger)
            return replace(sums, total=printed, net=None, tax=None, is_sure=is_largest), rows
    rows = _making(total, candidates)
    taxes = sum(row.tax for row in rows)
    if sums.tax is not None and abs(sums.tax.value) != taxes:
        return sums, ()
    return sums, rows


def _making(total: int, candidates: Mapping[Decimal, Sequence[TaxRow]]) -> Sequence[TaxRow]:
    """The rows of as many rates as can be that make the total."""
    rates = sorted(candidates, key=lambda rate: candidates[rate][0].rank)[:_MOST_RATES]
    for count in range(len(rates), 0, -1):
        for chosen in combinations(rates, count):
            for rows in product(*(candidates[rate] for rate in chosen)):
                if sum(row.net + row.tax for row in rows) == total:
                    return sorted(rows, key=lambda row: row.rank)
    return ()


def tax_lines(sheet: Sheet, rows: Sequence[TaxRow], *, is_credit: bool) -> tuple[TaxLine, ...]:
    """The rows as they are stored; those of a credit note are below zero."""
    sign = 1
    if is_credit:
        sign = -1
    return tuple(
        TaxLine(
            rate=f"{row.rate.normalize():f}",
            net=decimal_string(sign * row.net, 2),
            tax=decimal_string(sign * row.tax, 2),
            evidence=sheet.lines[row.rank].evidence(row.start, row.end),
        )
        for row in rows
    )


def _candidates(sheet: Sheet, sums: Sums) -> Mapping[Decimal, Sequence[TaxRow]]:
    """What may be the row of each rate: whole rows, their sum, and halves that fit each other."""
    whole: dict[Decimal, list[TaxRow]] = {}
    parts: list[_Part] = []
    for rank in range(len(sheet.lines)):
        rate = _only_rate(sheet, rank)
        if rate is None:
            continue
        row = _row_on(sheet.amounts[rank], rate, rank)
        if row is None:
            parts += _parts_on(sheet, rate, rank)
        else:
            whole.setdefault(rate, []).append(row)
    candidates = {rate: [*rows, *_added(rows)] for rate, rows in whole.items()}
    for row in _joined(parts, sums):
        candidates.setdefault(row.rate, []).append(row)
    return {rate: rows[-_MOST_CANDIDATES:] for rate, rows in candidates.items()}


def _only_rate(sheet: Sheet, rank: int) -> Decimal | None:
    """The rate of a line with amounts; None where it has none or several, or grants a discount."""
    line = sheet.lines[rank].plain
    if not sheet.amounts[rank] or words.DISCOUNT.search(line):
        return None
    rates = {Decimal(match["rate"].replace(",", ".")) for match in _RATE.finditer(line)}
    if len(rates) != 1:
        return None
    return rates.pop()


def _row_on(amounts: Sequence[Amount], rate: Decimal, rank: int) -> TaxRow | None:
    """The base and the tax among the amounts of one line, in either order; the first that fit."""
    for base, tax in permutations(amounts[:_MOST_AMOUNTS], 2):
        if abs(base.value) > abs(tax.value) and _fits(base.value, rate, tax.value):
            return TaxRow(
                rate,
                net=abs(base.value),
                tax=abs(tax.value),
                rank=rank,
                start=tax.start,
                end=tax.end,
            )
    return None


def _parts_on(sheet: Sheet, rate: Decimal, rank: int) -> Iterator[_Part]:
    line = sheet.lines[rank].plain
    amounts = sheet.amounts[rank]
    if len(amounts) != 1:
        return
    amount = amounts[0]
    role = role_of(line[: amount.start])
    if role in (Role.NET, Role.TAX):
        value = abs(amount.value)
        yield _Part(rate, role, value=value, rank=rank, start=amount.start, end=amount.end)


def _added(rows: Sequence[TaxRow]) -> Iterator[TaxRow]:
    """All rows of one rate as one: a table of goods may state base and tax for each of them."""
    if len(rows) < 2:
        return
    first = rows[0]
    net = sum(row.net for row in rows)
    tax = sum(row.tax for row in rows)
    yield TaxRow(first.rate, net=net, tax=tax, rank=first.rank, start=first.start, end=first.end)


def _joined(parts: Sequence[_Part], sums: Sums) -> Iterator[TaxRow]:
    """A tax with the base of its rate. The base of the only rate may be the net amount."""
    bases = {(part.rate, part.value) for part in parts if part.role is Role.NET}
    taxes = [part for part in parts if part.role is Role.TAX]
    for part in taxes:
        nets = {value for rate, value in bases if rate == part.rate}
        if sums.total is not None and len({each.rate for each in taxes}) == 1:
            nets.add(abs(sums.total.value) - part.value)
        for net in sorted(nets):
            if _fits(net, part.rate, part.value):
                yield TaxRow(
                    part.rate,
                    net=net,
                    tax=part.value,
                    rank=part.rank,
                    start=part.start,
                    end=part.end,
                )


def _fits(net: int, rate: Decimal, tax: int) -> bool:
    """Whether a tax is that of its base, within what rounding may do; no tax is of the zero rate."""
    if tax == 0:
        return rate == 0
    return rate > 0 and abs(abs(net) * rate / 100 - abs(tax)) <= _CENTS
