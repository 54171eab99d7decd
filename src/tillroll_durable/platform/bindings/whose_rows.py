"""Whose rows a batch writes: a column `account_id` of its statements says it, or an account that
they name.

A value is never asked what it looks like: a client may be called like an account. Pure.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tillroll_durable.platform.bindings.database import DEPLOYMENT, EVERYBODY, Statement

COLUMN: Final = "account_id"
_BEGINS: Final = re.compile(r"\s*(?:INSERT|REPLACE|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_TABLE: Final = re.compile(
    r"\b(?:(?:INSERT|REPLACE)(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)"
    r"\s+\"?(\w+)",
    re.IGNORECASE,
)
# A table's name behind INTO, its columns, and where the list of values begins.
_INSERTION: Final = re.compile(
    r"\bINTO\s+\"?\w+\"?(?:\s+AS\s+\w+)?\s*\(([\w\s,]+)\)\s*(?:VALUES\s*\(|SELECT\b)",
    re.IGNORECASE,
)
_CONDITION: Final = re.compile(rf"\b{COLUMN}\s*(?:=|IS)\s*(?=\?)", re.IGNORECASE)
# A text is passed over. What is taken out of a value, as by ->>, is not the value.
_PLACE: Final = re.compile(r"'(?:[^']|'')*'|\?(\d*)(?!\d)(?!\s*->)")
_CAST: Final = re.compile(r"(?:CAST\s*\(\s*)?(?=\?)", re.IGNORECASE)
_MOST_TEXTS: Final = 4096
_NO_ACCOUNTS: Final = frozenset({EVERYBODY, DEPLOYMENT})


class NoAccountNamed(ValueError):
    """A batch writes a table of accounts, and does not say whose rows. Nothing was written, and
    asking again changes nothing: name the account in its code."""


@dataclass(frozen=True)
class Write:
    """What the text of a statement says.

    Attributes:
        tables: those that it writes.
        accounts: the positions of the values, from 0, that stand in a column `account_id`.
    """

    tables: frozenset[str]
    accounts: tuple[int, ...]


@lru_cache(maxsize=_MOST_TEXTS)
def write_of(sql: str) -> Write | None:
    """What a statement writes, by its text; None where it writes nothing."""
    if _BEGINS.match(sql) is None:
        return None
    tables = frozenset(match[1] for match in _TABLE.finditer(sql))
    if not tables:
        return None
    positions = dict(_positions(sql))
    places = [*_places_in_conditions(sql), *_places_in_insertions(sql)]
    accounts = {positions[place] for place in places if place in positions}
    return Write(tables, tuple(sorted(accounts)))


def is_write(item: Statement) -> bool:
    """Whether a statement writes anything."""
    return write_of(item.sql) is not None


def says_whose(item: Statement) -> bool:
    """Whether a statement says whose rows it writes. A row of no account has NULL in the column,
    which says it too."""
    if item.accounts:
        return True
    write = write_of(item.sql)
    return write is not None and bool(write.accounts)


def check_says_whose(statements: Sequence[Statement], tables_of_accounts: Collection[str]) -> None:
    """Raises NoAccountNamed: the batch writes a table of accounts, and no statement of it says
    whose rows."""
    tables: set[str] = set()
    for item in statements:
        write = write_of(item.sql)
        if write is not None:
            tables.update(write.tables.intersection(tables_of_accounts))
    if tables and not any(says_whose(item) for item in statements):
        names = ", ".join(sorted(tables))
        raise NoAccountNamed(
            f"A batch writes {names} and names no account: give the statement its account, or "
            f"bind the column {COLUMN}"
        )


def accounts_of(statements: Sequence[Statement]) -> set[str]:
    """The accounts whose rows a batch writes."""
    accounts: set[str] = set()
    for item in statements:
        accounts.update(item.accounts)
        write = write_of(item.sql)
        if write is None or EVERYBODY in item.accounts:
            continue
        for position in write.accounts:
            value = item.parameters[position]
            # No account has an empty id: such a row is nobody's, as a refused sign-in may be.
            if isinstance(value, str) and value:
                accounts.add(value)
    return accounts - _NO_ACCOUNTS


def _positions(sql: str) -> Iterator[tuple[int, int]]:
    """Where each placeholder stands in the text, and the position of its value."""
    highest = 0
    for match in _PLACE.finditer(sql):
        if match[1] is None:
            continue
        if match[1]:
            number = int(match[1])
        else:
            number = highest + 1
        highest = max(highest, number)
        yield match.start(), number - 1


def _places_in_conditions(sql: str) -> Iterator[int]:
    for match in _CONDITION.finditer(sql):
        yield match.end()


def _places_in_insertions(sql: str) -> Iterator[int]:
    for match in _INSERTION.finditer(sql):
        columns = [name.strip() for name in match[1].split(",")]
        if COLUMN not in columns:
            continue
        start = _start_of_value(sql, match.end(), columns.index(COLUMN))
        if start is None:
            continue
        value = _CAST.match(sql, start)
        if value is not None:
            yield value.end()


def _start_of_value(sql: str, start: int, number: int) -> int | None:
    """Where a value begins in a list of values, by its number from 0; None where the list ends
    before it. The list begins at `start`."""
    depth = 0
    place = start
    while place < len(sql) and depth >= 0:
        letter = sql[place]
        if number == 0 and not letter.isspace():
            return place
        if letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
        elif letter == "," and depth == 0:
            number -= 1
        elif letter == "'":
            place = sql.index("'", place + 1)
        place += 1
    return None
