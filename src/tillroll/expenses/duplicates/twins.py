"""Duplicates that nobody has settled, where people decide: how many there are, and those of each
expense.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from tillroll.expenses.duplicates.pairs import (
    COMPARED,
    DAYS,
    FOUND_IN,
    Likeness,
    Pair,
    candidates,
    likeness_of,
    shown_pairs,
)
from tillroll.expenses.exported import decimal_amount
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model
from tillroll_durable.sight import Sight


class Twin(Model):
    """Another expense that may be the same purchase. `likeness` is same, number or near.
    `toldApartBy` is the name of the person who says that it is another; null where nobody does.
    """

    expense_id: str
    merchant: str
    date: str
    total: str
    currency: str
    likeness: Likeness
    told_apart_by: str | None


class DuplicateCount(Model):
    """`pairs` of expenses may be one. `is_whole` is false where only the newest were looked at."""

    pairs: int
    is_whole: bool


_DAYS: Final = digits(DAYS)
OF_IDS: Final = f"""
  WITH chosen AS (
    SELECT * FROM expenses
    WHERE account_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND status <> 'voided'
  ), found AS (
    SELECT max(c.id, o.id) AS newer, min(c.id, o.id) AS older FROM chosen AS c
    CROSS JOIN expenses AS o
      ON o.account_id = ?1 AND o.currency = c.currency AND o.total_minor = c.total_minor
      AND o.date BETWEEN date(c.date, '-{_DAYS} days') AND date(c.date, '+{_DAYS} days')
    WHERE +o.id <> c.id AND o.status <> 'voided'
    UNION
    SELECT max(c.id, o.id), min(c.id, o.id) FROM chosen AS c CROSS JOIN expenses AS o
      ON o.account_id = ?1 AND o.receipt_number = c.receipt_number
    WHERE +c.receipt_number IS NOT NULL AND +o.id <> c.id AND o.status <> 'voided'
  )
"""
"""Pairs with one of the expenses in the JSON list ?2, whichever is newer: for `COMPARISON`."""


async def twins_of(
    database: Database, sight: Sight, expense_ids: Sequence[str], asker: str
) -> dict[str, list[Twin]]:
    """Find for each expense, by its id, the others that may be the same purchase. Expenses without
    any are left out. `asker` is the user's id.
    """
    if not expense_ids:
        return {}
    twins: dict[str, list[Twin]] = {}
    for row, likeness in await _alike(database, sight, expense_ids=expense_ids, asker=asker):
        newer = _twin(row, "newer", prefix="", likeness=likeness)
        older = _twin(row, "older", prefix="o_", likeness=likeness)
        twins.setdefault(newer.expense_id, []).append(older)
        twins.setdefault(older.expense_id, []).append(newer)
    ids = {*expense_ids}
    return {expense_id: others for expense_id, others in twins.items() if expense_id in ids}


async def pairs_with(
    database: Database, sight: Sight, expense_id: str, asker: str, limit: int
) -> list[Pair]:
    """Find the newest pairs that one expense is in. `asker` is the user's id."""
    alike = await _alike(database, sight, expense_ids=[expense_id], asker=asker)
    return await shown_pairs(database, alike[:limit])


async def _alike(
    database: Database, sight: Sight, expense_ids: Sequence[str], asker: str
) -> list[tuple[Row, Likeness]]:
    first, only = sight.narrowing("a.person", "?4")
    second, _ = sight.narrowing("b.person", "?4")
    query = OF_IDS + FOUND_IN.format(both=first + second)
    values = [sight.account_id, dump([*expense_ids]), asker, *only]
    rows = await database.all(statement(query, [*values]))
    alike: list[tuple[Row, Likeness]] = []
    for row in rows:
        likeness = likeness_of(row)
        if likeness is not None:
            alike.append((row, likeness))
    return alike


def _twin(row: Row, side: str, *, prefix: str, likeness: Likeness) -> Twin:
    currency = text(row, f"{prefix}currency")
    return Twin(
        expense_id=text(row, side),
        merchant=text(row, f"{prefix}merchant"),
        date=text(row, f"{prefix}date"),
        total=decimal_amount(integer(row, f"{prefix}total_minor"), currency) or "",
        currency=currency,
        likeness=likeness,
        told_apart_by=optional_text(row, "told_apart_by"),
    )


async def count_duplicates(
    database: Database,
    sight: Sight,
    asker: str,
    first_day: date | None = None,
    last_day: date | None = None,
) -> DuplicateCount:
    """How many pairs wait for a person: those with one of the newest 2,000 expenses.

    `asker` is the user's id. With days, one of the two lies in these days, which count whole.
    """
    rows = await candidates(database, sight, asker)
    alike = [row for row in rows if likeness_of(row) is not None]
    pairs = [row for row in alike if _lies_in(row, first_day, last_day)]
    return DuplicateCount(pairs=len(pairs), is_whole=len(rows) < COMPARED)


def _lies_in(row: Row, first_day: date | None, last_day: date | None) -> bool:
    days = [date.fromisoformat(text(row, name)) for name in ("date", "o_date")]
    return any(
        (first_day is None or day >= first_day) and (last_day is None or day <= last_day)
        for day in days
    )
