"""Owners are told of an endpoint that was disabled."""

from typing import Final
from urllib.parse import urlsplit

from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import ENDPOINT_DISABLED
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_BATCH: Final = 50


async def tell_of_disabled(platform: Platform) -> None:
    """Tell the owners of endpoints that were disabled for them, once each time, in one batch with the mark that they
    are told."""
    now = to_text(platform.clock.now())
    rows = await platform.database.all(
        statement(
            """
            SELECT id, account_id, url, disabled_at FROM endpoints
            WHERE disabled_why IN ('gone', 'failing') AND told_at IS NULL AND disabled_at IS NOT NULL
              AND deleted_at IS NULL
            ORDER BY disabled_at LIMIT ?
            """,
            _BATCH,
        )
    )
    for row in rows:
        id_, disabled_at = text(row, "id"), text(row, "disabled_at")
        about = urlsplit(text(row, "url")).hostname or ""
        subject = Subject(id_, about=about, occasion=disabled_at)
        told = statement("UPDATE endpoints SET told_at = ? WHERE id = ? AND disabled_at = ?", now, id_, disabled_at)
        await platform.database.batch([told, *notify(text(row, "account_id"), ENDPOINT_DISABLED, subject, now)])
