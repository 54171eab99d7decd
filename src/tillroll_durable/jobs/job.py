"""Jobs of the cron: what a feature declares, and the rows of when each had its turn."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, LiteralString, cast

from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    digits,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.places import at
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import binding_of
from tillroll_durable.platform.tables import of_nobody


@dataclass(frozen=True)
class At:
    """Work at a place in the code, imported at its first turn: an isolate that has none of it
    keeps the memory.
    """

    place: str

    async def __call__(self, platform: Platform, *arguments: str) -> None:
        await self.load()(platform, *arguments)

    def load(self) -> Callable[..., Awaitable[object]]:
        return cast("Callable[..., Awaitable[object]]", at(self.place))


@dataclass(frozen=True)
class Job:
    """One job of the cron.

    Attributes:
        name: how operators know it; unique.
        work: does it. It takes its rows by `platform.turn.take`, which ends when the share is used:
            what is left is taken in the next tick. Whatever it raises stops no other job.
        share: statements that a turn has for itself. One that needs more uses what the others
            leave.
        period: how often it is due; 0 is each tick.
        due_in: where its rows are, in SQL: a table with a condition, in which ?1 is the time. The
            job has no turn while
            there is none. A row too many costs a turn in vain, one too few is never served. Empty:
                it looks itself.
        comes_last: it looks at what the other jobs of the tick did.
        counts: of what jobs made good in an invocation, a statement that counts it; also of one
            that goes a tick on.
    """

    name: str
    work: Callable[[Platform], Awaitable[object]]
    share: int
    period: timedelta = timedelta(0)
    due_in: LiteralString = ""
    comes_last: bool = False
    counts: Callable[[Mapping[str, int]], Statement] | None = None


# A job that is so late does not come round: a tick a minute, what is noted of it, and some ticks of
# a backlog.
LATE_AFTER: Final = timedelta(minutes=15)

_POSITION: Final = "jobs: first"
_MOVE_ON: Final = f"""
  INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('{_POSITION}', '1', ?1)
  ON CONFLICT (name) DO UPDATE
  SET position = CAST(CAST(position AS INTEGER) + 1 AS TEXT), updated_at = ?1
  RETURNING position
"""
_ALL_JOBS: Final = "SELECT * FROM jobs"
_LAST_TICK: Final = f"SELECT updated_at AS at FROM reconciler_cursors WHERE name = '{_POSITION}'"
# The last time that the cron did not run for long: its position is where that began, and
# `updated_at` where it ended.
GAP: Final = "jobs: gap"
_NOTE_GAP: Final = f"""
  INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('{GAP}', ?1, ?2)
  ON CONFLICT (name) DO UPDATE SET position = ?1, updated_at = ?2
"""
# Since ?1 every job had time for its turn.
_NO_GAP_SINCE: Final = f"""
  NOT EXISTS (SELECT 1 FROM reconciler_cursors g WHERE g.name = '{GAP}'
      AND g.updated_at >= {{since}})
"""
# The cron has not run since ?1: then no job is late by itself.
_STANDS: Final = f"""
  EXISTS (SELECT 1 FROM reconciler_cursors c WHERE c.name = '{_POSITION}'
      AND c.updated_at < {{since}})
"""
_STANDS_SINCE: Final = f"""
  SELECT updated_at AS at FROM reconciler_cursors WHERE name = '{_POSITION}' AND updated_at < ?1
"""
_PROOF: Final = "proof of writing"
# More than a page of the database: one that is full, and takes changes still, has no room for it.
_PROOF_BYTES: Final = 16_384
_ALL: Final = f"""
  SELECT j.*,
    j.due_at < ?2 AND {_NO_GAP_SINCE.format(since="?2")}
    AND NOT {_STANDS.format(since="?2")} AS is_overdue,
    (SELECT count(*) FROM reconciler_setbacks s WHERE s.part = j.name AND s.until > ?1) AS set_aside
  FROM jobs j ORDER BY j.name
"""
_OVERDUE: Final = f"""
  SELECT name, due_at, outcome, error FROM jobs
  WHERE due_at < ?1 AND {_NO_GAP_SINCE.format(since="?1")} AND NOT {_STANDS.format(since="?1")}
  ORDER BY due_at, name
