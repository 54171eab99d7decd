"""Tells who books of bank entries that nothing has explained for days."""

from typing import Final

from tillroll.bank.chasing.rules import week_of
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_UNMATCHED
from tillroll.observability.unreconciled import MOST_COUNTED, UNMATCHED, unmatched_before
from tillroll_durable.platform.bindings.database import Row, digits, integer, statement, text, word
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

_MOST: Final = 50
_ACCOUNTS: Final = f"""
  SELECT * FROM (
    SELECT bank_matching.account_id, (SELECT COUNT(*) FROM ({UNMATCHED})) AS entries,
      (SELECT MIN(day) FROM ({UNMATCHED})) AS oldest
    FROM bank_matching
    WHERE NOT EXISTS (
      SELECT 1 FROM notifications n
      WHERE n.id = bank_matching.account_id || ':{word(BANK_UNMATCHED.name)}:' || ?2)
  ) WHERE entries > 0 ORDER BY account_id LIMIT {digits(_MOST)}
"""


async def tell_of_unmatched(platform: Platform) -> int:
    """Tell who books of entries that raise the alert, once a week. Return how many accounts there
    were.
    """
    now = platform.clock.now()
    week = week_of(now.date())
    query = statement(_ACCOUNTS, [unmatched_before(platform), week])
    rows = await platform.database.all(query)
    platform.turn.has_more(where=len(rows) == _MOST)
    for row in platform.turn.take(rows):
        account_id = text(row, "account_id")
        subject = Subject(account_id, about=_about(row), occasion=week)
        notice = notify(account_id, BANK_UNMATCHED, subject, now=to_text(now))
        await platform.database.batch(notice)
    return len(rows)


def _about(row: Row) -> str:
    entries = integer(row, "entries")
    oldest = text(row, "oldest")
    if entries == 1:
        return f"1 entry, booked on {oldest}"
    if entries == MOST_COUNTED:
        return f"{entries} entries and more, the oldest booked on {oldest}"
    return f"{entries} entries, the oldest booked on {oldest}"
