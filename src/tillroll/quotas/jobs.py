"""Jobs of quotas: owners are notified when most of a quota is used, and when all of it is."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import QUOTA_NEAR, QUOTA_REACHED
from tillroll.quotas.usage import COLUMNS, Quota, QuotaSettings, QuotaUse, counted_in, month_of
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_together
from tillroll_durable.platform.bindings.database import Row, Statement, digits, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

NEAR_PERCENT: Final = 80
# Documents seldom fill storage to the last byte.
_REACHED_PERCENT: Final = {Quota.UPLOADS: 100, Quota.STORAGE: 99, Quota.AI_CALLS: 100}
JOB: Final = "quotas"
# Accounts of one tick, and of one batch.
_MOST_ACCOUNTS: Final = 50
_AT_ONCE: Final = 5

_UNNOTIFIED: Final = f"""
  SELECT u.account_id, u.month, u.uploads, u.ai_calls, u.stored_bytes, {COLUMNS},
    s.failures AS setbacks
  FROM account_usage u INDEXED BY account_usage_untold JOIN accounts a ON a.id = u.account_id
    {JOIN.format(part=f"'{JOB}'", subject="u.account_id")}
  WHERE u.is_untold = 1 AND {IS_DUE} ORDER BY {IN_TURN}, u.account_id LIMIT {digits(_MOST_ACCOUNTS)}
"""
# What was counted between the look and this is looked at with the next tick.
_TOLD: Final = """
  UPDATE account_usage SET is_untold = 0
  WHERE account_id = ?1 AND month = ?2 AND uploads = ?3 AND ai_calls = ?4 AND stored_bytes = ?5
"""
_NAMES: Final = {
    Quota.UPLOADS: "Documents handed in this month",
    Quota.STORAGE: "Storage",
    Quota.AI_CALLS: "AI calls this month",
}


async def tell_of_quotas(platform: Platform) -> None:
    """Notify owners once a month of each level of each quota."""
    rows = await platform.database.all(statement(_UNNOTIFIED, [to_text(platform.clock.now())]))
    groups = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    await each_together(
        platform, JOB, groups=groups, subject="account_id", do=partial(_tell, platform)
    )


async def _tell(platform: Platform, rows: Sequence[Row]) -> None:
    now = platform.clock.now()
    settings = platform.settings.of(QuotaSettings)
    batch: list[Statement] = []
    for row in rows:
        account_id = text(row, "account_id")
        for use in counted_in(row).usage(settings, now):
            batch.extend(_told(account_id, use, month=month_of(now), now=to_text(now)))
        looked_at = (row[name] for name in ("month", "uploads", "ai_calls", "stored_bytes"))
        batch.append(statement(_TOLD, [account_id, *looked_at]))
    await platform.database.batch(batch)


def _told(account_id: str, use: QuotaUse, month: str, now: str) -> list[Statement]:
    if not use.limit or 100 * use.used < NEAR_PERCENT * use.limit:
        return []
    if 100 * use.used >= _REACHED_PERCENT[use.quota] * use.limit:
        topic = QUOTA_REACHED
    else:
        topic = QUOTA_NEAR
    subject = Subject(f"{account_id}:{use.quota}", about=_NAMES[use.quota], occasion=month)
    return notify(account_id, topic, subject=subject, now=now)


JOBS: Final = (Job(JOB, tell_of_quotas, 19, due_in="account_usage WHERE is_untold = 1"),)
