"""Statements with their values written into them, for tools that take SQL as text."""

import re
from collections.abc import Iterable

from tillroll_durable.platform.bindings.database import Statement
from tillroll_testing.replaying.sql_text import literal

# A text, a quoted name or a comment, in which a question mark is no placeholder; or a placeholder
# with its number.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/ | \?(?P<number>[0-9]*)""",
    re.DOTALL | re.VERBOSE,
)


class NotNumbered(Exception):
    """A statement whose placeholders do not name their values."""


def as_text(statements: Iterable[Statement]) -> str:
    """The statements as one SQL text.

    Raises:
        NotNumbered: a placeholder has no number, or the numbers do not fit the values.
        ValueError: a value has a NUL character.
    """
    return "".join(f"{_with_values(each).strip()};\n" for each in statements)


def _with_values(statement: Statement) -> str:
    count = len(statement.parameters)
    numbers = {0}

    def filled(match: re.Match[str]) -> str:
        digits = match["number"]
        if digits is None:
            return match[0]
        number = int(digits or 0)
        if not 1 <= number <= count:
            raise NotNumbered(f"{match[0]} names none of {count} values in: {statement.sql}")
        numbers.add(number)
        return literal(statement.parameters[number - 1])

    sql = _TOKEN.sub(filled, statement.sql)
    if max(numbers) != count:
        raise NotNumbered(f"?{max(numbers)} is the last of {count} values in: {statement.sql}")
    return sql
