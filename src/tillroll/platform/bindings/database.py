"""The relational database, as far as D1 and SQLite agree: statements, rows, and batches that are one transaction."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Value: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Value]

# D1 takes integers as JavaScript numbers: beyond this they would lose digits, so it refuses them.
LARGEST_INTEGER = 2**53 - 1


class DatabaseError(Exception):
    """The database refused or failed; nothing of the statement or batch was applied unless it says otherwise."""


class ConstraintFailed(DatabaseError):
    """A UNIQUE, NOT NULL, CHECK or foreign-key constraint, or a trigger, refused the write. Nothing was applied."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement with numbered placeholders (?1, ?2, …) or plain ones (?), and their values.

    D1 binds every number as REAL: write CAST(? AS INTEGER) where a number is divided, or put into JSON or TEXT.
    """

    sql: str
    parameters: tuple[Value, ...] = ()


def statement(sql: str, *parameters: Value) -> Statement:
    return Statement(sql, parameters)


class Database(Protocol):
    async def all(self, query: Statement) -> list[Row]:
        """Run one statement and return its rows."""
        ...

    async def first(self, query: Statement) -> Row | None:
        """Run one statement and return its first row."""
        ...

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run the statements as one transaction and return the rows of each.

        Raises:
            ConstraintFailed: one was refused; none was applied.
            DatabaseError: the database failed; unless the connection broke after the commit, none was applied.
        """
        ...


class ByBatch(ABC):
    """What makes a `Database` of a `batch`: one statement is a batch of one."""

    @abstractmethod
    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """As `Database.batch`."""

    async def all(self, query: Statement) -> list[Row]:
        return (await self.batch([query]))[0]

    async def first(self, query: Statement) -> Row | None:
        rows = await self.all(query)
        return rows[0] if rows else None


def text(row: Row, column: str) -> str:
    """The column as a string; for columns that are TEXT NOT NULL."""
    value = row[column]
    if not isinstance(value, str):
        raise TypeError(f"column {column} holds {type(value).__name__}, expected text")
    return value


def optional_text(row: Row, column: str) -> str | None:
    return None if row[column] is None else text(row, column)


def integer(row: Row, column: str) -> int:
    """The column as an int; for columns that are INTEGER NOT NULL."""
    value = row[column]
    if not isinstance(value, int | float) or value != int(value):
        raise TypeError(f"column {column} holds {value!r}, expected a whole number")
    return int(value)


def optional_integer(row: Row, column: str) -> int | None:
    return None if row[column] is None else integer(row, column)
