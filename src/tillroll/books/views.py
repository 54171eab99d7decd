"""What the API shows of connections, syncs, items and conflicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from tillroll.books.connections import NAMES
from tillroll.books.drafts import document_from
from tillroll.books.models import (
    BooksChart,
    BooksConflict,
    BooksConnection,
    BooksItem,
    BooksStatus,
    BooksSync,
    ChartAccount,
    ChartTaxCode,
    ConnectionStatus,
    Lacking,
    SideDifference,
    SyncOutcome,
)
from tillroll.books.repository import contact_names, count_outcomes, named, written_from_json
from tillroll.books.service import NoSuchConnection
from tillroll.books.setup import chart_of
from tillroll.books.subjects import load_subjects
from tillroll.durable import statement
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_text, text
from tillroll.platform.clock import from_text
from tillroll.platform.json import Json, dump, load_object
from tillroll.platform.refusals import Refusal

_CONNECTION: Final = """
  SELECT c.*, c.denied_why AS disconnected_why, json_extract(c.chart, '$.company') AS chart_company, g.company_name,
    CASE WHEN c.ended_at IS NOT NULL THEN 'ended' WHEN c.denied_at IS NOT NULL THEN 'disconnected'
      WHEN c.grant_id IS NULL OR g.kept IS NOT NULL THEN 'connected'
      WHEN g.ended_at IS NOT NULL THEN 'disconnected' ELSE 'asked' END AS status,
    (SELECT s.id FROM books_syncs s JOIN runs r ON r.id = s.run_id
     WHERE s.connection_id = c.id AND s.ended_at IS NULL AND r.status <> 'failed' ORDER BY s.id LIMIT 1) AS syncing,
    (SELECT s.begun_at FROM books_syncs s
     WHERE s.connection_id = c.id AND s.begun_by = 'hand' ORDER BY s.id LIMIT 1) AS first_sync_at
  FROM books_connections c LEFT JOIN books_grants g ON g.id = c.grant_id
  WHERE c.account_id = ?1
"""
# What people call a subject: its merchant, or the number of a claim or credit note.
_TITLE: Final = """
  CASE i.kind
    WHEN 'expense' THEN (SELECT merchant || ', ' || date FROM expenses WHERE expenses.id = i.subject_id)
    WHEN 'claim' THEN (SELECT printf('%d-%04d', year, number) FROM claims WHERE claims.run_id = i.subject_id)
    ELSE (SELECT printf('CN-%d-%04d', year, number) FROM claim_events
          WHERE claim_events.run_id || ':' || claim_events.version = i.subject_id
            AND claim_events.run_id = substr(i.subject_id, 1, instr(i.subject_id, ':') - 1))
  END
"""
_ITEM: Final = f"""
  SELECT i.*, i.rowid AS place, i.subject_id AS subject, i.changed > i.looked AS is_due, c.name AS connection,
    c.provider,
    {_TITLE} AS title,
    EXISTS (SELECT 1 FROM books_attachments a
            WHERE a.item_id = i.id AND a.generation = i.generation AND a.external_id IS NOT NULL) AS has_file,
    (SELECT MAX(a.reason) FROM books_attachments a
     WHERE a.item_id = i.id AND a.generation = i.generation AND a.external_id IS NULL) AS without_file
  FROM books_items i JOIN books_connections c ON c.id = i.connection_id
  WHERE i.account_id = ?1
"""  # noqa: S608 - constants
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class NoSuchSync(Refusal):
    thing = "sync"


class NoSuchSubject(Refusal):
    thing = "expense or claim"


class NoSuchConflict(Refusal):
    thing = "conflict"


class ChartMissing(Refusal):
    thing = "chart of these books; read it first"


async def list_connections(database: Database, account_id: str) -> list[BooksConnection]:
    """Those that have not ended, the oldest first."""
    rows = await database.all(statement(f"{_CONNECTION} AND c.ended_at IS NULL ORDER BY c.id", account_id))
    return [_connection(row) for row in rows]


async def show_connection(database: Database, account_id: str, connection_id: str) -> BooksConnection:
    row = await database.first(statement(f"{_CONNECTION} AND c.id = ?2", account_id, connection_id))
    if row is None:
        raise NoSuchConnection
    return _connection(row)


def _connection(row: Row) -> BooksConnection:
    company = optional_text(row, "chart_company") or optional_text(row, "company_name")
    return of_row(BooksConnection, row, company=company)


async def show_chart(database: Database, account_id: str, connection_id: str) -> BooksChart:
    """Raises ChartMissing: it was not read yet."""
    query = "SELECT chart, chart_at FROM books_connections WHERE account_id = ? AND id = ?"
    row = await database.first(statement(query, account_id, connection_id))
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
  SELECT s.*, CASE WHEN s.ended_as IS NOT NULL THEN s.ended_as WHEN r.status = 'failed' THEN 'stopped_short'
    ELSE 'running' END AS state
  FROM books_syncs s JOIN runs r ON r.id = s.run_id WHERE s.account_id = ?1
"""


