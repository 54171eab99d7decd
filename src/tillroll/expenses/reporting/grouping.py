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
    SUM_COLUMNS,
    Sums,
    added,
    base_currency_of,
    chosen_columns,
    stands_in_months,
)
from tillroll.platform.bindings.database import Database, Row, Statement, integer, text
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
# Of merchants: nobody reads more, and an account can have a hundred thousand of them.
MOST_ROWS: Final = 500
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


@dataclass(frozen=True)
class Groups:
    """The account's base currency, the rows by their keys, and the sums of `more` smaller ones that are left out."""

    base: str | None
    rows: list[Grouped]
    more: int
    others: list[Sums]


async def group(database: Database, account_id: str, chosen: Filter, by: str) -> Groups:
    """The rows of a report. `by` is one of GROUPINGS; of merchants it is the MOST_ROWS largest."""
    base = await base_currency_of(database, account_id)
    if by in MONTH_COLUMNS and stands_in_months(replace(chosen, categories=())) and _has_whole_months(chosen):
        rows = await database.all(_from_months(account_id, chosen, MONTH_COLUMNS[by]))
    else:
        rows = await _from_rows(database, account_id, chosen, by, base)
    keys: dict[str, list[Row]] = {}
    others = [row for row in rows if row["key"] is None]
    for row in rows:
        if row["key"] is not None:
            keys.setdefault(text(row, "key"), []).append(row)
    more = max((integer(row, "place") for row in others), default=MOST_ROWS) - MOST_ROWS
    return Groups(
        base, [Grouped(key, added(each, base)) for key, each in sorted(keys.items())], more, added(others, base)
    )


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


async def _from_rows(database: Database, account_id: str, chosen: Filter, by: str, base: str | None) -> list[Row]:
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
    grouped = f"""
        SELECT {_ROW_COLUMNS[by]} AS key, finds.currency, finds.base_currency,
          COUNT(DISTINCT finds.n) AS expenses, {sums}
        {found} GROUP BY 1, 2, 3
    """
    return await database.all(sql.statement(_largest(grouped, sql, base) if by == "merchant" else grouped))


def _largest(grouped: str, sql: Sql, base: str | None) -> str:
    """The MOST_ROWS largest of these rows, and the sum of the others under NULL: in the base currency, or in the one
    currency that there is, else by the number of expenses, as a report puts them in order."""
    size = "iif(currencies = 1, total_minor, expenses)"
    if base is not None:
        size = f"iif(base_currency = {sql.put(base)}, base_total_minor, 0)"
    return f"""
        WITH grouped AS ({grouped}),
          counted AS (SELECT *, (SELECT COUNT(DISTINCT currency) FROM grouped) AS currencies FROM grouped),
          sized AS (SELECT *, SUM({size}) OVER (PARTITION BY key) AS size FROM counted),
          placed AS (SELECT *, DENSE_RANK() OVER (ORDER BY size DESC, key) AS place FROM sized)
        SELECT iif(place <= {MOST_ROWS}, key, NULL) AS key, currency, base_currency, MAX(place) AS place,
          {", ".join(f"SUM({name}) AS {name}" for name in SUM_COLUMNS)}
        FROM placed GROUP BY 1, 2, 3
    """
