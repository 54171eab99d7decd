"""Where people are reached: an address is theirs once they have used a link that was mailed
there.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from tillroll.mail.provider import MailSettings
from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    of_row,
    optional_text,
    statement,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import INVALID_VALUES, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import marked

CONFIRMATION_LIFETIME: Final = timedelta(days=1)
_CODE_BYTES: Final = 24

Stopped: TypeAlias = Literal["bounced", "complained"]

_READ: Final = """
  SELECT m.address, m.pending, m.confirmed_at, s.reason AS stopped
  FROM mail_addresses m LEFT JOIN mail_suppressions s ON s.address_hash = m.address_hash
  WHERE m.user_id = ?
"""
_ASK: Final = """
  INSERT INTO mail_addresses (user_id, pending, code_hash, code_expires_at)
  SELECT u.id, ?3, ?4, ?5 FROM users u WHERE u.id = ?1 AND u.account_id = ?2
  ON CONFLICT (user_id) DO UPDATE SET
    pending = excluded.pending, code_hash = excluded.code_hash,
    code_expires_at = excluded.code_expires_at
"""
_CONFIRM: Final = """
  UPDATE mail_addresses
  SET address = pending, address_hash = ?4, confirmed_at = ?3, pending = NULL, code_hash = NULL,
    code_expires_at = NULL
  WHERE code_hash = ?1 AND code_expires_at > ?3 AND pending = ?2
"""


class UnusableValue(Refusal):
    """A field of a request cannot be used; `message` says why."""

    kind = INVALID_VALUES
    explanation = "Correct what `errors` names."

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.extra = {"errors": [{"field": field, "message": message}]}


class MailAddress(Model):
    """`address` is confirmed, and mail goes there; `pending` waits for its link to be used.
    `stopped` says why nothing is sent to the former any more: bounced or complained;
    `pending_stopped` says it of the latter, whose link did not come. `is_offered`: this deployment
    sends mail at all.
    """

    address: str | None
    pending: str | None
    confirmed_at: str | None
    stopped: str | None
    pending_stopped: str | None
    is_offered: bool


def hash_of_address(address: str) -> str:
    """SHA-256 of an address without regard to case, in hexadecimal digits."""
    return hashlib.sha256(address.casefold().encode()).hexdigest()


def hash_of_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def find_address(platform: Platform, user_id: str) -> MailAddress:
    is_offered = platform.settings.of(MailSettings).sends
    row = await platform.database.first(statement(_READ, [user_id]))
    if row is None:
        return MailAddress(
            address=None,
            pending=None,
            confirmed_at=None,
            stopped=None,
            pending_stopped=None,
            is_offered=is_offered,
        )
    pending = optional_text(row, "pending")
    reason = None
    if pending is not None:
        reason = await stopped(platform.database, hash_of_address(pending))
    return of_row(MailAddress, row, pending_stopped=reason, is_offered=is_offered)


def ask_to_confirm(
    account_id: str, user_id: str, address: str, now: datetime
) -> tuple[str, Statement]:
    """Let a person confirm an address by a mailed code, kept nowhere; the former one holds until
    then.
    """
    code = marked(secrets.token_urlsafe(_CODE_BYTES))
    until = to_text(now + CONFIRMATION_LIFETIME)
    return code, statement(_ASK, [user_id, account_id, address, hash_of_code(code), until])


def confirm(code_hash: str, pending: str, at: str) -> Statement:
    """Take a code, which confirms the address that waits for it; hits no row where another was
    quicker.
    """
    return statement(_CONFIRM, [code_hash, pending, at, hash_of_address(pending)])


def set_confirmed(user_id: str, address: str, now: str) -> Statement:
    """An address that somebody has proved to be theirs by other means: they came by a link that was
    mailed there.
    """
    sql = """
      INSERT INTO mail_addresses (user_id, address, address_hash, confirmed_at)
      VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (user_id) DO UPDATE
      SET address = excluded.address, address_hash = excluded.address_hash,
        confirmed_at = excluded.confirmed_at
    """
    return statement(sql, [user_id, address, hash_of_address(address), now])


async def confirmed_at(database: Database, user_id: str, address: str) -> str | None:
    """Since when an address is a person's; None where it is not."""
    query = "SELECT confirmed_at FROM mail_addresses WHERE user_id = ? AND address = ?"
    row = await database.first(statement(query, [user_id, address]))
    if row is None:
        return None
    return optional_text(row, "confirmed_at")


def forget_pending(user_id: str) -> Statement:
    """Let nobody confirm the address that waits for its link."""
    return statement(
        "UPDATE mail_addresses SET pending = NULL, code_hash = NULL, code_expires_at = NULL "
        "WHERE user_id = ?",
        [user_id],
    )


def forget(user_id: str) -> Statement:
    """Forget a person's mail address: they get no mail any more."""
    return statement("DELETE FROM mail_addresses WHERE user_id = ?", [user_id])


def suppress(address_hash: str, reason: Stopped, message_id: str, now: str) -> Statement:
    """Send nothing to an address any more; a complaint stays one."""
    sql = """
      INSERT INTO mail_suppressions (address_hash, reason, message_id, created_at)
      VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (address_hash) DO UPDATE SET reason = 'complained'
      WHERE excluded.reason = 'complained'
    """
    return statement(sql, [address_hash, reason, message_id, now])


def lift(address_hash: str) -> Statement:
    """Try an address again that mail came back from, since its owner says that it works. A
    complaint is not lifted.
    """
    return statement(
        "DELETE FROM mail_suppressions WHERE address_hash = ? AND reason = 'bounced'",
        [address_hash],
    )


async def stopped(database: Database, address_hash: str) -> Stopped | None:
    """Why nothing is sent to an address; None where mail is."""
    row = await database.first(
        statement("SELECT reason FROM mail_suppressions WHERE address_hash = ?", [address_hash])
    )
    if row is None:
        return None
    if row["reason"] == "complained":
        return "complained"
    return "bounced"
