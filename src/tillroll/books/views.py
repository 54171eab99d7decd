"""What the API shows of connections, syncs, items and conflicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from tillroll.books.connections.connection import NAMES, find_connection
from tillroll.books.connections.names import CodeNames, contact_names, find_code_names, named
from tillroll.books.connections.setup import chart_of
from tillroll.books.models import (
    PREVIEWS,
    BooksChart,
    BooksConflict,
    BooksConnection,
    BooksItem,
    BooksSync,
    ChartAccount,
    ChartTaxCode,
    SideDifference,
    SyncOutcome,
)
from tillroll.books.repository import count_outcomes, written_from_json
from tillroll.books.syncs.drafts import document_from
from tillroll.books.syncs.forecast import FORETOLD, Decided, forecast
from tillroll.books.syncs.planning import ItemState, Settled
from tillroll.books.syncs.service import NoSuchConnection
from tillroll.books.syncs.subject_rows import load_subjects
from tillroll.claims.naming import NUMBER
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.refusals import Refusal

_CONNECTION: Final = """
  SELECT c.*, c.denied_why AS disconnected_why, json_extract(c.chart, '$.company') AS chart_company,
    g.company_name,
    CASE WHEN c.ended_at IS NOT NULL THEN 'ended' WHEN c.denied_at IS NOT NULL THEN 'disconnected'
      WHEN c.grant_id IS NULL OR g.kept IS NOT NULL THEN 'connected'
      WHEN g.ended_at IS NOT NULL THEN 'disconnected' ELSE 'asked' END AS status,
    (SELECT s.id FROM books_syncs s JOIN runs r ON r.id = s.run_id
     WHERE s.connection_id = c.id AND s.ended_at IS NULL AND r.status <> 'failed' ORDER BY s.id
     LIMIT 1) AS syncing,
    (SELECT s.begun_at FROM books_syncs s
     WHERE s.connection_id = c.id AND s.begun_by = 'hand' ORDER BY s.id LIMIT 1) AS first_sync_at
  FROM books_connections c LEFT JOIN books_grants g ON g.id = c.grant_id
  WHERE c.account_id = ?1
"""
# What people call a subject: its merchant, or the number of a claim or credit note.
_TITLE: Final = f"""
  CASE i.kind
    WHEN 'expense' THEN (SELECT merchant || ', ' || date FROM expenses
        WHERE expenses.id = i.subject_id)
    WHEN 'claim' THEN (SELECT {NUMBER.format(claims="claims")} FROM claims
        WHERE claims.run_id = i.subject_id)
    ELSE (SELECT printf('CN-%d-%04d', year, number) FROM claim_events
          WHERE claim_events.run_id || ':' || claim_events.version = i.subject_id
            AND claim_events.run_id = substr(i.subject_id, 1, instr(i.subject_id, ':') - 1))
  END
"""
_ITEM: Final = f"""
  SELECT i.*, i.rowid AS place, i.subject_id AS subject, i.changed > i.looked AS is_due,
    c.name AS connection,
    c.provider, {_TITLE} AS title,
    EXISTS (SELECT 1 FROM books_syncs f WHERE f.connection_id = c.id
        AND f.begun_by = 'hand') AS has_begun,
    c.denied_at IS NOT NULL OR EXISTS (
      SELECT 1 FROM books_grants g
      WHERE g.id = c.grant_id AND g.kept IS NULL AND g.ended_at IS NOT NULL) AS is_shut,
    EXISTS (SELECT 1 FROM books_attachments a
            WHERE a.item_id = i.id AND a.generation = i.generation
              AND a.external_id IS NOT NULL) AS has_file,
    (SELECT MAX(a.reason) FROM books_attachments a
     WHERE a.item_id = i.id AND a.generation = i.generation
       AND a.external_id IS NULL) AS without_file
  FROM books_items i JOIN books_connections c ON c.id = i.connection_id
  WHERE i.account_id = ?1
