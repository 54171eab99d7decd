"""Which expenses an export holds, as conditions and pages of rows, and the lines that were handed
on.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, LiteralString

from tillroll.expenses.exported import ExportedExpense, from_dict
from tillroll.expenses.repository import EXPORTED_COLUMNS, EXPORTED_JOINS, exported
from tillroll.expenses.search.conditions import (
    conditions_of,
)
from tillroll.exports.contract import Reads
from tillroll.exports.models import ExportFilter
from tillroll.exports.writers.formats import FORMATS, Format, ProfileOptions
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Value,
    integer,
    optional_integer,
    text,
)
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import all_of

# Neither what was voided is handed on, nor what a person sent back to review, until it is ready
# again.
HANDED_ON = frozenset({"ready", "approved"})
IN_BOOKS = "expenses.status IN ('ready', 'approved')"
IN_REVIEW = "expenses.status = 'in_review'"

# The expense is as the line `closed` holds it: what came since are decisions and changes of its
# status alone, of which each raises the version by one.
AS_CLOSED = """
  expenses.version = closed.version
    + (SELECT COUNT(*) FROM approval_decisions AS decided
       WHERE decided.expense_id = expenses.id AND decided.from_version >= closed.version)
    + (SELECT COUNT(*) FROM expense_changes AS moved
       WHERE moved.expense_id = expenses.id AND moved.from_version >= closed.version
         AND (moved.kind IN ('sent_back', 'confirmed', 'voided', 'restored', 'merged', 'parted')
             OR EXISTS (
           SELECT 1 FROM expense_changes AS undone
           WHERE undone.id = moved.undoes
             AND undone.kind IN ('sent_back', 'confirmed', 'voided', 'restored'))))
"""

_CLOSED = """
   SELECT period.first_day || '/' || period.last_day FROM closed_periods AS period
   JOIN exports AS closing ON closing.id = period.export_id AND closing.finished_at IS NOT NULL
"""
# The closed period of an expense that is not in it as it is now; NULL where it is, and outside of
# closed periods.
AFTER_CLOSING = f"""
  ({_CLOSED}
   WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
     AND expenses.date BETWEEN period.first_day AND period.last_day
     AND NOT EXISTS (
       SELECT 1 FROM export_items AS closed
       WHERE closed.account_id = expenses.account_id AND closed.series = closing.series
         AND closed.expense_id = expenses.id AND {AS_CLOSED}
     ))
"""

# Whether the closing of the expense's day has it as it is now: it was there before.
IN_CLOSING = f"""
  EXISTS (
    SELECT 1 FROM closed_periods AS period
    JOIN export_items AS closed
      ON closed.export_id = period.export_id AND closed.expense_id = expenses.id
    WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
      AND expenses.date BETWEEN period.first_day AND period.last_day AND {AS_CLOSED}
  )
"""

# The closed period of a line `held` that an export handed on.
HELD_IN_CLOSED = f"""
  ({_CLOSED}
   WHERE period.account_id = held.account_id AND period.reopened_at IS NULL
     AND json_extract(held.content, '$.date') BETWEEN period.first_day AND period.last_day)
"""
# The closed period that held an expense which is in it no more: it was voided since, or is of
# another day.
LEFT_CLOSED = f"""
  ({_CLOSED}
   JOIN export_items AS closed ON closed.export_id = closing.id AND closed.expense_id = expenses.id
   WHERE period.account_id = expenses.account_id AND period.reopened_at IS NULL
     AND (expenses.status = 'voided' OR expenses.date NOT BETWEEN period.first_day
         AND period.last_day))
"""

# The newest line about an expense in the finished exports of a series (?, ?: account and series). A
# line that takes back, or none, means that the expense is not held.
_HOLDS = """
  (SELECT held.corrects IS NULL FROM export_items AS held
   JOIN exports AS earlier ON earlier.id = held.export_id AND earlier.finished_at IS NOT NULL
   WHERE held.account_id = ? AND held.series = ? AND held.expense_id = expenses.id
   ORDER BY earlier.finished_at DESC, held.export_id DESC, held.part DESC, held.place DESC LIMIT 1)
"""
# (?, ?, ?: account, series, this export) What is taken back here comes anew.
_NEW = f"""
  (COALESCE({_HOLDS}, 0) = 0 OR EXISTS (
    SELECT 1 FROM export_items AS back
    WHERE back.export_id = ? AND back.expense_id = expenses.id AND back.corrects IS NOT NULL
  ))
"""
# (?: this export) One whose day was changed while the export is gathered would be met twice.
_NOT_YET = """
  NOT EXISTS (
    SELECT 1 FROM export_items AS here
    WHERE here.export_id = ? AND here.expense_id = expenses.id AND here.corrects IS NULL
  )
