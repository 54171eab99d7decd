"""The sums of what a filter chooses, one row for each month, category, merchant, tax rate or person."""
# ruff: noqa: S608 - the SQL is put together from constants, whole numbers and placeholders

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.expenses.finding.filters import Filter, Order
from tillroll.expenses.finding.planning import Search, Sql, all_of
from tillroll.expenses.finding.terms import terms_of
from tillroll.expenses.finding.totals import (
    SHARE_SUMS,
    Sums,
    added,
    base_currency_of,
    chosen_columns,
    stands_in_months,
)
from tillroll.platform.bindings.database import Database, Row, Statement, text
from tillroll.platform.json import dump

# What rows are made by, and the column that has it.
MONTH_COLUMNS: Final[Mapping[str, str]] = {"month": "month", "category": "category", "person": "person"}
_ROW_COLUMNS: Final[Mapping[str, str]] = {
    "month": "shares.month",
    "category": "shares.category",
    "person": "shares.person",
    "merchant": "finds.merchant",
    "tax_rate": "COALESCE(lines.rate, '')",
}
GROUPINGS: Final = tuple(_ROW_COLUMNS)
# A tax line has no total of its own: what it is on, with the tax. Where a document does not say that, the tax alone. An
# expense without tax lines counts whole, without a rate.
_LINE_TOTAL: Final = (
    "COALESCE(lines.base_minor + lines.tax_minor, iif(lines.number IS NULL, finds.total_minor, lines.tax_minor))"
)
_LINE_TAX: Final = "COALESCE(lines.tax_minor, 0)"


def _in_base(minor: str) -> str:
    """Minor units of an expense's currency in its base currency, by what the whole expense is in that."""
    rate = "COALESCE(finds.base_total_minor, 0) * 1.0 / iif(finds.total_minor = 0, 1, finds.total_minor)"
    return f"CAST(round({minor} * {rate}) AS INTEGER)"


_LINE_SUMS: Final = f"""
  SUM({_LINE_TOTAL}) AS total_minor, SUM({_LINE_TAX}) AS tax_minor,
  SUM({_in_base(_LINE_TOTAL)}) AS base_total_minor, SUM({_in_base(_LINE_TAX)}) AS base_tax_minor
"""


@dataclass(frozen=True)
class Grouped:
    """The sums of a row. `key` is a month (2026-03), a name, an id or a rate in percent; '' where there is none."""

    key: str
    sums: list[Sums]


async def group(database: Database, account_id: str, chosen: Filter, by: str) -> tuple[str | None, list[Grouped]]:
    """The account's base currency, and the rows by their keys. `by` is one of GROUPINGS."""
    base = await base_currency_of(database, account_id)
    if by in MONTH_COLUMNS and stands_in_months(replace(chosen, categories=())) and _has_whole_months(chosen):
        rows = await database.all(_from_months(account_id, chosen, MONTH_COLUMNS[by]))
    else:
        rows = await _from_rows(database, account_id, chosen, by)
    keys: dict[str, list[Row]] = {}
    for row in rows:
        keys.setdefault(text(row, "key"), []).append(row)
    return base, [Grouped(key, added(members, base)) for key, members in sorted(keys.items())]


def _has_whole_months(chosen: Filter) -> bool:
    first, last = chosen.first_day, chosen.last_day
    begins_one = first is None or first.day == 1
    return begins_one and (last is None or last == date.max or date.fromordinal(last.toordinal() + 1).day == 1)


def _from_months(account_id: str, chosen: Filter, column: str) -> Statement:
    sql = Sql()
    first, last = chosen.first_day or date.min, chosen.last_day or date.max
    where = [
        f"shares.account_id = {sql.put(account_id)}",
        f"shares.month BETWEEN {sql.put(first.isoformat()[:7])} AND {sql.put(last.isoformat()[:7])}",
        *chosen_columns(sql, chosen),
    ]
    # A category's row counts each expense that has a part of it.
    count = "shares" if column == "category" or chosen.categories else "expenses"
    return sql.statement(
        f"""
        SELECT {column} AS key, currency, base_currency, SUM({count}) AS expenses, {SHARE_SUMS}
        FROM expense_months AS shares WHERE {" AND ".join(where)} GROUP BY 1, 2, 3
        """
    )


async def _from_rows(database: Database, account_id: str, chosen: Filter, by: str) -> list[Row]:
    terms = await terms_of(database, account_id, chosen)
    if terms.is_empty:
        return []
    sql = Sql()
    if by == "tax_rate":
        joined, sums = "LEFT JOIN expense_tax_lines AS lines ON lines.expense_id = finds.expense_id", _LINE_SUMS
    else:
        joined, sums = "JOIN expense_shares AS shares ON shares.n = finds.n", SHARE_SUMS
        if chosen.categories:
            joined += f" AND shares.category IN (SELECT value FROM json_each({sql.put(dump([*chosen.categories]))}))"
    found = all_of(Search(account_id, chosen, Order(), terms, None, 1), sql, joined)
    return await database.all(
        sql.statement(
            f"""
            SELECT {_ROW_COLUMNS[by]} AS key, finds.currency, finds.base_currency,
              COUNT(DISTINCT finds.n) AS expenses, {sums}
            {found} GROUP BY 1, 2, 3
            """
        )
    )
