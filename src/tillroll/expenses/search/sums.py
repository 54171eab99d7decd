"""Sums of what a filter finds, by currency and in the base currency; for reports, one row for each
group. And the runs that wait for somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, LiteralString

from tillroll.calendar_months import end_of_month
from tillroll.expenses.search.filters import (
    Filter,
    Order,
)
from tillroll.expenses.search.kept import Kept, kept_rows, months_between, one_period
from tillroll.expenses.search.pages import SUMMED, Search, Sql, all_of, days_of, led_to
from tillroll.expenses.search.terms import (
    terms_of,
)
from tillroll_documents.money import Money
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    Row,
    Statement,
    digits,
    integer,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.sight import Sight


class TooManyToSum(Refusal):
    """More expenses may fit than are looked at for sums."""

    kind = Kind("too-many-to-sum", 422, "Too many expenses may fit to be summed")
    explanation = (
        f"More than {SUMMED:,} expenses may fit. Choose a period, or another condition, to have "
        "their sums."
    )


SUM_COLUMNS: Final = ("expenses", "total_minor", "tax_minor", "base_total_minor", "base_tax_minor")
SHARE_SUMS: Final = ", ".join(f"SUM(shares.{name}) AS {name}" for name in SUM_COLUMNS[1:])


@dataclass(frozen=True)
class Sums:
    """Sums of the expenses in `currency`: minor units of it. What of them is converted into the
    base currency, in minor units of that; `unconverted` of them are not, with `unconverted_minor`.
    """

    currency: str
    expenses: int
    total_minor: int
    tax_minor: int
    base_total_minor: int
    base_tax_minor: int
    unconverted: int
    unconverted_minor: int


async def base_currency_of(database: Database, account_id: str) -> str | None:
    row = await database.first(
        statement("SELECT base_currency FROM accounts WHERE id = ?", [account_id])
    )
    if row is None:
        return None
    return optional_text(row, "base_currency")


async def find_totals(
    database: Database, sight: Sight, chosen: Filter
) -> tuple[str | None, list[Sums]]:
    """The account's base currency, and the sums by currency. With categories, only parts that are
    of these count. Raises TooManyToSum.
    """
    base = await base_currency_of(database, sight.account_id)
    if stands_in_months(chosen):
        rows = [row for rows in await database.batch(_by_months(sight, chosen)) for row in rows]
    else:
        rows = await _from_rows(database, sight, chosen=chosen, by=None, base=base)
    return base, added(rows, base)


def stands_in_months(chosen: Filter) -> bool:
    """Whether expense_months has all that is asked for. Several categories may share an expense,
    which counts once.
    """
    is_narrowed = (
        chosen.text
        or chosen.tags
        or chosen.declared
        or chosen.missing
        or chosen.standings
        or chosen.ids
    )
    is_narrowed = is_narrowed or len(chosen.categories) > 1
    return not is_narrowed and chosen.least is None and chosen.most is None


def _by_months(sight: Sight, chosen: Filter) -> list[Statement]:
    """Whole months from their sums, and the days before and behind them from the expenses
    themselves.
    """
    months, days = _months_and_days(chosen)
    if months is None:
        queries = []
    else:
        queries = [_from_months(sight, chosen, *months)]
    return [*queries, *(_by_days(sight, chosen, *each) for each in days)]


def _months_and_days(chosen: Filter) -> tuple[tuple[date, date] | None, list[tuple[date, date]]]:
    """The whole months of a filter's period, from the first day to the last, and the days before
    and behind them.
    """
    first = chosen.first_day or date.min
    last = chosen.last_day or date.max
    if first.day > 1 and (first.year, first.month) == (date.max.year, date.max.month):
        return None, [(first, last)]  # no month follows on it
    if first.day == 1:
        begins = first
    else:
        begins = end_of_month(first) + timedelta(days=1)
    if last == date.max or (last + timedelta(days=1)).day == 1:
        ends = last
    else:
        ends = last.replace(day=1) - timedelta(days=1)
    if begins > ends:
        return None, [(first, last)]
    if first < begins:
        before = [(first, begins - timedelta(days=1))]
    else:
        before = []
    return (begins, ends), before + ([(ends + timedelta(days=1), last)] if ends < last else [])


def chosen_columns(sql: Sql, sight: Sight, chosen: Filter) -> list[LiteralString]:
    """Conditions over expense_months or expense_shares, by the name `shares`."""
    columns: dict[LiteralString, Sequence[str]] = {
        "currency": chosen.currencies,
        "person": chosen.persons,
        "status": chosen.statuses,
        "category": chosen.categories,
    }
    conditions: list[LiteralString] = [
        f"shares.{column} IN (SELECT value FROM json_each({sql.put(dump([*values]))}))"
        for column, values in columns.items()
        if values
    ]
    if sight.only is not None:
        conditions.append(f"shares.person = {sql.put(sight.only)}")
    if chosen.statuses:
        return conditions
    return [*conditions, "shares.status <> 'voided'"]


def _by_days(sight: Sight, chosen: Filter, first: date, last: date) -> Statement:
    sql = Sql()
    epoch = date(1970, 1, 1).toordinal()
    first_day = digits(first.toordinal() - epoch)
    last_day = digits(last.toordinal() - epoch)
    where = " AND ".join(
        [
            f"finds.account_id = {sql.put(sight.account_id)}",
            f"finds.day BETWEEN {first_day} AND {last_day}",
            *chosen_columns(sql, sight, chosen),
        ]
    )
    return sql.statement(
        f"""
        SELECT shares.currency, shares.base_currency, COUNT(DISTINCT finds.n) AS expenses,
          {SHARE_SUMS}
        FROM expense_finds AS finds INDEXED BY expense_finds_by_day
        CROSS JOIN expense_shares AS shares ON shares.n = finds.n
        WHERE {where} GROUP BY shares.currency, shares.base_currency
        """
    )


def added(rows: list[Row], base: str | None) -> list[Sums]:
    """Rows of a currency and a currency it is converted into, as one a currency; only the base
    currency counts.
    """
    added: dict[str, list[int]] = {}
    for row in rows:
        expenses, total, tax, base_total, base_tax = (integer(row, name) for name in SUM_COLUMNS)
        is_converted = base is not None and text(row, "base_currency") == base
        if is_converted:
            counted = (base_total, base_tax, 0, 0)
        else:
            counted = (0, 0, expenses, total)
        sums = added.setdefault(text(row, "currency"), [0] * 7)
        for place, value in enumerate((expenses, total, tax, *counted)):
            sums[place] += value
    return [Sums(currency, *sums) for currency, sums in sorted(added.items()) if sums[0]]


# What rows are made by, and the column that has it.
_ROW_COLUMNS: Final[Mapping[str, LiteralString]] = {
    "month": "shares.month",
    "category": "shares.category",
    "person": "shares.person",
    "merchant": "finds.merchant",
    "tax_rate": "COALESCE(lines.rate, '')",
}
# Of merchants: nobody reads more, and an account can have a hundred thousand of them.
MOST_ROWS: Final = 500
# A tax line has no total of its own: what it is on, with the tax. Where a document does not say
# that, the tax alone. An expense without tax lines counts whole, without a rate.
_LINE_TOTAL: Final = (
    "COALESCE(lines.base_minor + lines.tax_minor, iif(lines.number IS NULL, finds.total_minor, "
    "lines.tax_minor))"
)
_LINE_TAX: Final = "COALESCE(lines.tax_minor, 0)"


def _in_base(minor: LiteralString) -> LiteralString:
    """Minor units of an expense's currency in its base currency, by what the whole expense is in
    that.
    """
    rate = (
        "COALESCE(finds.base_total_minor, 0) * 1.0 / iif(finds.total_minor = 0, 1, "
        "finds.total_minor)"
    )
    return f"CAST(round({minor} * {rate}) AS INTEGER)"


_LINE_SUMS: Final = f"""
  SUM({_LINE_TOTAL}) AS total_minor, SUM({_LINE_TAX}) AS tax_minor,
  SUM({_in_base(_LINE_TOTAL)}) AS base_total_minor, SUM({_in_base(_LINE_TAX)}) AS base_tax_minor