"""


# (?: JSON of ids) What this export would take back comes anew, before it is written down.
_COMES_ANEW = "expenses.id IN (SELECT value FROM json_each(?))"


MOST_COUNTED: Final = 500
"""So many corrections are counted before an export is asked for."""


@dataclass(frozen=True)
class Choice:
    """The expenses of an account that a filter chooses, of those that were there at `asked_at` (UTC
    text), and their format, by a profile's options.

    Attributes:
        only_new: those that no finished export of the series holds; days before the filter's first
            are in it where they are closed, since nobody hands on that period again.
        as_closed_in: the export in which their period was closed: they are taken as they were then.
        closes: the period that this export closes, so nothing in it is late.
        taken_back: ids of expenses that an export which was not begun yet would take back.
    """

    account_id: str
    file_format: str
    chosen: ExportFilter
    asked_at: str
    options: ProfileOptions = field(default_factory=ProfileOptions)
    export_id: str = ""
    profile_id: str | None = None
    only_new: bool = False
    as_closed_in: str | None = None
    closes: str | None = None
    taken_back: tuple[str, ...] = ()

    @property
    def file(self) -> Format:
        return FORMATS[self.file_format]

    @property
    def series(self) -> str:
        """Name the series of exports that this one continues."""
        if self.closes is not None:
            return f"period:{self.closes}"
        if self.profile_id is None:
            return f"format:{self.file_format}"
        return f"profile:{self.profile_id}"

    @property
    def not_before(self) -> str | None:
        """The first day that the file can have, which is that of the fiscal year; None for any."""
        last = self.chosen.found.last_day
        if self.options.datev is None or last is None:
            return None
        return self.options.datev.fiscal_year_of(last).isoformat()

    @property
    def days(self) -> tuple[str | None, str | None]:
        """The filter's first and last day."""
        first = self.chosen.found.first_day
        last = self.chosen.found.last_day
        return (
            None if first is None else first.isoformat(),
            None if last is None else last.isoformat(),
        )

    def where(
        self, *, has_lower_bound: bool = True, are: LiteralString = IN_BOOKS
    ) -> tuple[LiteralString, list[Value]]:
        """Write the conditions over `expenses`, with plain placeholders, and give their values.
        `are` is the condition for expenses that the export chooses from.
        """
        first, last = self.days
        conditions: list[tuple[LiteralString, Sequence[Value]]] = [
            (_NOT_YET, [self.export_id]),
            ("expenses.account_id = ?", [self.account_id]),
            ("expenses.created_at <= ?", [self.asked_at]),
            ("expenses.date <= ?", [last]),
            *conditions_of(all_of(self.account_id), self.chosen.found),
        ]
        if self.only_new:
            conditions.extend(
                [
                    (f"(expenses.date >= ? OR {AFTER_CLOSING} IS NOT NULL)", [first]),
                    ("expenses.date >= ?", [self.not_before]),
                    self._new(),
                ]
            )
        elif has_lower_bound:
            conditions.append(("expenses.date >= ?", [first]))
        chosen: list[tuple[LiteralString, Sequence[Value]]] = [
            (condition, values) for condition, values in conditions if None not in values
        ]
        texts: list[LiteralString] = [are]
        texts.extend(condition for condition, _ in chosen)
        return " AND ".join(texts), [value for _, values in chosen for value in values]

    def _new(self) -> tuple[LiteralString, Sequence[Value]]:
        """The condition for what no finished export of the series holds."""
        values = [self.account_id, self.series, self.export_id]
        if not self.taken_back:
            return _NEW, values
        return f"({_NEW} OR {_COMES_ANEW})", [*values, dump([*self.taken_back])]


