"""Is everything in the books? If not, what and why?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from tillroll.books import repository
from tillroll.books.connections import find_connection
from tillroll.books.forecast import FORETOLD, Decided, forecast
from tillroll.books.models import BooksConnection, BooksStatus, ConnectionStatus, Lacking
from tillroll.books.planning import Item, ItemState, Settled
from tillroll.books.views import items_by_id, list_connections, list_syncs
from tillroll.durable import statement
from tillroll.platform.bindings.database import Database, integer, optional_text, text

_COUNTS: Final = """
  SELECT i.state, CASE i.state WHEN 'new' THEN NULL ELSE i.code END AS code,
    i.changed > i.looked AS is_due, COUNT(*) AS items, MIN(i.reason) AS reason
  FROM books_items i WHERE i.connection_id = ?1 GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
MOST_FORETOLD: Final = 1_000
"""Of so many items of a connection it is said what the next sync comes to."""
_AT_ONCE: Final = 500
_EXAMPLES: Final = 5
# What is not lacking: it is there as it should be, or should not be.
_DONE: Final = frozenset({"written", "credited", "left_out"})
_SAYS: Final = {
    "new": "They are written by the next sync.",
    "first": "They are written once you begin the first sync.",
    "going-on": "The sync that goes on comes to them.",
    "later": f"They are looked at by the next sync: only the first {MOST_FORETOLD:,} were looked at here.",
    "again": "They are not in the books yet: the next sync writes them.",
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
_Key = tuple[str, str | None]
"""A state of items, and the code of why they are not as they should be; None where the state says it."""


@dataclass
class _Group:
    items: int = 0
    reason: str | None = None
    examples: list[str] = field(default_factory=list[str])


async def show_status(database: Database, account_id: str, now: datetime) -> BooksStatus:
    """Is everything in the books? Of each connection that writes."""
    connections = [each for each in await list_connections(database, account_id) if each.direction == "push"]
    found = [await _status(database, account_id, each, now) for each in connections]
    return BooksStatus(is_everything=all(each.is_everything for each in found), connections=found)


async def _status(database: Database, account_id: str, connection: BooksConnection, now: datetime) -> ConnectionStatus:
    ahead = [] if connection.syncing else await _ahead(database, account_id, connection.id, now)
    groups: dict[_Key, _Group] = {}
    left_out = 0
    foretold: dict[tuple[str, str | None], int] = {}
    for item, decided in ahead:
        stored = (item.state.value, None if item.state is ItemState.NEW else item.code)
        foretold[stored] = foretold.get(stored, 0) + 1
        key = _key_ahead(item, decided)
        if key is None:
            left_out += item.state is not ItemState.WRITTEN
            continue
        group = groups.setdefault(key, _Group(reason=decided.reason if isinstance(decided, Settled) else None))
        group.items += 1
        group.examples += [item.id] if len(group.examples) < _EXAMPLES else []
    written = 0
    for row in await database.all(statement(_COUNTS, connection.id)):
        state, code, items = text(row, "state"), optional_text(row, "code"), integer(row, "items")
        written += items if state == "written" else 0
        left = items - (foretold.get((state, code), 0) if row["is_due"] else 0)
        key = _key(state, code, is_due=bool(row["is_due"]), is_syncing=connection.syncing is not None)
        if key is None:
            left_out += left if state != "written" else 0
        elif left > 0:
            group = groups.setdefault(key, _Group(reason=optional_text(row, "reason")))
            group.items += left
            if len(group.examples) < _EXAMPLES:
                group.examples += await _examples(database, connection.id, key, _EXAMPLES - len(group.examples))
    lacking = [
        Lacking(
            state=cast("Any", state),
            code=code,
            says=_says(connection, state, code, group.reason),
            items=group.items,
            examples=await items_by_id(database, account_id, group.examples, now),
        )
        for (state, code), group in sorted(groups.items(), key=lambda pair: -pair[1].items)
    ]
    syncs = await list_syncs(database, account_id, connection.id, "~", 1)
    missing = sum(each.items for each in lacking)
    says = "Everything is in the books." if not missing else f"{missing} are not in the books as they should be."
    return ConnectionStatus(
        connection=connection,
        is_everything=not missing,
        says=says,
        written=written,
        left_out=left_out,
        lacking=lacking,
        last_sync=syncs[0] if syncs else None,
    )


async def _ahead(database: Database, account_id: str, connection_id: str, now: datetime) -> list[tuple[Item, Decided]]:
    """What the next sync comes to for the first items that are due."""
    connection = await find_connection(database, account_id, connection_id)
    if connection is None:
        return []
    due = [
        each.id
        for each in await repository.find_due(database, connection_id, 0, MOST_FORETOLD)
        if each.state.value in FORETOLD
    ]
    found: list[tuple[Item, Decided]] = []
    for first in range(0, len(due), _AT_ONCE):
        found += await forecast(database, connection, due[first : first + _AT_ONCE], now.date())
    return found


def _key_ahead(item: Item, decided: Decided) -> _Key | None:
    """Why an item that is due will be lacking by the next sync, or is until then; None where it is not."""
    state = item.state.value
    if not isinstance(decided, Settled):
        return state, {"new": None, "written": "changed"}.get(state, "again")
    if decided.state.value in _DONE:
        return (state, "file") if item.code == "file" else None
    return state, decided.code


def _key(state: str, code: str | None, *, is_due: bool, is_syncing: bool) -> _Key | None:
    """Why items are lacking, by what is kept of them; None where they are not."""
    if state == "new":
        return state, "going-on" if is_syncing else "later"
    if state in _DONE:
        if code == "file":
            return state, code
        return (state, "changed" if state == "written" else "again") if is_due else None
    return state, code


def _says(connection: BooksConnection, state: str, code: str | None, reason: str | None) -> str:
    word = code or state
    if word == "new" and connection.first_sync_at is None:
        word = "first"
    return _SAYS.get(word, reason or "They wait.")


async def _examples(database: Database, connection_id: str, key: _Key, limit: int) -> Sequence[str]:
    """Items by what is kept of them, those first that changed first."""
    state, code = key
    query = """
      SELECT id FROM books_items
      WHERE connection_id = ?1 AND state = ?2
        AND CASE WHEN ?3 IN ('changed', 'again', 'later', 'going-on') THEN changed > looked ELSE code IS ?3 END
      ORDER BY changed DESC LIMIT CAST(?4 AS INTEGER)
    """
    return [text(row, "id") for row in await database.all(statement(query, connection_id, state, code, limit))]
