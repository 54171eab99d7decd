"""Net, tax, total, what was paid before and what is due: amounts by their labels, confirmed by
adding up.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Final

from tillroll_documents.reading.invoices import sum_words, words
from tillroll_documents.reading.invoices.sheet import Amount, Cell, Found, Sheet

_PERCENT: Final = re.compile(r"(?<![\d.,])(?P<rate>\d{1,2}(?:[.,]\d{1,2})?)\s?%")


class Role(StrEnum):
    """What a label makes of its amount."""

    NET = "net"
    TAX = "tax"
    GROSS = "gross"
    TOTAL = "total"
    DUE = "due"
    PREPAID = "prepaid"
    ROUNDING = "rounding"
    OTHER = "other"
    NONE = "none"


_ROLES: Final = (
    (Role.OTHER, sum_words.CARRIED),
    (Role.OTHER, sum_words.NOT_SUMS),
    (Role.ROUNDING, sum_words.ROUNDING),
    (Role.PREPAID, sum_words.PREPAID),
    (Role.GROSS, sum_words.GROSS_MARKED),
    (Role.DUE, sum_words.DUE),
    (Role.NET, sum_words.NET),
    (Role.GROSS, sum_words.GROSS),
    (Role.TAX, sum_words.TAX),
    (Role.TOTAL, sum_words.ANY_TOTAL),
)
"""The first that a label names: "Gesamtbetrag ohne USt." is net, "Gesamtbetrag inkl. USt."
gross.
"""
_SCORES: Final = {Role.GROSS: 30, Role.DUE: 24, Role.TOTAL: 18}
_ADDS_UP = 40
_ITEMS_ADD_UP = 30
_LESS_PREPAID = 25
_AGAIN = 10
SURE: Final = 40
_MOST_TAXES: Final = 6
PARTED: Final = re.compile(r"\s{2,}")
_SMALLEST: Final = 500
_MOST_DIGITS: Final = 5
"""A heading may name a number; what has more of them is a value itself."""


@dataclass(frozen=True, slots=True)
class Sums:
    """In minor units of two decimals. `is_sure` where net and tax make the total, or without tax
    the net or the items do. `printed` are all that labels call a net amount or a total.
    """

    total: Found[int] | None
    is_sure: bool
    tax: Found[int] | None
    net: Found[int] | None
    due: Found[int] | None
    printed: tuple[Found[int], ...] = ()
    needs_items: bool = False
    """Whether nothing comes close to the total, and the items must make it: no tax is due, or all
    that is printed is called a part of it.
    """


def find_sums(sheet: Sheet) -> Sums:
    named = list(_named(sheet))
    by_role = {role: [amount for each, amount in named if each is role] for role in Role}
    candidates = [(amount, _SCORES[role]) for role, amount in named if role in _SCORES]
    parts = [abs(amount.value) for amount in by_role[Role.PREPAID] if amount.value]
    prepaid = {*parts, sum(parts)} - {0}
    is_untaxed = sum_words.NO_TAX.search(sheet.page.text) is not None
    included = _included(sheet, by_role[Role.TAX])
    if not candidates:
        return Sums(None, is_sure=False, tax=None, net=None, due=None)
    paid_later = {each.value + paid for each in by_role[Role.DUE] for paid in prepaid}
    times = Counter(amount.value for amount, _ in candidates)
    weighed = [
        (
            score
            + _ADDS_UP
            * (
                _adds_up(amount.value, by_role)
                or _is_net(amount.value, by_role, is_untaxed=is_untaxed)
            )
            + _ADDS_UP * _includes(amount.value, included)
            + _LESS_PREPAID * (amount.value in paid_later)
            + _AGAIN * (times[amount.value] > 1)
            + max(
                _by_items(amount, by_role),
                _ITEMS_ADD_UP * _is_plain(sheet, amount, by_role),
            ),
            amount.rank,
            amount,
        )
        for amount, score in candidates
    ]
    score, _, total = max(weighed, key=lambda each: each[:2])
    net, tax = _parts(total.value, by_role)
    rival = any(other >= score and amount.value != total.value for other, _, amount in weighed)
    rival = rival or any(abs(amount.value) > abs(total.value) for amount in by_role[Role.GROSS])
    rival = rival or any(
        total.value + paid == amount.value for amount, _ in candidates for paid in prepaid
    )
    has_sum = (
        _adds_up(total.value, by_role)
        or _includes(total.value, included)
        or _is_plain(sheet, total, by_role)
    ) or (
        _is_net(total.value, by_role, is_untaxed=is_untaxed)
        and (
            any(amount.value == total.value for amount in by_role[Role.NET])
            or _by_items(total, by_role) > 0
        )
    )
    printed = tuple(amount for role in (*_SCORES, Role.NET) for amount in by_role[role])
    is_sure = has_sum and not rival and score >= SURE
    taxes = [amount for amount in by_role[Role.TAX] if amount.value]
    if taxes:
        is_whole = all(_is_included(sheet, amount) for amount in taxes)
    else:
        is_whole = is_untaxed
    return Sums(
        total,
        is_sure,
        tax=tax,
        net=net,
        due=(by_role[Role.DUE] or [None])[-1],
        printed=printed,
        needs_items=is_whole and not rival,
    )


def _by_items(total: Found[int], by_role: dict[Role, list[Found[int]]]) -> int:
    """Where no tax is named, the amounts at the ends of the lines above, without other labels, make
    the total.
    """
    paid_in_part = [each for each in by_role[Role.PREPAID] if each.value != total.value]
    if by_role[Role.TAX] or by_role[Role.OTHER] or paid_in_part:
        return 0
    above = [
        amount
        for role in (Role.NONE, Role.TOTAL)
        for amount in by_role[role]
        if amount.rank < total.rank
    ]
    last = {
        amount.rank: amount for amount in sorted(above, key=lambda each: (each.rank, each.start))
    }
    if last and sum(amount.value for amount in last.values()) == total.value:
        return _ITEMS_ADD_UP
    return 0


def _is_plain(sheet: Sheet, total: Found[int], by_role: dict[Role, list[Found[int]]]) -> bool:
    """Whether no tax is named at all, and net amount, total and items are one: so print processors
    of payments for sellers who charge none. What is due or paid may stand above the items too."""
    nets = {amount.value for amount in by_role[Role.NET]}
    is_parted = any(each.value != total.value for each in by_role[Role.PREPAID])
    if nets != {total.value} or by_role[Role.TAX] or by_role[Role.OTHER] or is_parted:
        return False
    last: dict[int, int] = {}
    for amount in sorted(by_role[Role.NONE], key=lambda each: (each.rank, each.start)):
        line = sheet.lines[amount.rank].plain
        is_notice = sum_words.DUE.search(line) or sum_words.PREPAID.search(line)
        if amount.rank < total.rank and not is_notice:
            last[amount.rank] = amount.value
    return sum(last.values()) == total.value


def _adds_up(value: int, by_role: dict[Role, list[Found[int]]]) -> bool:
    # A total may stand before the tax as well: "Total fees", "Tax", "Total this invoice".
    nets = {amount.value for role in (Role.NET, Role.TOTAL) for amount in by_role[role]}
    # The last ones are beside the sums; in rows of items, "19 % VAT" is before the row's own
    # amount.
    single = list(
        dict.fromkeys(amount.value for amount in reversed(by_role[Role.TAX]) if amount.value)
    )[:_MOST_TAXES]
    taxes = {sum(some) for size in (1, 2, 3) for some in combinations(single, size)}
    rounded = {0, *(amount.value for amount in by_role[Role.ROUNDING])}
    if _all_parts_make(value, by_role):
        return True
    return value != 0 and any(
        value - net - coin in taxes for net in nets if net != value for coin in rounded
    )


def _all_parts_make(value: int, by_role: dict[Role, list[Found[int]]]) -> bool:
    """Whether each net amount and each tax, added up, make the total: one net amount for each
    rate.
    """
    nets = [amount.value for amount in by_role[Role.NET]]
    taxes = [amount.value for amount in by_role[Role.TAX] if amount.value]
    if len(nets) < 2 or not taxes or min(*nets, *taxes) <= 0:
        return False
    return sum(nets) + sum(taxes) == value


def _is_included(sheet: Sheet, tax: Found[int]) -> bool:
    return sum_words.INCLUDED.search(sheet.before(tax.rank, tax.start)) is not None


def _included(sheet: Sheet, taxes: list[Found[int]]) -> list[tuple[int, Decimal]]:
    """The taxes, each with a rate in percent that stands on its line, or in the heading above
    it.
    """
    included_rates: list[tuple[int, Decimal]] = []
    for tax in taxes:
        cell = Cell(tax.rank, tax.start, end=tax.end, text="")
        texts = [sheet.lines[tax.rank].plain, *(heading.text for heading in sheet.headings(cell))]
        rates = (match["rate"] for text in texts for match in _PERCENT.finditer(text))
        included_rates += [(tax.value, Decimal(rate.replace(",", "."))) for rate in rates]
    return included_rates


def _includes(value: int, taxes: list[tuple[int, Decimal]]) -> bool:
    """Whether one of the taxes, at its rate, is the one that the amount includes, to the cent.
    In a small amount, too many could be. A tax above zero is not of an amount below."""
    return abs(value) >= _SMALLEST and any(
        value * tax > 0 and abs(abs(value) * rate / (100 + rate) - abs(tax)) <= 1
        for tax, rate in taxes
    )


def _is_net(value: int, by_role: dict[Role, list[Found[int]]], *, is_untaxed: bool) -> bool:
    """Where no tax is due, net and gross are one: it is said, or a tax of nothing is printed."""
    taxes = [amount.value for amount in by_role[Role.TAX]]
    is_free = (bool(taxes) or is_untaxed) and not any(tax for tax in taxes if abs(tax) < abs(value))
    nets = [amount.value for amount in by_role[Role.NET]]
    return is_free and (value in nets or (is_untaxed and not nets))


def _parts(
    value: int, by_role: dict[Role, list[Found[int]]]
) -> tuple[Found[int] | None, Found[int] | None]:
    for net in reversed(by_role[Role.NET]):
        tax = next(
            (amount for amount in reversed(by_role[Role.TAX]) if amount.value == value - net.value),
            None,
        )
        if tax:
            return net, tax
    return None, None


def _named(sheet: Sheet) -> Iterator[tuple[Role, Found[int]]]:
    for rank, row in enumerate(sheet.rows):
        line = sheet.lines[rank].plain
        amounts = sheet.amounts[rank]
        begin = 0
        for number, amount in enumerate(amounts):
            label = line[begin : amount.start]
            begin = amount.end
            role = _nearest_role(label)
            if role is Role.NET and words.DISCOUNT.search(line):
                role = Role.OTHER  # "2 % Skonto, bis 20.11. netto 181,40" says when to pay
            if role is Role.NONE and number and not _letters(label):
                # The last of several amounts on a line belongs to the line's label: "USt 19 % auf
                # 70,00   13,30".
                is_last = number == len(amounts) - 1
                role = _under_heading(sheet, row, amount) or (
                    role_of(line[: amounts[0].start]) if is_last else Role.NONE
                )
            elif role is Role.NONE and not _letters(label):
                role = _under_heading(sheet, row, amount) or _above(sheet, rank)
            yield role, Found(amount.value, rank, start=amount.start, end=amount.end, score=0)


def _under_heading(sheet: Sheet, row: tuple[Cell, ...], amount: Amount) -> Role | None:
    cell = next((each for each in row if each.start <= amount.start < each.end), None)
    if cell is None:
        return None
    for heading in sheet.headings(cell):
        if heading.rank in sheet.item_heads:
            return None
        label = sum_words.AMOUNT.sub("", _PERCENT.sub("", heading.text))
        if sum(map(str.isdecimal, label)) < min(_MOST_DIGITS, sum(map(str.isalpha, label))):
            role = role_of(label)
            # "VAT 19 % on 70.00" is the heading of a tax; "Subtotal 150.90" names its own amount,
            # and none below.
            if role is Role.TAX or not sum_words.AMOUNT.search(heading.text):
                if role is Role.NONE:
                    return None
                return role
    return None


def _above(sheet: Sheet, rank: int) -> Role:
    """The label of an amount that stands alone may be the line above, when that has none."""
    if rank == 0 or rank - 1 in sheet.item_heads:
        return Role.NONE
    text = sheet.lines[rank - 1].plain
    if sheet.amounts[rank - 1]:
        return Role.NONE
    return role_of(text)


def _nearest_role(label: str) -> Role:
    """Take the role of the nearest part that has one: words beside a column of sums are no labels
    of it.
    """
    parts = reversed(PARTED.split(label.strip()))
    return next((role for role in map(role_of, parts) if role is not Role.NONE), Role.NONE)


def role_of(label: str) -> Role:
    """What a label makes of its amount. A tax that is included is a tax; a total that includes one
    is a total.
    """
    is_included = sum_words.INCLUDED.search(label) and sum_words.TAX.search(label)
    if is_included and not (sum_words.NAMES_TOTAL.search(label) or sum_words.DUE.search(label)):
        return Role.TAX
    return next((role for role, pattern in _ROLES if pattern.search(label)), Role.NONE)


def _letters(text: str) -> bool:
    return sum(sign.isalpha() for sign in text) > 3
