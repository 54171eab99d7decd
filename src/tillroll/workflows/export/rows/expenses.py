"""The expenses that an export gathers, page by page: as they are now, or as they were closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.durable import Statement, statement
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.expense import ExportedExpense, from_dict
from tillroll.platform.bindings.database import Row, Value, integer, optional_integer, text
from tillroll.platform.json import load_object
from tillroll.workflows.export.rows.choosing import AFTER_CLOSING, Choice

# As it is found in the list: a split expense by the categories of its parts alone.
_CLOSED_CATEGORY = """
  EXISTS (SELECT 1 FROM json_each(?) AS asked WHERE CASE
    WHEN COALESCE(json_array_length(export_items.content, '$.parts'), 0) > 0 THEN EXISTS (
      SELECT 1 FROM json_each(export_items.content, '$.parts') AS part WHERE part.value ->> 'category' = asked.value)
    ELSE json_extract(export_items.content, '$.category') = asked.value END)
"""


@dataclass(frozen=True)
class Line:
    """An expense at a version, as a line of an export, and the original's size in bytes."""

    expense: ExportedExpense
    version: int
    size: int
    minor: int


@dataclass(frozen=True)
class Place:
    """Where a page begins: behind these two. Empty texts are the beginning."""

    day: str = ""
    id: str = ""


def page(choice: Choice, after: Place, limit: int) -> Statement:
    """The next expenses behind a place, in the order of their day and id."""
    # One lower bound only: of two, SQLite may take the first day's for each page, and read all pages before it again.
    where, values = choice.where(has_lower_bound=False)
    first_day = "" if choice.only_new else choice.days[0] or ""
    behind = (after.day, after.id) if after.day >= first_day else (first_day, "")
    late = "NULL" if choice.closes else AFTER_CLOSING
    return statement(
        f"""
        SELECT {EXPORTED_COLUMNS}, {late} AS after_closing FROM expenses {EXPORTED_JOINS}
        WHERE {where} AND (expenses.date, expenses.id) > (?, ?)
        ORDER BY expenses.date, expenses.id LIMIT ?
        """,  # noqa: S608 - the conditions are written in the code
        *values,
        *behind,
        limit,
    )


def closed_page(choice: Choice, after: Place, limit: int) -> Statement:
    """The same of expenses as they were closed; a place is the line's part and place there, as numbers."""
    where, values = closed_where(choice)
    return statement(
        f"""
        SELECT export_items.content, export_items.version, export_items.part, export_items.place, receipts.size
        FROM export_items LEFT JOIN receipts ON receipts.id = json_extract(export_items.content, '$.receipt_id')
        WHERE {where} AND (export_items.part, export_items.place) > (CAST(? AS INTEGER), CAST(? AS INTEGER))
        ORDER BY export_items.part, export_items.place LIMIT ?
        """,  # noqa: S608 - the conditions are written in the code
        *values,
        after.day or "0",
        after.id or "-1",
        limit,
    )


def closed_where(choice: Choice) -> tuple[str, list[Value]]:
    """Conditions over `export_items` of the export in which the period was closed."""
    first, last = choice.days
    conditions: dict[str, Value | None] = {
        "export_items.export_id = ?": choice.as_closed_in,
        "json_extract(export_items.content, '$.date') >= ?": first,
        "json_extract(export_items.content, '$.date') <= ?": last,
        "json_extract(export_items.content, '$.currency') IN (SELECT value FROM json_each(?))": choice.currencies,
        _CLOSED_CATEGORY: choice.categories,
    }
    asked = {condition: value for condition, value in conditions.items() if value is not None}
    return " AND ".join(asked), [*asked.values()]


def line_of(row: Row) -> Line:
    """A row of `page`."""
    return Line(exported(row), integer(row, "version"), optional_integer(row, "size") or 0, integer(row, "total_minor"))


def closed_line_of(row: Row) -> Line:
    """A row of `closed_page`."""
    expense = from_dict(load_object(text(row, "content")))
    minor = int(expense.total.replace(".", ""))
    return Line(expense, integer(row, "version"), optional_integer(row, "size") or 0, minor)


def sums(lines: Sequence[Line]) -> dict[str, int]:
    """Minor units by currency."""
    found: dict[str, int] = {}
    for line in lines:
        currency = line.expense.currency
        found[currency] = found.get(currency, 0) + line.minor
    return found
