"""An account's rows, by tables in pages: read, written, compared and deleted.

The database itself makes a page's text, and reads it: only digests are made of it in between.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from json import loads
from typing import Final, LiteralString

from tillroll.moving.freezing import past_triggers
from tillroll.moving.layout import MovedTable
from tillroll.moving.tables import SEALED, TRANSLATED, Rows
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Statement,
    Value,
    digits,
    integer,
    place,
    statement,
    text,
)
from tillroll_durable.platform.bindings.standing import of, stands_so

PAGE_ROWS: Final = 4000
PAGE_BYTES: Final = 600_000
"""Bytes of a page's rows. One larger row is a page of its own."""
_DELETED_AT_ONCE: Final = 2000
# D1 answers with a hundred columns.
_ASKED_AT_ONCE: Final = 50
# D1 takes 32 arguments of a function.
_IN_AN_ARRAY: Final = 30
_PLACE_OF_EVENT: Final[tuple[LiteralString, ...]] = ("stream", "seq")
# JavaScript, which carries what a step returns, keeps no more digits.
_MODULUS: Final = 2**52


@dataclass(frozen=True)
class Digest:
    """What some rows are: how many, and a sum over their hashes, in whatever order they come."""

    rows: int = 0
    total: int = 0

    def __add__(self, other: "Digest") -> "Digest":
        return Digest(self.rows + other.rows, (self.total + other.total) % _MODULUS)


def _read(table: MovedTable) -> LiteralString:
    """SQL of a row as JSON: arrays within an array."""
    values: list[LiteralString] = [_read_column(table.rows, name) for name in table.columns]
    arrays: list[LiteralString] = []
    for first in range(0, len(values), _IN_AN_ARRAY):
        some: LiteralString = ", ".join(values[first : first + _IN_AN_ARRAY])
        arrays.append("json_array(" + some + ")")
    joined = " || ',' || ".join(arrays)
    return f"'[' || {joined} || ']'"


def _read_column(rows: Rows, name: LiteralString) -> LiteralString:
    translation = TRANSLATED.get((rows.table, name))
    if translation is None:
        return f"{rows.table}.{name}"
    return translation.read


