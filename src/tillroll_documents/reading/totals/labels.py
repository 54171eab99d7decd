"""What the amounts of a receipt are: each has a role by the words before it. Tips that are only
suggested are none of its sum.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.amounts import (
    NumberStyle,
    PrintedAmount,
    find_amounts,
    find_damaged_amount,
)


class Role(StrEnum):
    """What an amount means in the sums of a receipt."""

    PAYABLE = "payable"
    """A total named as final: "amount due", "grand total"."""
    TOTAL = "total"
    ROUNDED_TOTAL = "rounded_total"
    """Total and rounding in one label: the total after rounding, or what was rounded off."""
    AMOUNT = "amount"
    """A bare "amount", which may be a total or a column."""
    GROSS_OR_TAX = "gross_or_tax"
    """"Including tax" and no more: the amount with tax, or the tax in it."""
    SUBTOTAL = "subtotal"
    NET = "net"
    TAX = "tax"
    LEVY = "levy"
    """Added as the goods are, and no tax on sales: "taxes and charges" of a flight."""
    ROUNDING = "rounding"
    DISCOUNT = "discount"
    VOUCHER = "voucher"
    SERVICE = "service"
    TIP = "tip"
    PAID = "paid"
    CHANGE = "change"
    COUNT = "count"
    """A number of things. Behind it their total may stand: "Total qty 2  9.00"."""
    IGNORED = "ignored"
    """Savings, points: numbers that are no part of the sum."""
    NONE = "none"
    """No word that speaks of sums: a line item, or nothing."""


_C = Concept
_NO_CONCEPT: Final = frozenset[Concept]()

# The first row whose concepts are all present, and whose excluded ones are all absent, gives the
# role.
_RULES: Final = (
    ({_C.POINTS}, {_C.TOTAL}, Role.IGNORED),
    ({_C.SAVING}, {_C.PAYABLE}, Role.IGNORED),
    ({_C.SUGGESTION, _C.TIP}, _NO_CONCEPT, Role.IGNORED),
    ({_C.CHANGE}, {_C.PAYABLE}, Role.CHANGE),
    ({_C.QUANTITY}, {_C.INCLUDING, _C.DISCOUNT, _C.PAYABLE}, Role.COUNT),
    ({_C.ROUNDING, _C.TOTAL}, {_C.INCLUDING}, Role.ROUNDED_TOTAL),
    ({_C.ROUNDING, _C.PAYABLE}, _NO_CONCEPT, Role.ROUNDED_TOTAL),
    ({_C.ROUNDING}, {_C.INCLUDING, _C.TOTAL}, Role.ROUNDING),
    ({_C.SERVICE}, {_C.TOTAL, _C.PAYABLE}, Role.SERVICE),
    ({_C.TIP}, {_C.TOTAL, _C.PAYABLE}, Role.TIP),
    ({_C.VOUCHER}, {_C.PAYABLE}, Role.VOUCHER),
    ({_C.DISCOUNT}, {_C.PAYABLE}, Role.DISCOUNT),
    ({_C.LEVY, _C.INCLUDING}, {_C.TOTAL, _C.AMOUNT, _C.PAYABLE, _C.PAID}, Role.IGNORED),
    ({_C.LEVY, _C.CONTAINED}, {_C.TOTAL, _C.AMOUNT, _C.PAYABLE, _C.PAID}, Role.IGNORED),
    ({_C.LEVY, _C.CONTAINED}, {_C.PAYABLE, _C.PAID}, Role.TOTAL),
    ({_C.LEVY, _C.INCLUDING}, {_C.PAYABLE, _C.PAID}, Role.TOTAL),
    ({_C.LEVY}, {_C.PAYABLE, _C.PAID, _C.EXCLUDING}, Role.LEVY),
    ({_C.EXCLUDING}, _NO_CONCEPT, Role.NET),
    ({_C.CONTAINED}, _NO_CONCEPT, Role.TAX),
    ({_C.SUBTOTAL}, _NO_CONCEPT, Role.SUBTOTAL),
    ({_C.INCLUDING, _C.PAID}, {_C.CARD, _C.CASH}, Role.PAYABLE),
    ({_C.TAX, _C.INCLUDING, _C.TOTAL}, _NO_CONCEPT, Role.TOTAL),
    ({_C.TAX, _C.INCLUDING, _C.AMOUNT}, _NO_CONCEPT, Role.TOTAL),
    ({_C.PAYABLE}, _NO_CONCEPT, Role.PAYABLE),
    ({_C.TAX, _C.INCLUDING}, _NO_CONCEPT, Role.GROSS_OR_TAX),
    ({_C.TAX, _C.TOTAL, _C.AMOUNT}, _NO_CONCEPT, Role.GROSS_OR_TAX),
    ({_C.TAX}, _NO_CONCEPT, Role.TAX),
    ({_C.PAID}, _NO_CONCEPT, Role.PAID),
    ({_C.CASH}, _NO_CONCEPT, Role.PAID),
    ({_C.CARD}, {_C.TOTAL}, Role.PAID),
    ({_C.TOTAL}, _NO_CONCEPT, Role.TOTAL),
    ({_C.AMOUNT}, _NO_CONCEPT, Role.AMOUNT),
)

SUM_CONCEPTS: Final = frozenset(concept for present, _, _ in _RULES for concept in present)

_TABLE_COLUMNS: Final = frozenset({_C.EXCLUDING, _C.AMOUNT, _C.INCLUDING, _C.TOTAL})
"""With TAX and without an amount, one of these heads a table of taxes: "BTW  over  EUR", "Taxa Base
IVA Total".
"""

_NEVER_ALONE: Final = frozenset({Role.NONE, Role.COUNT, Role.IGNORED})
"""Roles that a label gives to amounts on its own line only: "Pineapple, 3 pcs" says nothing of the
next line.
"""

_NUMBER_BEFORE: Final = re.compile(r"[0-9]\s?$")
_FIRST_DIGIT: Final = re.compile("[0-9]")

_TABLE_END: Final = frozenset(
    {_C.PAID, _C.CASH, _C.CARD, _C.CHANGE, _C.PAYABLE, _C.GREETING, _C.TIP}
)


@lru_cache(maxsize=2_000)
def role_of(concepts: frozenset[Concept]) -> Role:
    """The role of an amount whose label names these concepts."""
    fits = (
        role
        for required, unwanted, role in _RULES
        if required <= concepts and unwanted.isdisjoint(concepts)
    )
    return next(fits, Role.NONE)


TOTALS: Final = frozenset({Role.TOTAL, Role.PAYABLE, Role.ROUNDED_TOTAL})


class LabelledAmount(NamedTuple):
    """An amount with what its label says. `line` is where the amount stands; the label may be on
    the line before.
    """

    line: int
    amount: PrintedAmount
    role: Role
    in_summary: bool
    """In the table of taxes by rate, where a "total" is not the receipt's."""


