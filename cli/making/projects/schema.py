"""The database of a new project: one baseline instead of every migration there ever was."""

import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

_OBJECTS: Final = """
  SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
  ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, rowid
"""
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def baseline(migrations: Sequence[Path], tables: Collection[str]) -> str:
    """The SQL that makes these tables as all the migrations leave them, with their indexes, triggers and first rows. A
    trigger that also writes to a table that is not among them is left out."""
    with closing(migrated(migrations)) as database:
        known = tables_of(database)
        absent = known - set(tables)
        parts = [f"{sql};" for sql in _objects(database, absent)]
        rows = [f"{row};" for row in _rows(database, sorted(set(tables) & known))]
    # Rows come before triggers would: a trigger is for what happens later.
    made = [part for part in parts if not part.startswith("CREATE TRIGGER")]
    triggers = parts[len(made) :]  # they come last
    return "\n\n".join(["-- The tables of this project's modules.", *made, *rows, *triggers]) + "\n"


def migrated(migrations: Sequence[Path]) -> sqlite3.Connection:
    """A database in memory to which all of them were applied."""
    database = sqlite3.connect(":memory:")
    for path in migrations:
        database.executescript(path.read_text(encoding="utf-8"))
    return database


def tables_of(database: sqlite3.Connection) -> set[str]:
    return {name for kind, name, *_ in database.execute(_OBJECTS) if kind == "table"}


def statements_for(migration: str, tables: Collection[str], absent: Collection[str]) -> list[str]:
    """The statements of a migration that are about these tables, and about none of the absent."""
    kept: list[str] = []
    for statement in _statements(migration):
        words = set(_WORD.findall(statement.lower()))
        if words & set(tables) and not words & set(absent):
            kept.append(statement)
    return kept


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending.strip()
            pending = ""


def _objects(database: sqlite3.Connection, absent: set[str]) -> Iterator[str]:
    for kind, name, table, sql in database.execute(_OBJECTS):
        words = set(_WORD.findall(sql.lower()))
        if name in absent or table in absent or (kind in {"trigger", "view"} and words & absent):
            continue
        yield sql


def _rows(database: sqlite3.Connection, tables: Sequence[str]) -> Iterator[str]:
    for table in tables:
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        listed = ", ".join(f'"{column}"' for column in columns)
        values = " || ', ' || ".join(f'quote("{column}")' for column in columns)
        for (row,) in database.execute(f'SELECT {values} FROM "{table}"'):  # noqa: S608 - own names
            yield f'INSERT INTO "{table}" ({listed}) VALUES ({row})'  # noqa: S608 - the same
