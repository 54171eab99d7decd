"""What dashes before amounts mean: a minus, or a sign between label and amount.

A refund hands over no cash and gives no change: where cash less change makes the total, a
purchase is printed. Some tills print such a dash before each amount, so also before zeros, and
print the rows of the tax table without one. Where only these tell, a person is asked.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import islice
from typing import Final

from tillroll_documents.reading.page import Page
from tillroll_documents.reading.totals.labels import TOTALS, LabelledAmount, Role

SUMS: Final = TOTALS | {Role.SUBTOTAL}
"""The roles that tell whether all the sums of a page are below zero."""
_APART: Final = re.compile(r"-\s")
"""A dash with a space behind it; a minus stands at its digits or at its mark."""
_SEVERAL: Final = re.compile(r"-\s?-")
_SIGNED: Final = frozenset({Role.DISCOUNT, Role.ROUNDING, Role.VOUCHER})
"""Roles that are below zero on a purchase too."""
_MOST_COMPARED: Final = 16
"""So many amounts of a role are compared; a hostile page has thousands."""


class Dashes(StrEnum):
    MINUS = "minus"
    """Every sum is below zero: money came back."""
    MAYBE_MINUS = "maybe_minus"
    """Money probably came back; a dash that stands apart may also part label and amount."""
    MAYBE_SEPARATOR = "maybe_separator"
    """Probably a purchase: zeros, the tax table or amounts below say so, or cash and change with
    a dash at the digits."""
    SEPARATOR = "separator"
    """A purchase: cash and change say so, and the dashes stand apart."""
    CONTRADICTED = "contradicted"
    """A title says that money came back, and an article below zero or the sums say otherwise: the
    signs are taken as they are printed."""
    NONE = "none"
    """There is a sum above zero, or no sum."""

    @property
    def are_of_refund(self) -> bool:
        return self in (Dashes.MINUS, Dashes.MAYBE_MINUS)

    @property
    def are_of_purchase(self) -> bool:
        return self in (Dashes.SEPARATOR, Dashes.MAYBE_SEPARATOR)

    @property
    def are_doubtful(self) -> bool:
        return self in (Dashes.MAYBE_MINUS, Dashes.MAYBE_SEPARATOR, Dashes.CONTRADICTED)


def dashes_of(page: Page, labelled: Sequence[LabelledAmount]) -> Dashes:
    """The meaning of the dashes on a page that does not call itself a refund."""
    exact = [item for item in labelled if item.amount.exact]
    sums = [item for item in exact if item.role in SUMS and item.amount.minor]
    if not sums or any(item.amount.minor > 0 for item in sums):
        return Dashes.NONE
    texts = {line.index: line.plain for line in page.lines}
    has_dash_apart = any(_is_apart(texts, item) for item in sums)
    if _is_paid_with_change(exact, sums):
        if has_dash_apart:
            return Dashes.SEPARATOR
        return Dashes.MAYBE_SEPARATOR
    taxes = [item for item in exact if item.in_summary or item.role is Role.TAX]
    has_tax_above_zero = any(item.amount.minor > 0 for item in taxes)
    has_dashed_zero = any(item.amount.minor == 0 and _is_apart(texts, item) for item in exact)
    is_filled = any(_is_filled(texts, item) for item in sums)
    is_printed_so = is_filled or (has_dash_apart and (has_tax_above_zero or has_dashed_zero))
    if is_printed_so or _is_made_below(exact, sums):
        return Dashes.MAYBE_SEPARATOR
    if has_dash_apart or has_tax_above_zero:
        return Dashes.MAYBE_MINUS
    return Dashes.MINUS


def without_dashes(labelled: Sequence[LabelledAmount]) -> list[LabelledAmount]:
    """The amounts of a purchase, their dashes taken as no minus."""
    return [_without_dash(item) for item in labelled]


def _without_dash(item: LabelledAmount) -> LabelledAmount:
    if item.role in _SIGNED:
        return item
    return item._replace(amount=item.amount._replace(minor=abs(item.amount.minor)))


def is_apart(text: str, start: int, end: int) -> bool:
    """Whether the amount in that span of a line has a dash with a space behind it."""
    return _APART.search(text, start, end) is not None


def _is_apart(texts: dict[int, str], item: LabelledAmount) -> bool:
    return is_apart(texts[item.line], item.amount.start, item.amount.end)


def _is_filled(texts: dict[int, str], item: LabelledAmount) -> bool:
    """Whether several dashes lead to the amount: "TOTAL -- 6.20"."""
    return _SEVERAL.search(texts[item.line], item.amount.start, item.amount.end) is not None


def _is_paid_with_change(exact: Sequence[LabelledAmount], sums: Sequence[LabelledAmount]) -> bool:
    """Whether what was handed over, less the change, makes one of the sums."""
    paid = _first_values(exact, Role.PAID)
    change = _first_values(exact, Role.CHANGE)
    due = {abs(item.amount.minor) for item in sums}
    return any(amount - back in due for amount in paid for back in change)


def _is_made_below(exact: Sequence[LabelledAmount], sums: Sequence[LabelledAmount]) -> bool:
    """Whether two amounts below the last sum differ by it, as cash and change do in any words."""
    last = sums[-1]
    due = abs(last.amount.minor)
    below = (abs(item.amount.minor) for item in exact if item.line > last.line)
    values = set(islice(filter(None, below), _MOST_COMPARED))
    return any(value - due in values for value in values)


def _first_values(exact: Sequence[LabelledAmount], role: Role) -> set[int]:
    """The first amounts of the role that are not zero, without their signs."""
    values = (abs(item.amount.minor) for item in exact if item.role is role)
    return set(islice(filter(None, values), _MOST_COMPARED))
