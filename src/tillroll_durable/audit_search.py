"""Search in the audit, newest first, in pages that go on in the archive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString

from tillroll_durable.archive.files import (
    EVENTS,
    archived_rows,
    content_as_written,
    joined,
    row_of_event,
)
from tillroll_durable.audit import COMMON, HAS_KEY
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Value,
    digits,
    integer,
    optional_integer,
    place,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.files import Range, range_below, sections

# What one page reads at most where no index leads to the hits: a page may then be short, or empty,
# with more behind it.
_WINDOW = 5_000
# Events are numbered as they are committed, and say when they happened: these two are never further
# apart.
_SKEW = timedelta(minutes=10)
_WORKFLOW = "workflow:"
_DELIVERY = "system:delivery"
# What a workflow and the delivery do in every run, no index has by who did it. The condition is
# that of the index, word for word.
_IS_RARE_ACTOR = (
    f"substr(actor, 1, {digits(len(_WORKFLOW))}) <> '{_WORKFLOW}' AND actor <> '{_DELIVERY}'"
)

# Tillroll did it by itself, and it moved no money: of what these are about, people hear nothing
# unless they ask.
_MACHINERY: Final[Sequence[LiteralString]] = (
    *(
        "act",
        "archive",
        "child",
        "delivery",
        "effect",
        "event",
        "instance",
        "object",
        "review",
        "rollback",
    ),
    *("run", "schedule", "signal", "step", "timer"),
)
_OF_PEOPLE = ("user:", "token:")
_MACHINERY_IN_SQL = ", ".join(f"'{each}'" for each in _MACHINERY)
_IS_TOLD = f"""
  (substr(actor, 1, 5) = 'user:' OR substr(actor, 1, 6) = 'token:' OR (
    action <> 'ledger.account'
    AND substr(action, 1, instr(action || '.', '.') - 1) NOT IN ({_MACHINERY_IN_SQL})))
"""
_HAS_LEFT: Final = """
  EXISTS (
    SELECT 1 FROM moved_accounts
    WHERE moved_accounts.account_id = audit_events.account_id
      AND moved_accounts.stands IN ('arriving', 'leaving', 'gone')
  )
"""
_COLUMNS = "id, stream, seq, account_id, actor, action, outcome, contract_version, at, detail"
# Ids grow with time, so the first id of a time is found by halving: about twenty rows of a million.
_FIRST_ID = """
  WITH RECURSIVE halving (low, high) AS (
    SELECT 1, (SELECT COALESCE(MAX(id), 0) + 1 FROM audit_events)
    UNION ALL
    SELECT
      CASE WHEN (SELECT at FROM audit_events WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1) < ?1
           THEN (low + high) / 2 + 1 ELSE low END,
      CASE WHEN (SELECT at FROM audit_events WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1) < ?1
           THEN high ELSE (low + high) / 2 END
    FROM halving WHERE low < high
  )
  SELECT low AS id FROM halving WHERE low = high
