"""Rows that could not be done are set aside for a while, so that nobody waits behind them."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from tillroll.platform import log
from tillroll.platform.bindings.database import Database, Row, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# Setbacks of what has gone on by itself since are forgotten.
_FORGOTTEN_AFTER = timedelta(days=1)

# For a query: what is set aside is left out, and what was never set aside comes first. ?1 is the time, and `part` the
# name of the job, or that and a colon with what it was about to do.
JOIN = "LEFT JOIN reconciler_setbacks s ON s.part = {part} AND s.subject = {subject}"
IS_DUE = "(s.until IS NULL OR s.until <= ?1)"
IN_TURN = "s.failures IS NOT NULL"


async def each_row(
    platform: Platform,
    part: str,
    rows: Sequence[Row],
    subject: str,
    do: Callable[[Row], Awaitable[object]],
    *,
    stays: bool = False,
) -> int:
    """Do each of the rows by itself, while the turn has room; how many were done. Whatever goes wrong with one is
    logged and sets that one aside.

    `subject` is the column that names a row; `setbacks` is a column with how often it was set aside, NULL for never.
    `stays`: a row that was done is due still, until somebody else has taken it up, so that it is set aside too.
    """
    done = 0
    for row in platform.turn.take(rows):
        name, now = text(row, subject), to_text(platform.clock.now())
        if stays:
            await set_aside(platform.database, part, name, "it was done, and is due still", now)
        try:
            await do(row)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one row, the others have their turn
            log.crash("job.set_aside", error, source=part, subject=name)
            if not stays:
                await set_aside(platform.database, part, name, type(error).__name__, now)
        else:
            done += 1
            if row["setbacks"] is not None and not stays:
                await forget(platform.database, part, name)
    return done


async def set_aside(database: Database, part: str, subject: str, why: str, now: str) -> int:
    """Leave a row alone for 1, 2, 4, … minutes, at most an hour; return how often that was so in a row."""
    rows = await database.all(
        statement(
            """
            INSERT INTO reconciler_setbacks (part, subject, failures, until, error)
            VALUES (?1, ?2, 1, strftime('%Y-%m-%dT%H:%M:%fZ', ?3, '+1 minutes'), ?4)
            ON CONFLICT (part, subject) DO UPDATE SET
              failures = failures + 1, error = excluded.error,
              until = strftime('%Y-%m-%dT%H:%M:%fZ', ?3, printf('+%d minutes', MIN(60, 1 << MIN(failures, 6))))
            RETURNING failures
            """,
            part,
            subject,
            now,
            why,
        )
    )
    return integer(rows[0], "failures")


async def forget(database: Database, part: str, subject: str) -> None:
    """It was done: it is not set aside any more."""
    await database.all(statement("DELETE FROM reconciler_setbacks WHERE part = ? AND subject = ?", part, subject))


async def forget_old(platform: Platform) -> None:
    """Drop the setbacks of what nobody had to look at any more."""
    before = to_text(platform.clock.now() - _FORGOTTEN_AFTER)
    await platform.database.all(statement("DELETE FROM reconciler_setbacks WHERE until < ?", before))
