"""Owners are told of an endpoint that was disabled."""

from typing import Final
from urllib.parse import urlsplit

from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import ENDPOINT_DISABLED
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_BATCH: Final = 50
JOB: Final = "endpoints"
_DISABLED: Final = f"""
  SELECT e.id, e.account_id, e.url, e.disabled_at, s.failures AS setbacks FROM endpoints e
  {JOIN.format(part=f"'{JOB}'", subject="e.id")}
  WHERE e.disabled_why IN ('gone', 'failing') AND e.told_at IS NULL AND e.disabled_at IS NOT NULL
    AND e.deleted_at IS NULL AND {IS_DUE}
  ORDER BY {IN_TURN}, e.disabled_at LIMIT ?2
"""  # noqa: S608 - constants


async def tell_of_disabled(platform: Platform) -> None:
    """Tell the owners of endpoints that were disabled for them, once each time, in one batch with the mark that they
    are told."""
    now = to_text(platform.clock.now())

    async def tell(row: Row) -> None:
        id_, disabled_at = text(row, "id"), text(row, "disabled_at")
        about = urlsplit(text(row, "url")).hostname or ""
        subject = Subject(id_, about=about, occasion=disabled_at)
        told = statement("UPDATE endpoints SET told_at = ? WHERE id = ? AND disabled_at = ?", now, id_, disabled_at)
        await platform.database.batch([told, *notify(text(row, "account_id"), ENDPOINT_DISABLED, subject, now)])

    rows = await platform.database.all(statement(_DISABLED, now, _BATCH))
    await each_row(platform, JOB, rows, "id", tell)