def label_amounts(page: Page, style: NumberStyle) -> list[LabelledAmount]:
    """Every amount with its role, in reading order. A label takes the amounts that follow it on its
    line, else those of a next line that holds nothing else; a total's label may also stand below.
    """
    labelled: list[LabelledAmount] = []
    waiting = _NO_CONCEPT
    in_summary = False
    for line in page.lines:
        amounts = find_amounts(line.plain, style)
        named = page.named(line)
        in_summary = _summary_goes_on(in_summary, named, amounts)
        if not named.isdisjoint(SUM_CONCEPTS) and not any(
            amount.exact or amount.marked for amount in amounts
        ):
            damaged = find_damaged_amount(line.plain, style)
            if damaged:
                amounts = [damaged]
        if amounts:
            roles = _roles(page, line, amounts=amounts, waiting=waiting)
            labelled += [
                LabelledAmount(line.index, amount, role=role, in_summary=in_summary)
                for amount, role in zip(amounts, roles, strict=True)
            ]
        is_label = (
            named
            and not amounts
            and Concept.PRODUCT_HEADER not in named
            and role_of(named) not in _NEVER_ALONE
        )
        waiting = named if is_label else _NO_CONCEPT
    if any(item.role in TOTALS for item in labelled):
        return labelled
    return _labelled_below(page, labelled)


