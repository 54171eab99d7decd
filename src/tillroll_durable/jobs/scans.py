"""Bounded scans: where each goes on in the next tick, and rows set aside that could not be done."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeVar

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.limits import Turn
from tillroll_durable.platform.services import Platform

# Setbacks of what has gone on by itself since are forgotten.
_FORGOTTEN_AFTER = timedelta(days=1)

# For a query: what is set aside is left out. What never was comes first, then what was the fewest
# times, so that what fails again and again delays nothing else. ?1 is the time, and `part` the name
# of the job, or that and a colon with what it was about to do.
JOIN = "LEFT JOIN reconciler_setbacks s ON s.part = {part} AND s.subject = {subject}"
IS_DUE = "(s.until IS NULL OR s.until <= ?1)"
IN_TURN = "s.failures"

Some = TypeVar("Some")
# No job asks for fewer rows than these: where there are so many, more may be behind them.
PAGE = 5
# Where so few fail together, nobody looks for the one at fault: each is tried by itself in a
# minute.
FEW = 8
_STAYS: Final = "it was done, and is due still"
# Of several (?2, JSON): for 1, 2, 4, … minutes, at most an hour.
_SET_ASIDE = """
  INSERT INTO reconciler_setbacks (part, subject, failures, until, error)
  SELECT ?1, value, 1, strftime('%Y-%m-%dT%H:%M:%fZ', ?3, '+1 minutes'), ?4 FROM json_each(?2)
  WHERE true
  ON CONFLICT (part, subject) DO UPDATE SET
    failures = failures + 1, error = excluded.error,
    until = strftime('%Y-%m-%dT%H:%M:%fZ', ?3, printf('+%d minutes', MIN(60, 1 << MIN(failures,
        6))))
  RETURNING failures
"""
# What was set aside at a time (?3), and by nobody else since.
_GIVE_BACK = """
  DELETE FROM reconciler_setbacks WHERE part = ?1 AND subject IN (SELECT value FROM json_each(?2))
    AND failures = 1 AND until = strftime('%Y-%m-%dT%H:%M:%fZ', ?3, '+1 minutes')
"""
_REST = """
  INSERT INTO reconciler_setbacks (part, subject, failures, until, error)
  SELECT ?1, value, 1, ?3, ?4 FROM json_each(?2) WHERE true
  ON CONFLICT (part, subject) DO UPDATE SET until = excluded.until
