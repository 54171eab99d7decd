"""Deleting mail as it came, a while after it was settled: what it brought is in the account's receipts."""

from datetime import timedelta
from typing import Final

from tillroll.durable import statement
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

KEPT: Final = timedelta(days=30)
_MOST_A_TICK: Final = 50


async def forget_raw_mail(platform: Platform) -> int:
    """Delete the oldest raw mail whose time is over; how many. The object goes first, so that a row that says so is
    right; that one is gone already is no error."""
    now = platform.clock.now()
    rows = await platform.database.all(
        statement(
            """
            SELECT id, object_key FROM received_mail WHERE deleted_at IS NULL AND settled_at < ?1
            ORDER BY settled_at LIMIT CAST(?2 AS INTEGER)
            """,
            to_text(now - KEPT),
            _MOST_A_TICK,
        )
    )
    for row in rows:
        await platform.objects.delete(text(row, "object_key"))
        deleted = statement("UPDATE received_mail SET deleted_at = ? WHERE id = ?", to_text(now), text(row, "id"))
        await platform.database.batch([deleted])
    return len(rows)
