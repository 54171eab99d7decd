"""The lines that exports handed on: written down, and looked at for what has changed since."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tillroll.durable import Statement, statement
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.exports.expense import from_dict
from tillroll.platform.bindings.database import Row, Value, integer, optional_text, text
from tillroll.platform.json import Json, dump, load_object
from tillroll.platform.shape import Shape
from tillroll.workflows.export.rows.choosing import AFTER_CLOSING, HELD_IN_CLOSED, LEFT_CLOSED, Choice
from tillroll.workflows.export.rows.expenses import Line

# A statement has so many lines, so that none is too large for the database.
_LINES = 500


class ExportItemShape(Shape):
    """A line of an export: which expense, at which version, and what the line says of it; the earlier export whose line
    it takes back; and the closed period that it came into afterwards."""

    expense_id: str
    version: int
    merchant: str
    date: str
    total: str
    currency: str
    corrects: str | None
    after_closing: str | None


def insert_items(choice: Choice, part: int, lines: Sequence[Line]) -> Iterator[Statement]:
    """Write down what a part holds, in the order of its lines."""
    for first in range(0, len(lines), _LINES):
        values: list[Json] = [
            [
                first + place,
                line.expense.id,
                line.version,
                line.expense.corrects,
                line.expense.after_closing,
                line.expense.as_dict(),  # type: ignore[list-item]
            ]
            for place, line in enumerate(lines[first : first + _LINES])
        ]
        yield statement(
            """
            INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, version, corrects,
                                      after_closing, content)
            SELECT ?1, CAST(?2 AS INTEGER), json_extract(value, '$[0]'), ?3, ?4, json_extract(value, '$[1]'),
              json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),
              json_extract(value, '$[5]')
            FROM json_each(?5)
            """,
            choice.export_id,
            part,
            choice.account_id,
            choice.series,
            dump(values),
        )


def changed_page(choice: Choice, after_id: str, limit: int) -> Statement:
    """Expenses that the series holds at another version than they have now, or that were voided since, by their ids.

    Of the filter, the days and the currency count, by what was handed on: what it would choose by the other values of
    now may have left it by the very change.
    """
    first, last = choice.days
    conditions: dict[str, Value | None] = {
        # As for expenses: nobody hands on a closed period again.
        f"(json_extract(held.content, '$.date') >= ? OR COALESCE({AFTER_CLOSING}, {HELD_IN_CLOSED}) <> '')": first,
        "json_extract(held.content, '$.date') >= ?": choice.not_before,
        "json_extract(held.content, '$.date') <= ?": last,
        "json_extract(held.content, '$.currency') IN (SELECT value FROM json_each(?))": choice.currencies,
    }
    asked = {condition: value for condition, value in conditions.items() if value is not None}
    where = "".join(f" AND {condition}" for condition in asked)
    return statement(
        f"""
        SELECT {EXPORTED_COLUMNS}, held.export_id AS held_by, held.content AS held_content,
          COALESCE({AFTER_CLOSING}, {LEFT_CLOSED}) AS after_closing
        FROM export_items AS held
        JOIN exports AS earlier ON earlier.id = held.export_id AND earlier.finished_at IS NOT NULL
        JOIN expenses ON expenses.id = held.expense_id
        {EXPORTED_JOINS}
        WHERE held.account_id = ? AND held.series = ? AND held.expense_id > ? AND held.corrects IS NULL
          AND (expenses.status = 'voided' OR expenses.version <> held.version)
          AND NOT EXISTS (
            SELECT 1 FROM export_items AS later
            JOIN exports AS newer ON newer.id = later.export_id AND newer.finished_at IS NOT NULL
            WHERE later.account_id = held.account_id AND later.series = held.series
              AND later.expense_id = held.expense_id
              AND (newer.finished_at, later.export_id, later.part, later.place)
                > (earlier.finished_at, held.export_id, held.part, held.place)
          ){where}
        ORDER BY held.expense_id LIMIT ?
        """,  # noqa: S608 - the conditions are written above
        choice.account_id,
        choice.series,
        after_id,
        *asked.values(),
        limit,
    )


def correction_of(row: Row) -> Line | None:
    """The line that takes back what a row of `changed_page` was handed on as; None where the books need none."""
    held, now = from_dict(load_object(text(row, "held_content"))), exported(row)
    if text(row, "status") != "voided" and held.says_the_same_as(now):
        return None
    back = replace(held.taken_back(text(row, "held_by")), after_closing=now.after_closing)
    minor = int(back.total.replace(".", ""))
    return Line(back, integer(row, "version"), 0, minor)


def items_page(export_id: str, after: tuple[int, int], limit: int) -> Statement:
    """The lines of an export behind a part and place."""
    return statement(
        """
        SELECT part, place, expense_id, version, corrects, after_closing, content ->> 'merchant' AS merchant,
          content ->> 'date' AS date, content ->> 'total' AS total, content ->> 'currency' AS currency
        FROM export_items
        WHERE export_id = ? AND (part, place) > (?, ?) ORDER BY part, place LIMIT ?
        """,
        export_id,
        *after,
        limit,
    )


def item_shape(row: Row) -> ExportItemShape:
    return ExportItemShape(
        expense_id=text(row, "expense_id"),
        version=integer(row, "version"),
        merchant=text(row, "merchant"),
        date=text(row, "date"),
        total=text(row, "total"),
        currency=text(row, "currency"),
        corrects=optional_text(row, "corrects"),
        after_closing=optional_text(row, "after_closing"),
    )
