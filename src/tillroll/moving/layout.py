"""How the tables of a database refer to each other, and which of their columns are copied, as the
database itself says."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Final, LiteralString

from tillroll.moving.tables import TRANSLATED, Rows, taken_along
from tillroll_durable.platform.bindings.database import (
    Database,
    columns_of,
    integer,
    optional_text,
    statement,
    text,
)


@dataclass(frozen=True)
class MovedTable:
    """A table of which an account takes rows along.

    Attributes:
        columns: those that are copied, in their order. A number that a database gives by itself is
            none of them: the other one gives its own.
        later: those that refer to rows of the same table, which may come behind.
    """

    rows: Rows
    columns: tuple[LiteralString, ...]
    later: tuple[LiteralString, ...]


@dataclass(frozen=True)
class Layout:
    """All tables of which an account takes rows along: those that others refer to first."""

    tables: tuple[MovedTable, ...]


# Beside what foreign keys say: numbers are looked up by what they stand for.
_LOOKED_UP: Final[Mapping[str, frozenset[str]]] = {
    "archive_flaws": frozenset({"archive_bundles"}),
    "expense_postings": frozenset({"expense_finds", "expense_terms"}),
    "expense_shares": frozenset({"expense_finds"}),
    "expense_words": frozenset({"expense_finds", "expense_terms"}),
}


async def layout_of(database: Database) -> Layout:
    """Ask a database for its layout."""
    query = """
      SELECT tables.name AS child, columns.name AS name,
        columns.type = 'INTEGER' AND columns.pk = 1 AND 1 = (
          SELECT COUNT(*) FROM pragma_table_xinfo(tables.name) WHERE pk > 0
        ) AS is_given,
        refers."table" AS parent
      FROM sqlite_master AS tables JOIN pragma_table_xinfo(tables.name) AS columns
      LEFT JOIN pragma_foreign_key_list(tables.name) AS refers ON refers."from" = columns.name
      WHERE tables.type = 'table' AND columns.hidden = 0
      ORDER BY tables.name, columns.cid, parent
    """
    rows_by_table = {rows.table: rows for rows in taken_along()}
    above = {name: set(_LOOKED_UP.get(name, ())) for name in rows_by_table}
    columns: dict[str, list[str]] = {name: [] for name in rows_by_table}
    later: dict[str, list[str]] = {name: [] for name in rows_by_table}
    for row in await database.all(statement(query)):
        child = text(row, "child")
        name = text(row, "name")
        parent = optional_text(row, "parent")
        if child not in rows_by_table:
            continue
        if integer(row, "is_given") and (child, name) not in TRANSLATED:
            continue
        if name not in columns[child]:
            columns[child].append(name)
        if parent == child and name not in later[child]:
            later[child].append(name)
        if parent in rows_by_table and parent != child:
            above[child].add(parent)
    return Layout(
        tuple(
            MovedTable(
                rows_by_table[name],
                tuple(columns_of(columns[name])),
                tuple(columns_of(later[name])),
            )
            for name in TopologicalSorter(above).static_order()
        )
    )
