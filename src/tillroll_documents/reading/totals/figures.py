"""The sums that a receipt's amounts should make, what stands between goods and total, and the tax
with its rates. Extend the table of rates; no code needs to change.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, combinations, product
from typing import Final

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.amounts import PrintedAmount
from tillroll_documents.reading.totals.labels import LabelledAmount, Role
from tillroll_documents.reading.weights import Candidate

_MAX_ROUNDING: Final = 100
"""Minor units; or one hundredth of the largest amount, where that is more. What is above is no
rounding.
"""
_MAX_TERMS: Final = 8
"""So many of each kind are tried. A receipt with more is no till receipt."""
_TELLING_TAX: Final = 50
"""Minor units. Below, rounding makes one rate of many totals."""
PRICES: Final = frozenset({Role.NONE, Role.LEVY})
"""What adds up to the goods."""
NOT_SUMS: Final = PRICES | {Role.COUNT, Role.IGNORED, Role.DISCOUNT, Role.VOUCHER}

_SUM_ROLES: Final = (
    Role.SUBTOTAL,
    Role.TOTAL,
    Role.PAYABLE,
    Role.ROUNDED_TOTAL,
    Role.NET,
    Role.AMOUNT,
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Amounts and possible sums, in minor units. Roundings hold 0 and both signs, as tills print
    either.
    """

    paid: frozenset[int]
    change: frozenset[int]
    roundings: frozenset[int]
    tips: frozenset[int]
    services: frozenset[int]
    vouchers: frozenset[int]
    """Those named below a subtotal or total, where they may be a discount or a payment."""
    nets_with_tax: frozenset[int]
    subtotals_adjusted: frozenset[int]
    lines_adjusted: frozenset[int]
    tax_table_sums: frozenset[int]
    taxes: frozenset[int]
    """Amounts that may be a tax and are large enough to tell a rate by."""
    rates: frozenset[Decimal]
    sums: frozenset[int]
    """Every printed total, subtotal and net amount, and the sum of the goods."""
    goods: frozenset[int]
    added: frozenset[int]
    """What taxes, services and discounts may add to a subtotal, each of them or none."""
    made_twice: frozenset[int] = frozenset()
    """Sums made in two ways: of the goods, net + tax, table of taxes, paid - change. The total must
    be one.
    """
    least: int = 0
    """The largest subtotal or net amount, where nothing is taken off it: no total is smaller, but
    for rounding.
    """
    lost_points: int = 0
    """How many amounts were read without their decimal point: where several were, the print is
    worn.
    """

    @classmethod
    def of(
        cls, labelled: Sequence[LabelledAmount], rates: frozenset[Decimal] = frozenset()
    ) -> "Figures":
        """`rates` are those that a tax on the receipt may have, in percent."""
        telling = [item for item in labelled if item.role is not Role.NONE and _is_telling(item)]
        taxes = (0, *_taxes(labelled))
        # a net amount alone is no total where tax is named
        added_taxes = tuple(tax for tax in taxes if tax) or (0,)
        services = (0, *_values(telling, Role.SERVICE, Role.TIP), *_levies_below(telling))
        discounts = (0, *_values(telling, Role.DISCOUNT, Role.VOUCHER))

        paid = _values(telling, Role.PAID)
        change = _values(telling, Role.CHANGE)
        nets = _values(telling, Role.NET)
        added = frozenset(
            tax + service - discount
            for tax, service, discount in product(taxes, services, discounts)
        )
        goods = _lines_sums(labelled)
        sums = (
            item.line for item in labelled if item.role in (Role.SUBTOTAL, Role.TOTAL, Role.PAYABLE)
        )
        first_sum = next(sums, float("inf"))
        tables = _tax_table_sums(labelled)
        with_tax = {net + tax for net, tax in product(nets, taxes) if tax}
        amounts = {handed - back for handed, back in product(paid, change) if back}
        made = Counter(
            value for sums in (set(goods), with_tax, tables, amounts) for value in sums if value > 0
        )
        return cls(
            paid=frozenset(paid),
            change=frozenset(change),
            roundings=_roundings(labelled),
            tips=frozenset(_values(telling, Role.TIP)) - {0},
            services=frozenset(_values(telling, Role.SERVICE)) - {0},
            vouchers=frozenset(
                _values([each for each in telling if each.line > first_sum], Role.VOUCHER)
            )
            - {0},
            nets_with_tax=frozenset(
                map(sum, product(_values(telling, Role.NET, Role.AMOUNT), added_taxes, services))
            ),
            subtotals_adjusted=frozenset(map(sum, product(_values(telling, Role.SUBTOTAL), added))),
            lines_adjusted=frozenset(map(sum, product(goods, added))),
            tax_table_sums=tables,
            taxes=_telling_taxes(labelled),
            rates=rates,
            sums=frozenset((*_values(telling, *_SUM_ROLES), *goods)),
            goods=frozenset(goods),
            added=added,
            made_twice=frozenset(value for value, count in made.items() if count > 1),
            least=max(
                () if any(discounts) else _values(telling, Role.SUBTOTAL, Role.NET), default=0
            ),
            lost_points=sum(item.amount.repaired for item in labelled),
        )


