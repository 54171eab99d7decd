"""Sums that reports keep: after any changes they are what the expenses come to."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, migrated_database
from tillroll.expenses.search.filters import Filter
from tillroll.expenses.search.reports import report
from tillroll_durable.platform.bindings.database import Database, integer, statement, word
from tillroll_durable.sight import all_of
from tillroll_testing.host.sqlite import SqliteDatabase

AT_EASE = settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.too_slow])
PERIODS = (
    Filter(),
    Filter(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31)),
    Filter(first_day=date(2026, 2, 1), last_day=date(2026, 2, 28)),
    Filter(first_day=date(2026, 1, 20), last_day=date(2026, 3, 10)),
)
_DAYS = st.sampled_from(
    ["2025-12-31", "2026-01-20", "2026-02-01", "2026-02-28", "2026-03-11", "9999-12-31"]
)
_SET = {
    "date": _DAYS,
    "merchant": st.sampled_from(["Cafe", "Paper & Co."]),
    "total_minor": st.integers(-500, 500),
    "tax_minor": st.none() | st.integers(0, 50),
    "currency": st.sampled_from(["EUR", "JPY"]),
    "status": st.sampled_from(["ready", "approved", "voided"]),
}
_LINE = """
  INSERT OR IGNORE INTO expense_tax_lines SELECT id, CAST(?2 AS INTEGER), ?3, 100, 19, NULL
      FROM expenses WHERE id = ?1
"""
_CONVERTED = """
  INSERT INTO expense_conversions SELECT id, 'EUR', total_minor * 2, tax_minor, '2', date, 'x',
      NULL, '' FROM expenses
  WHERE id = ?1 AND id NOT IN (SELECT expense_id FROM expense_conversions)
"""
IDS = st.integers(1, 4).map(lambda number: Given(number).id)
CHANGES = st.one_of(
    st.sampled_from([*_SET]).flatmap(lambda name: st.tuples(st.just(name), IDS, _SET[name])),
    st.tuples(st.sampled_from(["line", "no line"]), IDS, st.sampled_from(["7", "19"])),
    st.tuples(st.sampled_from(["converted", "withdrawn", "gone"]), IDS, st.none()),
    st.tuples(st.just("base"), st.none(), st.sampled_from(["EUR", None])),
    st.tuples(st.just("asked"), st.none(), st.sampled_from(PERIODS)),
)


async def change(database: Database, name: str, expense_id: str | None, value: Any) -> None:
    if name == "asked":
        await compare(database, value)
    elif name == "base":
        await database.all(
            statement("UPDATE accounts SET base_currency = ? WHERE id = ?", [value, ACCOUNT])
        )
    elif name == "line":
        await database.all(statement(_LINE, [expense_id, int(value), value]))
    elif name == "no line":
        await database.all(
            statement("DELETE FROM expense_tax_lines WHERE expense_id = ?", [expense_id])
        )
    elif name == "converted":
        await database.all(statement(_CONVERTED, [expense_id]))
    elif name == "withdrawn":
        await database.all(
            statement("DELETE FROM expense_conversions WHERE expense_id = ?", [expense_id])
        )
    elif name == "gone":
        tables = (
            "expense_tax_lines WHERE expense_id",
            "expense_conversions WHERE expense_id",
            "expenses WHERE id",
        )
        await database.batch(
            [statement(f"DELETE FROM {table} = ?", [expense_id]) for table in tables]
        )
    else:
        query = f"UPDATE expenses SET {word(name)} = ?1, version = version + 1 WHERE id = ?2"
        value = str(value) if isinstance(value, int) else value
        await database.all(
            statement(
                query.replace("?1", "CAST(?1 AS INTEGER)") if "minor" in name else query,
                [value, expense_id],
            )
        )


async def compare(database: Database, chosen: Filter) -> None:
    """With statuses, which are no part of what is kept, the same is worked out from the
    expenses.
    """
    sight = all_of(ACCOUNT)
    for by in ("merchant", "tax_rate"):
        told = await report(database, sight, chosen, by)
        anew = await report(
            database, sight, replace(chosen, statuses=("ready", "in_review", "approved")), by
        )
        assert [(row.key, row.totals) for row in told.rows] == [
            (row.key, row.totals) for row in anew.rows
        ]
        assert (told.totals, told.others) == (anew.totals, anew.others)


_MIGRATED: list[SqliteDatabase] = []


async def _play(changes: list[tuple[str, str | None, Any]]) -> None:
    if not _MIGRATED:
        _MIGRATED.append(await migrated_database())
    database = _MIGRATED[0].copy()
    await add_expenses(database, *(Given(number, date="2026-02-05") for number in range(1, 5)))
    for chosen in PERIODS:
        await compare(database, chosen)
    for each in changes:
        await change(database, *each)
    for chosen in PERIODS:
        await compare(database, chosen)


@AT_EASE
@given(changes=st.lists(CHANGES, max_size=12))
def test_after_any_changes_a_report_is_what_the_expenses_come_to(
    changes: list[tuple[str, str | None, Any]],
) -> None:
    asyncio.run(_play(changes))


async def test_what_is_kept_is_read_again_and_goes_with_a_change_of_its_days_alone() -> None:
    database = await migrated_database()
    await add_expenses(database, Given(1, date="2026-01-05"), Given(2, date="2026-03-05"))
    await report(database, all_of(ACCOUNT), PERIODS[1], "tax_rate")

    async def kept() -> list[int]:
        rows = await database.all(statement("SELECT first_day FROM expense_kept_sums ORDER BY 1"))
        return [integer(row, "first_day") for row in rows]

    january, march = (
        date(2026, month, 1).toordinal() - date(1970, 1, 1).toordinal() for month in (1, 3)
    )
    assert await kept() == [january, march]
    await database.all(
        statement("UPDATE expenses SET version = version + 1 WHERE id = ?", [Given(2).id])
    )
    assert await kept() == [january]


async def test_more_rates_than_a_row_takes_are_worked_out_each_time() -> None:
    database = await migrated_database()
    each = [Given(number, date="2026-02-05") for number in range(1, 5)]
    await add_expenses(database, *each)
    lines = """
      WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 7)
      INSERT INTO expense_tax_lines SELECT ?1, n, printf('%s%0100000d', ?2, n), 100, 19, NULL
          FROM numbers
    """
    for given_one in each:
        await database.all(statement(lines, [given_one.id, str(given_one.number)]))
    assert len((await report(database, all_of(ACCOUNT), PERIODS[2], "tax_rate")).rows) == 32
    assert await database.all(statement("SELECT 1 AS kept FROM expense_kept_sums")) == []
