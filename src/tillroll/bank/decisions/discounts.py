"""Discounts that people accepted, for taxes: what less than an expense its payment was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.tax.discounts import Discount, DiscountsRequest
from tillroll.tax.hooks import DISCOUNTS
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.services import Platform

# A total that changed since says nothing of a discount any more: a person looks at the entry.
_DISCOUNTS: Final = """
  SELECT m.id, p.document_id, MIN(e.id) AS entry_id, e.day, m.decided_at, m.undone_at,
    SUM(p.amount - p.settles) AS amount
  FROM bank_matches m
  JOIN bank_pairs p ON p.match_id = m.id AND p.document_kind = 'expense'
  JOIN bank_entries e ON e.id = p.entry_id AND e.status = 'booked'
  JOIN expenses x ON x.id = p.document_id AND x.currency = e.currency
    AND x.total_minor = p.total AND x.currency = p.total_currency
  WHERE m.account_id = ?1 AND m.kind = 'discount'
    AND m.state IN ('accepted', 'undone') AND m.decided_at IS NOT NULL AND e.day <= ?2
  GROUP BY m.id, p.document_id, e.day
  HAVING SUM(p.amount - p.settles) <> 0
  ORDER BY e.day, m.id
"""


@dataclass(frozen=True)
class ClosedDays:
    """A closed period, and when it was closed (UTC text)."""

    first_day: str
    last_day: str
    closed_at: str


@DISCOUNTS.fill
async def read_discounts(platform: Platform, request: DiscountsRequest) -> Sequence[Discount]:
    """Each accepted discount of the days, and each that was taken back in them.

    A discount counts on the day of its payment. Where that month was closed before somebody
    accepted it, it counts on the day of the acceptance: what is closed is not written anew.
    """
    rows = await platform.database.all(
        statement(_DISCOUNTS, [request.account_id, request.last.isoformat()])
    )
    if not rows:
        return []
    closed = await _closed(platform.database, request.account_id)
    return [
        each
        for row in rows
        for each in _counted(row, closed)
        if request.first <= each.day <= request.last
    ]


def _counted(row: Row, closed: Sequence[ClosedDays]) -> Iterator[Discount]:
    """A discount, and its taking back where a closed month holds it."""
    id_ = text(row, "id")
    amount = integer(row, "amount")
    day = _day_of(text(row, "day"), text(row, "decided_at"), closed)
    undone_at = optional_text(row, "undone_at")
    undone_on: str | None = None
    if undone_at is not None:
        undone_on = _day_of(day, undone_at, closed)
    if undone_on == day:
        return
    expense_id = text(row, "document_id")
    discount = Discount(
        id_,
        expense_id,
        day=date.fromisoformat(day),
        amount=amount,
        payment_id=text(row, "entry_id"),
        decided_at=text(row, "decided_at"),
    )
    yield discount
    if undone_at is not None and undone_on is not None:
        yield replace(
            discount,
            id=f"{id_}-undone",
            day=date.fromisoformat(undone_on),
            amount=-amount,
            decided_at=undone_at,
        )


def _day_of(day: str, happened_at: str, closed: Sequence[ClosedDays]) -> str:
    """A day, or that on which it happened where the day was closed before."""
    for period in closed:
        if period.first_day <= day <= period.last_day and period.closed_at < happened_at:
            return happened_at[:10]
    return day


async def _closed(database: Database, account_id: str) -> list[ClosedDays]:
    query = """
      SELECT first_day, last_day, closed_at FROM closed_periods
      WHERE account_id = ? AND reopened_at IS NULL ORDER BY first_day
    """
    return [of_row(ClosedDays, row) for row in await database.all(statement(query, [account_id]))]