def _values(labelled: Iterable[LabelledAmount], *roles: Role) -> tuple[int, ...]:
    """The different amounts of these roles, without sign, at most _MAX_TERMS. Doubtful ones confirm
    nothing.
    """
    telling = [item for item in labelled if item.role in roles and _is_telling(item)]
    return tuple(dict.fromkeys(abs(item.amount.minor) for item in telling))[:_MAX_TERMS]


def _levies_below(telling: Sequence[LabelledAmount]) -> tuple[int, ...]:
    """The levies under a subtotal, and all of them together; others are among the goods."""
    first = next((item.line for item in telling if item.role not in NOT_SUMS), None)
    if first is None:
        return ()
    levies = _values([item for item in telling if item.line > first], Role.LEVY)
    if len(levies) > 1:
        return (*levies, sum(levies))
    return levies


def _is_telling(item: LabelledAmount) -> bool:
    return item.amount.exact and not item.amount.doubtful


def _taxes(labelled: Sequence[LabelledAmount]) -> tuple[int, ...]:
    """Each tax, and all taxes outside the table together: a province's and the country's, or
    several rates.
    """
    outside = [item for item in labelled if not item.in_summary]
    by_line = {
        item.line: abs(item.amount.minor)
        for item in outside
        if item.role is Role.TAX and item.amount.exact
    }
    return (sum(by_line.values()), *_values(labelled, Role.TAX, Role.GROSS_OR_TAX))


def _telling_taxes(labelled: Sequence[LabelledAmount]) -> frozenset[int]:
    """The amounts labelled as tax, and the smallest of each row of the table of taxes."""
    rows: dict[int, list[int]] = {}
    for item in labelled:
        if (
            item.amount.exact
            and not item.amount.repaired
            and (item.in_summary or item.role is Role.TAX)
        ):
            rows.setdefault(item.line, []).append(abs(item.amount.minor))
    return frozenset(min(row) for row in rows.values() if min(row) >= _TELLING_TAX)


