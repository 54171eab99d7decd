"""An account's address for receipts: unguessable, and changed when somebody knows it who should not."""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tillroll.durable import Actor, Statement, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.platform.bindings.database import ConstraintFailed, Row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.received_mail.settings import MailedInSettings

# Of an address that was changed; so that nothing is lost that is on its way.
MOST_GRACE: Final = timedelta(days=30)
# Five bytes are eight letters: 130 bits and more, which fit into the 64 characters of a local part.
_RANDOM_BYTES: Final = 20


class NoMailTaken(Exception):
    """This deployment takes no mail."""


class NoAddress(Exception):
    """The account has no address."""


@dataclass(frozen=True)
class ReceiptAddress:
    """`ends_at` is null for the one that is shown."""

    address: str
    created_at: str
    ends_at: str | None


async def addresses_of(platform: Platform, account_id: str) -> list[ReceiptAddress]:
    """Those that are taken to now, the newest first."""
    rows = await platform.database.all(
        statement(
            """
            SELECT * FROM receipt_addresses WHERE account_id = ?1 AND (ends_at IS NULL OR ends_at > ?2)
            ORDER BY ends_at IS NOT NULL, id DESC
            """,
            account_id,
            to_text(platform.clock.now()),
        )
    )
    domain = platform.settings.of(MailedInSettings).domain
    return [_address(row, domain) for row in rows]


async def make_address(platform: Platform, actor: Actor, grace: timedelta) -> None:
    """Give the account an address, in the place of one that it may have: that one holds for `grace` yet, and one before
    it not any more.

    Raises:
        NoMailTaken: see there.
        ValueError: `grace` is negative, or longer than MOST_GRACE.
    """
    if not platform.settings.of(MailedInSettings).domain:
        raise NoMailTaken
    if not timedelta(0) <= grace <= MOST_GRACE:
        raise ValueError(f"an address holds for at most {MOST_GRACE.days} days after it was changed")
    now = platform.clock.now()
    ends_at = to_text(now + grace)
    made = _made(actor, to_text(now), ends_at)
    await platform.database.batch([_end(actor.account_id, ends_at, to_text(now)), *made])


async def first_address(platform: Platform, actor: Actor) -> list[Statement]:
    """What gives an account its first address; nothing where it has or had one, or this deployment takes no mail."""
    if not platform.settings.of(MailedInSettings).domain:
        return []
    query = statement("SELECT 1 FROM receipt_addresses WHERE account_id = ?", actor.account_id)
    if await platform.database.first(query) is not None:
        return []
    now = to_text(platform.clock.now())
    return _made(actor, now, now)


async def end_address(platform: Platform, actor: Actor) -> None:
    """Take nothing by mail any more, at once.

    Raises:
        NoAddress: see there.
    """
    now = to_text(platform.clock.now())
    event = event_of_account(actor.account_id, "receipt_address.ended", new_id("aud"), actor=actor.name, at=now)
    shown = statement(
        "UPDATE receipt_addresses SET ends_at = ?2 WHERE account_id = ?1 AND ends_at IS NULL", actor.account_id, now
    )
    try:
        await platform.database.batch([_end_earlier(actor.account_id, now), shown, append_if_changed(event)])
    except ConstraintFailed as error:
        raise NoAddress from error


def _made(actor: Actor, now: str, ends_at: str) -> list[Statement]:
    row_id = new_id("adr")
    local_part = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().lower()
    insert = statement(
        "INSERT INTO receipt_addresses (id, account_id, local_part, created_at) VALUES (?, ?, ?, ?)",
        row_id,
        actor.account_id,
        f"r-{local_part}",
        now,
    )
    event = event_of_account(
        actor.account_id,
        "receipt_address.made",
        f"{row_id}:made",
        actor=actor.name,
        at=now,
        detail={"address": row_id, "endsAt": ends_at},
    )
    return [insert, append_if_changed(event)]


def _end(account_id: str, ends_at: str, now: str) -> Statement:
    """The one that is shown holds until `ends_at`; one that ends already, not any more."""
    return statement(
        """
        UPDATE receipt_addresses SET ends_at = CASE WHEN ends_at IS NULL THEN ?2 ELSE MIN(ends_at, ?3) END
        WHERE account_id = ?1
        """,
        account_id,
        ends_at,
        now,
    )


def _end_earlier(account_id: str, now: str) -> Statement:
    return statement(
        "UPDATE receipt_addresses SET ends_at = MIN(ends_at, ?2) WHERE account_id = ?1 AND ends_at IS NOT NULL",
        account_id,
        now,
    )


def _address(row: Row, domain: str) -> ReceiptAddress:
    return ReceiptAddress(f"{text(row, 'local_part')}@{domain}", text(row, "created_at"), optional_text(row, "ends_at"))
