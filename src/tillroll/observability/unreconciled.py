"""Accounts whose bank needs a person: for entries, statements that do not close, or silence."""

from datetime import timedelta
from typing import Final

from tillroll.observability.alert_rules import Cause, Rule, Watched
from tillroll.observability.settings import AlertSettings
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    digits,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform

_SILENT: Final = timedelta(days=45)
MOST_COUNTED: Final = 1_000
"""So many entries of an account are counted. A sentence says of more that there are more."""
# The oldest are looked at first, so that what came with a long statement today costs no more than
# this each minute.
UNMATCHED: Final = f"""
  SELECT day FROM (
    SELECT e.day, e.created_at FROM bank_entries e
    WHERE e.account_id = bank_matching.account_id AND e.standing = 'open'
      AND e.day <= substr(?1, 1, 10)
    ORDER BY e.day LIMIT {digits(MOST_COUNTED)}
  ) WHERE created_at <= ?1
"""
"""The days of entries of an account of `bank_matching` that nothing explains.

They were booked, and came, by ?1."""
_ACCOUNTS: Final = f"""
  SELECT * FROM (
    SELECT bank_matching.account_id, ?3 AS days,
      (SELECT COUNT(*) FROM ({UNMATCHED})) AS unmatched,
      (SELECT COUNT(*) FROM bank_statements s JOIN runs r ON r.id = s.run_id
       JOIN reviews v ON v.run_id = r.id AND v.taken_up_at IS NULL
       WHERE s.account_id = bank_matching.account_id AND r.status = 'needs_review'
         AND v.reason = 'sums_differ'
      ) AS unclosed,
      (SELECT COUNT(*) FROM bank_accounts a
       WHERE a.account_id = bank_matching.account_id AND a.archived_at IS NULL
         AND a.created_at < ?2 AND NOT EXISTS (
           SELECT 1 FROM bank_sections s
           WHERE s.bank_account_id = a.id AND s.is_stored = 1 AND s.last_day >= ?2)
      ) AS silent
    FROM bank_matching)
  WHERE unmatched + unclosed + silent > 0
"""


def unmatched_before(platform: Platform) -> str:
    """The moment by which an entry must have been booked and have come, to count as unmatched (ISO
    8601, UTC).
    """
    days = platform.settings.of(AlertSettings).unmatched_days
    return to_text(platform.clock.now() - timedelta(days=days))


def _rows(platform: Platform) -> Statement:
    silent_since = (platform.clock.now().date() - _SILENT).isoformat()
    days = platform.settings.of(AlertSettings).unmatched_days
    return statement(_ACCOUNTS, [unmatched_before(platform), silent_since, days])


def _cause_of(row: Row, _day: str) -> Cause:
    unmatched = integer(row, "unmatched")
    unclosed = integer(row, "unclosed")
    silent = integer(row, "silent")
    parts: list[str] = []
    if unmatched:
        more = "+" if unmatched == MOST_COUNTED else ""
        days = integer(row, "days")
        parts.append(f"entries: {unmatched}{more} booked and not explained for {days} days")
    if unclosed:
        parts.append(f"statements: {unclosed} with sums that do not close")
    if silent:
        parts.append(f"bank accounts: {silent} of which nothing has come for {_SILENT.days} days")
    account_id = text(row, "account_id")
    return Cause(
        Rule.RECONCILIATION,
        subject=account_id,
        sentence=f"The bank needs a person: {'; '.join(parts)}.",
        account_id=account_id,
        count=unmatched + unclosed + silent,
    )


UNRECONCILED: Final = Watched(_rows, _cause_of)