def _roundings(labelled: Sequence[LabelledAmount]) -> frozenset[int]:
    largest = max((abs(item.amount.minor) for item in labelled if item.amount.exact), default=0)
    limit = max(_MAX_ROUNDING, largest // 100)
    printed = [
        value for value in _values(labelled, Role.ROUNDING, Role.ROUNDED_TOTAL) if value <= limit
    ]
    return frozenset({0, *printed, *(-value for value in printed)})


def _lines_sums(labelled: Sequence[LabelledAmount]) -> tuple[int, ...]:
    """The sum of the last amounts of the lines above the first labelled sum, when there is any, and
    none in doubt.
    """
    last_by_line: dict[int, PrintedAmount] = {}
    for item in labelled:
        if item.role not in NOT_SUMS:
            break
        if item.amount.exact and item.role in PRICES:
            last_by_line[item.line] = item.amount
    amounts = last_by_line.values()
    is_told = bool(amounts) and not any(amount.doubtful for amount in amounts)
    if is_told:
        return (sum(amount.minor for amount in amounts),)
    return ()


def _tax_table_sums(labelled: Sequence[LabelledAmount]) -> frozenset[int]:
    """What the rows of the table of taxes add up to, taken as (…, net, tax) or as (…, net, tax,
    gross).
    """
    rows: dict[int, list[int]] = {}
    for item in labelled:
        if item.in_summary and item.amount.exact and item.role not in (Role.TOTAL, Role.SUBTOTAL):
            rows.setdefault(item.line, []).append(item.amount.minor)
    pairs = [row[-2] + row[-1] for row in rows.values() if len(row) >= 2]
    gross = [row[-1] for row in rows.values() if len(row) >= 3 and row[-3] + row[-2] == row[-1]]
    return frozenset(total for total in (sum(pairs), sum(gross)) if total)


_FEWEST: Final = 2
_MOST_LINES: Final = 60
"""Lines. The longer the column, the likelier one of its sums is met by chance."""
_ENDS: Final = frozenset({Role.PAID, Role.CHANGE})
"""What is paid stands below the sum of a receipt: above it begins another one."""
_SKIPPED: Final = frozenset({Role.COUNT, Role.IGNORED})
_TAKEN_OFF: Final = frozenset({Role.DISCOUNT, Role.VOUCHER})


def sums_above(labelled: Sequence[LabelledAmount], line: int) -> frozenset[int]:
    """The sums, in minor units, of the last amounts of two or more lines that end right above a
    line.
    """
    return frozenset([*accumulate(_column(labelled, line))][_FEWEST - 1 :])


def _column(labelled: Sequence[LabelledAmount], line: int) -> Iterator[int]:
    """The last exact amount of each line above, from below; what is taken off is negative, however
    it is printed.
    """
    last: dict[int, LabelledAmount] = {}
    for item in labelled:
        if item.line >= line:
            break
        if item.amount.exact and item.role not in _SKIPPED:
            last[item.line] = item
    for index in sorted(last, reverse=True)[:_MOST_LINES]:
        item = last[index]
        if item.role in _ENDS or item.amount.doubtful:
            return
        yield -abs(item.amount.minor) if item.role in _TAKEN_OFF else item.amount.minor


def find_adjustments(
    role: Role,
    lines: Sequence[Line],
    labelled: Sequence[LabelledAmount],
    figures: Figures,
    total: int,
) -> list[Candidate[int]]:
    """Candidates for the amount of a role in minor units, one for each different amount."""
    candidates: dict[int, Candidate[int]] = {}
    for item in labelled:
        if item.role is not role or not item.amount.exact:
            continue
        value = abs(item.amount.minor)
        if role is Role.ROUNDING:
            if value not in figures.roundings:
                continue
            # With the sign that leads to the total: tills print either.
            printed = item.amount.minor
            is_turned = total + printed in figures.sums and total - printed not in figures.sums
            value = -printed if is_turned else printed
        earlier = candidates.get(value)
        if earlier is not None:
            earlier.give("printed_again", weights.ADJUSTMENT)
            continue
        adds_up = _adds_up(role, value, figures=figures, total=total)
        signs = {
            "labelled": True,
            "adds_up": adds_up,
            "nothing": value == 0,
            "not_in_total": role is Role.TIP and not adds_up,
            "more_than_total": role in (Role.SERVICE, Role.TIP) and value > total,
            "in_tax_table": item.in_summary,
            "point_not_read": item.amount.repaired,
        }
        candidate = Candidate(value, lines[item.line], start=item.amount.start, end=item.amount.end)
        candidates[value] = candidate.give_all(signs, weights.ADJUSTMENT)
    return list(candidates.values())


def _adds_up(role: Role, value: int, figures: Figures, total: int) -> bool:
    """Whether this amount leads from, or to, another one that is printed."""
    if role is Role.SUBTOTAL:
        return value in figures.goods or any(
            total - rounding - value in figures.added for rounding in figures.roundings
        )
    before = total + value if role is Role.DISCOUNT else total - value
    return before in figures.sums or any(before - added in figures.sums for added in figures.added)


ADDS_UP: Final = 0.95
"""Confidence of a tax that makes the total of a net amount."""
STANDS_ALONE: Final = 0.6
_MOST_COLUMNS: Final = 8
"""A table has fewer; a hostile line may hold thousands of amounts."""
_RATE: Final = re.compile(r"(\d{1,2}(?:[.,]\d{1,3})?)\s?%")


@dataclass(frozen=True, slots=True)
class TaxRow:
    """A line of tax in minor units: its smallest amount, and the one before, where there is one."""

    line: Line
    start: int
    end: int
    tax: int
    net: int | None
    told_rate: Decimal | None = None
    """In percent, where the amounts tell it."""

    @property
    def rate(self) -> str | None:
        """In percent, as a decimal: "6", "7.7"; None where none is printed or told."""
        match = _RATE.search(self.line.plain)
        printed = match[1].replace(",", ".") if match else None
        if self.told_rate is None or (printed and Decimal(printed) == self.told_rate):
            return printed
        return f"{self.told_rate.normalize():f}"


def find_tax(
    lines: Sequence[Line], labelled: Sequence[LabelledAmount], figures: Figures, total: int
) -> tuple[Sequence[TaxRow], float]:
    """The rows that make the tax, and how sure that is. What adds up to the total comes first: one
    line, all of them, the table by rate. Else lines of different rates are added.
    """
    outside = _rows(labelled, lines, total, in_summary=False)
    table = _rows(labelled, lines, total, in_summary=True)
    roles = (Role.NET, Role.AMOUNT, Role.SUBTOTAL)
    starts = (
        abs(each.amount.minor) for each in labelled if each.role in roles and each.amount.exact
    )
    nets = {*map(sum, product(starts, figures.roundings))}
    for row in outside:
        if total - row.tax in nets:
            return (row,), ADDS_UP
    if outside and total - sum(row.tax for row in outside) in nets:
        return outside, ADDS_UP
    if table and total in {
        sum(r.tax + (r.net or 0) for r in table) + rounding for rounding in figures.roundings
    }:
        return table, ADDS_UP
    rows = outside or table or _alone_in_table(labelled, lines, total)
    if not rows:
        return (), 0.0
    whole = _whole(rows)
    parts = [row for row in rows if row is not whole]
    rates = {row.rate for row in parts}
    if None not in rates and len(rates) == len(parts):
        return parts, STANDS_ALONE
    return (whole or next((row for row in rows if row.tax), rows[0]),), STANDS_ALONE


def _alone_in_table(
    labelled: Sequence[LabelledAmount], lines: Sequence[Line], total: int
) -> list[TaxRow]:
    """The lines under the heading of a table that name a tax and its amount alone, as where the
    goods' columns were taken for the table: "VAT D 7 %  4.11".
    """
    taxes = [
        item._replace(in_summary=False)
        for item in labelled
        if item.in_summary and item.role is Role.TAX
    ]
    return _rows(taxes, lines, total, in_summary=False)


def _whole(rows: Sequence[TaxRow]) -> TaxRow | None:
    """The line of tax that adds up the others: "PTU A 4,66", "PTU C 0,95", "SUMA PTU 5,61"."""
    both = sum(row.tax for row in rows)
    if len(rows) > 2:
        return next((row for row in rows if 2 * row.tax == both and both), None)
    return None


def _adding_up(items: Sequence[LabelledAmount]) -> Sequence[LabelledAmount]:
    """The net amount and the tax that make the gross amount on a line: "25,00 5,99 23,96 29,95"."""
    amounts = {abs(item.amount.minor) for item in items}
    for one, other in combinations(items[:_MOST_COLUMNS], 2):
        gross = abs(one.amount.minor) + abs(other.amount.minor)
        if one.amount.minor and other.amount.minor and gross in amounts:
            return (one, other)
    return ()


def _rows(
    labelled: Iterable[LabelledAmount], lines: Sequence[Line], total: int, *, in_summary: bool
) -> list[TaxRow]:
    """The lines of tax in or outside the table, but for its sum; a tax above half of the total is
    none.
    """
    if in_summary:
        roles = (Role.TAX, Role.GROSS_OR_TAX, Role.NONE, Role.NET)
    else:
        roles = (Role.TAX, Role.GROSS_OR_TAX)
    by_line: dict[int, list[LabelledAmount]] = {}
    for item in labelled:
        if item.role in roles and item.in_summary is in_summary and item.amount.exact:
            by_line.setdefault(item.line, []).append(item)
    nets: dict[int, list[int]] = {}
    for item in labelled:
        if item.role is Role.NET and item.role not in roles and item.amount.exact:
            nets.setdefault(item.line, []).append(abs(item.amount.minor))
    rows: list[TaxRow] = []
    for index, items in by_line.items():
        if in_summary and len(items) < 2:
            continue
        columns = _adding_up(items) or items
        tax = min(columns, key=lambda item: abs(item.amount.minor))
        others = [abs(item.amount.minor) for item in columns if item is not tax]
        others += nets.get(index, [])
        if 2 * abs(tax.amount.minor) <= total:
            net = min(others, default=None)
            rows.append(
                TaxRow(
                    lines[index],
                    tax.amount.start,
                    end=tax.amount.end,
                    tax=abs(tax.amount.minor),
                    net=net,
                )
            )
    return rows


USUAL_RATES: Final[Mapping[str, str]] = {
    "MY": "6 8 10", "SG": "7 8 9", "GB": "20 5", "IE": "23 13.5 9", "AU": "10", "NZ": "15",
    "DE": "19 7 16 5",
    "AT": "20 13 10", "CH": "7.7 8.1 2.5 2.6 3.7 3.8", "FR": "20 10 5.5 2.1", "BE": "21 12 6",
    "NL": "21 9 6",
    "LU": "17 14 8 3", "ES": "21 10 4", "PT": "23 13 6", "IT": "22 10 5 4", "DK": "25",
    "SE": "25 12 6",
    "NO": "25 15 12", "FI": "24 25.5 14 10", "PL": "23 8 5", "CZ": "21 15 12 10", "HU": "27 18 5",
    "TR": "20 18 10 8 1", "JP": "10 8", "KR": "10", "TW": "5", "ID": "10 11", "TH": "7", "PH": "12",
    "VN": "10 8",
    "AE": "5", "SA": "15 5", "ZA": "15 14", "MX": "16",
}  # fmt: skip
"""Rates of tax in per cent, by country: also earlier ones that receipts still have."""
_PRINTED: Final = re.compile(r"(?<![0-9.,])([0-9]{1,2}(?:[.,][0-9]{1,2})?)\s?%")


def rates_on(page: Page) -> frozenset[Decimal]:
    """Rates in percent that a tax here may have: those printed beside a word for tax, and the usual
    ones of the country.
    """
    country = max(page.hints, key=lambda code: page.hints[code], default="")
    printed = (
        match[1].replace(",", ".")
        for line in page.naming(Concept.TAX)
        for match in _PRINTED.finditer(line.plain)
    )
    return frozenset(
        rate for rate in map(Decimal, (*USUAL_RATES.get(country, "").split(), *printed)) if rate
    )


def contains_tax(total: int, tax: int, rates: frozenset[Decimal]) -> bool:
    """Whether `tax` is what a total with tax contains at one of the rates, give or take a minor
    unit of rounding.
    """
    return any(abs(total * rate - tax * (100 + rate)) <= 100 + rate for rate in rates)
