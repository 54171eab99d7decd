"""The sums of what is found, by currency and in the base currency."""
# ruff: noqa: S608 - the SQL is put together from constants, whole numbers and placeholders

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.expenses.finding.filters import Filter, Order
from tillroll.expenses.finding.planning import Search, Sql, all_of
from tillroll.expenses.finding.terms import terms_of
from tillroll.platform.bindings.database import Database, Row, Statement, integer, optional_text, statement, text
from tillroll.platform.json import dump

SUM_COLUMNS: Final = (
    "expenses",
    "total_minor",
    "tax_minor",
    "base_total_minor",
    "base_tax_minor",
)
SHARE_SUMS: Final = ", ".join(f"SUM(shares.{name}) AS {name}" for name in SUM_COLUMNS[1:])


@dataclass(frozen=True)
class Sums:
    """Of the expenses in `currency`: minor units of it. What of them is converted into the base currency, in minor
    units of that; `unconverted` of them are not, with `unconverted_minor`."""

    currency: str
    expenses: int
    total_minor: int
    tax_minor: int
    base_total_minor: int
    base_tax_minor: int
    unconverted: int
    unconverted_minor: int


async def base_currency_of(database: Database, account_id: str) -> str | None:
    row = await database.first(statement("SELECT base_currency FROM accounts WHERE id = ?", account_id))
    return None if row is None else optional_text(row, "base_currency")


async def find_totals(database: Database, account_id: str, chosen: Filter) -> tuple[str | None, list[Sums]]:
    """The account's base currency, and the sums by currency. Where categories are asked for, only the parts of split
    expenses that are of these count."""
    base = await base_currency_of(database, account_id)
    if stands_in_months(chosen):
        rows = [row for rows in await database.batch(_by_months(account_id, chosen)) for row in rows]
    else:
        rows = await _by_rows(database, account_id, chosen)
    return base, added(rows, base)


def stands_in_months(chosen: Filter) -> bool:
    """Whether expense_months has all that is asked for. Several categories may share an expense, which counts once."""
    return (
        not (chosen.text or chosen.tags or chosen.missing or len(chosen.categories) > 1)
        and chosen.least is None
        and chosen.most is None
    )


def _by_months(account_id: str, chosen: Filter) -> list[Statement]:
    """Whole months from their sums, and the days before and behind them from the expenses themselves."""
    first, last = chosen.first_day or date.min, chosen.last_day or date.max
    if first.day > 1 and (first.year, first.month) == (date.max.year, date.max.month):
        return [_by_days(account_id, chosen, first, last)]  # no month follows on it
    begins = first if first.day == 1 else _next_month(first)
    ends = last if last == date.max or (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
    if begins > ends:
        return [_by_days(account_id, chosen, first, last)]
    queries = [_months(account_id, chosen, begins.isoformat()[:7], ends.isoformat()[:7])]
    if first < begins:
        queries.append(_by_days(account_id, chosen, first, begins - timedelta(days=1)))
    if ends < last:
        queries.append(_by_days(account_id, chosen, ends + timedelta(days=1), last))
    return queries


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def chosen_columns(sql: Sql, chosen: Filter) -> list[str]:
    """Conditions over expense_months or expense_shares, by the name `shares`."""
    columns = {
        "currency": chosen.currencies,
        "person": chosen.persons,
        "status": chosen.statuses,
        "category": chosen.categories,
    }
    asked = [
        f"shares.{column} IN (SELECT value FROM json_each({sql.put(dump([*values]))}))"
        for column, values in columns.items()
        if values
    ]
    return asked if chosen.statuses else [*asked, "shares.status <> 'voided'"]


def _months(account_id: str, chosen: Filter, first: str, last: str) -> Statement:
    sql = Sql()
    count = "shares" if chosen.categories else "expenses"
    where = " AND ".join(
        [
            f"shares.account_id = {sql.put(account_id)}",
            f"shares.month BETWEEN {sql.put(first)} AND {sql.put(last)}",
            *chosen_columns(sql, chosen),
        ]
    )
    return sql.statement(
        f"""
        SELECT currency, base_currency, SUM({count}) AS expenses, {SHARE_SUMS}
        FROM expense_months AS shares WHERE {where} GROUP BY currency, base_currency
        """
    )


def _by_days(account_id: str, chosen: Filter, first: date, last: date) -> Statement:
    sql = Sql()
    epoch = date(1970, 1, 1).toordinal()
    where = " AND ".join(
        [
            f"finds.account_id = {sql.put(account_id)}",
            f"finds.day BETWEEN {first.toordinal() - epoch} AND {last.toordinal() - epoch}",
            *chosen_columns(sql, chosen),
        ]
    )
    return sql.statement(
        f"""
        SELECT shares.currency, shares.base_currency, COUNT(DISTINCT finds.n) AS expenses, {SHARE_SUMS}
        FROM expense_finds AS finds INDEXED BY expense_finds_by_day
        CROSS JOIN expense_shares AS shares ON shares.n = finds.n
        WHERE {where} GROUP BY shares.currency, shares.base_currency
        """
    )


async def _by_rows(database: Database, account_id: str, chosen: Filter) -> list[Row]:
    terms = await terms_of(database, account_id, chosen)
    if terms.is_empty:
        return []
    sql = Sql()
    if chosen.categories:
        names = sql.put(dump([*chosen.categories]))
        joined = (
            "JOIN expense_shares AS shares ON shares.n = finds.n "
            f"AND shares.category IN (SELECT value FROM json_each({names}))"
        )
        sums, count = SHARE_SUMS, "COUNT(DISTINCT finds.n)"
    else:
        joined, count = "", "COUNT(*)"
        sums = ", ".join(f"SUM(COALESCE(finds.{name}, 0)) AS {name}" for name in SUM_COLUMNS[1:])
    found = all_of(Search(account_id, chosen, Order(), terms, None, 1), sql, joined)
    return await database.all(
        sql.statement(
            f"""
            SELECT finds.currency, finds.base_currency, {count} AS expenses, {sums}
            {found} GROUP BY finds.currency, finds.base_currency
            """
        )
    )


def added(rows: list[Row], base: str | None) -> list[Sums]:
    """Rows of a currency and a currency it is converted into, as one a currency; only the base currency counts."""
    added: dict[str, list[int]] = {}
    for row in rows:
        expenses, total, tax, base_total, base_tax = (integer(row, name) for name in SUM_COLUMNS)
        is_converted = base is not None and text(row, "base_currency") == base
        counted = (base_total, base_tax, 0, 0) if is_converted else (0, 0, expenses, total)
        sums = added.setdefault(text(row, "currency"), [0] * 7)
        for place, value in enumerate((expenses, total, tax, *counted)):
            sums[place] += value
    return [Sums(currency, *sums) for currency, sums in sorted(added.items()) if sums[0]]
