"""The relational database, as far as D1 and SQLite agree: statements, rows, and batches that are
one transaction."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import (
    Any,
    Final,
    Literal,
    LiteralString,
    Protocol,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from tillroll_durable.platform.refusals import Kind, Refusal

Value: TypeAlias = str | int | float | None
Row: TypeAlias = dict[str, Value]
T = TypeVar("T")

# D1 takes integers as JavaScript numbers: beyond this they would lose digits, so it refuses them.
LARGEST_INTEGER = 2**53 - 1


class SumTooLarge(Refusal):
    """A whole number that D1 or JSON would round: only a sum comes so far."""

    kind = Kind("sum-too-large", 422, "A sum is too large to be written exactly")
    explanation = (
        f"A sum is beyond {LARGEST_INTEGER:,}, the largest whole number that JSON keeps exactly. "
        "Ask for less at once: a shorter time, one person, or one currency."
    )


class DatabaseError(Exception):
    """The database refused or failed; nothing of the statement or batch was applied unless it says
    otherwise."""


class DatabaseUnavailable(DatabaseError):
    """The database is full, takes no writes, or does not answer just now. `reason` is a key of
    UNAVAILABLE."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


MOVING: Final = "account_is_moving"
"""What a database says where it refuses a write about an account that is being moved."""
# How D1 and SQLite say so, by what is to be done about it (docs/operations.md). Their sources are
# https://developers.cloudflare.com/d1/observability/debug-d1/ and
# https://sqlite.org/rescode.html.
UNAVAILABLE: Final = {
    "full": ("Exceeded maximum DB size", "SQLITE_FULL", "database or disk is full"),
    "read_only": ("SQLITE_READONLY", "attempt to write a readonly database"),
    "busy": ("SQLITE_BUSY", "database is locked", "D1 DB is overloaded"),
    "reset": (
        "caused object to be reset",
        "reset because its code was updated",
        "CPU time limit and was reset",
    ),
    "lost": ("Network connection lost", "Cannot resolve D1 DB"),
    "moving": (MOVING,),
}


def database_failed(message: str) -> DatabaseError:
    """The error for what the database said where no constraint failed."""
    for reason, signs in UNAVAILABLE.items():
        if any(sign in message for sign in signs):
            return DatabaseUnavailable(message, reason)
    return DatabaseError(message)


class ConstraintFailed(DatabaseError):
    """A UNIQUE, NOT NULL, CHECK or foreign-key constraint, or a trigger, refused the write. Nothing
    was applied."""


class GuardFailed(ConstraintFailed):
    """A guard of the batch does not hold: somebody else was first. Nothing was applied."""


class RowConflict(ConstraintFailed):
    """A row of the same key exists already, or a row that is referred to does not exist."""


GUARD: Final = "a_guard_failed"
"""The name of the constraints that only guards fail."""


def constraint_failed(message: str) -> DatabaseError:
    """The error of a constraint, by the database's message. A trigger refuses what is being
    moved."""
    if MOVING in message:
        return DatabaseUnavailable(message, "moving")
    if GUARD in message:
        return GuardFailed(message)
    if "UNIQUE" in message or "FOREIGN KEY" in message:
        return RowConflict(message)
    return ConstraintFailed(message)


EVERYBODY: Final = "*"
"""In place of an account: the rows of whichever accounts are in the database. What sweeps them, or
moves them, names none."""
DEPLOYMENT: Final = "deployment"
"""In place of an account: the rows of no account, such as an event of the archive."""


@dataclass(frozen=True)
class Statement:
    """One SQL statement with numbered placeholders (?1, ?2, …) or plain ones (?), and their values.
    D1 binds every number as REAL: write CAST(? AS INTEGER) where a number is divided, or put into
    JSON or TEXT.

    Attributes:
        sql: the text, without values in it.
        parameters: the values, in the order of their placeholders.
        accounts: whose rows it writes, where no column `account_id` of it says that.
    """

    sql: LiteralString
    parameters: tuple[Value, ...] = ()
    accounts: tuple[str, ...] = ()


def statement(
    sql: LiteralString,
    parameters: list[Value] | tuple[Value, ...] = (),
    account: str | None = None,
) -> Statement:
    """A statement, with the values of its placeholders in their order. `account` is whose rows it
    writes, where no column `account_id` of it says that."""
    if account is None:
        return Statement(sql, tuple(parameters))
    return Statement(sql, tuple(parameters), (account,))


class Database(Protocol):
    async def all(self, query: Statement) -> list[Row]:
        """Run one statement and return its rows."""
        ...

    async def first(self, query: Statement) -> Row | None:
        """Run one statement and return its first row."""
        ...

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        """Run the statements as one transaction and return the rows of each.
        Raises ConstraintFailed; DatabaseError:
        none was applied, unless the connection broke after the commit."""
        ...


