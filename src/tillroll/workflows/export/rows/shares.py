"""What an export would hold, category by category, for what is to be said of it beforehand."""

from collections.abc import Sequence

from tillroll.durable import Statement, statement
from tillroll.exports.bookkeeping.datev_file import BOOKS_CURRENCY
from tillroll.platform.json import Json, dump
from tillroll.workflows.export.rows.exports import Asked, chosen_rows, left_out_rows

# Expenses that are named, and categories.
_NAMED = 20
# A share is an expense, or each part of one that is split; `has_tax` is 1 where it has tax.
_SHARES = """
  SELECT expenses.id, expenses.date, expenses.category, COALESCE(expenses.tax_minor, 0) <> 0 AS has_tax
  FROM chosen JOIN expenses ON expenses.id = chosen.id WHERE expenses.is_split = 0
  UNION ALL
  SELECT expenses.id, expenses.date, part.category, COALESCE(part.tax_minor, 0) <> 0
  FROM chosen JOIN expenses ON expenses.id = chosen.id JOIN expense_parts AS part ON part.expense_id = expenses.id
  WHERE expenses.is_split = 1
"""
# The same of what was closed, as it was then.
_CLOSED_SHARES = """
  SELECT chosen.id, chosen.content ->> 'date' AS date, chosen.content ->> 'category' AS category,
    CAST(COALESCE(chosen.content ->> 'tax', '0') AS REAL) <> 0 AS has_tax
  FROM chosen WHERE COALESCE(json_array_length(chosen.content, '$.parts'), 0) = 0
  UNION ALL
  SELECT chosen.id, chosen.content ->> 'date', part.value ->> 'category',
    CAST(COALESCE(part.value ->> 'tax', '0') AS REAL) <> 0
  FROM chosen JOIN json_each(chosen.content, '$.parts') AS part
"""
# `about` is what of an expense is concerned.
_CONCERNED = f"""
  SELECT (SELECT COUNT(DISTINCT id) FROM concerned) AS count,
    (SELECT json_group_array(id) FROM (SELECT DISTINCT id, date FROM concerned ORDER BY date, id LIMIT {_NAMED}))
      AS expenses,
    (SELECT json_group_array(about) FROM (SELECT DISTINCT about FROM concerned ORDER BY about LIMIT {_NAMED})) AS about
"""  # noqa: S608 - constants


def shares_without(asked: Asked, account_id: str, now: str, coded: Sequence[str], *, with_tax: bool) -> Statement:
    """The query for what of an export has a category that is not `coded`, or none: `count`, the first `expenses` and
    `about`, its categories, as JSON. `with_tax`: of these only what has tax."""
    shares = _SHARES if asked.as_closed_in is None else _CLOSED_SHARES
    chosen, values = _chosen(asked, account_id, now)
    listed: list[Json] = [*coded]
    return statement(
        f"""
        WITH chosen AS ({chosen}), shares AS ({shares}), concerned AS (
          SELECT id, date, category AS about FROM shares
          WHERE (category IS NULL OR category NOT IN (SELECT value FROM json_each(?))) AND has_tax >= ?
        ) {_CONCERNED}
        """,  # noqa: S608 - the conditions are written in the code
        *values,
        dump(listed),
        int(with_tax),
    )


def without_rate(asked: Asked, account_id: str, now: str) -> Statement:
    """The query for what is in another currency than the account's base currency, and has no amount in that; `about`
    are the currencies."""
    chosen, values = _chosen(asked, account_id, now)
    books = f"COALESCE((SELECT base_currency FROM accounts WHERE id = ?), '{BOOKS_CURRENCY}')"  # noqa: S608 - a constant
    lacking = f"""
      SELECT expenses.id, expenses.date, expenses.currency AS about
      FROM chosen JOIN expenses ON expenses.id = chosen.id
      WHERE expenses.currency <> {books} AND expenses.total_minor <> 0 AND NOT EXISTS (
        SELECT 1 FROM expense_conversions AS base
        WHERE base.expense_id = expenses.id AND base.base_currency = {books} AND base.total_minor <> 0)
    """  # noqa: S608 - constants
    if asked.as_closed_in is not None:
        lacking = f"""
          SELECT chosen.id, chosen.content ->> 'date' AS date, chosen.content ->> 'currency' AS about
          FROM chosen
          WHERE chosen.content ->> 'currency' <> {books} AND CAST(chosen.content ->> 'total' AS REAL) <> 0
            AND NOT (chosen.content ->> 'base_currency' = {books}
              AND CAST(COALESCE(chosen.content ->> 'base_total', '0') AS REAL) <> 0)
        """  # noqa: S608 - constants
    query = f"WITH chosen AS ({chosen}), concerned AS ({lacking}) {_CONCERNED}"
    return statement(query, *values, account_id, account_id)


def left_out(asked: Asked, account_id: str, now: str) -> Statement:
    """The query for what the filter finds, and the export does not hold; `about` are what these are."""
    where, values = left_out_rows(asked, account_id, now)
    return statement(
        f"""
        WITH concerned AS (SELECT expenses.id, expenses.date, expenses.status AS about FROM expenses WHERE {where})
        {_CONCERNED}
        """,  # noqa: S608 - the conditions are written in the code
        *values,
    )


def _chosen(asked: Asked, account_id: str, now: str) -> tuple[str, Sequence[str | int | float | None]]:
    table, where, values = chosen_rows(asked, account_id, "", now)
    columns = "expenses.id" if table == "expenses" else "export_items.expense_id AS id, export_items.content"
    return f"SELECT {columns} FROM {table} WHERE {where}", values  # noqa: S608 - see above
