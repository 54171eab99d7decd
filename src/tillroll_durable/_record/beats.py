"""Beats: when a step under way was last alive, how far it was, and from where its next attempt can
go on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll_durable.platform.bindings.database import Database, of_row, statement, text
from tillroll_durable.platform.json import GivenJson, Json, as_json, dump, load
from tillroll_durable.runs import Run
from tillroll_durable.step_records import UnfitOutput, as_stored

LARGEST_CURSOR_BYTES: Final = 1000
# However often a step beats, no more is written.
PACE: Final = timedelta(seconds=5)


@dataclass(frozen=True)
class Beat:
    """The last beat that was written: `done` of so many (`of`), the `cursor` that came with it, and
    when (UTC text).

    Attributes:
        at: when it was written, as UTC text.
    """

    done: int | None
    of: int | None
    cursor: Json
    at: str


@dataclass
class Pulse:
    """What an attempt beats by: the digest of what it is given, and when it wrote last."""

    given: str = ""
    written_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether this beat is written. Then the next ones are not, for a while."""
        if self.written_at is not None and now - self.written_at < PACE:
            return False
        self.written_at = now
        return True


def check_cursor(step: str, cursor: GivenJson) -> Json:
    """The cursor as it is kept. Raises UnfitOutput: it is no JSON, or larger than
    LARGEST_CURSOR_BYTES.
    """
    try:
        place = as_json(cursor)
    except TypeError as error:
        raise UnfitOutput(f"the cursor of {step} is no JSON: {error}") from error
    if len(as_stored(f"a beat of {step}", place).encode()) > LARGEST_CURSOR_BYTES:
        raise UnfitOutput(
            f"the cursor of {step} exceeds {LARGEST_CURSOR_BYTES} bytes: name the place, not what "
            "is there"
        )
    return place


async def write(database: Database, run: Run, step: str, input_digest: str, beat: Beat) -> bool:
    """Write a beat; False where the step is not this attempt's to do any more: the run was asked to
    end, is elsewhere or another generation's, or the step is completed.
    """
    sql = """
      INSERT INTO step_beats (run_id, step, generation, given, done, total, cursor, at)
      SELECT ?1, ?2, CAST(?3 AS INTEGER), ?4, CAST(?5 AS INTEGER), CAST(?6 AS INTEGER), ?7, ?8
      WHERE EXISTS (
          SELECT 1 FROM runs
          WHERE id = ?1 AND generation = ?3 AND state = ?9 AND cancel_requested_at IS NULL
        )
        AND NOT EXISTS (SELECT 1 FROM run_steps WHERE run_id = ?1 AND step = ?2
            AND outcome = 'completed')
      ON CONFLICT (run_id, step) DO UPDATE SET
        generation = excluded.generation, given = excluded.given, done = excluded.done,
        total = excluded.total,
        cursor = excluded.cursor, at = excluded.at
      RETURNING step
    """
    own = (
        run.id,
        step,
        run.generation,
        input_digest,
        beat.done,
        beat.of,
        dump(beat.cursor),
        beat.at,
        run.state,
    )
    return bool(await database.all(statement(sql, [*own])))


async def load_last(database: Database, run: Run, step: str, input_digest: str) -> Beat | None:
    """The last beat of a step, of whichever attempt, that was given the same."""
    sql = (
        "SELECT done, total, cursor, at FROM step_beats WHERE run_id = ? AND step = ? AND given = ?"
    )
    row = await database.first(statement(sql, [run.id, step, input_digest]))
    if row is None:
        return None
    return of_row(Beat, row, of=row["total"], cursor=load(text(row, "cursor")))
