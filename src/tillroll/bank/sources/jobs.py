"""Each minute: begins what is due, goes on with what waits, and says that a consent ends."""

from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.bank.sources import fetching, repository
from tillroll.bank.sources.repository import INBOX
from tillroll.bank.sources.service import actor_of, begin_fetch
from tillroll.durable import statement
from tillroll.jobs.job import Job
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_CONSENT_ENDS
from tillroll.platform.bindings.database import optional_text, text
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.services import Platform

_DAY: Final = timedelta(days=1)
_SOON: Final = timedelta(hours=1)
_MOST: Final = 50
_WARNED_BEFORE: Final = (14, 3)
"""Days before the end of a consent."""


async def work_off(platform: Platform, fetch_id: str) -> None:
    """Go on with a fetch that a message of the queue names."""
    await fetching.work_off(platform, fetch_id)


async def begin_due(platform: Platform) -> int:
    """Begin a fetch of each source whose time has come; each is fetched once a day. Return how many were due."""
    moment = platform.clock.now()
    due = await repository.due_sources(platform.database, to_text(moment), _MOST)
    for account_id, source_id in platform.turn.take(due):
        begun = await begin_fetch(platform, actor_of(source_id, account_id), source_id, None)
        # What waits for a person is looked at again soon, so that a decision is followed by a fetch.
        after = _DAY if begun is not None else _SOON
        await platform.database.batch([repository.plan_next(source_id, to_text(moment + after))])
    return len(due)


async def sweep(platform: Platform) -> int:
    """Go on with fetches that wait for their time, or whose process died. Return how many were due."""
    return await INBOX.sweep(platform, partial(work_off, platform), 5, 100)


async def warn_of_ends(platform: Platform) -> int:
    """Tell people of consents that end soon, once at each distance. Return how many there are."""
    moment, count = platform.clock.now(), 0
    query = """
      SELECT id, account_id, bank, created_by, valid_until FROM bank_sources
      WHERE state = 'connected' AND valid_until <= ?1 ORDER BY valid_until, id LIMIT 200
    """
    until = to_text(moment + _WARNED_BEFORE[0] * _DAY)
    for row in platform.turn.take(await platform.database.all(statement(query, until))):
        ends = text(row, "valid_until")
        days = max(0, (from_text(ends) - moment).days)
        distance = min(each for each in (*_WARNED_BEFORE, _WARNED_BEFORE[0]) if days <= each)
        creator = optional_text(row, "created_by") or ""
        person = creator.removeprefix("user:") if creator.startswith("user:") else None
        subject = Subject(text(row, "id"), about=text(row, "bank"), occasion=f"{ends}:{distance}")
        told = notify(text(row, "account_id"), BANK_CONSENT_ENDS, subject, to_text(moment), person=person)
        await platform.database.batch(told)
        count += 1
    return count


JOBS: Final = (
    Job("bank sources", begin_due, 40),
    Job("bank fetches", sweep, 60),
    Job("bank consents", warn_of_ends, 20, timedelta(hours=6)),
)
