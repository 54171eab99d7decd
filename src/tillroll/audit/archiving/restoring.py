"""Bringing the events of a range back, each with its id and all that it had."""

from typing import Final

from tillroll.audit.archiving.ranges import Range, State
from tillroll.audit.archiving.rounds import move
from tillroll.audit.entries import COLUMNS, Entry
from tillroll.audit.files import sections
from tillroll.durable.record.archive.sealed import content_as_written
from tillroll.durable.record.audit import NAMES
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

# Rows travel as one JSON text: D1 takes 100 values a statement, and 2 MB a value.
_AT_ONCE: Final = 200
_VALUES: Final = ", ".join(f"json_extract(value, '$.{name}')" for name in NAMES.values())


class NotRestored(Exception):
    """Nothing was changed, or only a part is back, which asking again completes; the message says why."""


async def restore_range(platform: Platform, held: Range, actor: str) -> int:
    """Bring all events of a range back; return how many there were not. The file stays, and so do the seals in it.

    Raises:
        NotRestored: the range is not archived yet.
        ArchiveLost: its file is gone, or not what was written; nothing was changed.
        ObjectsUnavailable, DatabaseError: only a part is back; asked again, it goes on.
    """
    if held.state is State.BEGUN:
        raise NotRestored(f"Range {held.number} is not archived yet: all of its events are in the database.")
    content = await content_as_written(platform.objects, held.object_key, held.sha256)
    entries = [entry for section in sections(content.split("\n")) for entry in section.entries]
    brought = 0
    for begin in range(0, len(entries), _AT_ONCE):
        rows = await platform.database.all(insert_missing(entries[begin : begin + _AT_ONCE]))
        brought += len(rows)
    if held.state is not State.RESTORED:
        now = to_text(platform.clock.now())
        await move(platform.database, held, State.RESTORED, f"archive.restored:{held.number}:{now}", actor, now)
    return brought


def insert_missing(entries: list[Entry]) -> Statement:
    """Insert those events that are none, under their own ids; the ids are returned."""
    rows: list[Json] = [entry.event for entry in entries]
    return statement(
        f"""
        INSERT INTO audit_events ({COLUMNS}) SELECT {_VALUES} FROM json_each(?1)
        WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE id = json_extract(value, '$.id')) ORDER BY key RETURNING id
        """,  # noqa: S608 - constants
        dump(rows),
    )
