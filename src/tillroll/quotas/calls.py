"""The quota of calls to models: what the ledger asks before a call, and how a call is counted."""

from typing import Final, LiteralString

from tillroll.quotas.usage import QuotaSettings, call_fits
from tillroll_durable.ai.ledger import Asker, CallLimit, Ledger
from tillroll_durable.platform.bindings.database import Statement, digits, statement
from tillroll_durable.platform.services import Platform

AI_QUOTA: Final = "ai_quota"

# A call is of the month in which it was asked for. An account's first call has no row yet.
_COUNT: Final = """
  INSERT INTO account_usage (account_id, month, uploads, ai_calls, stored_bytes, is_untold)
  {counted} ON CONFLICT (account_id) DO UPDATE SET
    uploads = iif(excluded.month > month, 0, uploads),
    ai_calls = 1 + iif(excluded.month > month, 0, ai_calls),
    month = MAX(month, excluded.month), is_untold = 1
"""
_STARTED: Final = """
  SELECT account_id, substr(created_at, 1, 7), 0, 1, 0, 1 FROM ai_calls
  WHERE id = ?1 AND state <> 'offered'
"""
_RESTORED: Final = """
  SELECT ?2, substr(?3, 1, 7), 0, 1, 0, 1 WHERE NOT EXISTS (SELECT 1 FROM ai_calls WHERE id = ?1)
"""


def ledger_of(platform: Platform, context: Asker) -> Ledger:
    """The ledger of calls, which asks the account's quota too."""
    return Ledger(platform, context, call_limit(platform))


def call_limit(platform: Platform) -> CallLimit:
    most = platform.settings.of(QuotaSettings).ai_calls
    calls: LiteralString = "NULL"
    if most is not None:
        calls = digits(most)
    return CallLimit(
        AI_QUOTA,
        has_room=call_fits("?1", "substr(?2, 1, 7)", calls),
        count_started=_count_started,
        count_restored=_count_restored,
    )


def _count_started(call_id: str) -> Statement:
    return statement(_COUNT.format(counted=_STARTED), [call_id])


def _count_restored(call_id: str, account_id: str, at: str) -> Statement:
    values = (call_id, account_id, at)
    return statement(_COUNT.format(counted=_RESTORED), [*values])