"""
_NOT_THERE: Final = frozenset({"new", "set_aside", "waiting", "left_out"})
_MONTHS: Final = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)


class NoSuchSync(Refusal):
    thing = "sync"


class NoSuchSubject(Refusal):
    thing = "expense or claim"


class NoSuchConflict(Refusal):
    thing = "conflict"


class ChartMissing(Refusal):
    thing = "chart of these books; read it first"


async def list_connections(database: Database, account_id: str) -> list[BooksConnection]:
    """The connections that have not ended, the oldest first."""
    rows = await database.all(
        statement(f"{_CONNECTION} AND c.ended_at IS NULL ORDER BY c.id", [account_id])
    )
    return [_connection(row) for row in rows]


async def show_connection(
    database: Database, account_id: str, connection_id: str
) -> BooksConnection:
    row = await database.first(
        statement(f"{_CONNECTION} AND c.id = ?2", [account_id, connection_id])
    )
    if row is None:
        raise NoSuchConnection
    return _connection(row)


def _connection(row: Row) -> BooksConnection:
    company = optional_text(row, "chart_company") or optional_text(row, "company_name")
    is_preview = text(row, "provider") in PREVIEWS
    return of_row(BooksConnection, row, company=company, is_preview=is_preview)


async def show_chart(database: Database, account_id: str, connection_id: str) -> BooksChart:
    """Raises ChartMissing: it was not read yet."""
    query = "SELECT chart, chart_at FROM books_connections WHERE account_id = ? AND id = ?"
    row = await database.first(statement(query, [account_id, connection_id]))
    if row is None:
        raise NoSuchConnection
    chart = chart_of(row)
    if chart is None:
        raise ChartMissing
    return BooksChart(
        company=chart.company,
        currency=chart.currency,
        read_at=text(row, "chart_at"),
        accounts=[ChartAccount.model_validate(vars(each)) for each in chart.accounts],
        tax_codes=[ChartTaxCode.model_validate(vars(each)) for each in chart.tax_codes],
    )


_SYNC: Final = """
  SELECT s.*,
    CASE WHEN s.ended_as IS NOT NULL THEN s.ended_as WHEN r.status = 'failed' THEN 'stopped_short'
    ELSE 'running' END AS state
  FROM books_syncs s JOIN runs r ON r.id = s.run_id WHERE s.account_id = ?1
"""


async def list_syncs(
    database: Database, account_id: str, connection_id: str | None, cursor: str, limit: int
) -> list[BooksSync]:
    """The newest first, behind the id `cursor`."""
    query = (
        f"{_SYNC} AND s.id < ?2 AND (?3 IS NULL OR s.connection_id = ?3) ORDER BY s.id DESC "
        "LIMIT ?4"
    )
    rows = await database.all(statement(query, [account_id, cursor, connection_id, limit]))
    counts = await _outcomes(database, [text(row, "id") for row in rows])
    return [of_row(BooksSync, row, outcomes=counts.get(text(row, "id"), {})) for row in rows]


async def show_sync(database: Database, account_id: str, sync_id: str) -> BooksSync:
    row = await database.first(statement(f"{_SYNC} AND s.id = ?2", [account_id, sync_id]))
    if row is None:
        raise NoSuchSync
    return of_row(BooksSync, row, outcomes=await count_outcomes(database, sync_id))


async def _outcomes(database: Database, ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    query = """
      SELECT sync_id, outcome, COUNT(*) AS items FROM books_outcomes
      WHERE sync_id IN (SELECT value FROM json_each(?)) GROUP BY sync_id, outcome ORDER BY outcome
    """
    counts: dict[str, dict[str, int]] = {}
    for row in await database.all(statement(query, [dump([*ids])])):
        counts.setdefault(text(row, "sync_id"), {})[text(row, "outcome")] = integer(row, "items")
    return counts


async def list_outcomes(
    database: Database, account_id: str, sync_id: str, cursor: str, limit: int
) -> list[SyncOutcome]:
    """List what a sync came to, in an order of its own, behind the item `cursor`."""
    await show_sync(database, account_id, sync_id)
    query = """
      SELECT o.subject AS item, i.kind, i.subject_id AS subject, o.outcome, o.reason, o.at
      FROM books_outcomes o LEFT JOIN books_items i ON i.id = o.subject
      WHERE o.sync_id = ?1 AND o.subject < ?2 ORDER BY o.subject DESC LIMIT ?3
    """
    return [
        of_row(SyncOutcome, row)
        for row in await database.all(statement(query, [sync_id, cursor, limit]))
    ]


@dataclass(frozen=True)
class ItemFilter:
    """Which items are listed; None for all."""

    connection_id: str | None = None
    state: str | None = None
    code: str | None = None
    is_due: bool | None = None


async def list_items(
    database: Database,
    account_id: str,
    chosen: ItemFilter,
    cursor: int | None,
    limit: int,
    now: datetime,
) -> list[BooksItem]:
    """The newest first, behind the place `cursor`."""
    query = f"""
      {_ITEM} AND (?2 IS NULL OR i.rowid < CAST(?2 AS INTEGER)) AND (?3 IS NULL
          OR i.connection_id = ?3)
        AND (?4 IS NULL OR i.state = ?4) AND (?5 IS NULL OR i.code = ?5)
        AND (?6 IS NULL OR (i.changed > i.looked) = ?6) AND c.ended_at IS NULL
      ORDER BY i.rowid DESC LIMIT ?7
    """
    is_due = None if chosen.is_due is None else int(chosen.is_due)
    values = (chosen.connection_id, chosen.state, chosen.code, is_due)
    rows = await database.all(statement(query, [account_id, cursor, *values, limit]))
    return await _items(database, account_id, rows=rows, now=now)


async def items_by_id(
    database: Database, account_id: str, ids: Sequence[str], now: datetime
) -> list[BooksItem]:
    """Items by their ids, those first that changed first."""
    query = f"{_ITEM} AND i.id IN (SELECT value FROM json_each(?2)) ORDER BY i.changed"
    rows = await database.all(statement(query, [account_id, dump([*ids])]))
    return await _items(database, account_id, rows=rows, now=now)


async def _items(
    database: Database, account_id: str, rows: Sequence[Row], now: datetime
) -> list[BooksItem]:
    """Items as they are, and what the next sync comes to for those that are due."""
    due: dict[str, list[str]] = {}
    for row in rows:
        if row["is_due"] and text(row, "state") in FORETOLD:
            due.setdefault(text(row, "connection_id"), []).append(text(row, "id"))
    outlook: dict[str, Decided] = {}
    for connection_id, ids in due.items():
        connection = await find_connection(database, account_id, connection_id)
        if connection is not None:
            outlook |= {
                item.id: each
                for item, each in await forecast(database, connection, ids=ids, today=now.date())
            }
    return [item_shown(row, now, outlook.get(text(row, "id"))) for row in rows]


async def titles_of(
    database: Database, account_id: str, ids: Sequence[str]
) -> dict[str, str | None]:
    """What people call the subjects of items, by the items' ids; None for what was erased."""
    query = f"""
      SELECT i.id, {_TITLE} AS title FROM books_items i
      WHERE i.account_id = ?1 AND i.id IN (SELECT value FROM json_each(?2))
    """
    rows = await database.all(statement(query, [account_id, dump([*ids])]))
    return {text(row, "id"): optional_text(row, "title") for row in rows}


