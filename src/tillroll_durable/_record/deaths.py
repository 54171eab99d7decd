"""Attempts that began and never ended: a step whose attempts kill their process is left alone.

A process that dies says nothing, so an attempt is noted before it begins. That costs a round trip,
which is spent only where the instance before may have died: the run came no further for a while, or
has an effect of which nobody knows. Once the instance has brought the run on, it notes nothing.
"""

from datetime import datetime, timedelta
from typing import Final

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    Statement,
    integer,
    statement,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, log_fields

_ALONE: Final = 5
"""What an attempt counts that is noted while no other run has one without an end. Beside others it
counts 1: a deployment, or another run's step, may have ended all of them.
"""
MOST_DEATHS: Final = 4
"""So many attempts of a step in a row are noted that begin and do not end, and beside others five
times as many. Then it is not tried again by itself. Behind a step that went well, one more comes
before them that nobody notes. A deployment, or an eviction, can end an attempt that does no harm:
five in a row are no chance.
"""
STOPPED: Final = (
    f"it stopped the process {MOST_DEATHS} times in a row, or more often, so it is not tried again "
    "by itself"
)
"""What the failure of a step says whose attempts did not end."""

# An instance begins within it where nothing has died. The engine takes longer to begin a dead one
# again.
_AT_ONCE: Final = timedelta(seconds=2)


class Watch:
    """What one instance notes of the attempts that it begins."""

    def __init__(self, run: Run) -> None:
        self._first_version = run.state_version
        self._has_open_effects = bool(run.open_effects)
        self._noted: set[str] = set()

    async def begin(self, platform: Platform, run: Run, step: str) -> None:
        """Note that an attempt begins, where the one before may have died. Raises NonRetryable: so
        many began in a row, and none of them ended.
        """
        if not self._is_needed(run, platform.clock.now()):
            return
        is_again = step in self._noted
        times = await _note(platform.database, run, step, is_again=is_again)
        self._noted.add(step)
        if times > MOST_DEATHS * _ALONE:
            raise NonRetryable(STOPPED)

    def _is_needed(self, run: Run, now: datetime) -> bool:
        if run.state_version != self._first_version:
            return False
        return self._has_open_effects or now - from_text(run.updated_at) >= _AT_ONCE

    def end(self, run: Run, step: str) -> list[Statement]:
        """What is written with the end of an attempt: nothing where it was not noted."""
        if step in self._noted:
            return [ended(run, step)]
        return []

    def pass_end(self, step: str) -> None:
        """Remember that the end of an attempt is written."""
        self._noted.discard(step)

    async def note_end(self, platform: Platform, run: Run, step: str) -> None:
        """Write that an attempt has ended, unless its own batch has. Where even that fails, it
        counts as one without an end.
        """
        statements = self.end(run, step)
        if not statements:
            return
        try:
            await platform.database.batch(statements)
        except DatabaseError as failed:
            log.warning("step.not_recorded", **log_fields(run), step=step, error=failed)


async def _note(database: Database, run: Run, step: str, *, is_again: bool) -> int:
    """Note that an attempt begins; return what those in a row without an end count, with this one.
    `is_again`: this process has outlived the one before.
    """
    sql = """
      INSERT INTO unended_attempts (run_id, step, generation, times, cursor)
      VALUES (?1, ?2, ?3, CASE WHEN EXISTS (
          SELECT 1 FROM unended_attempts AS others JOIN runs ON runs.id = others.run_id
          WHERE others.run_id <> ?1 AND runs.status = 'processing'
        ) THEN 1 ELSE CAST(?5 AS INTEGER) END,
        (SELECT cursor FROM step_beats WHERE run_id = ?1 AND step = ?2))
      ON CONFLICT (run_id, step) DO UPDATE SET
        times = CASE WHEN CAST(?4 AS INTEGER) = 1 OR cursor IS NOT excluded.cursor
          THEN excluded.times ELSE times + excluded.times END,
        generation = excluded.generation, cursor = excluded.cursor
      RETURNING times
    """
    begin = statement(sql, [run.id, step, run.generation, int(is_again), _ALONE])
    [[row]] = await database.batch([begin])
    return integer(row, "times")


def ended(run: Run, step: str) -> Statement:
    """Forget the attempts of a step that did not end: one has ended, or a person has the step."""
    sql = "DELETE FROM unended_attempts WHERE run_id = ? AND step = ? AND generation <= ?"
    return statement(sql, [run.id, step, run.generation])