async def list_syncs(
    database: Database, account_id: str, connection_id: str | None, cursor: str, limit: int
) -> list[BooksSync]:
    """The newest first, behind the id `cursor`."""
    query = f"{_SYNC} AND s.id < ?2 AND (?3 IS NULL OR s.connection_id = ?3) ORDER BY s.id DESC LIMIT ?4"
    rows = await database.all(statement(query, account_id, cursor, connection_id, limit))
    counts = await _outcomes(database, [text(row, "id") for row in rows])
    return [of_row(BooksSync, row, outcomes=counts.get(text(row, "id"), {})) for row in rows]


async def show_sync(database: Database, account_id: str, sync_id: str) -> BooksSync:
    row = await database.first(statement(f"{_SYNC} AND s.id = ?2", account_id, sync_id))
    if row is None:
        raise NoSuchSync
    return of_row(BooksSync, row, outcomes=await count_outcomes(database, sync_id))


async def _outcomes(database: Database, ids: Sequence[str]) -> Mapping[str, dict[str, int]]:
    query = """
      SELECT sync_id, outcome, COUNT(*) AS items FROM books_outcomes
      WHERE sync_id IN (SELECT value FROM json_each(?)) GROUP BY sync_id, outcome ORDER BY outcome
    """
    found: dict[str, dict[str, int]] = {}
    for row in await database.all(statement(query, dump([*ids]))):
        found.setdefault(text(row, "sync_id"), {})[text(row, "outcome")] = integer(row, "items")
    return found


async def list_outcomes(
    database: Database, account_id: str, sync_id: str, cursor: str, limit: int
) -> list[SyncOutcome]:
    """What a sync came to, in an order of its own, behind the item `cursor`."""
    await show_sync(database, account_id, sync_id)
    query = """
      SELECT o.subject AS item, i.kind, i.subject_id AS subject, o.outcome, o.reason, o.at
      FROM books_outcomes o LEFT JOIN books_items i ON i.id = o.subject
      WHERE o.sync_id = ?1 AND o.subject < ?2 ORDER BY o.subject DESC LIMIT ?3
    """
    return [of_row(SyncOutcome, row) for row in await database.all(statement(query, sync_id, cursor, limit))]


@dataclass(frozen=True)
class ItemFilter:
    """Which items are listed; None for all."""

    connection_id: str | None = None
    state: str | None = None
    code: str | None = None
    is_due: bool | None = None


async def list_items(
    database: Database, account_id: str, chosen: ItemFilter, cursor: int | None, limit: int, now: datetime
) -> list[BooksItem]:
    """The newest first, behind the place `cursor`."""
    query = f"""
      {_ITEM} AND (?2 IS NULL OR i.rowid < CAST(?2 AS INTEGER)) AND (?3 IS NULL OR i.connection_id = ?3)
        AND (?4 IS NULL OR i.state = ?4) AND (?5 IS NULL OR i.code = ?5)
        AND (?6 IS NULL OR (i.changed > i.looked) = ?6) AND c.ended_at IS NULL
      ORDER BY i.rowid DESC LIMIT ?7
    """
    is_due = None if chosen.is_due is None else int(chosen.is_due)
    given = (chosen.connection_id, chosen.state, chosen.code, is_due)
    rows = await database.all(statement(query, account_id, cursor, *given, limit))
    return [item_shown(row, now) for row in rows]


