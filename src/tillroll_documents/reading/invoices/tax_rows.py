"""The tax by rate, as a printed invoice states it: net, rate and tax, where they make the total."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, permutations, product
from typing import Final

from tillroll_documents.money import decimal_string
from tillroll_documents.reading.extraction import TaxLine
from tillroll_documents.reading.invoices import sum_words, words
from tillroll_documents.reading.invoices.sheet import Amount, Cell, Sheet
from tillroll_documents.reading.invoices.sums import Role, Sums, role_of

_RATE: Final = re.compile(r"(?<![\d.,])(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_MOST_RATES: Final = 5
"""Countries have four rates, and zero."""
_MOST_CANDIDATES: Final = 6
_MOST_TOTALS: Final = 4
"""Larger ones that are tried: each costs as much as all ways to choose rows."""
_MOST_PARTS: Final = 40
"""The last ones: sums stand below the goods."""
_MOST_AMOUNTS: Final = 8
"""On one line: a row of a table has a few columns."""
_MOST_ROUNDING: Final = 50
"""In minor units: to a whole krona. Swiss totals are rounded to five Rappen."""
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
    roundings = _roundings(sheet)
    is_rounded = sum_words.ROUNDING.search(sheet.page.text) is not None
    candidates = _candidates(sheet, sums, is_rounded=is_rounded)
    total = abs(sums.total.value)
    larger = [each for each in sums.printed if abs(each.value) > total]
    for printed in sorted(larger, key=lambda each: -abs(each.value))[:_MOST_TOTALS]:
        rows = _making(abs(printed.value), candidates, roundings)
        if len(rows) > 1:
            is_largest = abs(printed.value) == max(abs(each.value) for each in larger)
            return replace(sums, total=printed, net=None, tax=None, is_sure=is_largest), rows
    rows = _making(total, candidates, roundings)
    taxes = sum(row.tax for row in rows)
    if sums.tax is not None and abs(sums.tax.value) != taxes:
        return sums, ()
    return sums, rows


def _roundings(sheet: Sheet) -> frozenset[int]:
    """What may have been rounded off: small amounts on lines that speak of it, or just below."""
    ranks: set[int] = set()
    for rank, line in enumerate(sheet.lines):
        if sum_words.ROUNDING.search(line.plain):
            ranks |= {rank, rank + 1, rank + 2}
    amounts = [each for rank in ranks & {*range(len(sheet.lines))} for each in sheet.amounts[rank]]
    return frozenset(abs(each.value) for each in amounts if abs(each.value) <= _MOST_ROUNDING)


def _making(
    total: int,
    candidates: Mapping[Decimal, Sequence[TaxRow]],
    roundings: Set[int],
) -> Sequence[TaxRow]:
    """The rows of as many rates as can be that make the total, but for what was rounded off it."""
    rates = sorted(candidates, key=lambda rate: candidates[rate][0].rank)[:_MOST_RATES]
    for count in range(len(rates), 0, -1):
        for chosen in combinations(rates, count):
            for rows in product(*(candidates[rate] for rate in chosen)):
                apart = abs(sum(row.net + row.tax for row in rows) - total)
                if apart == 0 or apart in roundings:
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


def _candidates(
    sheet: Sheet,
    sums: Sums,
    *,
    is_rounded: bool,
) -> Mapping[Decimal, Sequence[TaxRow]]:
    """What may be the row of each rate: whole rows, their sum, and halves that fit each other."""
    whole: dict[Decimal, list[TaxRow]] = {}
    parts: list[_Part] = []
    goods: dict[Decimal, int] = {}
    for rank in range(len(sheet.lines)):
        rate = _only_rate(sheet, rank)
        if rate is None:
            parts += _parts_under_headings(sheet, rank)
            continue
        amounts = sheet.amounts[rank]
        row = _row_on(amounts, rate, rank)
        if row is not None:
            whole.setdefault(rate, []).append(row)
            continue
        part = _part_on(sheet, rate, rank)
        if part is not None:
            parts.append(part)
        if part is None or part.role is Role.NONE:
            goods[rate] = goods.get(rate, 0) + amounts[-1].value
    candidates = {rate: [*rows, *_added(rows)] for rate, rows in whole.items()}
    for row in _joined(parts, sums, goods=goods, is_rounded=is_rounded):
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


def _part_on(sheet: Sheet, rate: Decimal, rank: int) -> _Part | None:
    """The base or the tax that a line names. A label that says neither may be a broken one."""
    amounts = sheet.amounts[rank]
    if len(amounts) != 1:
        return None
    amount = amounts[0]
    role = role_of(sheet.lines[rank].plain[: amount.start])
    if role not in (Role.NET, Role.TAX, Role.NONE):
        return None
    return _part_of(amount, rate, role=role, rank=rank)


def _parts_under_headings(sheet: Sheet, rank: int) -> Iterator[_Part]:
    """The taxes of a line whose rates stand in the headings above: "+ 20 % VAT"."""
    for amount in sheet.amounts[rank]:
        cell = Cell(rank, amount.start, end=amount.end, text="")
        for heading in sheet.headings(cell):
            rates = {match["rate"] for match in _RATE.finditer(heading.text)}
            if len(rates) == 1 and role_of(heading.text) is Role.TAX:
                rate = Decimal(rates.pop().replace(",", "."))
                yield _part_of(amount, rate, role=Role.TAX, rank=rank)


def _part_of(amount: Amount, rate: Decimal, *, role: Role, rank: int) -> _Part:
    value = abs(amount.value)
    return _Part(rate, role, value=value, rank=rank, start=amount.start, end=amount.end)


def _added(rows: Sequence[TaxRow]) -> Iterator[TaxRow]:
    """All rows of one rate as one: a table of goods may state base and tax for each of them."""
    if len(rows) < 2:
        return
    first = rows[0]
    net = sum(row.net for row in rows)
    tax = sum(row.tax for row in rows)
    yield TaxRow(first.rate, net=net, tax=tax, rank=first.rank, start=first.start, end=first.end)


def _joined(
    parts: Sequence[_Part],
    sums: Sums,
    *,
    goods: Mapping[Decimal, int],
    is_rounded: bool,
) -> Iterator[TaxRow]:
    """A tax with the base of its rate: printed with the rate, or what the goods at it come to. The
    base of the only rate may be a printed net amount, or what the total leaves, unless that was
    rounded."""
    bases = {(part.rate, part.value) for part in parts if part.role is Role.NET}
    bases |= {(rate, abs(value)) for rate, value in goods.items()}
    taxes = [part for part in parts if part.role is Role.TAX]
    taxes = taxes or [part for part in parts if part.role is Role.NONE]
    for part in taxes[-_MOST_PARTS:]:
        nets = {value for rate, value in bases if rate == part.rate}
        if sums.total is not None and len({each.rate for each in taxes}) == 1:
            nets |= {abs(each.value) for each in sums.printed[-_MOST_PARTS:]}
            if not is_rounded:
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
    """Whether a tax is that of its base, within what rounding may do; no tax is of the zero
    rate.
    """
    if tax == 0:
        return rate == 0
    return rate > 0 and abs(abs(net) * rate / 100 - abs(tax)) <= _CENTS
