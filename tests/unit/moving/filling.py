"""Two databases, the first with a row of one account in each of its tables."""

from collections.abc import Mapping
from typing import Any, Final

from tests.support.host_platform import ACCOUNT, migrated_database
from tillroll.moving.tables import taken_along
from tillroll_testing.host.sqlite import SqliteDatabase

_SAID: Final[Mapping[tuple[str, str], Any]] = {
    ("accounts", "id"): "acc_first",
    ("object_quarantine", "object_key"): "acc_first/object",
    ("expense_words", "terms"): "[7]",
    ("expense_finds", "n"): 7,
    ("expense_terms", "id"): 7,
    ("expense_postings", "n"): 7,
    ("expense_postings", "term"): 7,
    ("expense_shares", "n"): 7,
    ("expense_words", "n"): 7,
    ("archive_flaws", "range_number"): None,
}


def _unchecked(database: SqliteDatabase) -> None:
    """What a row says does not matter here: only that it comes along."""
    database.connection.execute("PRAGMA ignore_check_constraints = ON")


async def two_databases() -> tuple[SqliteDatabase, SqliteDatabase]:
    """The source, with two rows of `ACCOUNT` in each table that it takes along; and the target,
    which has the other account alone."""
    source = (await migrated_database()).copy()
    target = source.copy()
    for database in (source, target):
        _unchecked(database)
        empty(database)
    fill(source)
    return source, target


def empty(database: SqliteDatabase) -> None:
    """Take all out of it that an account takes along."""
    _without_triggers(database)
    database.connection.execute("PRAGMA foreign_keys = OFF")
    for rows in taken_along():
        database.connection.execute(f"DELETE FROM {rows.table}")
    database.connection.execute("PRAGMA foreign_keys = ON")


def _without_triggers(database: SqliteDatabase) -> None:
    names = database.connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in [*names]:
        database.connection.execute(f"DROP TRIGGER {name}")


def fill(database: SqliteDatabase) -> None:
    """Two rows of `ACCOUNT` in each table."""
    database.connection.execute("PRAGMA foreign_keys = OFF")
    for rows in taken_along():
        for number in (1, 2):
            _add(database, rows.table, number)
    database.connection.execute("PRAGMA foreign_keys = ON")
    broken = [*database.connection.execute("PRAGMA foreign_key_check")]
    assert broken == []


def _add(database: SqliteDatabase, table: str, number: int) -> None:
    columns = [*database.connection.execute(f"PRAGMA table_xinfo({table})")]
    row = {
        name: _value(database, table, name, kind, number)
        for _cid, name, kind, _not_null, _default, _key, hidden in columns
        if not hidden
    }
    places = ", ".join("?" for _ in row)
    database.connection.execute(
        f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()]
    )


def _value(database: SqliteDatabase, table: str, column: str, kind: str, number: int) -> Any:
    if (table, column) in _SAID:
        said = _SAID[table, column]
        return said + number if isinstance(said, int) else said
    for _id, _seq, parent, own, other, *_ in database.connection.execute(
        f"PRAGMA foreign_key_list({table})"
    ):
        if own == column:
            # A row that refers to one of its own table refers to the one behind it, or before it.
            named = 3 - number if parent == table else number
            return _value(database, parent, other or "id", kind, named)
    if column in {"account_id", "created_in"}:
        return ACCOUNT
    if column == "run_id":
        return f"runs id {number}"
    if kind == "INTEGER":
        return number
    return f"{table} {column} {number}"
