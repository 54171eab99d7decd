"""Deleting mail as it came, a while after it was settled: what it brought is in the account's receipts."""

from datetime import timedelta
from typing import Final

from tillroll.durable import statement
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

KEPT: Final = timedelta(days=30)
_MOST_A_TICK: Final = 50
JOB: Final = "raw mail"
_OLD: Final = f"""
  SELECT m.id, m.object_key, s.failures AS setbacks FROM received_mail m
  {JOIN.format(part=f"'{JOB}'", subject="m.id")}
  WHERE m.deleted_at IS NULL AND m.settled_at < ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, m.settled_at LIMIT CAST(?3 AS INTEGER)
"""  # noqa: S608 - constants


async def forget_raw_mail(platform: Platform) -> int:
    """Delete the oldest raw mail whose time is over; how many. The object goes first, so that a row that says so is
    right; that one is gone already is no error."""
    now = platform.clock.now()

    async def forget(row: Row) -> None:
        await platform.objects.delete(text(row, "object_key"))
        deleted = statement("UPDATE received_mail SET deleted_at = ? WHERE id = ?", to_text(now), text(row, "id"))
        await platform.database.batch([deleted])

    rows = await platform.database.all(statement(_OLD, to_text(now), to_text(now - KEPT), _MOST_A_TICK))
    platform.turn.has_more(where=len(rows) == _MOST_A_TICK)
    return await each_row(platform, JOB, rows, "id", forget)