# As it is found in the list: a split expense by the categories of its parts alone.
_CLOSED_CATEGORY = """
  EXISTS (SELECT 1 FROM json_each(?) AS asked WHERE CASE
    WHEN COALESCE(json_array_length(export_items.content, '$.parts'), 0) > 0 THEN EXISTS (
      SELECT 1 FROM json_each(export_items.content, '$.parts') AS part
      WHERE part.value ->> 'category' = asked.value)
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
    # One lower bound only: of two, SQLite may take the first day's for each page, and read all
    # pages before it again.
    where, values = choice.where(has_lower_bound=False)
    first_day = "" if choice.only_new else choice.days[0] or ""
    if after.day >= first_day:
        place = (after.day, after.id)
    else:
        place = (first_day, "")
    late = "NULL" if choice.closes else AFTER_CLOSING
    query = f"""
      SELECT {EXPORTED_COLUMNS}, {late} AS after_closing FROM expenses {EXPORTED_JOINS}
      WHERE {where} AND (expenses.date, expenses.id) > (?, ?)
      ORDER BY expenses.date, expenses.id LIMIT ?
    """
    return statement(query, [*values, *place, limit])


def closed_page(choice: Choice, after: Place, limit: int) -> Statement:
    """A page of expenses as they were closed. A place is the line's part and its place there, as
    numbers."""
    where, values = closed_where(choice)
    query = f"""
      SELECT export_items.content, export_items.version, export_items.part, export_items.place,
        receipts.size
      FROM export_items
      LEFT JOIN receipts ON receipts.id = json_extract(export_items.content, '$.receipt_id')
      WHERE {where} AND (export_items.part, export_items.place) > (CAST(? AS INTEGER),
          CAST(? AS INTEGER))
      ORDER BY export_items.part, export_items.place LIMIT ?
    """
    return statement(query, [*values, after.day or "0", after.id or "-1", limit])


def closed_where(choice: Choice) -> tuple[LiteralString, list[Value]]:
    """Conditions over `export_items` of the export in which the period was closed."""
    narrowing = choice.chosen.found
    first, last = choice.days
    conditions: dict[LiteralString, Value | None] = {
        "export_items.export_id = ?": choice.as_closed_in,
        "json_extract(export_items.content, '$.date') >= ?": first,
        "json_extract(export_items.content, '$.date') <= ?": last,
        (
            "json_extract(export_items.content, '$.currency') IN (SELECT value FROM json_each(?))"
        ): _listed(narrowing.currencies),
        _CLOSED_CATEGORY: _listed(narrowing.categories),
    }
    return _joined(conditions)


def _joined(
    conditions: Mapping[LiteralString, Value | None],
) -> tuple[LiteralString, list[Value]]:
    """The conditions that have a value, and the values."""
    chosen: dict[LiteralString, Value] = {
        condition: value for condition, value in conditions.items() if value is not None
    }
    return " AND ".join(chosen), [*chosen.values()]


def chosen_rows(choice: Choice) -> tuple[LiteralString, LiteralString, list[Value]]:
    """The table that the expenses are in, the conditions, and their values."""
    if choice.as_closed_in is not None:
        return "export_items", *closed_where(choice)
    return "expenses", *choice.where()


def _listed(values: Sequence[str]) -> str | None:
    """Write the values as a JSON list; None for any."""
    if values:
        return dump([*values])
    return None


def line_of(row: Row) -> Line:
    """A row of `page`."""
    return Line(
        exported(row),
        integer(row, "version"),
        size=optional_integer(row, "size") or 0,
        minor=integer(row, "total_minor"),
    )


def closed_line_of(row: Row) -> Line:
    """A row of `closed_page`."""
    expense = from_dict(load_object(text(row, "content")))
    return Line(
        expense,
        integer(row, "version"),
        size=optional_integer(row, "size") or 0,
        minor=_minor(expense),
    )


def _minor(expense: ExportedExpense) -> int:
    return int(expense.total.replace(".", ""))


def sums(lines: Sequence[Line]) -> dict[str, int]:
    """Minor units by currency."""
    totals: Counter[str] = Counter()
    for line in lines:
        totals[line.expense.currency] += line.minor
    return totals


# A statement has so many lines, so that none is too large for the database.
_LINES = 500


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
                line.expense.as_dict(),
            ]
            for place, line in enumerate(lines[first : first + _LINES])
        ]
        yield statement(
            """
            INSERT INTO export_items (
              export_id, part, place, account_id, series, expense_id, version, corrects,
              after_closing, content)
            SELECT ?1, CAST(?2 AS INTEGER), json_extract(value, '$[0]'), ?3, ?4,
              json_extract(value, '$[1]'),
              json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]'),
              json_extract(value, '$[5]')
            FROM json_each(?5)
            """,
            [choice.export_id, part, choice.account_id, choice.series, dump(values)],
        )


def changed_page(choice: Choice, after_id: str, limit: int) -> Statement:
    """Expenses that the series holds at another version than they have now, or that were voided
    since, by their ids. Of the filter, the days and the currency of what was handed on count: by
    others it may have left by the very change.
    """
    first, last = choice.days
    conditions: dict[LiteralString, Value | None] = {
        "held.account_id = ?": choice.account_id,
        "held.series = ?": choice.series,
        "held.expense_id > ?": after_id,
        # As for expenses: nobody hands on a closed period again.
        (
            "(json_extract(held.content, '$.date') >= ? "
            f"OR COALESCE({AFTER_CLOSING}, {HELD_IN_CLOSED}) <> '')"
        ): first,
        "json_extract(held.content, '$.date') >= ?": choice.not_before,
        "json_extract(held.content, '$.date') <= ?": last,
        "json_extract(held.content, '$.currency') IN (SELECT value FROM json_each(?))": _listed(
            choice.chosen.found.currencies
        ),
    }
    where, values = _joined(conditions)
    query = f"""
      SELECT {EXPORTED_COLUMNS}, held.export_id AS held_by, held.content AS held_content,
        COALESCE({AFTER_CLOSING}, {LEFT_CLOSED}) AS after_closing
      FROM export_items AS held
      JOIN exports AS earlier ON earlier.id = held.export_id AND earlier.finished_at IS NOT NULL
      JOIN expenses ON expenses.id = held.expense_id
      {EXPORTED_JOINS}
      WHERE {where} AND held.corrects IS NULL
        AND (expenses.status = 'voided' OR expenses.version <> held.version)
        AND NOT EXISTS (
          SELECT 1 FROM export_items AS later
          JOIN exports AS newer ON newer.id = later.export_id AND newer.finished_at IS NOT NULL
          WHERE later.account_id = held.account_id AND later.series = held.series
            AND later.expense_id = held.expense_id
            AND (newer.finished_at, later.export_id, later.part, later.place)
              > (earlier.finished_at, held.export_id, held.part, held.place)
        )
      ORDER BY held.expense_id LIMIT ?
    """
    return statement(query, [*values, limit])


def correction_of(row: Row) -> Line | None:
    """The line that takes back what a row of `changed_page` was handed on as; None where the books
    need none.
    """
    exported_before = from_dict(load_object(text(row, "held_content")))
    now = exported(row)
    if text(row, "status") != "voided" and exported_before.says_the_same_as(now):
        return None
    taken_back = exported_before.taken_back(text(row, "held_by"))
    back = taken_back.changed(after_closing=now.after_closing)
    return Line(back, integer(row, "version"), size=0, minor=_minor(back))


async def with_taken_back(database: Database, choice: Choice) -> Choice:
    """The choice of an export that was not begun yet, with what it would take back: of what is new
    the first MOST_COUNTED.
    """
    if not choice.only_new:
        return choice
    rows = await database.all(changed_page(choice, "", MOST_COUNTED))
    ids = [text(row, "id") for row in rows if correction_of(row) is not None]
    return replace(choice, taken_back=tuple(ids))


async def read_lines(
    platform: Platform, choice: Choice, reads: Reads, after: Place, most: int, at_once: int
) -> tuple[list[Line], Reads, Place | None]:
    """Up to `most` lines behind a place; what is read from where on then, None behind the last.
    Corrections share no part with expenses: what is taken back comes anew, which is found by what
    was written down of the parts before.
    """
    lines: list[Line] = []
    while reads == "corrections" and len(lines) < most:
        limit = min(at_once, most - len(lines))
        rows = await platform.database.all(changed_page(choice, after.id, limit))
        lines += [line for line in map(correction_of, rows) if line is not None]
        reads, after = (
            ("corrections", Place("", text(rows[-1], "id")))
            if len(rows) == limit
            else ("expenses", Place())
        )
        await platform.pause()
    if lines:
        return (lines, reads, after)
    return await _read_expenses(platform, choice, after=after, most=most, at_once=at_once)


async def _read_expenses(
    platform: Platform, choice: Choice, after: Place, most: int, at_once: int
) -> tuple[list[Line], Reads, Place | None]:
    """As many as fit into a file with their originals, and of each page one where not even that
    fits.
    """
    all_lines: list[Line] = []
    pages, as_line = (
        (page, line_of) if choice.as_closed_in is None else (closed_page, closed_line_of)
    )
    room = choice.file.most_bytes
    is_full = False
    while len(all_lines) < most and not is_full:
        limit = min(at_once, most - len(all_lines))
        # One more than are taken: it says whether there is another part.
        rows = await platform.database.all(pages(choice, after, limit + 1))
        lines: list[Line] = []
        for line in map(as_line, rows[:limit]):
            room = None if room is None else room - line.size
            is_full = room is not None and room < 0 and bool(lines)
            if is_full:
                break
            lines.append(line)
        all_lines += lines
        await platform.pause()
        if len(rows) == len(lines):
            return all_lines, "expenses", None
        last = rows[len(lines) - 1]
        after = Place(lines[-1].expense.date, lines[-1].expense.id)
        if choice.as_closed_in is not None:
            after = Place(str(integer(last, "part")), str(integer(last, "place")))
    return all_lines, "expenses", after
