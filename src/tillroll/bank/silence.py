"""Bank accounts of which nothing has come for long."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import BANK_ACCOUNT_SILENT
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, digits, of_row
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

_MOST_ACCOUNTS: Final = 200
# Three statements each.
_AT_ONCE: Final = 5
_SILENT: Final = f"""
  SELECT a.id, a.account_id, a.name, a.shown AS number, MAX(s.last_day) AS last_day,
    COALESCE(MAX(s.last_day), substr(a.created_at, 1, 10)) AS since,
    EXISTS (SELECT 1 FROM bank_sources f WHERE f.bank_account_id = a.id
        AND f.state = 'connected') AS is_fetched
  FROM bank_accounts a LEFT JOIN bank_sections s ON s.bank_account_id = a.id AND s.is_stored = 1
  WHERE a.archived_at IS NULL AND (?1 IS NULL OR a.account_id = ?1)
  GROUP BY a.id HAVING since < CASE is_fetched WHEN 1 THEN COALESCE(?3, ?2) ELSE ?2 END
    AND (?4 IS NULL OR NOT EXISTS (SELECT 1 FROM notifications n
        WHERE n.id = a.id || ':' || ?4 || ':' || since))
  ORDER BY since, a.id LIMIT {digits(_MOST_ACCOUNTS)}
"""
SILENT_AFTER: Final = timedelta(days=40)
"""Statements come each month, and some days later."""
SILENT_AFTER_FETCHED: Final = timedelta(days=4)
"""What is fetched comes each day; three days without an answer are given up."""


@dataclass(frozen=True)
class SilentAccount:
    """`last_day` is the last day that a stored statement covers, None where there is none; `since`
    that day, else the day on which the account was created. `is_fetched`: a source is connected to
    it.
    """

    id: str
    account_id: str
    name: str
    number: str | None
    last_day: date | None
    since: date
    is_fetched: bool


async def silent_accounts(
    database: Database,
    account_id: str | None,
    before: date,
    fetched_before: date | None = None,
    topic: str | None = None,
) -> list[SilentAccount]:
    """Accounts that are not archived, and of which no day from `before` on is known; the longest
    silent first, two hundred at most. `account_id` is None for all. Of those that are fetched, no
    day from `fetched_before` on. With a `topic`, those of which it was not told yet.
    """
    days = (before.isoformat(), None if fetched_before is None else fetched_before.isoformat())
    rows = await database.all(statement(_SILENT, [account_id, *days, topic]))
    return [of_row(SilentAccount, row) for row in rows]


async def tell_of_silence(platform: Platform) -> int:
    """Tell owners of accounts that are silent, once for each silence. Return how many there were to
    tell of.
    """
    moment = platform.clock.now()
    today = moment.date()
    untold = BANK_ACCOUNT_SILENT.name
    accounts = await silent_accounts(
        platform.database,
        None,
        before=today - SILENT_AFTER,
        fetched_before=today - SILENT_AFTER_FETCHED,
        topic=untold,
    )
    platform.turn.has_more(where=len(accounts) == _MOST_ACCOUNTS)
    for some in platform.turn.take(
        [accounts[begin : begin + _AT_ONCE] for begin in range(0, len(accounts), _AT_ONCE)]
    ):
        notices: list[Statement] = []
        for each in some:
            subject = Subject(each.id, about=each.name, occasion=each.since.isoformat())
            notices += notify(
                each.account_id, BANK_ACCOUNT_SILENT, subject=subject, now=to_text(moment)
            )
        await platform.database.batch(notices)
    return len(accounts)
