"""The people of an account and their tokens, as questions to the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from local.d1 import Answer
from tillroll_command.endings import Code, Stopped
from tillroll_command.sql import as_text
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text

# Whom the audit names for what the command does.
OPERATOR: Final = "operator"
_USERS: Final = """
  SELECT u.id, u.name, u.created_at, u.removed_at,
         (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM accounts a LEFT JOIN users u ON u.account_id = a.id WHERE a.id = ?1
      ORDER BY u.removed_at IS NOT NULL, u.id
"""
_TOKENS: Final = """
  SELECT t.id, u.id AS user, t.name, t.created_at, t.last_used_at,
         (SELECT group_concat(value, ' ') FROM json_each(t.scopes)) AS scopes,
         (SELECT group_concat(value, ' ') FROM json_each(t.addresses)) AS addresses,
         CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked ' || t.revoked_at
              WHEN t.expires_at IS NULL THEN 'active, without an end'
              WHEN t.expires_at > ?2 THEN 'active until ' || t.expires_at
              ELSE 'expired ' || t.expires_at END AS status
  FROM accounts a LEFT JOIN (tokens t JOIN users u ON u.id = t.user_id) ON u.account_id = a.id
  WHERE a.id = ?1 ORDER BY t.id
"""


def users_of(account_id: str) -> str:
    """SQL whose rows have `id`, `name`, `created_at`, `removed_at` and `roles` of each user of an
    account: see `those_of`.
    """
    return as_text([statement(_USERS, [account_id])])


def tokens_of(account_id: str, now: datetime) -> str:
    """SQL whose rows have `id`, `user`, `name`, `created_at`, `last_used_at`, `scopes`, `addresses`
    (null without such a limit) and, in words, `status` of each token of an account, also of those
    that have ended: see `those_of`.
    """
    return as_text([statement(_TOKENS, [account_id, to_text(now)])])


def those_of(account_id: str, rows: Sequence[Answer]) -> list[Answer]:
    """What such a question found. An account that has nothing answers one row without an id.

    Raises:
        Stopped: there is no row, so there is no such account.
    """
    if not rows:
        raise Stopped(Code.NOT_FOUND, f"There is no account {account_id}.")
    return [row for row in rows if row["id"] is not None]
