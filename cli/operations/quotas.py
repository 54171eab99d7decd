"""What an account has used of its quotas, as a question to the database."""

from datetime import datetime
from typing import Final

from tillroll.quotas.usage import month_of
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import statement

_QUOTAS: Final = """
  WITH counted AS (
    SELECT a.quota_uploads, a.quota_storage_bytes, a.quota_ai_calls, COALESCE(u.stored_bytes,
        0) AS stored_bytes,
           CASE WHEN u.month >= ?2 THEN u.uploads ELSE 0 END AS uploads,
           CASE WHEN u.month >= ?2 THEN u.ai_calls ELSE 0 END AS ai_calls
    FROM accounts a LEFT JOIN account_usage u ON u.account_id = a.id WHERE a.id = ?1
  )
  SELECT 'uploads' AS quota, uploads AS used, quota_uploads AS own FROM counted
  UNION ALL SELECT 'storage', stored_bytes, quota_storage_bytes FROM counted
  UNION ALL SELECT 'ai_calls', ai_calls, quota_ai_calls FROM counted
"""


def quotas_of(account_id: str, now: datetime) -> str:
    """SQL whose rows have `quota`, `used` and `own` (null: the deployment's holds); none without
    such an account.
    """
    return as_text([statement(_QUOTAS, [account_id, month_of(now)])])