"""


async def each_row(
    platform: Platform,
    part: str,
    rows: Sequence[Row],
    subject: str,
    do: Callable[[Row], Awaitable[object]],
    *,
    stays: bool = False,
) -> int:
    """Do each row by itself while the turn has room; return how many. One that fails is set aside;
    `setbacks` is how often that was. `stays`: one that is done is due still, so it is set aside
    before.
    """
    was_cut = platform.turn.is_cut
    done = 0
    remaining = [text(row, subject) for row in rows if row["setbacks"] is None] if stays else []
    platform.turn.has_more(where=len(rows) >= PAGE)
    began = to_text(platform.clock.now())
    # all at once: where the process dies over one of them, the next time each is set aside by
    # itself
    if remaining:
        await platform.database.batch([setting_aside(part, remaining, why=_STAYS, now=began)])
    for row in platform.turn.take(rows):
        name = text(row, subject)
        now = to_text(platform.clock.now())
        if name in remaining:
            remaining.remove(name)
        elif stays:
            await set_aside(platform.database, part, subject=name, why=_STAYS, now=now)
        try:
            await do(row)
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one row, the others have their turn.
            log.crash("job.set_aside", error, source=part, subject=name)
            if not stays:
                await set_aside(
                    platform.database, part, subject=name, why=type(error).__name__, now=now
                )
        else:
            done += 1
            if row["setbacks"] is not None and not stays:
                await forget(platform.database, part, name)
    if remaining:
        await platform.database.all(statement(_GIVE_BACK, [part, dump([*remaining]), began]))
    _leave_to_the_next_minute(platform.turn, rows, 0 if stays else done, was_cut=was_cut)
    return done


def _leave_to_the_next_minute(
    turn: Turn, rows: Sequence[Row], processed: int, *, was_cut: bool
) -> None:
    """Where all were set aside before, and none is gone now, those behind them were set aside, too:
    others' rows that were never tried come first.
    """
    if not processed and all(row["setbacks"] is not None for row in rows):
        turn.is_cut = was_cut


async def each_together(
    platform: Platform,
    part: str,
    groups: Sequence[Sequence[Row]],
    subject: str,
    do: Callable[[Sequence[Row]], Awaitable[object]],
) -> int:
    """Do as `each_row` does, for rows that are cheaper done together. Where a group fails, try its
    halves, until few rows are left, which are set aside.
    """
    done = 0
    platform.turn.has_more(where=sum(map(len, groups)) >= PAGE)
    waiting = deque(_apart(groups))
    for rows in platform.turn.take(_taken_from(waiting)):
        try:
            await do(rows)
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with some, the others have their turn.
            if len(rows) > FEW and platform.turn.has_room:
                waiting.extendleft((rows[len(rows) // 2 :], rows[: len(rows) // 2]))
                continue
            names = [text(row, subject) for row in rows]
            log.crash("job.set_aside", error, source=part, subject=names[0], count=len(names))
            now = to_text(platform.clock.now())
            await platform.database.batch(
                [setting_aside(part, names, why=type(error).__name__, now=now)]
            )
        else:
            done += len(rows)
    return done


def _apart(groups: Sequence[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    for rows in groups:
        fresh = [row for row in rows if row["setbacks"] is None]
        if fresh:
            yield fresh
    yield from ([row] for rows in groups for row in rows if row["setbacks"] is not None)


def _taken_from(waiting: deque[Some]) -> Iterator[Some]:
    while waiting:
        yield waiting.popleft()


async def each_by_itself(
    platform: Platform,
    rows: Sequence[Row],
    do: Callable[[Row], Awaitable[bool]],
    event: str,
    *unasked: type[Exception],
) -> int:
    """Do each row by itself while the turn has room, for rows that note when they are due again;
    return how often `do` said so. Failures are logged as the event; `unasked` are no faults.
    """
    notes = 0
    platform.turn.has_more(where=len(rows) >= PAGE)
    for row in platform.turn.take(rows):
        try:
            notes += await do(row)
        except unasked as error:
            log.warning(event, run=text(row, "run_id"), reason=str(error))
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one, the others have their turn.
            log.crash(event, error, run=text(row, "run_id"))
    return notes


async def set_aside(database: Database, part: str, subject: str, why: str, now: str) -> int:
    """Leave a row alone for 1, 2, 4, … minutes, at most an hour; return how often that was so in a
    row.
    """
    [rows] = await database.batch([setting_aside(part, [subject], why=why, now=now)])
    return integer(rows[0], "failures")


def setting_aside(part: str, subjects: Sequence[str], why: str, now: str) -> Statement:
    """The statement by which rows are left alone; it returns `failures`, how often each was in a
    row.
    """
    names: list[Json] = [*subjects]
    return statement(_SET_ASIDE, [part, dump(names), now, why])


def resting(part: str, subjects: Sequence[str], why: str, until: datetime) -> Statement:
    """The statement by which rows are left alone until then, however often."""
    return statement(_REST, [part, dump([*subjects]), to_text(until), why])


async def forget(database: Database, part: str, subject: str) -> None:
    """Note that a row was done: it is not set aside any more."""
    await database.all(forgetting(part, subject))


def forgetting(part: str, subject: str) -> Statement:
    """The statement of `forget`."""
    return statement(
        "DELETE FROM reconciler_setbacks WHERE part = ? AND subject = ?", [part, subject]
    )


async def forget_old(platform: Platform) -> None:
    """Drop the setbacks of what nobody had to look at any more."""
    before = to_text(platform.clock.now() - _FORGOTTEN_AFTER)
    await platform.database.all(
        statement("DELETE FROM reconciler_setbacks WHERE until < ?", [before])
    )


_KEEP: Final = """
  INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?3)
  ON CONFLICT (name) DO UPDATE SET position = ?2, updated_at = ?3
