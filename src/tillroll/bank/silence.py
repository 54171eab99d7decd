"""Bank accounts of which nothing has come for long."""

from dataclasses import dataclass
from datetime import date

from tillroll.durable import statement
from tillroll.platform.bindings.database import Database, of_row

_SILENT = """
  SELECT a.id, a.account_id, a.name, a.shown AS number, MAX(s.last_day) AS last_day,
    COALESCE(MAX(s.last_day), substr(a.created_at, 1, 10)) AS since
  FROM bank_accounts a LEFT JOIN bank_sections s ON s.bank_account_id = a.id AND s.is_stored = 1
  WHERE a.archived_at IS NULL AND (?1 IS NULL OR a.account_id = ?1)
  GROUP BY a.id HAVING since < ?2 ORDER BY since, a.id LIMIT ?3
"""
_MOST = 1_000


@dataclass(frozen=True)
class SilentAccount:
    """`last_day` is the last day that a stored statement covers, None where there is none; `since` that day, else the
    day on which the account was created."""

    id: str
    account_id: str
    name: str
    number: str | None
    last_day: date | None
    since: date


async def silent_accounts(database: Database, account_id: str | None, before: date) -> list[SilentAccount]:
    """Accounts that are not archived, and of which no day from `before` on is known; the longest silent first, a
    thousand at most. `account_id` is None for all."""
    rows = await database.all(statement(_SILENT, account_id, before.isoformat(), _MOST))
    return [of_row(SilentAccount, row) for row in rows]