async def items_of(
    database: Database, account_id: str, subject_id: str, now: datetime
) -> list[BooksItem]:
    """What each of the account's books has of a subject. Raises NoSuchSubject."""
    query = f"{_ITEM} AND i.subject_id = ?2 AND c.ended_at IS NULL ORDER BY c.id"
    rows = await database.all(statement(query, [account_id, subject_id]))
    if not rows and not await load_subjects(database, account_id, [subject_id]):
        raise NoSuchSubject
    return await _items(database, account_id, rows=rows, now=now)


def item_shown(row: Row, now: datetime, decided: Decided | None = None) -> BooksItem:
    """An item, and what is `ahead` of it; None where that is not known, or it is not due."""
    values: dict[str, Any] = {"says": says_of(row, now, decided)}
    state = text(row, "state")
    if state in _NOT_THERE and row["written"] is None:
        # What it was before was taken back, or is gone.
        values |= {"external_id": None, "external_number": None, "external_url": None}
    if state == "new" and isinstance(decided, Settled):
        values |= {"code": decided.code, "reason": decided.reason}
    return of_row(BooksItem, row, **values)


def says_of(row: Row, now: datetime, decided: Decided | None = None) -> str:
    """Where an item is, and what is ahead of it, in words."""
    where = NAMES.get(text(row, "provider"), text(row, "provider"))
    number = optional_text(row, "external_number")
    at = optional_text(row, "written_at")
    name = f" as {number}" if number else ""
    written = f"In {where}{name}, {day_says(at, now)}" if at is not None else f"In {where}{name}"
    reason = optional_text(row, "reason")
    state = text(row, "state")
    if state == "written":
        without = optional_text(row, "without_file")
        more = [
            reason,
            None if without is None else f"Without its file: {without}",
            _change_says(row, decided),
        ]
        return ". ".join([written, *(each.rstrip(".") + "." for each in more if each)])
    if state == "conflict":
        return f"{written}, where somebody has changed it: decide which side holds."
    if state == "credited":
        back = f"Taken back in {where}" + (f", {day_says(at, now)}" if at is not None else "")
        return f"{back}: {_next_says(row)}" if _is_written_next(decided) else back
    # What was taken back has a number still.
    is_there = optional_text(row, "written") is not None
    if _is_written_next(decided):
        return (
            f"{written}. It changed since: {_next_says(row)}"
            if is_there
            else f"Not in {where} yet: {_next_says(row)}"
        )
    why = decided.reason if isinstance(decided, Settled) else reason
    has = written if is_there else f"Not in {where}"
    return f"{has}: {why}" if why else f"{has} yet"


