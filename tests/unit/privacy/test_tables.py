"""Every table of the schema has its treatment, in an order in which nothing holds what is to go."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from local.places import ROOT
from tillroll.privacy.repository import What, tables, treatment_of
from tillroll_durable.platform.tables import Gone, Stays

TABLES = tables()
# Of these an account has so few that a table may be gone through for each.
_FEW = {"approval_chains", "bank_accounts", "books_connections", "categories"}
_REFERENCES = """
  SELECT "table", group_concat("from" || ' = 1', ' AND ') FROM pragma_foreign_key_list(?)
      GROUP BY id
"""


@pytest.fixture(scope="module")
def schema() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as database:
        for path in sorted((ROOT / "migrations").glob("*.sql")):
            database.executescript(path.read_text(encoding="utf-8"))
        yield database


def _names(schema: sqlite3.Connection) -> set[str]:
    found = schema.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {str(name) for (name,) in found}


def test_each_table_says_what_becomes_of_it(schema: sqlite3.Connection) -> None:
    missing = _names(schema) - {table.name for table in TABLES}
    assert not missing, (
        "say in TABLES of its module what becomes of its rows when an account is erased"
    )
    assert len({table.name for table in TABLES}) == len(TABLES)
    assert {table.name for table in TABLES} <= _names(schema)


def test_what_refers_to_others_goes_before_them(schema: sqlite3.Connection) -> None:
    place = {table.name: number for number, table in enumerate(TABLES)}
    for table in TABLES:
        for reference in schema.execute(f"PRAGMA foreign_key_list({table.name})"):
            other = next(each for each in TABLES if each.name == reference[2])
            for what in What:
                if other is not table and isinstance(treatment_of(other, what), Gone):
                    is_free = (
                        isinstance(treatment_of(table, what), Stays) and what is not What.ACCOUNT
                    )
                    assert is_free or place[table.name] < place[other.name], (
                        table.name,
                        other.name,
                        what,
                    )


def test_no_table_is_gone_through_for_each_row_that_goes(schema: sqlite3.Connection) -> None:
    """SQLite looks for rows that refer to a deleted one, also of other accounts."""
    gone = {table.name for table in TABLES if isinstance(table.account, Gone)} - _FEW
    slow: list[str] = []
    for table in TABLES:
        for other, columns in schema.execute(_REFERENCES, [table.name]):
            # Of the schema.
            search = f"EXPLAIN QUERY PLAN SELECT 1 FROM {table.name} WHERE {columns}"
            [*_, how] = schema.execute(search).fetchall()[0]
            if other in gone and how.startswith("SCAN"):
                slow.append(f"{table.name}.{columns}")
    assert not slow, (
        "give it an index; or refer to no table, where each receipt would write a row of that"
    )


def test_what_rows_are_found_by_is_there_until_then() -> None:
    """A condition that asks a table whose rows went before would find nothing, and leave what it
    was to find.
    """
    place = {table.name: number for number, table in enumerate(TABLES)}
    late = [
        (table.name, asked, what)
        for table in TABLES
        for what in What
        if not isinstance(treatment := treatment_of(table, what), Stays)
        for asked in re.findall(r"FROM (\w+)", treatment.where)
        if isinstance(treatment_of(TABLES[place[asked]], what), Gone)
        and place[asked] < place[table.name]
        # What has no row in the index any more is to go.
        and f"NOT IN (SELECT n FROM {asked})" not in treatment.where
    ]
    assert late == []


def test_rows_are_told_apart_by_their_keys(schema: sqlite3.Connection) -> None:
    for table in TABLES:
        if any(not isinstance(treatment_of(table, what), Stays) for what in What):
            [(sql,)] = schema.execute("SELECT sql FROM sqlite_master WHERE name = ?", [table.name])
            columns = sorted(
                (row[5], row[1])
                for row in schema.execute(f"PRAGMA table_info({table.name})")
                if row[5]
            )
            key = ", ".join(name for _, name in columns) if "WITHOUT ROWID" in str(sql) else "rowid"
            assert table.key == key, table.name
