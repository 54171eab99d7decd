"""Advances the counts over the events that are new since the last time, each once, whatever dies in between."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from tillroll.jobs.following import Followed, done_until, try_again, work_off
from tillroll.observability.counting import Counts, count
from tillroll.observability.events import Event, event_of, rows_after
from tillroll.observability.statuses import Statuses
from tillroll.platform.bindings.database import Database, Row, Statement, integer, statement
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

JOB: Final = "observability"
CURSOR: Final = "observed events"
_EVENTS: Final = 500
# A tick goes on while there is more, but not for ever: after a long pause the next ticks take the rest.
_PAGES: Final = 10
_KEEP_ENDINGS: Final = timedelta(days=2)

Also = Callable[[Platform, Sequence[Event]], Sequence[Statement]]

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

    def counted(rows: Sequence[Row]) -> list[Statement]:
        events = [event_of(row) for row in rows]
        return [*_writes(platform, count(events, statuses)), *also(platform, events)]

    async def row_of(id_: int) -> Sequence[Row]:
        return [row for row in await rows_after(platform.database, id_ - 1, 1) if row["id"] == id_]

    followed = Followed(JOB, CURSOR, counted)
    for _ in platform.turn.take(range(_PAGES)):
        position = await observed_until(platform.database)
        rows = await rows_after(platform.database, position, _EVENTS)
        if not rows or not await work_off(platform, followed, position, rows, integer(rows[-1], "id")):
            break
        if len(rows) < _EVENTS:
            break
    await try_again(platform, followed, row_of)


async def observed_until(database: Database) -> int:
    """The id of the last event that is counted."""
    return await done_until(database, CURSOR)


def _writes(platform: Platform, counts: Counts) -> list[Statement]:
    added: list[Json] = [
        [name, dump([*labels]), value] for (name, labels), value in [*counts.added.items(), *counts.seconds.items()]
    ]
    endings: list[Json] = [[minute, ended, counts.failed[minute]] for minute, ended in counts.ended.items()]
    return [
        statement(_ADD, dump(added)),
        statement(_ADD_ENDINGS, dump(endings)),
        statement("DELETE FROM run_endings WHERE minute < ?", to_text(platform.clock.now() - _KEEP_ENDINGS)),
    ]


def add(name: str, added: dict[str, int]) -> Statement:
    """Add to the counts of a name with one label, for what no event tells."""
    rows: list[Json] = [[name, dump([label]), value] for label, value in added.items()]
    return statement(_ADD, dump(rows))
