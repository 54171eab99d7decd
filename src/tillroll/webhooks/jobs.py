"""Jobs of webhook endpoints: owners are told of disabled ones, and deliveries that are done end after 30 days."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import ENDPOINT_DISABLED
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.platform.tables import Kept

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


KEPT_FOR: Final = timedelta(days=30)
_SWEPT_AT_ONCE: Final = 200
# As the index of the migration has it. One that was given up can be sent again, and is then done; a test cannot.
_OLD: Final = """
  SELECT id FROM deliveries
  WHERE (state IN ('delivered', 'cancelled') OR payload IS NOT NULL) AND settled_at < ?1
  ORDER BY settled_at LIMIT ?2
"""


async def sweep_deliveries(platform: Platform) -> None:
    """Delete up to 200 deliveries that were done more than 30 days ago, the oldest first, with their attempts."""
    before = to_text(platform.clock.now() - KEPT_FOR)
    attempts = f"DELETE FROM delivery_attempts WHERE delivery_id IN ({_OLD})"  # noqa: S608 - a constant
    deliveries = f"DELETE FROM deliveries WHERE id IN ({_OLD})"  # noqa: S608 - a constant
    await platform.database.batch(
        [statement(attempts, before, _SWEPT_AT_ONCE), statement(deliveries, before, _SWEPT_AT_ONCE)]
    )


JOBS: Final = (
    Job(JOB, tell_of_disabled, 10),
    Job("old deliveries", sweep_deliveries, 5),
)


RETENTION: Final = (
    Kept(
        "deliveries to webhook endpoints that are done, with their attempts",
        "{} after they were done",
        period=KEPT_FOR,
        sweep=sweep_deliveries,
    ),
)
