"""SQLite that behaves as D1 does, where the two differ.

D1 binds every number as REAL, refuses integers beyond 2^53, takes at most 100 bound values, LIKE
patterns of 50 bytes and five SELECTs joined by UNION, refuses transaction statements and
sqlite_version(), and has foreign keys on. One suite of cases runs on this adapter and on D1
(tests/d1).
"""

import asyncio
import re
import weakref
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import apsw

from tillroll_durable.platform.bindings.database import (
    LARGEST_INTEGER,
    ByBatch,
    DatabaseError,
    Row,
    Statement,
    Value,
    constraint_failed,
    database_failed,
)
from tillroll_durable.platform.limits import (
    COLUMNS,
    FUNCTION_ARGUMENTS,
    LIKE_PATTERN_BYTES,
    PARAMETERS,
    ROW_BYTES,
)

# As workerd sets them: SELECTs joined by UNION, arguments of a function, columns, and triggers
# within triggers.
_LIMITS = {
    apsw.SQLITE_LIMIT_COMPOUND_SELECT: 5,
    apsw.SQLITE_LIMIT_FUNCTION_ARG: FUNCTION_ARGUMENTS,
    apsw.SQLITE_LIMIT_COLUMN: COLUMNS,
    apsw.SQLITE_LIMIT_VARIABLE_NUMBER: PARAMETERS,
    apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: LIKE_PATTERN_BYTES,
    apsw.SQLITE_LIMIT_LENGTH: ROW_BYTES,
    apsw.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
}
# A play of the simulation has some two hundred.
_STATEMENTS = 500
# A union, `str | int`, would be made anew for each of the millions of values that a simulation
# reads.
_THROUGH_JSON = (str, int)
_TRANSACTION = re.compile(r"\s*(BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)


class SqliteDatabase(ByBatch):
    """`Database` on a SQLite file, or in memory."""

    def __init__(self, path: str = ":memory:", connection: Any = None) -> None:
        """`connection` is one that was opened for such a database before."""
        # apsw's own types are partly unknown to a strict checker.
        self.connection: Any = connection or apsw.Connection(path, statementcachesize=_STATEMENTS)
        if connection:
            return
        self.connection.execute("PRAGMA foreign_keys = ON")
        for limit, most in _LIMITS.items():
            self.connection.limit(limit, most)
        self.connection.authorizer = _authorize

    def migrate(self, folder: Path) -> None:
        """Apply every migration of a folder, in order, to this database, which is empty: their
        result is copied.
        """
        scripts = tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql")))
        if self.connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise DatabaseError("The database is not empty: apply each migration that it lacks")
        with self.connection.backup("main", _migrated(scripts), "main") as backup:
            backup.step()

    def apply(self, migration: Path) -> None:
        """Apply one migration."""
        self.connection.execute(migration.read_text(encoding="utf-8"))

    def copy(self) -> "SqliteDatabase":
        """The same database again, in memory, with the same rows."""
        copied = SqliteDatabase()
        copied.connection.deserialize("main", self.connection.serialize("main"))
        return copied

    def close(self) -> None:
        self.connection.close()

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        await asyncio.sleep(0)  # a network lies between the Worker and D1: others may come first
        try:
            with self.connection:  # one transaction
                results = [self._run(item) for item in statements]
        except apsw.ConstraintError as error:
            raise constraint_failed(str(error)) from error
        except apsw.Error as error:
            raise database_failed(str(error)) from error
        return results

    def at_once(self, query: Statement) -> list[Row]:
        """The rows of a query, without a turn for anybody else: for one who watches and must change
        nothing by it.
        """
        return self._run(query)

    def _run(self, item: Statement) -> list[Row]:
        if _is_of_transactions(item.sql):
            raise DatabaseError("D1 takes no transaction statements: use batch()")
        bound = [value if type(value) is str else _bound(value) for value in item.parameters]
        cursor = self.connection.execute(item.sql, bound)
        columns: list[str] | None = None
        rows: list[Row] = []
        for values in cursor:
            columns = columns or [column[0] for column in cursor.get_description()]
            row = dict(zip(columns, values, strict=True))
            for column, value in row.items():
                # A simulation reads millions of values, and most are texts or NULL: they come back
                # as they are.
                if type(value) is not str and value is not None:
                    row[column] = _returned(value)
            rows.append(row)
        return rows


@lru_cache(maxsize=10_000)
def _is_of_transactions(sql: str) -> bool:
    return _TRANSACTION.match(sql) is not None


@cache
def _migrated(scripts: tuple[str, ...]) -> Any:
    """The connection of a database that these scripts made, which nobody else has."""
    database = SqliteDatabase()
    for script in scripts:
        database.connection.execute(script)
    return database.connection


class Lender:
    """Lends copies of a database, in memory, each of them to one borrower after another.

    In a copy that is new, every statement is to be prepared again, and that takes longer than all
    that most borrowers do. So whatever a borrower does is one transaction, which is undone when
    nobody has the database any more.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._content: Any = database.connection
        self._idle: list[Any] = []

    def lend(self) -> SqliteDatabase:
        """A copy as it was, until it is forgotten."""
        connection = self._again() or self._another()
        connection.execute("BEGIN")
        lent = SqliteDatabase(connection=connection)
        weakref.finalize(lent, self._idle.append, connection).atexit = False
        return lent

    def _again(self) -> Any:
        """A connection that was given back, with nothing of what was done by it; None where there
        is none.
        """
        while self._idle:
            connection = self._idle.pop()
            try:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            except apsw.ConnectionClosedError:
                continue
            return connection
        return None

    def _another(self) -> Any:
        """Not by `copy`: what is deserialized shows a later copy nothing of a transaction that goes
        on.
        """
        connection = SqliteDatabase().connection
        with connection.backup("main", self._content, "main") as backup:
            backup.step()
        # Whether an index of some rows serves is not asked again for each value: that too prepares
        # the statement again.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        return connection


def _authorize(
    operation: int, first: str | None, second: str | None, _third: str | None, _fourth: str | None
) -> int:
    if operation == apsw.SQLITE_FUNCTION and "sqlite_version" in (first, second):
        return apsw.SQLITE_DENY
    return apsw.SQLITE_OK


def _bound(value: Value) -> Value:
    """A value as D1 binds it: every number is a JavaScript number."""
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is beyond 2^53 and would lose digits in D1")
        return float(value)
    return value


def _returned(value: object) -> Value:
    """A value as it comes back through JSON: whole numbers lose their point."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if value is None or isinstance(value, _THROUGH_JSON):
        return value
    raise DatabaseError(f"a column holds {type(value).__name__}, which does not come through JSON")
