"""Discounts of some days with what each takes off the rows of its expense."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.tax.discounts import Discount, DiscountsRequest, corrections_of
from tillroll.tax.hooks import read_discounts
from tillroll.tax.open_reasons import OpenReason
from tillroll.tax.repository import Found, taxed_by_ids
from tillroll.tax.rules import Figures, Placed, place
from tillroll_durable.platform.services import Platform

_AT_ONCE: Final = 1_000
"""Expenses of one query."""


@dataclass(frozen=True)
class Correction:
    """A discount with its expense, and what it takes off each row: below zero."""

    discount: Discount
    expense: Found
    rows: Sequence[Placed]

    @property
    def place(self) -> tuple[str, str]:
        """Its day, and an id: it stands behind its expense in a list of one day."""
        return self.discount.day.isoformat(), f"{self.discount.expense_id}~{self.discount.id}"

    @property
    def figures(self) -> Figures:
        """What it takes off in all."""
        return sum((row.figures for row in self.rows), Figures())


async def load_corrections(
    platform: Platform, request: DiscountsRequest, country: str | None
) -> list[Correction]:
    """Read corrections of ready and approved expenses that have a place, in the order of days.

    An expense that is open has no rows to correct: once it has, its discount corrects them.
    """
    discounts = await read_discounts(platform, request)
    ids = sorted({each.expense_id for each in discounts})
    expenses: dict[str, Found] = {}
    for begin in range(0, len(ids), _AT_ONCE):
        page = ids[begin : begin + _AT_ONCE]
        for each in await taxed_by_ids(platform.database, request.account_id, page):
            expenses[each.taxed.id] = each
    corrections: list[Correction] = []
    for discount in discounts:
        expense = expenses.get(discount.expense_id)
        if expense is None:
            continue
        placed = place(expense.taxed, country)
        if isinstance(placed, OpenReason):
            continue
        rows = [*corrections_of(placed, discount.amount, expense.taxed.total)]
        corrections.append(Correction(discount, expense, rows))
    return sorted(corrections, key=lambda each: each.place)
