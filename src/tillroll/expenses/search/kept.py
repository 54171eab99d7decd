"""Sums of whole periods as reports asked for them: worked out once, and kept until an expense of
the period changes.
"""

from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.expenses.search.pages import Sql
from tillroll_durable.platform.bindings.database import Database, Row, digits

_COLUMNS: Final = ("key", "currency", "base_currency", "place")
_SUMMED: Final = ("expenses", "total_minor", "tax_minor", "base_total_minor", "base_tax_minor")
_PERIOD: Final = "kept.first_day = period.first_day AND kept.last_day = period.last_day"


def one_period(first: int, last: int) -> LiteralString:
    """The query for a period of days since 1970-01-01, both included."""
    return f"SELECT {digits(first)} AS first_day, {digits(last)} AS last_day"


def months_between(sql: Sql, account_id: str, first: str, last: str) -> LiteralString:
    """The query for the months (2026-03) of these that have expenses, as periods. It steps from one
    to the next.
    """
    of_account = f"FROM expense_months WHERE account_id = {sql.put(account_id)} AND month"
    return f"""
      WITH RECURSIVE months(month) AS (
        SELECT MIN(month) {of_account} >= {sql.put(first)}
        UNION ALL SELECT (SELECT MIN(month) {of_account} > months.month) FROM months
        WHERE month IS NOT NULL
      )
      SELECT unixepoch(month || '-01') / 86400 AS first_day,
        COALESCE(unixepoch(month || '-01', '+1 month'),
            unixepoch('9999-12-31') + 86400) / 86400 - 1 AS last_day
      FROM months WHERE month <= {sql.put(last)}
    """


@dataclass(frozen=True)
class Kept:
    """Whose sums, by what, and in which base currency ('' where that does not matter). `by` ends
    with the number of the way they are summed: raise it with each change, since another version of
    the Worker may fill in its own.
    """

    account_id: str
    by: str
    base: str

    def where(self, sql: Sql) -> LiteralString:
        return (
            f"kept.account_id = {sql.put(self.account_id)} AND kept.made_by = {sql.put(self.by)} "
            f"AND kept.base_currency = {sql.put(self.base)}"
        )


async def kept_rows(
    database: Database, sums: Kept, periods: LiteralString, grouped: LiteralString, sql: Sql
) -> list[Row]:
    """The rows of `grouped` over all `periods`, queries that were made with `sql`. `grouped` is for
    the days of `period`, and has a key, both currencies, a place (or NULL) and the sums. What is
    not kept is worked out by one statement in the batch that reads: a change comes before both, or
    deletes what they kept.
    """
    account = sql.put(sums.account_id)
    columns = ", ".join((*_COLUMNS, *_SUMMED))
    fill = f"""
      INSERT INTO expense_kept_sums (account_id, made_by, base_currency, first_day, last_day, sums)
      SELECT {account}, {sql.put(sums.by)}, {sql.put(sums.base)}, period.first_day, period.last_day,
        (SELECT json_group_array(json_array({columns})) FROM ({grouped}))
      FROM ({periods}) AS period
      WHERE NOT EXISTS (SELECT 1 FROM expense_kept_sums AS kept WHERE {sums.where(sql)}
          AND {_PERIOD})
        AND EXISTS (
          SELECT 1 FROM expense_finds
          WHERE account_id = {account} AND day BETWEEN period.first_day AND period.last_day)
    """
    filled = sql.statement(fill)
    groups = ", ".join(
        f"summed.value ->> {digits(place)} AS {name}" for place, name in enumerate(_COLUMNS[:3])
    )
    sums_of_groups = ", ".join(
        f"SUM(summed.value ->> {digits(place)}) AS {name}"
        for place, name in enumerate(_SUMMED, len(_COLUMNS))
    )
    read = f"""
      SELECT {groups},
        MAX(summed.value ->> 3) AS place,
        {sums_of_groups}
      FROM ({periods}) AS period
      CROSS JOIN expense_kept_sums AS kept ON {sums.where(sql)} AND {_PERIOD}
      CROSS JOIN json_each(kept.sums) AS summed GROUP BY 1, 2, 3
    """
    _, rows = await database.batch([filled, sql.statement(read)])
    return rows