def _labelled_below(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with a bare one taken for the total whose label stands alone on the next
    line.
    """
    amounts: dict[int, list[PrintedAmount]] = {}
    for item in labelled:
        amounts.setdefault(item.line, []).append(item.amount)
    roles: dict[int, Role] = {}
    for line, below in pairwise(page.lines):
        role = role_of(page.named(below))
        if (
            role in TOTALS
            and below.index not in amounts
            and line.index in amounts
            and _is_bare(line, amounts[line.index])
        ):
            roles[line.index] = role
    return [item._replace(role=roles.get(item.line, item.role)) for item in labelled]


def _summary_goes_on(
    inside: bool, named: frozenset[Concept], amounts: Sequence[PrintedAmount]
) -> bool:
    """Whether this line belongs to the table of taxes: from its heading to the first line that is
    no row of it.
    """
    heading = Concept.SUMMARY in named or (
        Concept.TAX in named and named & _TABLE_COLUMNS and not amounts
    )
    if (
        heading
        and not any(amount.exact for amount in amounts)
        and Concept.PRODUCT_HEADER not in named
    ):
        return True
    return inside and not named & _TABLE_END


def _roles(
    page: Page, line: Line, amounts: Sequence[PrintedAmount], waiting: frozenset[Concept]
) -> list[Role]:
    """The role of each amount: by the nearest text to its left that speaks of sums, else by the
    line before.
    """
    roles: list[Role] = []
    label: frozenset[Concept]
    if waiting and _is_bare(line, amounts):
        label = waiting
    else:
        label = _NO_CONCEPT
    position = 0
    counted = False
    is_named = bool(page.found(line))
    for amount in amounts:
        between = _NO_CONCEPT
        if is_named:
            between = _without_units(page, line, start=position, end=_digits_start(line, amount))
        if between & SUM_CONCEPTS:
            label = between
            counted = False
        role = role_of(label)
        if role is Role.COUNT and amount.exact and (counted or amount.marked):
            role = Role.SUBTOTAL
        counted = counted or role is Role.COUNT
        roles.append(role)
        position = amount.end
    return roles


def _digits_start(line: Line, amount: PrintedAmount) -> int:
    """Where the digits of the amount begin. A label may end in the currency: "Celkem Kč"."""
    digits = _FIRST_DIGIT.search(line.plain, amount.start, amount.end)
    if digits is None:
        return amount.start
    return digits.start()


def _without_units(page: Page, line: Line, start: int, end: int) -> frozenset[Concept]:
    """The concepts named in a part of the line. A word of quantity behind a number is a unit ("2
    PCS"), no label.
    """
    named = page.named(line, start, end)
    if Concept.TOTAL in named or Concept.QUANTITY not in named:
        return named
    counted = [term.start for term in page.found(line) if term.concept is Concept.QUANTITY]
    is_unit = any(_NUMBER_BEFORE.search(line.plain, 0, place) for place in counted)
    if is_unit:
        return named - {Concept.QUANTITY}
    return named


def _is_bare(line: Line, amounts: Sequence[PrintedAmount]) -> bool:
    """Whether the line holds amounts and nothing else but a currency mark or a tax code."""
    rest = line.plain
    for amount in reversed(amounts):
        rest = rest[: amount.start] + rest[amount.end :]
    return sum(map(str.isalpha, rest)) <= 2


_PERCENT: Final = re.compile(r"(\d{1,2})(?:[.,]\d)? ?%")
_PERCENT_SIGN: Final = re.compile(r"%(?:(?<=\d%)|(?<=\d %))")
"""Its end, found sooner."""
_SEVERAL: Final = 2
"""Different percentages: a tip that was charged has one."""


def without_suggestions(page: Page, labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts, with tips ignored that are only suggested: lines with a percentage below the
    total.
    """
    total_line = next((item.line for item in labelled if item.role in TOTALS), None)
    if total_line is None:
        return [*labelled]
    offered = {
        line.index: line for line, _, _ in page.search(_PERCENT_SIGN) if line.index > total_line
    }
    if not offered or not _are_suggested(page, [*offered.values()]):
        return [*labelled]
    return [
        item._replace(role=Role.IGNORED)
        if item.line in offered and item.role in (Role.TIP, Role.NONE) and not item.in_summary
        else item
        for item in labelled
    ]


def _are_suggested(page: Page, lines: Sequence[Line]) -> bool:
    """Whether the lines, or the one above the first of them, name a tip that is only suggested."""
    above = page.lines[page.rank(lines[0]) - 1]
    named = {concept for line in (above, *lines) for concept in page.named(line)}
    percents = {percent for line in lines for percent in _PERCENT.findall(line.plain)}
    return Concept.TIP in named and (Concept.SUGGESTION in named or len(percents) >= _SEVERAL)
