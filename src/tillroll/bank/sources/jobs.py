"""Each minute: begins what is due, goes on with what waits, and says that a consent ends."""

from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.bank.cron import CONSENTS, SOURCES
from tillroll.bank.sources import fetching, repository
from tillroll.bank.sources.repository import INBOX
from tillroll.bank.sources.service import actor_of, begin_fetch
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_CONSENT_ENDS
from tillroll_durable import statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import Row, digits, optional_text, text
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.services import Platform

_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(hours=1)
_MOST_AT_ONCE: Final = 50
_WARNED_BEFORE: Final = (14, 3)
"""Days before the end of a consent."""
_DUE: Final = f"""
  SELECT b.account_id, b.id, s.failures AS setbacks FROM bank_sources b
  {JOIN.format(part=f"'{SOURCES}'", subject="b.id")}
  WHERE b.next_at <= ?1 AND b.state = 'connected' AND {IS_DUE}
    AND NOT EXISTS (
      SELECT 1 FROM bank_accounts a WHERE a.id = b.bank_account_id AND a.archived_at IS NOT NULL)
  ORDER BY {IN_TURN}, b.next_at, b.id LIMIT ?2
"""
_ENDING: Final = f"""
  SELECT b.id, b.account_id, b.bank, b.created_by, b.valid_until, s.failures AS setbacks
  FROM bank_sources b
  {JOIN.format(part=f"'{CONSENTS}'", subject="b.id")}
  WHERE b.state = 'connected' AND b.valid_until <= ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, b.valid_until, b.id LIMIT {digits(_MOST_AT_ONCE)}
"""


async def work_off(platform: Platform, fetch_id: str) -> None:
    """Go on with a fetch that a message of the queue names."""
    await fetching.work_off(platform, fetch_id)


async def begin_due(platform: Platform) -> int:
    """Begin a fetch of each source whose time has come; each is fetched once a day. Return how many
    began.
    """
    moment = platform.clock.now()

    async def begin(row: Row) -> None:
        account_id = text(row, "account_id")
        source_id = text(row, "id")
        fetch = await begin_fetch(
            platform, actor_of(source_id, account_id), source_id=source_id, action=None
        )
        # What waits for a person is looked at again soon, so that a decision is followed by a
        # fetch.
        after = _DAY if fetch is not None else _SOON
        await platform.database.batch(
            [repository.plan_next(account_id, source_id, to_text(moment + after))]
        )

    rows = await platform.database.all(statement(_DUE, [to_text(moment), _MOST_AT_ONCE]))
    return await each_row(platform, SOURCES, rows=rows, subject="id", do=begin)


async def sweep(platform: Platform) -> int:
    """Go on with fetches that wait for their time, or whose process died. Return how many were
    due.
    """
    return await INBOX.sweep(platform, partial(work_off, platform), most=5, most_nudged=100)


async def warn_of_ends(platform: Platform) -> int:
    """Tell people of consents that end soon, once at each distance. Return how many there are."""
    moment = platform.clock.now()

    async def warn(row: Row) -> None:
        ends = text(row, "valid_until")
        days = max(0, (from_text(ends) - moment).days)
        distance = min(each for each in _WARNED_BEFORE if days <= each)
        creator = optional_text(row, "created_by") or ""
        if creator.startswith("user:"):
            person = creator.removeprefix("user:")
        else:
            person = None
        subject = Subject(text(row, "id"), about=text(row, "bank"), occasion=f"{ends}:{distance}")
        notices = notify(
            text(row, "account_id"),
            BANK_CONSENT_ENDS,
            subject=subject,
            now=to_text(moment),
            person=person,
        )
        await platform.database.batch(notices)

    until = to_text(moment + _WARNED_BEFORE[0] * _DAY)
    rows = await platform.database.all(statement(_ENDING, [to_text(moment), until]))
    return await each_row(platform, CONSENTS, rows=rows, subject="id", do=warn, stays=True)