"""
_NOTE: Final = """
  INSERT INTO jobs (
    name, period_seconds, due_at, began_at, ended_at, outcome, statements, error, behind_since)
  SELECT value ->> 'name', value ->> 'period_seconds', value ->> 'due_at', value ->> 'began_at',
    value ->> 'ended_at',
    value ->> 'outcome', value ->> 'statements', value ->> 'error', value ->> 'behind_since'
  FROM json_each(?1) WHERE 1
  ON CONFLICT (name) DO UPDATE
  SET period_seconds = excluded.period_seconds, due_at = excluded.due_at,
    began_at = excluded.began_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    statements = excluded.statements, error = excluded.error, behind_since = excluded.behind_since
"""


@dataclass(frozen=True)
class Kept:
    """A job's row. One that failed stays due. `outcome` is done, more (rows were left) or failed,
    None before its first turn; each turn since `behind_since` has left rows.
    """

    name: str
    period_seconds: int
    due_at: str
    began_at: str | None = None
    ended_at: str | None = None
    outcome: str | None = None
    statements: int = 0
    error: str | None = None
    behind_since: str | None = None


class JobStanding(Model):
    """`period_seconds` is 0 for each tick. `outcome` is of the last turn that was noted, null
    before the first one: `more` left rows to the next, since its share of the queries was used;
    `failed` has the class of the `error`, and stays due. `statements` is what that turn asked of
    D1. `behind_since`: each turn since has left rows. `set_aside` counts rows that are left alone
    for a while, as something is wrong with each. `database` is whose rows the job takes: of
    several databases, each has its own turn.
    """

    name: str
    database: str
    period_seconds: int
    due_at: str
    is_overdue: bool
    began_at: str | None
    ended_at: str | None
    outcome: Literal["done", "more", "failed"] | None
    statements: int
    error: str | None
    behind_since: str | None
    set_aside: int


class Jobs(Model):
    """All jobs that a tick has seen. `cron_stands_since` is when the cron ran last, where that is
    fifteen minutes ago and more: no job is overdue by itself then. Else it is null.
    `cron_stands_in` has the databases in which it stands."""

    items: list[JobStanding]
    cron_stands_since: str | None
    cron_stands_in: list[str]


def ago(period: timedelta) -> LiteralString:
    """SQL for the time so long before ?1, for `due_in`."""
    seconds = digits(round(period.total_seconds()))
    return f"strftime('%Y-%m-%dT%H:%M:%fZ', ?1, '-{seconds} seconds')"


def any_of(*rows: LiteralString) -> LiteralString:
    """Combine several tables, each with its condition, into one for `due_in`."""
    return f"({' UNION ALL '.join(f'SELECT 1 FROM {each}' for each in rows)})"


async def begin_tick(database: Database, now: str) -> tuple[int, dict[str, Kept]]:
    """The position of the first job of this tick, which is moved on by this; and the rows, by name.

    Where the tick before was long ago, that is noted: no job is blamed for it.
    """
    statements = [statement(_LAST_TICK), statement(_MOVE_ON, [now]), statement(_ALL_JOBS)]
    before, [moved], rows = await database.batch(statements)
    if before:
        last = text(before[0], "at")
        if from_text(now) - from_text(last) > LATE_AFTER:
            await database.batch([statement(_NOTE_GAP, [last, now])])
    return int(text(moved, "position")) - 1, _by_name(rows)


async def go_on(database: Database) -> tuple[int, dict[str, Kept]]:
    """Do as `begin_tick` does, within a tick that began before: the next tick's first job stays."""
    return 0, _by_name(await database.all(statement(_ALL_JOBS)))


def _by_name(rows: Sequence[Row]) -> dict[str, Kept]:
    return {text(row, "name"): of_row(Kept, row) for row in rows}


async def with_rows(database: Database, jobs: Sequence[Job], now: str) -> list[Job]:
    """The jobs that may have something to do, in their order. One statement asks for all of
    them."""
    asking = [job for job in jobs if job.due_in]
    if not asking:
        return [*jobs]
    queries = ", ".join(
        f"EXISTS (SELECT 1 FROM {job.due_in}) AS j{digits(number)}"
        for number, job in enumerate(asking)
    )
    [row] = await database.all(statement(f"SELECT ?1 AS now, {queries}", [now]))
    idle = {job.name for number, job in enumerate(asking) if not row[f"j{number}"]}
    return [job for job in jobs if job.name not in idle]


