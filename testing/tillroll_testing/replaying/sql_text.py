"""Values as SQL text, for tools that take nothing else."""

from typing import LiteralString, cast

from tillroll_durable.platform.bindings.database import Value


def literal(value: Value) -> LiteralString:
    """A value as an SQL literal: quoted, it is never more than that.

    Raises:
        ValueError: the text has a NUL character, at which SQLite would end it.
    """
    if value is None:
        return "NULL"
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("a NUL character cannot be written into SQL")
        return cast("LiteralString", "'" + value.replace("'", "''") + "'")
    return cast("LiteralString", repr(value))