@runtime_checkable
class Measured(Protocol):
    """A database that says how large it is."""

    @property
    def size_bytes(self) -> int | None:
        """Bytes by its last answer; None before the first one."""
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
        if rows:
            return rows[0]
        return None


def text(row: Row, column: str) -> str:
    """The column as a string; for columns that are TEXT NOT NULL."""
    value = row[column]
    if not isinstance(value, str):
        raise TypeError(f"column {column} holds {type(value).__name__}, expected text")
    return value


def optional_text(row: Row, column: str) -> str | None:
    """A text of a row; None where the column is NULL."""
    if row[column] is None:
        return None
    return text(row, column)


def integer(row: Row, column: str) -> int:
    """The column as an int; for columns that are INTEGER NOT NULL. Raises SumTooLarge: D1 hands
    out a number of JavaScript, which has lost digits by then."""
    value = row[column]
    if not isinstance(value, int | float) or value != int(value):
        raise TypeError(f"column {column} holds {value!r}, expected a whole number")
    whole = int(value)
    if abs(whole) > LARGEST_INTEGER:
        raise SumTooLarge
    return whole


def optional_integer(row: Row, column: str) -> int | None:
    """A whole number of a row; None where the column is NULL."""
    if row[column] is None:
        return None
    return integer(row, column)


def of_row(model: type[T], row: Row, **values: object) -> T:
    """A dataclass or model of a row: fields not given are columns of their names, read by type.
    Raises TypeError."""
    return model(
        **{name: read(row, name) for name, read in _readers(model) if name not in values}, **values
    )


@cache
def _readers(model: type) -> Sequence[tuple[str, Callable[[Row, str], object]]]:
    hints = get_type_hints(model)
    names = getattr(model, "model_fields", None) or [field.name for field in fields(model)]
    return [(name, _reader(hints[name])) for name in names]


def _reader(hint: Any) -> Callable[[Row, str], object]:
    """What reads a column as a type: text, a whole number, a flag, a day, a word of a Literal or a
    StrEnum, or None."""
    if get_origin(hint) in {UnionType, Union}:  # the latter of a Literal
        kinds = [each for each in get_args(hint) if each is not NoneType]
        if len(kinds) == 1:
            read = _reader(kinds[0])
        else:
            read = _unreadable
        return lambda row, column: (
            None if row[column] is None and read is not _unreadable else read(row, column)
        )
    if get_origin(hint) is Literal:
        return text
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda row, column: hint(text(row, column))
    return _PLAIN.get(hint, _unreadable)


def _unreadable(_row: Row, column: str) -> object:
    raise TypeError(f"the field {column} has a type that no column has: give it")


def _flag(row: Row, column: str) -> bool:
    return row[column] == 1


def _day(row: Row, column: str) -> date:
    return date.fromisoformat(text(row, column))


_PLAIN: Mapping[Any, Callable[[Row, str], object]] = {
    str: text,
    int: integer,
    bool: _flag,
    date: _day,
}


_COLUMN: Final = re.compile(r"[a-z][a-z0-9_]*")
_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]+")


def columns_of(names: Iterable[str]) -> list[LiteralString]:
    """The columns that a model names, as SQL. Nothing else becomes SQL without being written there.
    Raises ValueError: one is no name of a column.
    """
    columns = [*names]
    for name in columns:
        if _COLUMN.fullmatch(name) is None:
            raise ValueError(f"{name!r} is no column: use a to z, digits and _")
    return cast("list[LiteralString]", columns)


def word(name: str) -> LiteralString:
    """A word of the code, such as a state, or a time as SQL. Raises ValueError: it is neither."""
    if _WORD.fullmatch(name) is None:
        raise ValueError(f"{name!r} is no word: use letters, digits, _, ., : and -")
    return cast("LiteralString", str(name))


def digits(number: int) -> LiteralString:
    """A whole number as SQL."""
    return cast("LiteralString", str(int(number)))


def place(number: int) -> LiteralString:
    """The placeholder of a value by its number, from 1: ?1."""
    return f"?{digits(number)}"


def insert_row(table: LiteralString, values: Mapping[str, Value | bool | date]) -> Statement:
    """Insert one row of a table. Keys are columns, constants of the code. Whole numbers stay whole
    on D1."""
    places: list[LiteralString] = [
        f"CAST({place(number)} AS INTEGER)" if isinstance(value, int) else place(number)
        for number, value in enumerate(values.values(), start=1)
    ]
    columns = ", ".join(columns_of(values))
    sql = f"INSERT INTO {table} ({columns}) VALUES ({', '.join(places)})"
    return Statement(sql, tuple(_bound(value) for value in values.values()))


def _bound(value: Value | date) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return int(value)
    return value