async def note_turns(
    database: Database, changed: Sequence[Kept], removed: Sequence[str], first: int | None, now: str
) -> None:
    """Write rows, drop those of jobs that are gone, and have the job at `first` begin the next
    tick.
    """
    rows: list[Json] = [asdict(each) for each in changed]
    batch = [statement(_NOTE, [dump(rows)])] if changed else []
    if removed:
        batch.append(
            statement(
                "DELETE FROM jobs WHERE name IN (SELECT value FROM json_each(?))",
                [dump([*removed])],
            )
        )
    if first is not None:
        move = "UPDATE reconciler_cursors SET position = ?2, updated_at = ?3 WHERE name = ?1"
        batch.append(statement(move, [_POSITION, str(first), now]))
    await database.batch(batch)


async def list_jobs(databases: Sequence[Platform]) -> Jobs:
    """All jobs that a tick has seen in these databases, by name, and where the cron stands
    still."""
    items: list[JobStanding] = []
    stands: dict[str, str] = {}
    for platform in databases:
        now = platform.clock.now()
        binding = binding_of(platform.shard)
        every = statement(_ALL, [to_text(now), to_text(now - LATE_AFTER)])
        rows, ticks = await platform.database.batch([every, stands_since(now)])
        items += [of_row(JobStanding, row, database=binding) for row in rows]
        if ticks:
            stands[binding] = text(ticks[0], "at")
    # Of one name, the first database comes first.
    items.sort(key=lambda each: each.name)
    return Jobs(
        items=items,
        cron_stands_since=min(stands.values(), default=None),
        cron_stands_in=[*stands],
    )


def proofs_of_writing(now: datetime) -> list[Statement]:
    """A batch that only a database with room takes: it writes a row, which another would have to
    hold, and takes it away. An update of what stands writes nothing where no such row is, and needs
    no room where the database is full."""
    insert = """
      INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?3)
      ON CONFLICT (name) DO UPDATE
      SET position = excluded.position, updated_at = excluded.updated_at
    """
    padding = "0" * _PROOF_BYTES
    return [
        statement(insert, [_PROOF, padding, to_text(now)]),
        statement("DELETE FROM reconciler_cursors WHERE name = ?1", [_PROOF]),
    ]


def stands_since(now: datetime) -> Statement:
    """The query for the last tick, as `at`: one row where the cron has not run for LATE_AFTER,
    none where it runs, or never did."""
    return statement(_STANDS_SINCE, [to_text(now - LATE_AFTER)])


def gap_sentence(row: Row) -> str:
    """When the cron did not run, for a person. The row is that of GAP in `reconciler_cursors`."""
    begin = _to_the_minute(text(row, "position"))
    end = _to_the_minute(text(row, "updated_at"))
    span = f"from {begin} to {end}"
    return f"The cron did not run {span}. What was due meanwhile is done now."


def _to_the_minute(moment: str) -> str:
    return f"{from_text(moment):%Y-%m-%d %H:%M} UTC"


def overdue(now: datetime) -> Statement:
    """The query for `overdue_sentence`: jobs whose turn is due for too long, the first that was due
    first.

    A job is not late by a time in which the cron did not run at all: see `stands_since`.
    """
    return statement(_OVERDUE, [to_text(now - LATE_AFTER)])


def overdue_sentence(rows: Sequence[Row]) -> str | None:
    """Tell a person which jobs are overdue and why; None where none is."""
    if not rows:
        return None
    first = rows[0]
    error = optional_text(first, "error")
    why = "it has had no turn since"
    if error:
        why = f"each turn fails with {error}"
    others = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    return (
        f"The job '{text(first, 'name')}' of the cron was due at {text(first, 'due_at')}: "
        f"{why}{others}."
    )


TABLES: Final = (
    of_nobody("jobs", "when a job of the cron had its turn"),
    of_nobody("reconciler_setbacks", "an id and the class of an error, until the row is mended"),
)