async def titles_of(database: Database, account_id: str, ids: Sequence[str]) -> dict[str, str | None]:
    """What people call the subjects of items, by the items' ids; None for what was erased."""
    query = f"""
      SELECT i.id, {_TITLE} AS title FROM books_items i
      WHERE i.account_id = ?1 AND i.id IN (SELECT value FROM json_each(?2))
    """  # noqa: S608 - constants
    rows = await database.all(statement(query, account_id, dump([*ids])))
    return {text(row, "id"): optional_text(row, "title") for row in rows}


async def items_of(database: Database, account_id: str, subject_id: str, now: datetime) -> list[BooksItem]:
    """What each of the account's books has of a subject. Raises NoSuchSubject."""
    query = f"{_ITEM} AND i.subject_id = ?2 AND c.ended_at IS NULL ORDER BY c.id"
    rows = await database.all(statement(query, account_id, subject_id))
    if not rows and not await load_subjects(database, account_id, [subject_id]):
        raise NoSuchSubject
    return [item_shown(row, now) for row in rows]


def item_shown(row: Row, now: datetime) -> BooksItem:
    return of_row(BooksItem, row, says=says_of(row, now))


def says_of(row: Row, now: datetime) -> str:
    """Where an item is, in words."""
    where = NAMES.get(text(row, "provider"), text(row, "provider"))
    number, at = optional_text(row, "external_number"), optional_text(row, "written_at")
    name = f" as {number}" if number else ""
    written = f"In {where}{name}, {day_says(at, now)}" if at is not None else f"In {where}{name}"
    reason = optional_text(row, "reason")
    match text(row, "state"):
        case "written":
            without = optional_text(row, "without_file")
            more = [reason, None if without is None else f"Without its file: {without}"]
            return ". ".join([written, *(each.rstrip(".") + "." for each in more if each)])
        case "credited":
            return f"Taken back in {where}" + (f", {day_says(at, now)}" if at is not None else "")
        case "conflict":
            return f"{written}, where somebody has changed it: decide which side holds."
        case "left_out":
            return f"Not in {where}: {reason}" if reason else f"Not in {where}"
        case "new":
            return f"Not in {where} yet: the next sync writes it."
        case _:
            has = written if number else f"Not in {where}"
            return f"{has}: {reason}" if reason else f"{has} yet"


def day_says(at: str, now: datetime) -> str:
    """A day as people write it: 12 Nov, of another year 12 Nov 2025."""
    day = from_text(at)
    year = "" if day.year == now.year else f" {day.year}"
    return f"{day.day} {_MONTHS[day.month - 1]}{year}"


_CONFLICT: Final = f"""
  SELECT k.*, i.id AS item, i.kind, i.subject_id AS subject, {_TITLE} AS title
  FROM books_conflicts k JOIN books_items i ON i.id = k.item_id WHERE k.account_id = ?1
"""  # noqa: S608 - constants


async def list_conflicts(
    database: Database, account_id: str, cursor: str, limit: int, *, is_open: bool
) -> list[BooksConflict]:
    """The newest first, behind the id `cursor`; those that wait for a decision, or all."""
    query = f"{_CONFLICT} AND k.id < ?2 AND (?3 = 0 OR k.decision IS NULL) ORDER BY k.id DESC LIMIT ?4"
    rows = await database.all(statement(query, account_id, cursor, int(is_open), limit))
    connections = {text(row, "connection_id") for row in rows}
    names = {each: await contact_names(database, each) for each in connections}
    return [_conflict(row, names[text(row, "connection_id")]) for row in rows]


async def show_conflict(database: Database, account_id: str, conflict_id: str) -> BooksConflict:
    row = await database.first(statement(f"{_CONFLICT} AND k.id = ?2", account_id, conflict_id))
    if row is None:
        raise NoSuchConflict
    return _conflict(row, await contact_names(database, text(row, "connection_id")))


def _conflict(row: Row, names: Mapping[str, str]) -> BooksConflict:
    kept = optional_text(row, "theirs")
    theirs = None if kept is None else written_from_json(kept)
    ours = document_from(load_object(text(row, "ours"))).fields()
    apart = load_object(text(row, "differences"))
    return of_row(
        BooksConflict,
        row,
        ours=ours,
        theirs=None if theirs is None else theirs.fields,
        is_void_there=theirs is not None and theirs.is_void,
        url=None if theirs is None else theirs.url or None,
        differences=[_difference(name, pair) for name, pair in apart.items()],
        contacts=named(names, ours, None if theirs is None else theirs.fields),
    )