"""


def kept_position(name: str) -> Statement:
    """The query for the position: one row with `position`, or none at first."""
    return statement("SELECT position FROM reconciler_cursors WHERE name = ?", [name])


async def position_of(database: Database, name: str) -> str:
    """The position that was kept last; empty at first."""
    row = await database.first(kept_position(name))
    if row is None:
        return ""
    return text(row, "position")


async def positions_of(database: Database, *names: str) -> list[str]:
    """Load several positions at once."""
    pages = await database.batch([kept_position(name) for name in names])
    return [text(rows[0], "position") if rows else "" for rows in pages]


async def keep_position(database: Database, name: str, position: str, now: str) -> None:
    """Write the position, unless it is the same."""
    sql = f"{_KEEP} WHERE position <> ?2"
    await database.all(statement(sql, [name, position, now]))


def note_position(name: str, position: str, now: str) -> Statement:
    """The statement that writes the position and the time, also where the position is the same."""
    values = (name, position, now)
    return statement(_KEEP, [*values])


def move_position(name: str, number: int, now: str) -> Statement:
    """The statement that moves a position, which is a number, forward. It never moves it back."""
    sql = f"{_KEEP} WHERE CAST(position AS INTEGER) < CAST(?2 AS INTEGER)"
    values = (name, str(number), now)
    return statement(sql, [*values])


def drop_position(name: str) -> Statement:
    """The statement by which the next scan begins at the first row."""
    return statement("DELETE FROM reconciler_cursors WHERE name = ?", [name])


async def begin_turn(database: Database, name: str, every: timedelta, now: datetime) -> bool:
    """Note that something happens now. False where it happened less than `every` ago; then nothing
    is noted.
    """
    sql = f"{_KEEP} WHERE position <= ?4 RETURNING name"
    moment = to_text(now)
    values = (name, moment, moment, to_text(now - every))
    row = await database.first(statement(sql, [*values]))
    return row is not None


Writes: TypeAlias = Callable[[Sequence[Row]], Sequence[Statement]]
"""What is written of some rows; whatever it raises is of one of them."""

_AGAIN_AT_ONCE: Final = 20

# Where another tick has moved it, it hits no row.
_ADVANCE: Final = """
  UPDATE reconciler_cursors SET position = ?3, updated_at = ?4 WHERE name = ?1 AND position = ?2
"""
_SET_ASIDE_EVENTS: Final = """
  SELECT subject, failures FROM reconciler_setbacks WHERE part = ?1 AND until <= ?2 ORDER BY until
  LIMIT ?3
"""
# Of two ticks that try it again, one does.
_IS_STILL_ASIDE: Final = """
  EXISTS (
    SELECT 1 FROM reconciler_setbacks WHERE part = ?1 AND subject = ?2 AND failures = ?3)
"""


@dataclass(frozen=True)
class Followed:
    """`part` is the name of the job, `cursor` that of its position; rows have an `id`."""

    part: str
    cursor: str
    writes: Writes


async def done_until(database: Database, cursor: str) -> int:
    """The id up to which everything is worked off or set aside."""
    return int(await position_of(database, cursor) or 0)


async def work_off(
    platform: Platform, followed: Followed, position: int, rows: Sequence[Row], until: int
) -> bool:
    """Write what these rows ask for, all from behind the position up to `until`, and move it. False
    where the turn has no more room, or another tick is at it. Raises DatabaseError: nothing can be
    written.
    """
    waiting = deque([rows])
    while waiting:
        some = waiting.popleft()
        to = integer(some[-1], "id") if waiting else until
        try:
            await platform.database.batch(
                [*_advance(platform, followed, position=position, to=to), *followed.writes(some)]
            )
        except Exception as error:
            if await done_until(platform.database, followed.cursor) != position:
                return False
            if len(some) > FEW:
                waiting.extendleft((some[len(some) // 2 :], some[: len(some) // 2]))
                continue
            if not some:
                raise
            names = [str(integer(row, "id")) for row in some]
            log.crash(
                "job.set_aside", error, source=followed.part, subject=names[0], count=len(names)
            )
            aside = setting_aside(
                followed.part, names, why=type(error).__name__, now=to_text(platform.clock.now())
            )
            await platform.database.batch(
                [*_advance(platform, followed, position=position, to=to), aside]
            )
        position = to
        if waiting and not platform.turn.has_room:
            return False
    return True


def _advance(platform: Platform, followed: Followed, position: int, to: int) -> Sequence[Statement]:
    """Move the position on; the batch fails where another tick has moved it."""
    now = to_text(platform.clock.now())
    return must_hit(statement(_ADVANCE, [followed.cursor, str(position), str(to), now]))


async def try_again(
    platform: Platform, followed: Followed, load: Callable[[int], Awaitable[Sequence[Row]]]
) -> None:
    """Write what was set aside, as far as its time has come; `load` gives the row of an id, none
    where it is gone.
    """
    due = statement(
        _SET_ASIDE_EVENTS, [followed.part, to_text(platform.clock.now()), _AGAIN_AT_ONCE]
    )
    for aside in platform.turn.take(await platform.database.all(due)):
        name = text(aside, "subject")
        still = must_hold(_IS_STILL_ASIDE, followed.part, name, aside["failures"])
        try:
            await platform.database.batch(
                [still, *followed.writes(await load(int(name))), forgetting(followed.part, name)]
            )
        except Exception as error:  # noqa: BLE001
            # Whatever is wrong with one, the others have their turn.
            log.crash("job.set_aside", error, source=followed.part, subject=name)
            now = to_text(platform.clock.now())
            await platform.database.batch(
                [setting_aside(followed.part, [name], why=type(error).__name__, now=now)]
            )