def _is_written_next(decided: Decided | None) -> bool:
    return decided is not None and not isinstance(decided, Settled)


def _next_says(row: Row) -> str:
    if row["is_shut"]:
        where = NAMES.get(text(row, "provider"), text(row, "provider"))
        return f"{where} let us in no more. Connect again, and the next sync writes it."
    if row["has_begun"]:
        return "the next sync writes it."
    return "it is written once you begin the first sync."


def _change_says(row: Row, decided: Decided | None) -> str | None:
    """What becomes of a change of what is in the books; None where there is none to be written."""
    if not isinstance(decided, Settled):
        if decided is None:
            return None
        return f"It changed since: {_next_says(row)}"
    if decided.state is ItemState.WRITTEN:
        return None
    return f"It changed since, and that cannot be written. {decided.reason}"


def day_says(at: str, now: datetime) -> str:
    """A day as people write it: 12 Nov, of another year 12 Nov 2025."""
    day = from_text(at)
    year = "" if day.year == now.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


_CONFLICT: Final = f"""
  SELECT k.*, i.id AS item, i.kind, i.subject_id AS subject, {_TITLE} AS title
  FROM books_conflicts k JOIN books_items i ON i.id = k.item_id WHERE k.account_id = ?1
"""


async def list_conflicts(
    database: Database, account_id: str, cursor: str, limit: int, *, is_open: bool
) -> list[BooksConflict]:
    """The newest first, behind the id `cursor`; those that wait for a decision, or all."""
    query = (
        f"{_CONFLICT} AND k.id < ?2 AND (?3 = 0 OR k.decision IS NULL) ORDER BY k.id DESC LIMIT ?4"
    )
    rows = await database.all(statement(query, [account_id, cursor, int(is_open), limit]))
    conflicts = [(row, *_sides(row)) for row in rows]
    names = {
        each: await contact_names(
            database,
            each,
            [
                side
                for row, ours, theirs in conflicts
                if row["connection_id"] == each
                for side in (ours, theirs)
            ],
        )
        for each in {text(row, "connection_id") for row in rows}
    }
    codes = {each: await find_code_names(database, each) for each in names}
    return [
        _conflict(row, names[connection_id], codes[connection_id])
        for row in rows
        for connection_id in (text(row, "connection_id"),)
    ]


async def show_conflict(database: Database, account_id: str, conflict_id: str) -> BooksConflict:
    row = await database.first(statement(f"{_CONFLICT} AND k.id = ?2", [account_id, conflict_id]))
    if row is None:
        raise NoSuchConflict
    of = text(row, "connection_id")
    return _conflict(
        row, await contact_names(database, of, _sides(row)), await find_code_names(database, of)
    )


def _sides(row: Row) -> tuple[JsonObject, JsonObject | None]:
    """The fields of ours, and of theirs; None where that is gone."""
    theirs = optional_text(row, "theirs")
    ours = document_from(load_object(text(row, "ours"))).fields()
    return ours, None if theirs is None else written_from_json(theirs).fields


def _conflict(row: Row, names: Mapping[str, str], codes: CodeNames) -> BooksConflict:
    theirs_json = optional_text(row, "theirs")
    theirs = None if theirs_json is None else written_from_json(theirs_json)
    ours, fields = _sides(row)
    apart = load_object(text(row, "differences"))
    return of_row(
        BooksConflict,
        row,
        ours=ours,
        theirs=fields,
        is_void_there=theirs is not None and theirs.is_void,
        url=None if theirs is None else theirs.url or None,
        differences=[_difference(name, pair) for name, pair in apart.items()],
        contacts=named(names, ours, fields),
        **codes.of(ours, fields),
    )


def _difference(name: str, pair: Json) -> SideDifference:
    """Each side is JSON within JSON."""
    ours, theirs = (str(each) for each in cast("list[Json]", pair))
    return SideDifference(field=name, ours=_value(ours), theirs=_value(theirs))


def _value(stored: str) -> Any:
    return load_object(f'{{"value":{stored}}}')["value"]