def _difference(name: str, pair: Json) -> SideDifference:
    """Each side is JSON within JSON."""
    ours, theirs = (str(each) for each in cast("list[Json]", pair))
    return SideDifference(field=name, ours=_value(ours), theirs=_value(theirs))


def _value(kept: str) -> Any:
    return load_object(f'{{"value":{kept}}}')["value"]


_COUNTS: Final = """
  SELECT i.state, CASE i.state WHEN 'new' THEN NULL ELSE i.code END AS code,
    i.changed > i.looked AS is_due, COUNT(*) AS items, MIN(i.reason) AS reason
  FROM books_items i WHERE i.connection_id = ?1 GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
# What is not lacking: it is there as it should be, or should not be.
_DONE: Final = frozenset({"written", "credited", "left_out"})
_SAYS: Final = {
    "new": "They are written by the next sync.",
    "changed": "They changed since they were written: the next sync writes that.",
    "unmapped": "A category, a tax rate or a person has no place in the books: map it.",
    "closed-here": "Their days are closed here: open the period, or leave them out.",
    "closed-there": "Their days are closed in the books: open them there, or leave them out.",
    "refused": "The books refuse them: see why, and put it right.",
    "changed-there": "Somebody changed them in the books: decide which side holds.",
    "uncertain": "Answers were lost: the next sync asks the books before it writes.",
    "disconnected": "The books let us in no more: connect them again.",
    "tax-unclear": "They have several tax rates, and do not say what is taxed at which: split them.",
    "person-unknown": "An employee paid them, and nobody says who: name the person.",
    "file": "They are in the books, and their file is not yet: the next sync sends it.",
    "invoice": "Credit notes wait for their claim.",
    "contact": "They wait for a contact of the books.",
}


async def show_status(database: Database, account_id: str, now: datetime) -> BooksStatus:
    """Is everything in the books? Of each connection that writes."""
    connections = [each for each in await list_connections(database, account_id) if each.direction == "push"]
    found = [await _status(database, account_id, each, now) for each in connections]
    return BooksStatus(is_everything=all(each.is_everything for each in found), connections=found)


async def _status(database: Database, account_id: str, connection: BooksConnection, now: datetime) -> ConnectionStatus:
    counts = await database.all(statement(_COUNTS, connection.id))
    lacking: dict[tuple[str, str | None], Lacking] = {}
    written = left_out = 0
    for row in counts:
        state, items = text(row, "state"), integer(row, "items")
        code = _code_of(row)
        if state == "written":
            written += items
        if state in _DONE and code is None:
            left_out += items if state != "written" else 0
            continue
        before = lacking.get((state, code))
        lacking[state, code] = Lacking(
            state=cast("Any", state),
            code=code,
            says=_SAYS.get(code or state, optional_text(row, "reason") or "They wait."),
            items=items + (before.items if before else 0),
            examples=[],
        )
    for each in lacking.values():
        each.examples = await _examples(database, account_id, connection.id, each, now)
    syncs = await list_syncs(database, account_id, connection.id, "~", 1)
    missing = sum(each.items for each in lacking.values())
    says = "Everything is in the books." if not missing else f"{missing} are not in the books as they should be."
    return ConnectionStatus(
        connection=connection,
        is_everything=not missing,
        says=says,
        written=written,
        left_out=left_out,
        lacking=[*lacking.values()],
        last_sync=syncs[0] if syncs else None,
    )


def _code_of(row: Row) -> str | None:
    """Why an item is lacking; None where it is not, or its state says it."""
    state, code = text(row, "state"), optional_text(row, "code")
    if state in _DONE:
        if code == "file":
            return code
        return "changed" if row["is_due"] else None
    return code


async def _examples(
    database: Database, account_id: str, connection_id: str, lacking: Lacking, now: datetime
) -> list[BooksItem]:
    query = f"""
      {_ITEM} AND i.connection_id = ?2 AND i.state = ?3
        AND CASE WHEN ?4 = 'changed' THEN i.changed > i.looked ELSE i.code IS ?4 END
      ORDER BY i.changed LIMIT 5
    """
    rows = await database.all(statement(query, account_id, connection_id, lacking.state, lacking.code))
    return [item_shown(row, now) for row in rows]