"""
_DISTINCT: Final = "COUNT(DISTINCT finds.n)"
# What is joined to expenses as they are found, how they are counted, and their sums.
_JOINED: Final[Mapping[str, tuple[LiteralString, LiteralString, LiteralString]]] = {
    "merchant": (
        "",
        "COUNT(*)",
        ", ".join(f"SUM(COALESCE(finds.{name}, 0)) AS {name}" for name in SUM_COLUMNS[1:]),
    ),
    "tax_rate": (
        "LEFT JOIN expense_tax_lines AS lines ON lines.expense_id = finds.expense_id",
        _DISTINCT,
        _LINE_SUMS,
    ),
}


@dataclass(frozen=True)
class Grouped:
    """The sums of a row. `key` is a month (2026-03), a name, an id or a rate in percent; '' where
    there is none.
    """

    key: str
    sums: list[Sums]


@dataclass(frozen=True)
class Groups:
    """The account's base currency, the rows by their keys, and the sums of `more` smaller ones that
    are left out.
    """

    base: str | None
    rows: list[Grouped]
    more: int
    others: list[Sums]


async def group(database: Database, sight: Sight, chosen: Filter, by: str) -> Groups:
    """The rows of a report. `by` is one of _ROW_COLUMNS; of merchants it is the MOST_ROWS
    largest.
    """
    base = await base_currency_of(database, sight.account_id)
    rows = await _rows(database, sight, chosen=chosen, by=by, base=base)
    keys: dict[str, list[Row]] = {}
    others = [row for row in rows if row["key"] is None]
    for row in rows:
        if row["key"] is not None:
            keys.setdefault(text(row, "key"), []).append(row)
    more = max((integer(row, "place") for row in others), default=MOST_ROWS) - MOST_ROWS
    grouped = [Grouped(key, added(each, base)) for key, each in sorted(keys.items())]
    return Groups(base, grouped, more=more, others=added(others, base))


async def _rows(
    database: Database, sight: Sight, chosen: Filter, by: str, base: str | None
) -> list[Row]:
    months, days = _months_and_days(chosen)
    is_by_months = by in {"month", "category", "person"} and stands_in_months(
        replace(chosen, categories=())
    )
    is_of_all = sight.only is None and chosen == Filter(
        first_day=chosen.first_day, last_day=chosen.last_day
    )
    if is_by_months and months and not days:
        return await database.all(_from_months(sight, chosen, *months, word(by)))
    try:
        if is_of_all and by == "tax_rate" and months:
            rows = await _kept_months(database, sight.account_id, *months)
            for first, last in days:
                rows += await _from_rows(
                    database,
                    sight,
                    chosen=replace(chosen, first_day=first, last_day=last),
                    by=by,
                    base=base,
                )
            return rows
        if is_of_all and by == "merchant" and months and not days and _is_usual(*months):
            return await _kept_merchants(
                database, sight.account_id, days=days_of(chosen), base=base
            )
    except DatabaseError as error:  # a month may have more rates than a row takes
        log.warning("report.sums_not_kept", error=error)
    return await _from_rows(database, sight, chosen=chosen, by=by, base=base)


def _from_months(
    sight: Sight, chosen: Filter, first: date, last: date, column: LiteralString = "''"
) -> Statement:
    sql = Sql()
    where: list[LiteralString] = [
        f"shares.account_id = {sql.put(sight.account_id)}",
        (
            f"shares.month BETWEEN {sql.put(first.isoformat()[:7])} "
            f"AND {sql.put(last.isoformat()[:7])}"
        ),
        *chosen_columns(sql, sight, chosen),
    ]
    # A category's row counts each expense that has a part of it.
    if column == "category" or chosen.categories:
        count = "shares"
    else:
        count = "expenses"
    return sql.statement(
        f"""
        SELECT {column} AS key, currency, base_currency, SUM({count}) AS expenses, {SHARE_SUMS}
        FROM expense_months AS shares WHERE {" AND ".join(where)} GROUP BY 1, 2, 3
        """
    )


def _is_usual(first: date, last: date) -> bool:
    """Whether a period is a month, twelve months, or all. Of others nothing is kept, so what is
    kept of an account is bounded by its months.
    """
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    return months in {1, 12} or (first, last) == (date.min, date.max)


async def _kept_months(database: Database, account_id: str, first: date, last: date) -> list[Row]:
    """Read the sums of months by tax rate; they add up to those of a longer period."""
    sql = Sql()
    periods = months_between(
        sql, account_id, first=first.isoformat()[:7], last=last.isoformat()[:7]
    )
    rows = _of_days(sql, account_id, by="tax_rate", days="period.first_day AND period.last_day")
    grouped = f"SELECT *, NULL AS place FROM ({rows})"
    return await kept_rows(
        database, Kept(account_id, "tax_rate 1", ""), periods=periods, grouped=grouped, sql=sql
    )


async def _kept_merchants(
    database: Database, account_id: str, days: tuple[int, int], base: str | None
) -> list[Row]:
    """Read the sums by merchant. The largest merchants of a month do not say which are the largest
    of a year, so each period is kept by itself.
    """
    sql = Sql()
    # The days as numbers: rows that depend on those of another query would be worked out again for
    # each merchant.
    first, last = days
    grouped = _largest(
        _of_days(sql, account_id, by="merchant", days=f"{digits(first)} AND {digits(last)}"),
        sql,
        base,
    )
    return await kept_rows(
        database,
        Kept(account_id, "merchant 1", base or ""),
        periods=one_period(first, last),
        grouped=grouped,
        sql=sql,
    )


def _of_days(sql: Sql, account_id: str, by: str, days: LiteralString) -> LiteralString:
    """The rows of a report of all that an account has on these days, as SQL has them behind
    BETWEEN.
    """
    joined, count, sums = _JOINED[by]
    return f"""
        SELECT {_ROW_COLUMNS[by]} AS key, finds.currency, finds.base_currency, {count} AS expenses,
          {sums}
        FROM expense_finds AS finds INDEXED BY expense_finds_by_day {joined}
        WHERE finds.account_id = {sql.put(account_id)} AND finds.status <> 'voided'
          AND finds.day BETWEEN {days}
        GROUP BY 1, 2, 3
    """


async def _from_rows(
    database: Database, sight: Sight, chosen: Filter, by: str | None, base: str | None
) -> list[Row]:
    """The rows of a report, or with None as `by` one a currency. Raises TooManyToSum: words,
    amounts and the like may fit too many. What a period has of categories, people and so on is
    summed however much it is.
    """
    terms = await terms_of(database, sight, chosen)
    if terms.is_empty:
        return []
    search = Search(sight, chosen, order=Order(), terms=terms, cursor=None, limit=1)
    if (
        not stands_in_months(replace(chosen, categories=()))
        and (query := led_to(search)) is not None
    ):
        [row] = await database.all(query)
        if integer(row, "led") > SUMMED:
            raise TooManyToSum
    sql = Sql()
    if by == "tax_rate" or (by in {None, "merchant"} and not chosen.categories):
        joined, count, sums = _JOINED[by or "merchant"]
    else:
        joined = "JOIN expense_shares AS shares ON shares.n = finds.n"
        count = _DISTINCT
        sums = SHARE_SUMS
        if chosen.categories:
            joined += (
                " AND shares.category IN "
                f"(SELECT value FROM json_each({sql.put(dump([*chosen.categories]))}))"
            )
    selection = all_of(search, sql, joined)
    key = "''" if by is None else _ROW_COLUMNS[by]
    grouped = f"""
        SELECT {key} AS key, finds.currency, finds.base_currency, {count} AS expenses, {sums}
        {selection} GROUP BY 1, 2, 3
    """
    return await database.all(
        sql.statement(_largest(grouped, sql, base) if by == "merchant" else grouped)
    )


def _largest(grouped: LiteralString, sql: Sql, base: str | None) -> LiteralString:
    """The MOST_ROWS largest of these rows, and the sum of the others under NULL, by size as a
    report has it; `place` is how many keys there are.
    """
    size: LiteralString = "iif((SELECT currencies FROM whole) = 1, total_minor, expenses)"
    if base is not None:
        size = f"iif(base_currency = {sql.put(base)}, base_total_minor, 0)"
    return f"""
        WITH grouped AS MATERIALIZED ({grouped}),
          whole AS MATERIALIZED (
            SELECT COUNT(DISTINCT currency) AS currencies, COUNT(DISTINCT key) AS keys
            FROM grouped),
          largest AS MATERIALIZED (
            SELECT key AS name FROM grouped GROUP BY key ORDER BY SUM({size}) DESC, key
            LIMIT {digits(MOST_ROWS)})
        SELECT iif(key IN (SELECT name FROM largest), key, NULL) AS key, currency, base_currency,
          (SELECT keys FROM whole) AS place,
              {", ".join(f"SUM({name}) AS {name}" for name in SUM_COLUMNS)}
        FROM grouped GROUP BY 1, 2, 3
    """


class CurrencyTotal(Model):
    """The expenses in `currency`: decimal strings of it. `unconverted` of them, together
    `unconverted_total`, have no amount in the base currency.
    """

    currency: str
    count: int
    total: str
    tax: str
    unconverted: int
    unconverted_total: str


class BaseTotal(Model):
    """All that has an amount in the base currency, together."""

    currency: str
    count: int
    total: str
    tax: str


class Totals(Model):
    """`base` is null for an account without a base currency."""

    count: int
    currencies: list[CurrencyTotal]
    base: BaseTotal | None


def totals_of(base: str | None, sums: list[Sums]) -> Totals:
    return Totals(
        count=sum(each.expenses for each in sums),
        currencies=[
            CurrencyTotal(
                currency=each.currency,
                count=each.expenses,
                total=_amount(each.total_minor, each.currency),
                tax=_amount(each.tax_minor, each.currency),
                unconverted=each.unconverted,
                unconverted_total=_amount(each.unconverted_minor, each.currency),
            )
            for each in sums
        ],
        base=None
        if base is None
        else BaseTotal(
            currency=base,
            count=sum(each.expenses - each.unconverted for each in sums),
            total=_amount(sum(each.base_total_minor for each in sums), base),
            tax=_amount(sum(each.base_tax_minor for each in sums), base),
        ),
    )


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


async def names_of(database: Database, sight: Sight) -> dict[str, str]:
    narrowed, only = sight.narrowing("id")
    query = f"SELECT id, name FROM users WHERE account_id = ?{narrowed}"
    rows = await database.all(statement(query, [sight.account_id, *only]))
    return {text(row, "id"): text(row, "name") for row in rows}


# The index is of these alone, and SQLite takes it where the query says so.
SENT_BACK: Final = "status = 'in_review' AND status <> 'ready'"
"""SQL: an expense was sent back to review."""


_NOT_OF_OTHERS: Final = """
  AND NOT EXISTS (
    SELECT 1 FROM users
    WHERE users.id = expenses.person AND users.id <> ? AND users.removed_at IS NULL
  )
