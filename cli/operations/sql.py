"""Statements with their values written into them, for tools that take SQL as text."""

import re
from collections.abc import Iterable

from tillroll.platform.bindings.database import Statement, Value

_PLACEHOLDER = re.compile(r"\?(\d+)")


def as_text(statements: Iterable[Statement]) -> str:
    """The statements as one SQL text. Their placeholders must be numbered (?1, ?2, …)."""
    return "".join(f"{_with_values(each).strip()};\n" for each in statements)


def _with_values(statement: Statement) -> str:
    return _PLACEHOLDER.sub(lambda found: literal(statement.parameters[int(found[1]) - 1]), statement.sql)


def literal(value: Value) -> str:
    """A value as an SQL literal.

    Raises:
        ValueError: the text has a NUL character, at which SQLite would end it.
    """
    if value is None:
        return "NULL"
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a NUL character cannot be written into SQL")
        return "'" + value.replace("'", "''") + "'"
    return repr(value)