def _written(table: MovedTable, name: LiteralString) -> LiteralString:
    """SQL of a column's value in a row as JSON."""
    number = table.columns.index(name)
    array = digits(number // _IN_AN_ARRAY)
    return f"given.value ->> '$[{array}][{digits(number % _IN_AN_ARRAY)}]'"


@dataclass(frozen=True)
class _Page:
    """Rows as the text of a JSON array of texts. `last` is the key of the last one; empty where
    there is none."""

    lines: str
    last: tuple[Value, ...]

    def digest(self) -> Digest:
        hashes = [sha256(line.encode()).digest() for line in loads(self.lines)]
        total = sum(int.from_bytes(each[:8]) for each in hashes)
        return Digest(len(hashes), total % _MODULUS)


async def _page(
    database: Database, table: MovedTable, account_id: str, *, after: tuple[Value, ...]
) -> _Page:
    keys = table.rows.key.split(", ")
    own = ", ".join(f"{table.rows.table}.{key} AS key{digits(at)}" for at, key in enumerate(keys))
    names: list[LiteralString] = [f"key{digits(at)}" for at in range(len(keys))]
    order = ", ".join(names)
    condition: LiteralString = ""
    if after:
        places = ", ".join(place(number) for number in range(2, 2 + len(keys)))
        condition = f"AND ({table.rows.key}) > ({places})"
    sql = f"""
      SELECT json_group_array(line) AS lines, MAX(number) AS number, {order} FROM (
        SELECT line, {order}, ROW_NUMBER() OVER (ORDER BY {order}) AS number,
          SUM(length(CAST(line AS BLOB))) OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) AS upto
        FROM (
          SELECT {_read(table)} AS line, {own} FROM {table.rows.table}
          WHERE ({table.rows.where}) AND ({table.rows.copied}) {condition}
          ORDER BY {table.rows.key} LIMIT {digits(PAGE_ROWS)}
        )
      ) WHERE upto <= {digits(PAGE_BYTES)} OR number = 1
    """
    row = await database.first(Statement(sql, (account_id, *after)))
    if row is None or row["number"] is None:
        return _Page("[]", ())
    return _Page(text(row, "lines"), tuple(row[name] for name in names))


async def _pages(database: Database, table: MovedTable, account_id: str) -> AsyncIterator[_Page]:
    page = await _page(database, table, account_id, after=())
    while page.last:
        yield page
        page = await _page(database, table, account_id, after=page.last)


async def with_rows(
    database: Database, tables: Sequence[MovedTable], account_id: str
) -> list[MovedTable]:
    """The tables in which the account has something to copy, by one batch: most have nothing."""
    parts = [
        tables[first : first + _ASKED_AT_ONCE] for first in range(0, len(tables), _ASKED_AT_ONCE)
    ]
    answers = await database.batch([_presence(part, account_id) for part in parts])
    filled: list[MovedTable] = []
    for part, [row] in zip(parts, answers, strict=True):
        filled += [table for number, table in enumerate(part) if row[f"c{number}"] == 1]
    return filled


def _presence(tables: Sequence[MovedTable], account_id: str) -> Statement:
    columns: list[LiteralString] = []
    for number, table in enumerate(tables):
        rows = table.rows
        some = f"SELECT 1 FROM {rows.table} WHERE ({rows.where}) AND ({rows.copied})"
        columns.append(f"EXISTS ({some}) AS c{digits(number)}")
    return Statement(f"SELECT {', '.join(columns)}", (account_id,))


async def digest(database: Database, table: MovedTable, account_id: str) -> Digest:
    """What the account has of a table in a database."""
    result = Digest()
    async for page in _pages(database, table, account_id):
        result += page.digest()
    return result


async def copy(
    source: Database, target: Database, table: MovedTable, account_id: str, run_id: str
) -> Digest:
    """Copy what the account has of a table, and say what that is. What is there already stays as
    it is. Raises GuardFailed: the account is not arriving there for this run."""
    copied = Digest()
    guard = stands_so(account_id, "arriving", run_id)
    async for page in _pages(source, table, account_id):
        insert = _insert(table, account_id, page)
        await target.batch(await past_triggers(target, table.rows.table, [guard, insert]))
        copied += page.digest()
    if copied.rows == 0 or not table.later:
        return copied
    async for page in _pages(source, table, account_id):
        refer = _refer(table, page)
        await target.batch(await past_triggers(target, table.rows.table, [guard, refer]))
    return copied


async def missing_events(
    source: Database, target: Database, table: MovedTable, account_id: str
) -> int:
    """How many events of the account the target lacks. It may have more: those of an account that
    lived there before, and that were archived since."""
    absent = _absent(table, (*_PLACE_OF_EVENT, "digest"))
    query = f"SELECT COUNT(*) AS missing FROM json_each(?) AS given WHERE {absent}"
    count = 0
    async for page in _pages(source, table, account_id):
        [row] = await target.all(statement(query, [page.lines]))
        count += integer(row, "missing")
    return count


def _insert(table: MovedTable, account_id: str, page: _Page) -> Statement:
    names: list[LiteralString] = []
    for name in table.columns:
        if name not in table.later:
            names.append(name)  # noqa: PERF401 - so that they stay literal
    values: LiteralString = ", ".join(_value(table, name) for name in names)
    is_new: LiteralString = "?2 IS NOT NULL"
    if table.rows.table == SEALED:
        # A row that a conflict refuses takes a number of the database's own all the same, and
        # numbers of the audit have no gap.
        is_new = f"?2 IS NOT NULL AND {_absent(table, _PLACE_OF_EVENT)}"
    sql = f"""
      INSERT INTO {table.rows.table} ({", ".join(names)}) SELECT {values}
      FROM json_each(?1) AS given WHERE {is_new}
      ON CONFLICT DO NOTHING
    """
    return statement(sql, [page.lines, of(account_id)], account=EVERYBODY)


def _absent(table: MovedTable, names: Sequence[LiteralString]) -> LiteralString:
    """SQL that no row of the table has these values of the row as JSON."""
    same = " AND ".join(f"present.{name} = {_written(table, name)}" for name in names)
    return f"NOT EXISTS (SELECT 1 FROM {table.rows.table} present WHERE {same})"


def _value(table: MovedTable, name: LiteralString) -> LiteralString:
    written = _written(table, name)
    translation = TRANSLATED.get((table.rows.table, name))
    if translation is None:
        return written
    of_value = translation.write.replace("{0}", written)
    return of_value.replace("{1}", "(?2 ->> '$[0]')")


def _refer(table: MovedTable, page: _Page) -> Statement:
    """Name the rows of the same table that rows refer to."""
    key: LiteralString = "id"
    named = ", ".join(f"{name} = {_written(table, name)}" for name in table.later)
    some = " OR ".join(f"{_written(table, name)} IS NOT NULL" for name in table.later)
    sql = f"""
      UPDATE {table.rows.table} SET {named} FROM json_each(?1) AS given
      WHERE {table.rows.table}.{key} = {_written(table, key)} AND ({some})
    """
    return statement(sql, [page.lines], account=EVERYBODY)


async def delete(database: Database, table: MovedTable, account_id: str, guard: Statement) -> None:
    """Delete what the account has of a table, while `guard` holds."""
    if table.later:
        apart = ", ".join(f"{name} = NULL" for name in table.later)
        sql = f"UPDATE {table.rows.table} SET {apart} WHERE {table.rows.where}"
        loosen = statement(sql, [account_id], account=EVERYBODY)
        await database.batch(await past_triggers(database, table.rows.table, [guard, loosen]))
    remainder = Statement(
        f"SELECT 1 FROM {table.rows.table} WHERE {table.rows.where} LIMIT 1", (account_id,)
    )
    rows = table.rows
    some = f"""
      DELETE FROM {rows.table} WHERE ({rows.key}) IN (
        SELECT {rows.key} FROM {rows.table} WHERE {rows.where} LIMIT {digits(_DELETED_AT_ONCE)}
      )
    """
    removal = statement(some, [account_id], account=EVERYBODY)
    while await database.first(remainder) is not None:
        await database.batch(await past_triggers(database, table.rows.table, [guard, removal]))