"""


class RunsWaiting(Model):
    """Receipts that are no expenses yet, of any period; `sentBack` counts expenses that were sent
    back to the caller, or to nobody who is there.
    """

    processing: int
    needs_review: int
    failed: int
    sent_back: int


async def has_any(database: Database, sight: Sight) -> bool:
    """Whether there is an expense at all."""
    narrowed, only = sight.narrowing("person")
    query = f"SELECT 1 AS found FROM expenses WHERE account_id = ?{narrowed} LIMIT 1"
    return await database.first(statement(query, [sight.account_id, *only])) is not None


async def waiting_runs(database: Database, sight: Sight, asker: str) -> RunsWaiting:
    """Count what waits for a user; `asker` is their id."""
    narrowed, only = sight.narrowing("person")
    led = " INDEXED BY runs_by_person" if only else ""
    runs = f"""
      SELECT status, COUNT(*) AS runs FROM runs{led}
      WHERE account_id = ? AND kind = 'receipt' AND status <> 'complete'
        AND status IN ('processing', 'needs_review', 'failed'){narrowed}
      GROUP BY status
    """
    led = " INDEXED BY expenses_by_person" if only else ""
    back = (
        f"SELECT COUNT(*) AS sent_back FROM expenses{led} WHERE account_id = ? "
        f"AND {SENT_BACK}{narrowed or _NOT_OF_OTHERS}"
    )
    rows, [row] = await database.batch(
        [
            statement(runs, [sight.account_id, *only]),
            statement(back, [sight.account_id, asker]),
        ]
    )
    counts = {text(each, "status"): integer(each, "runs") for each in rows} | {
        "sent_back": integer(row, "sent_back")
    }
    return RunsWaiting(**{name: counts.get(name, 0) for name in RunsWaiting.model_fields})