"""


@dataclass(frozen=True)
class Search:
    """`account_id` None: all accounts; `stream`: a run's id, or account:{id}; at `since` or later,
    before `until`; `notes`: also what Tillroll notes of its own work. `at_home`: of accounts that
    live in the database alone. Of one that has left, the other database has the same events.
    """

    account_id: str | None
    actor: str | None = None
    action: str | None = None
    outcome: str | None = None
    stream: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    notes: bool = True
    at_home: bool = False


@dataclass(frozen=True)
class SearchPage:
    """`rows` are hits, newest first; `before` is the id after which the next page begins, None
    after the last.
    """

    rows: Sequence[Row]
    before: int | None


class _Where:
    """Conditions with numbered placeholders. `is_led` tells whether an index leads to every one of
    them.
    """

    def __init__(
        self, conditions: Sequence[LiteralString] = (), values: Sequence[Value] = ()
    ) -> None:
        self.conditions: list[LiteralString] = [*conditions]
        self.values = [*values]
        self.is_led = True

    def add(self, condition: LiteralString, value: Value, *, led: bool = True) -> None:
        self.values.append(value)
        self.conditions.append(condition.format(place(len(self.values))))
        self.is_led = self.is_led and led

    @property
    def text(self) -> LiteralString:
        return " AND ".join(self.conditions)

    def within(self, ids: "_Ids", plus: LiteralString) -> "_Where":
        """The conditions within a range of ids. Each end is one condition: of two, SQLite would
        begin at the first."""
        where = _Where(self.conditions, self.values)
        where.add(f"{plus}id >= {{}}", ids.lowest)
        if ids.below is not None:
            where.add(f"{plus}id < {{}}", ids.below)
        return where


@dataclass(frozen=True)
class _Ids:
    """From `lowest` on, and below `below`; None where that is open."""

    lowest: int
    below: int | None


async def search(
    database: Database, criteria: Search, before: int | None, limit: int, *, above: int = 0
) -> SearchPage:
    """A page of up to `limit` events. `before` is that of the page before; only ids `above` that
    one are looked at.
    """
    # A plus takes a column out of the choice of an index: within a run, no other one is better than
    # the run's.
    plus = "+" if criteria.stream is not None else ""
    led = _led_by_an_index(criteria, plus)
    where = _narrowed(led, criteria)
    ids = await _range(database, criteria, before)
    ids = _Ids(max(ids.lowest, above + 1), ids.below)
    if where.is_led:
        floor = None
    else:
        floor = await _floor(database, led.within(ids, plus))
    where = where.within(ids if floor is None else _Ids(floor, ids.below), plus)
    query = (
        f"SELECT {_COLUMNS} FROM audit_events WHERE {where.text} ORDER BY id DESC "
        f"LIMIT {digits(limit + 1)}"
    )
    rows = await database.all(statement(query, [*where.values]))
    if len(rows) > limit:
        return SearchPage(rows[:limit], integer(rows[limit - 1], "id"))
    return SearchPage(rows, floor)


def _led_by_an_index(criteria: Search, plus: LiteralString) -> _Where:
    """What an index leads to: the run, else the account with a person or a rare action."""
    where = _Where()
    if criteria.account_id is not None:
        where.add(f"{plus}account_id = {{}}", criteria.account_id)
    if criteria.stream is not None:
        where.add("stream = {}", criteria.stream)
    elif (
        criteria.account_id is not None
        and criteria.actor
        and criteria.actor != _DELIVERY
        and not criteria.actor.startswith(_WORKFLOW)
    ):
        where.add(f"{_IS_RARE_ACTOR} AND actor = {{}}", criteria.actor)
    elif criteria.account_id is not None and criteria.action not in {None, *COMMON}:
        where.add(f"{HAS_KEY} AND action = {{}}", criteria.action)
    return where


async def _range(database: Database, criteria: Search, before: int | None) -> _Ids:
    """The ids that the page before and the times leave."""
    if criteria.since is None:
        lowest = 0
    else:
        lowest = await _first_id(database, criteria.since - _SKEW)
    if criteria.until is None:
        below = None
    else:
        below = await _first_id(database, criteria.until + _SKEW)
    ends = [end for end in (before, below) if end is not None]
    return _Ids(lowest, min(ends, default=None))


def _narrowed(led: _Where, criteria: Search) -> _Where:
    """The conditions with all criteria added. Times are exact here; their ids have narrowed them
    already."""
    where = _Where(led.conditions, led.values)
    is_few = criteria.stream is not None  # a run has some ten events
    narrowing: tuple[tuple[LiteralString, str | None], ...] = (
        ("actor", criteria.actor),
        ("action", criteria.action),
        ("outcome", criteria.outcome),
    )
    for column, value in narrowing:
        if value is not None:
            is_led = any(f" {column} = " in condition for condition in led.conditions)
            where.add(f"{column} = {{}}", value, led=is_few or is_led)
    if not criteria.notes:
        where.conditions.append(_IS_TOLD)
        where.is_led = where.is_led and is_few
    if criteria.at_home:
        where.conditions.append(f"NOT {_HAS_LEFT}")
        where.is_led = where.is_led and is_few
    if criteria.since is not None:
        where.add("at >= {}", to_text(criteria.since))
    if criteria.until is not None:
        where.add("at < {}", to_text(criteria.until))
    return where


async def _floor(database: Database, led: _Where) -> int | None:
    """The id at which a page stops reading; None where there are no more rows than one page may
    read.
    """
    query = (
        f"SELECT id FROM audit_events WHERE {led.text} ORDER BY id DESC "
        f"LIMIT 1 OFFSET {digits(_WINDOW)}"
    )
    row = await database.first(statement(query, [*led.values]))
    if row is None:
        return None
    return integer(row, "id")


async def _first_id(database: Database, moment: datetime) -> int:
    """The smallest id whose event and all behind it are of that time or later; one more than the
    last where none is.
    """
    row = await database.first(statement(_FIRST_ID, [to_text(moment)]))
    if row is None:
        return 0
    return integer(row, "id")


_RUN = "run_"
_EQUAL = ("account_id", "actor", "action", "outcome", "stream")
# Ranges that lie outside of the times asked for, in one page; none of their files is read.
_SKIPPED = 200


async def search_all(
    platform: Platform, criteria: Search, before: int | None, limit: int
) -> SearchPage:
    """Search the archive too: a run's events come from its bundle, others from files. Raises
    ArchiveLost, ObjectsUnavailable.
    """
    if criteria.stream is not None and criteria.stream.startswith(_RUN):
        return await _of_run(platform, criteria, run_id=criteria.stream, before=before, limit=limit)
    held_to = await _held_to(platform)
    if before is not None and before <= held_to + 1:
        return await _in_archive(platform, criteria, before=before, limit=limit)
    page = await search(platform.database, criteria, before=before, limit=limit, above=held_to)
    if (
        page.before is None
        and held_to > 0
        and await _next_range(platform, criteria, held_to + 1) is not None
    ):
        return SearchPage(page.rows, held_to + 1)
    return page


async def _held_to(platform: Platform) -> int:
    """The last event that files have."""
    row = await platform.database.first(
        statement(
            "SELECT to_id FROM archive_ranges WHERE state <> 'begun' ORDER BY number DESC LIMIT 1"
        )
    )
    if row:
        return optional_integer(row, "to_id") or 0
    return 0


async def _of_run(
    platform: Platform, criteria: Search, run_id: str, before: int | None, limit: int
) -> SearchPage:
    archived = await archived_rows(platform.database, platform.objects, run_id)
    if archived is None:
        return await search(platform.database, criteria, before=before, limit=limit)
    live_rows = await platform.database.all(
        statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", [run_id])
    )
    rows = [row for row in joined({EVENTS: live_rows}, archived)[EVENTS] if _fits(row, criteria)]
    return _page(
        [row for row in reversed(rows) if before is None or integer(row, "id") < before],
        None,
        limit,
    )


async def _next_range(platform: Platform, criteria: Search, before: int) -> Range | None:
    """The newest range below an id that may have what is wanted."""
    archived = await range_below(platform.database, before)
    for _ in range(_SKIPPED):
        if archived is None or (
            criteria.since is not None and archived.to_at < to_text(criteria.since)
        ):
            return None
        if criteria.until is None or archived.from_at < to_text(criteria.until):
            return archived
        archived = await range_below(platform.database, archived.from_id)
    return archived


async def _in_archive(platform: Platform, criteria: Search, before: int, limit: int) -> SearchPage:
    archived = await _next_range(platform, criteria, before)
    if archived is None:
        return SearchPage([], None)
    content = await content_as_written(platform.objects, archived.object_key, archived.sha256)
    entries = (entry for section in sections(content.split("\n")) for entry in section.entries)
    rows = [
        row
        for entry in entries
        if entry.id < before and _fits(row := row_of_event(entry.event), criteria)
    ]
    if criteria.at_home:
        rows = await _at_home(platform.database, rows)
    is_last = await _next_range(platform, criteria, archived.from_id) is None
    return _page([*reversed(rows)], None if is_last else archived.from_id, limit)


async def _at_home(database: Database, rows: list[Row]) -> list[Row]:
    """Leave out archived events that another database has. A move copies an account's events that
    are still rows, and these rows stay. What was taken out of the rows before is in the file
    alone."""
    ids: list[Json] = [integer(row, "id") for row in rows]
    query = f"""
      SELECT audit_events.id FROM json_each(?1) AS entry
      JOIN audit_events ON audit_events.id = entry.value WHERE {_HAS_LEFT}
    """
    events = await database.all(statement(query, [dump(ids)]))
    copies = {integer(row, "id") for row in events}
    return [row for row in rows if integer(row, "id") not in copies]


def _fits(row: Row, criteria: Search) -> bool:
    if any(getattr(criteria, column) not in {None, row[column]} for column in _EQUAL):
        return False
    if not criteria.notes and is_note(text(row, "actor"), text(row, "action")):
        return False
    at = text(row, "at")
    since = criteria.since
    until = criteria.until
    return (since is None or at >= to_text(since)) and (until is None or at < to_text(until))


def is_note(actor: str, action: str) -> bool:
    """Say whether an event is a note of the machinery, which `_IS_TOLD` leaves out."""
    is_machinery = action == "ledger.account" or action.partition(".")[0] in _MACHINERY
    return is_machinery and not actor.startswith(_OF_PEOPLE)


def _page(rows: list[Row], last_id: int | None, limit: int) -> SearchPage:
    """The first of the hits. `behind`: where the page behind them begins, None where nothing is."""
    if len(rows) > limit:
        return SearchPage(rows[:limit], integer(rows[limit - 1], "id"))
    return SearchPage(rows, last_id)
