"""Advances the counts over the events that are new since the last time, each once, whatever dies in between."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from tillroll.observability.counting import Counts, count
from tillroll.observability.events import Event, events_after
from tillroll.observability.statuses import Statuses
from tillroll.platform.bindings.database import ConstraintFailed, Database, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

CURSOR: Final = "observed events"
_EVENTS: Final = 500
# A tick goes on while there is more, but not for ever: after a long pause the next ticks take the rest.
_PAGES: Final = 10
_KEEP_ENDINGS: Final = timedelta(days=2)

Also = Callable[[Platform, Sequence[Event]], Sequence[Statement]]

# The position is NOT NULL: where somebody else has moved it, this fails, and the whole batch with it.
_ADVANCE = """
  UPDATE reconciler_cursors SET position = CASE WHEN position = ?2 THEN ?3 END, updated_at = ?4 WHERE name = ?1
"""
_ADD = """
  INSERT INTO metric_counters (name, labels, value)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
  FROM json_each(?1) WHERE 1
  ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value
"""
_ADD_ENDINGS = """
  INSERT INTO run_endings (minute, ended, failed)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
  FROM json_each(?1) WHERE 1
  ON CONFLICT (minute) DO UPDATE SET ended = ended + excluded.ended, failed = failed + excluded.failed
"""


async def advance(platform: Platform, statuses: Statuses, also: Also) -> None:
    """Count what is new; `also` gives what else is to be written of those events, once, in the same batch."""
    for _ in platform.turn.take(range(_PAGES)):
        position = await observed_until(platform.database)
        events = await events_after(platform.database, position, _EVENTS)
        if not events:
            break
        try:
            counts = _writes(platform, position, events, count(events, statuses))
            await platform.database.batch([*counts, *also(platform, events)])
        except ConstraintFailed:
            break  # another tick is at it
        if len(events) < _EVENTS:
            break


async def observed_until(database: Database) -> int:
    """The id of the last event that is counted."""
    row = await database.first(statement("SELECT position FROM reconciler_cursors WHERE name = ?", CURSOR))
    return 0 if row is None else int(text(row, "position"))


def _writes(platform: Platform, position: int, events: Sequence[Event], counts: Counts) -> list[Statement]:
    now = platform.clock.now()
    added: list[Json] = [
        [name, dump([*labels]), value] for (name, labels), value in [*counts.added.items(), *counts.seconds.items()]
    ]
    endings: list[Json] = [[minute, ended, counts.failed[minute]] for minute, ended in counts.ended.items()]
    return [
        statement(_ADVANCE, CURSOR, str(position), str(events[-1].id), to_text(now)),
        statement(_ADD, dump(added)),
        statement(_ADD_ENDINGS, dump(endings)),
        statement("DELETE FROM run_endings WHERE minute < ?", to_text(now - _KEEP_ENDINGS)),
    ]


def add(name: str, added: dict[str, int]) -> Statement:
    """Add to the counts of a name with one label, for what no event tells."""
    rows: list[Json] = [[name, dump([label]), value] for label, value in added.items()]
    return statement(_ADD, dump(rows))
