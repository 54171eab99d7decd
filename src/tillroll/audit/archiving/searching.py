"""Search that goes on in the archive: a page is of the database, or of one file, newest first all the same."""

from collections.abc import Iterator

from tillroll.audit.archiving.ranges import Range, range_below
from tillroll.audit.entries import Entry
from tillroll.audit.files import sections
from tillroll.audit.search import Found, Search, search
from tillroll.durable.record.archive.archived import EVENTS, archived_rows, joined
from tillroll.durable.record.archive.sealed import content_as_written, row_of_event
from tillroll.platform.bindings.database import Row, Value, integer, optional_integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_RUN = "run_"
# Ranges that lie outside of the times asked for, in one page; none of their files is read.
_SKIPPED = 200


async def search_all(platform: Platform, wanted: Search, before: int | None, limit: int) -> Found:
    """A page of up to `limit` events; see `search`. A run's are read from its bundle, others from ranges' files.

    Raises:
        ArchiveLost: a file is gone, or not what was written.
        ObjectsUnavailable: the object store does not answer.
    """
    if wanted.stream is not None and wanted.stream.startswith(_RUN):
        return await _of_run(platform, wanted, wanted.stream, before, limit)
    held_to = await _held_to(platform)
    if before is not None and before <= held_to + 1:
        return await _in_archive(platform, wanted, before, limit)
    found = await search(platform.database, wanted, before, limit, above=held_to)
    if found.before is None and held_to > 0 and await _goes_further_back(platform, wanted, held_to + 1):
        return Found(found.rows, held_to + 1)
    return found


async def _held_to(platform: Platform) -> int:
    """The last event that files have."""
    row = await platform.database.first(
        statement("SELECT to_id FROM archive_ranges WHERE state <> 'begun' ORDER BY number DESC LIMIT 1")
    )
    return (optional_integer(row, "to_id") or 0) if row else 0


async def _of_run(platform: Platform, wanted: Search, run_id: str, before: int | None, limit: int) -> Found:
    kept = await archived_rows(platform.database, platform.objects, run_id)
    if kept is None:
        return await search(platform.database, wanted, before, limit)
    there = await platform.database.all(statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", run_id))
    rows = [row for row in joined({EVENTS: there}, kept)[EVENTS] if _fits(row, wanted)]
    return _page([row for row in reversed(rows) if before is None or integer(row, "id") < before], None, limit)


async def _goes_further_back(platform: Platform, wanted: Search, before: int) -> bool:
    return await _next_range(platform, wanted, before) is not None


async def _next_range(platform: Platform, wanted: Search, before: int) -> Range | None:
    """The newest range below an id that may have what is wanted."""
    held = await range_below(platform.database, before)
    for _ in range(_SKIPPED):
        if held is None or (wanted.since is not None and held.to_at < to_text(wanted.since)):
            return None
        if wanted.until is None or held.from_at < to_text(wanted.until):
            return held
        held = await range_below(platform.database, held.from_id)
    return held


async def _in_archive(platform: Platform, wanted: Search, before: int, limit: int) -> Found:
    held = await _next_range(platform, wanted, before)
    if held is None:
        return Found([], None)
    content = await content_as_written(platform.objects, held.object_key, held.sha256)
    rows = [row for entry in _entries(content) if entry.id < before and _fits(row := row_of_event(entry.event), wanted)]
    is_last = not await _goes_further_back(platform, wanted, held.from_id)
    return _page([*reversed(rows)], None if is_last else held.from_id, limit)


def _entries(content: str) -> Iterator[Entry]:
    for section in sections(content.split("\n")):
        yield from section.entries


def _fits(row: Row, wanted: Search) -> bool:
    named: dict[str, Value] = {
        "account_id": wanted.account_id,
        "actor": wanted.actor,
        "action": wanted.action,
        "outcome": wanted.outcome,
        "stream": wanted.stream,
    }
    at = text(row, "at")
    return (
        all(value is None or row[column] == value for column, value in named.items())
        and (wanted.since is None or at >= to_text(wanted.since))
        and (wanted.until is None or at < to_text(wanted.until))
    )


def _page(rows: list[Row], behind: int | None, limit: int) -> Found:
    """The first of the hits. `behind`: where the page behind them begins, None where nothing is."""
    return Found(rows[:limit], integer(rows[limit - 1], "id")) if len(rows) > limit else Found(rows, behind)
