"""What stands below the gross total of a digital invoice, and whether it changes the total.

The paper must show a chain: the gross total, one to three lines with an amount, and a later sum
that these make of it. A named discount, surcharge or rounding in the chain is in the total. What
was paid before (a prepayment, an instalment, a deposit, a voucher that was bought), an old balance
and a discount for who pays soon change only what is due, as BT-113 of EN 16931 does. Where a line
names neither, or both kinds stand there, a person is asked.

`SECOND_READING=doubted` includes this doubt (`total_uncertain`). Both sums are printed: a model
that reads the same one may settle it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import Final

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.invoices import sum_words
from tillroll_documents.reading.invoices.sheet import Amount, Found, Sheet
from tillroll_documents.reading.invoices.sums import Role, Sums, role_of
from tillroll_documents.reading.languages import Concept

_MOST_LINES: Final = 12
"""Filled lines below the total in which the chain stands."""
_MOST_STEPS: Final = 3
_PAID_BEFORE: Final = frozenset({Concept.PAID, Concept.VOUCHER, Concept.CASH, Concept.CARD})
_TAKEN_OFF: Final = frozenset({Concept.DISCOUNT, Concept.ROUNDING})
_SUMS: Final = frozenset({Concept.TOTAL, Concept.PAYABLE, Concept.AMOUNT})
_SUM_ROLES: Final = frozenset({Role.DUE, Role.TOTAL, Role.GROSS})
_PARTS: Final = frozenset({Role.TAX, Role.NET})


class _Kind(StrEnum):
    """What a line below the total is to it."""

    ADJUSTMENT = "adjustment"
    """It is in the total."""
    PAYMENT = "payment"
    """It changes what is due."""
    PART = "part"
    """A tax or a net amount, which says what the total consists of."""
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class _Step:
    rank: int
    amount: Amount
    kind: _Kind
    is_sum: bool


def with_lines_below(sheet: Sheet, sums: Sums) -> Sums:
    """The sums with the total that named adjustments below the gross one lead to."""
    total = sums.total
    if total is None or not total.value:
        return sums
    steps = _steps_below(sheet, total)
    chain = _chain(steps, total.value)
    if not chain:
        if _is_lowered(steps):
            return replace(sums, is_sure=False, needs_items=False)
        return sums
    between = {step.kind for step in chain[:-1]}
    if between == {_Kind.PAYMENT} or _Kind.PART in between:
        return sums
    last = chain[-1]
    final = Found(
        last.amount.value,
        last.rank,
        start=last.amount.start,
        end=last.amount.end,
        score=total.score,
    )
    if between == {_Kind.ADJUSTMENT}:
        return replace(sums, total=final)
    is_raised = abs(final.value) > abs(total.value)
    if is_raised:
        sums = replace(sums, total=final)
    return replace(sums, is_sure=False, needs_items=False)


def _steps_below(sheet: Sheet, total: Found[int]) -> list[_Step]:
    """The last amount of each line below the total, but for those that repeat it."""
    steps: list[_Step] = []
    last = min(total.rank + _MOST_LINES, len(sheet.lines) - 1)
    for rank in range(total.rank + 1, last + 1):
        amounts = sheet.amounts[rank]
        if not amounts or amounts[-1].value in {0, total.value}:
            continue
        line = sheet.lines[rank]
        label = sheet.before(rank, amounts[-1].start)
        named = sheet.page.named(line)
        role = role_of(label)
        is_sum = role in _SUM_ROLES or not _SUMS.isdisjoint(named)
        kind = _kind(sheet, line, role)
        steps.append(_Step(rank, amounts[-1], kind, is_sum=is_sum and role not in _PARTS))
    return steps


def _kind(sheet: Sheet, line: Line, role: Role) -> _Kind:
    named = sheet.page.named(line)
    is_adjusted = (
        role is Role.ROUNDING
        or not _TAKEN_OFF.isdisjoint(named)
        or Concept.SERVICE in named
        or sum_words.ADJUSTED.search(line.plain) is not None
    )
    is_paid = role is Role.PREPAID or not _PAID_BEFORE.isdisjoint(named)
    if sum_words.CONDITION.search(line.plain):
        return _Kind.PAYMENT
    # A surcharge for paying by card names the card, and no payment.
    if is_adjusted and role is not Role.PREPAID:
        return _Kind.ADJUSTMENT
    is_earlier = sum_words.CARRIED.search(line.plain) or sum_words.INSTALMENT.search(line.plain)
    if is_paid or is_earlier:
        return _Kind.PAYMENT
    if role in _PARTS:
        return _Kind.PART
    return _Kind.OPEN


def _chain(steps: list[_Step], total: int) -> list[_Step]:
    """The first lines that lead from the total to a sum below it, that sum last; empty for none."""
    for place, last in enumerate(steps[: _MOST_STEPS + 1]):
        between = steps[:place]
        if not between or not last.is_sum:
            continue
        if any(_sum_of(total, between, signs) == last.amount.value for signs in _signs(between)):
            return [*between, last]
    return []


def _signs(steps: list[_Step]) -> Iterator[tuple[int, ...]]:
    """Each way to add or to take off; an amount that is printed with a minus is taken off."""
    ways = [(1,) if step.amount.value < 0 else (1, -1) for step in steps]
    return product(*ways)


def _sum_of(total: int, steps: list[_Step], signs: tuple[int, ...]) -> int:
    return total + sum(sign * step.amount.value for sign, step in zip(signs, steps, strict=True))


def _is_lowered(steps: list[_Step]) -> bool:
    """Whether a discount or a rounding with a minus stands below the total, and no sum after it."""
    return any(step.kind is _Kind.ADJUSTMENT and step.amount.value < 0 for step in steps)
