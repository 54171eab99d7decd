"""Is everything in the books? If not, what and why?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

from tillroll.books import repository
from tillroll.books.connections.connection import NAMES, find_connection
from tillroll.books.models import BooksConnection, BooksStatus, ConnectionStatus, Lacking
from tillroll.books.syncs.drafts import IN_REVIEW, NOT_APPROVED, NOT_DUE, TAX_OPEN
from tillroll.books.syncs.forecast import FORETOLD, Decided, forecast
from tillroll.books.syncs.planning import INVOICE_TAX, Item, ItemState, Settled
from tillroll.books.views import items_by_id, list_connections, list_syncs
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, integer, optional_text, text
from tillroll_durable.platform.json import dump

_COUNTS: Final = """
  SELECT i.state, CASE i.state WHEN 'new' THEN NULL ELSE i.code END AS code,
    i.changed > i.looked AS is_due, COUNT(*) AS items, MIN(i.reason) AS reason
  FROM books_items i WHERE i.connection_id = ?1 GROUP BY 1, 2, 3 ORDER BY 4 DESC
"""
MOST_FORETOLD: Final = 1_000
"""How many items of a connection are looked at to say what the next sync comes to."""
_AT_ONCE: Final = 500
_EXAMPLES: Final = 5
# What is not lacking: it is there as it should be, or should not be.
_DONE: Final = frozenset({"written", "credited", "left_out"})
_SAYS: Final = {
    "new": "They are written by the next sync.",
    "first": "They are written once you begin the first sync.",
    "going-on": "The sync that goes on comes to them.",
    "later": (
        f"They are looked at by the next sync: only the first {MOST_FORETOLD:,} were looked at "
        "here."
    ),
    "again": "They are not in the books yet: the next sync writes them.",
    "changed": "They changed since they were written: the next sync writes that.",
    "unmapped": "A category, a tax rate or a person has no place in the books: map it.",
    INVOICE_TAX: (
        "They are in the books without the VAT of their invoices: have them corrected, or leave "
        "them as they are there."
    ),
    "closed-here": "Their days are closed here: open the period, and the next sync writes them.",
    "closed-there": "Their days are closed in the books: open them there, then sync.",
    "refused": "The books refuse them: see why, and put it right.",
    "changed-there": "Somebody changed them in the books: decide which side holds.",
    "uncertain": "Answers were lost: the next sync asks the books before it writes.",
    "disconnected": "{books} let us in no more: connect again, and the next sync writes them.",
    TAX_OPEN: "How they are taxed is open: say it in the tax report.",
    "tax-unclear": (
        "They have several tax rates, and do not say what is taxed at which: split them."
    ),
    "person-unknown": "An employee paid them, and nobody says who: name the person.",
    "file": "They are in the books, and their file is not yet: the next sync sends it.",
    "invoice": "Credit notes wait for their claim.",
    "contact": "They wait for a contact of the books.",
    IN_REVIEW: "They are in review: the books get them once somebody has decided.",
    NOT_APPROVED: "They are not approved yet: the books get them once they are.",
}
_NOT_DUE_SAYS: Final = {IN_REVIEW: "in review", NOT_APPROVED: "not approved yet"}
_Key = tuple[str, str | None]
"""A state of items, and the code of why they are not as they should be; None where the state says
it.
"""


@dataclass
class _Group:
    items: int = 0
    reason: str | None = None
    examples: list[str] = field(default_factory=list[str])


@dataclass
class _Tally:
    """What is lacking and what is not due yet, by why; how many are written, or left out for
    good.
    """

    lacking: dict[_Key, _Group] = field(default_factory=dict["_Key", _Group])
    not_due: dict[_Key, _Group] = field(default_factory=dict["_Key", _Group])
    written: int = 0
    left_out: int = 0

    def add(
        self,
        key: _Key | None,
        waits: _Key | None,
        items: int,
        reason: str | None,
        *,
        is_written: bool,
    ) -> tuple[_Key, _Group] | None:
        """Count items that are lacking for `key`, or wait for `waits`; None where neither is so."""
        place = key or waits
        if place is None:
            if is_written:
                self.written += items
            if not is_written:
                self.left_out += items
            return None
        group = (self.not_due if key is None else self.lacking).setdefault(
            place, _Group(reason=reason)
        )
        group.items += items
        return place, group


async def show_status(database: Database, account_id: str, now: datetime) -> BooksStatus:
    """Is everything in the books? Of each connection that writes."""
    connections = [
        each for each in await list_connections(database, account_id) if each.direction == "push"
    ]
    statuses = [
        await _status(database, account_id, connection=each, now=now) for each in connections
    ]
    return BooksStatus(
        is_everything=all(each.is_everything for each in statuses), connections=statuses
    )


async def _status(
    database: Database, account_id: str, connection: BooksConnection, now: datetime
) -> ConnectionStatus:
    tally = _Tally()
    foretold: dict[_Key, int] = {}
    for item, decided in await _forecast(
        database, account_id, connection_id=connection.id, now=now
    ):
        stored = (item.state.value, None if item.state is ItemState.NEW else item.code)
        foretold[stored] = foretold.get(stored, 0) + 1
        key = _key_ahead(connection, item, decided)
        waits = _not_due_ahead(item, decided)
        if isinstance(decided, Settled):
            reason = decided.reason
        else:
            reason = None
        counted = tally.add(
            key, waits, items=1, reason=reason, is_written=item.state is ItemState.WRITTEN
        )
        if counted:
            _, group = counted
            if len(group.examples) < _EXAMPLES:
                group.examples.append(item.id)
    for row in await database.all(statement(_COUNTS, [connection.id])):
        state = text(row, "state")
        code = optional_text(row, "code")
        items = integer(row, "items")
        remaining = items - (foretold.get((state, code), 0) if row["is_due"] else 0)
        if remaining <= 0:
            continue
        key = _key(connection, state, code, is_due=bool(row["is_due"]))
        if state == "left_out" and code in NOT_DUE:
            waits = (state, code)
        else:
            waits = None
        counted = tally.add(
            key,
            waits,
            items=remaining,
            reason=optional_text(row, "reason"),
            is_written=state == "written",
        )
        if counted and len(counted[1].examples) < _EXAMPLES:
            place, group = counted
            group.examples += await _examples(
                database,
                connection.id,
                stored=(state, code),
                shown_code=place[1],
                subjects=group.examples,
            )
    syncs = await list_syncs(database, account_id, connection_id=connection.id, cursor="~", limit=1)
    missing, waiting = (
        sum(each.items for each in counts.values()) for counts in (tally.lacking, tally.not_due)
    )
    return ConnectionStatus(
        connection=connection,
        is_everything=not missing,
        says=_all_says(connection, missing, tally.not_due),
        written=tally.written,
        left_out=tally.left_out + waiting,
        lacking=[
            await _lacking(database, account_id, connection, *each, now)
            for each in _most_first(tally.lacking)
        ],
        not_due=[
            await _lacking(database, account_id, connection, *each, now)
            for each in _most_first(tally.not_due)
        ],
        last_sync=syncs[0] if syncs else None,
    )


def _most_first(groups: Mapping[_Key, _Group]) -> list[tuple[_Key, _Group]]:
    return sorted(groups.items(), key=lambda pair: -pair[1].items)


async def _lacking(
    database: Database,
    account_id: str,
    connection: BooksConnection,
    key: _Key,
    group: _Group,
    now: datetime,
) -> Lacking:
    state, code = key
    return Lacking(
        state=cast("Any", state),
        code=code,
        says=_sentence(connection, state, code=code, reason=group.reason),
        items=group.items,
        examples=await items_by_id(database, account_id, ids=group.examples, now=now),
    )


def _all_says(connection: BooksConnection, missing: int, not_due: Mapping[_Key, _Group]) -> str:
    """Whether everything is in the books, in words; also what is not due, and that nothing can be
    written.
    """
    waits: dict[str, int] = {}
    for (_, code), group in not_due.items():
        waits[code or ""] = waits.get(code or "", 0) + group.items
    parts = [
        f"{_expenses(waits[code])} {words}"
        for code, words in _NOT_DUE_SAYS.items()
        if code in waits
    ]
    later = " and ".join(parts)
    if missing:
        if missing == 1:
            is_are = "is not in the books as it"
        else:
            is_are = "are not in the books as they"
        also_later = ""
        if later:
            also_later = f"; {later}"
        sentence = f"{missing} {is_are} should be{also_later}."
    else:
        sentence = (
            f"Everything that is due is in the books; {later}."
            if later
            else "Everything is in the books."
        )
    if connection.status == "disconnected":
        return f"{_shut_says(connection)} {sentence}"
    return sentence


def _shut_says(connection: BooksConnection) -> str:
    return f"{_books(connection)} let us in no more: connect again."


def _books(connection: BooksConnection) -> str:
    name = NAMES[connection.provider]
    return name[:1].upper() + name[1:]


def _expenses(count: int) -> str:
    if count == 1:
        return "1 expense is"
    return f"{count} expenses are"


async def _forecast(
    database: Database, account_id: str, connection_id: str, now: datetime
) -> list[tuple[Item, Decided]]:
    """What the next sync comes to for the first items that are due."""
    connection = await find_connection(database, account_id, connection_id)
    if connection is None:
        return []
    due = [
        each.id
        for each in await repository.find_due(
            database, connection_id, cursor=0, limit=MOST_FORETOLD
        )
        if each.state.value in FORETOLD
    ]
    outcomes: list[tuple[Item, Decided]] = []
    for first in range(0, len(due), _AT_ONCE):
        outcomes += await forecast(
            database, connection, ids=due[first : first + _AT_ONCE], today=now.date()
        )
    return outcomes


def _key_ahead(connection: BooksConnection, item: Item, decided: Decided) -> _Key | None:
    """Why an item that is due will be lacking by the next sync, or is until then; None where it is
    not.
    """
    state = item.state.value
    if not isinstance(decided, Settled):
        if connection.status == "disconnected":
            return state, "disconnected"
        if connection.syncing is not None:
            return state, "going-on"
        return state, {"new": None, "written": "changed"}.get(state, "again")
    if decided.state.value in _DONE:
        if item.code == "file":
            return (state, "file")
        return None
    return state, decided.code


def _not_due_ahead(item: Item, decided: Decided) -> _Key | None:
    """Why the books are to have an item that is due only later; None where that is not so."""
    if item.written is None and isinstance(decided, Settled) and decided.code in NOT_DUE:
        return "left_out", decided.code
    return None


def _key(connection: BooksConnection, state: str, code: str | None, *, is_due: bool) -> _Key | None:
    """Why items are lacking, by what is kept of them; None where they are not."""
    prefix = "going-on" if connection.syncing is not None else None
    if state == "new":
        return state, prefix or ("disconnected" if connection.status == "disconnected" else "later")
    if state in _DONE:
        if code == "file":
            return state, code
        if is_due:
            return (state, prefix or ("changed" if state == "written" else "again"))
        return None
    return state, code


def _sentence(connection: BooksConnection, state: str, code: str | None, reason: str | None) -> str:
    word = code or state
    if word == "new" and connection.first_sync_at is None:
        word = "first"
    return _SAYS.get(word, reason or "They wait.").replace("{books}", _books(connection))


async def _examples(
    database: Database,
    connection_id: str,
    stored: _Key,
    shown_code: str | None,
    subjects: Sequence[str],
) -> Sequence[str]:
    """Items by what is kept of them, those last that changed first. Of what is only `shown` so,
    those that are due.
    """
    query = """
      SELECT id FROM books_items
      WHERE connection_id = ?1 AND state = ?2 AND (state = 'new' OR code IS ?3) AND (?4 = 0
          OR changed > looked)
        AND id NOT IN (SELECT value FROM json_each(?5))
      ORDER BY changed DESC LIMIT CAST(?6 AS INTEGER)
    """
    state, code = stored
    is_due = int(shown_code in {"changed", "again", "later", "going-on"})
    values = (connection_id, state, code, is_due, dump([*subjects]), _EXAMPLES - len(subjects))
    return [text(row, "id") for row in await database.all(statement(query, [*values]))]
