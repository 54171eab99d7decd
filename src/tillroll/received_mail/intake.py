"""Intake of receipts by mail: the domain that takes mail, the account's address, and who may send
to it.

The address is unguessable, and changed when somebody knows it who should not. The account's people
may send from their confirmed addresses, and so may anyone whom an owner allows.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.access.permissions import Permission, sees_all
from tillroll.access.roles import granted, roles_of
from tillroll.fields import InvalidAddress, read_mail_address
from tillroll.mail.addresses import hash_of_address
from tillroll.received_mail.models import AllowedSender, EarlierAddress, ReceiptsByMail, RefusedMail
from tillroll.received_mail.settings import MailedInSettings
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append, append_if_changed, values_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    insert_row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import marked
from tillroll_durable.sight import Sight


class Audited(Action):
    RECEIPT_ADDRESS_MADE = (
        "receipt_address.made",
        "the account got an address for receipts; one before it holds until `endsAt`",
    )
    RECEIPT_ADDRESS_ENDED = (
        "receipt_address.ended",
        "nothing that is mailed to the account's addresses is taken any more",
    )
    MAIL_INTAKE_CHANGED = (
        "mail_intake.changed",
        "who may send receipts by mail was changed, or whether they must prove it",
    )
    MAIL_RECEIVED = (
        "mail.received",
        "a mail was stored; what it brought begins runs by the actor `mail:` and its id",
    )
    MAIL_REPLAYED = "mail.replayed", "a mail that failed is worked off again"


# Of an address that was changed; so that nothing is lost that is on its way.
MOST_GRACE: Final = timedelta(days=30)
# Five bytes are eight letters: 130 bits and more, which fit into the 64 characters of a local part.
_RANDOM_BYTES: Final = 20
_NEW_INTAKE: Final[Row] = {"requires_authentication": 1, "count": 0, "at": None, "why": None}


class NoMailTaken(Refusal):
    """This deployment takes no mail."""

    kind = Kind("no-mail-taken", 409, "This deployment takes no receipts by mail")
    explanation = (
        "The operator of this deployment sets RECEIPTS_MAIL_DOMAIN; see docs/receipts-by-mail.md."
    )


class NoAddress(Refusal):
    thing = "address"


async def read_intake(platform: Platform, sight: Sight) -> ReceiptsByMail:
    """The account's addresses, the newest first, who may send to them, and what was refused.
    A person who sees their own documents alone hears of the senders whose receipts are theirs, and
    nothing of what was refused.
    """
    account_id = sight.account_id
    narrowed, only = sight.narrowing("user_id")
    addresses = """
      SELECT * FROM receipt_addresses WHERE account_id = ?1 AND (ends_at IS NULL OR ends_at > ?2)
      ORDER BY ends_at IS NOT NULL, id DESC
    """
    counted = (
        "SELECT *, refused AS count, refused_at AS at, refused_why AS why FROM mail_intakes "
        "WHERE account_id = ?"
    )
    senders = (
        f"SELECT pattern, user_id FROM allowed_senders WHERE account_id = ?{narrowed} "
        "ORDER BY pattern"
    )
    address_rows, intakes, allowed = await platform.database.batch(
        [
            statement(addresses, [account_id, to_text(platform.clock.now())]),
            statement(counted, [account_id]),
            statement(senders, [account_id, *only]),
        ]
    )
    domain = platform.settings.of(MailedInSettings).domain
    current = next((row for row in address_rows if row["ends_at"] is None), None)
    earlier = [row for row in address_rows if row["ends_at"] is not None]
    intake: Row = intakes[0] if intakes else _NEW_INTAKE
    return ReceiptsByMail(
        is_offered=bool(domain),
        address=None if current is None else f"{text(current, 'local_part')}@{domain}",
        created_at=None if current is None else text(current, "created_at"),
        earlier=[
            EarlierAddress(
                address=f"{text(row, 'local_part')}@{domain}", ends_at=text(row, "ends_at")
            )
            for row in earlier
        ],
        requires_authentication=intake["requires_authentication"] == 1,
        senders=[of_row(AllowedSender, row) for row in allowed],
        refused=of_row(RefusedMail, intake if sight.only is None else _NEW_INTAKE),
    )


async def make_address(platform: Platform, actor: Actor, grace: timedelta) -> None:
    """Give the account an address in the place of the present one, which holds for `grace`, at most
    MOST_GRACE.
    """
    if not platform.settings.of(MailedInSettings).domain:
        raise NoMailTaken
    if not timedelta(0) <= grace <= MOST_GRACE:
        raise ValueError(
            f"an address holds for at most {MOST_GRACE.days} days after it was changed"
        )
    now = platform.clock.now()
    ends_at = to_text(now + grace)
    # The one that is shown holds until `ends_at`; one that ends already, not any more.
    query = """
      UPDATE receipt_addresses
      SET ends_at = CASE WHEN ends_at IS NULL THEN ?2 ELSE MIN(ends_at, ?3) END
      WHERE account_id = ?1
    """
    ended = statement(query, [actor.account_id, ends_at, to_text(now)])
    await platform.database.batch([ended, *_made(actor, to_text(now), ends_at)])


async def first_address(platform: Platform, actor: Actor) -> list[Statement]:
    """What gives an account its first address; nothing where it has or had one, or this deployment
    takes no mail.
    """
    if not platform.settings.of(MailedInSettings).domain:
        return []
    query = statement("SELECT 1 FROM receipt_addresses WHERE account_id = ?", [actor.account_id])
    if await platform.database.first(query) is not None:
        return []
    now = to_text(platform.clock.now())
    return _made(actor, now, now)


async def end_address(platform: Platform, actor: Actor) -> None:
    """Take nothing by mail any more, at once."""
    now = to_text(platform.clock.now())
    event = actor.event(Audited.RECEIPT_ADDRESS_ENDED, new_id("aud"), now)
    query = (
        "UPDATE receipt_addresses SET ends_at = MIN(ends_at, ?2) WHERE account_id = ?1 "
        "AND ends_at IS NOT NULL"
    )
    earlier = statement(query, [actor.account_id, now])
    query = "UPDATE receipt_addresses SET ends_at = ?2 WHERE account_id = ?1 AND ends_at IS NULL"
    try:
        await platform.database.batch(
            [earlier, statement(query, [actor.account_id, now]), append_if_changed(event)]
        )
    except ConstraintFailed as error:
        raise NoAddress from error


def _made(actor: Actor, now: str, ends_at: str) -> list[Statement]:
    row_id = new_id("adr")
    local_part = base64.b32encode(secrets.token_bytes(_RANDOM_BYTES)).decode().lower()
    row = {
        "id": row_id,
        "account_id": actor.account_id,
        "local_part": marked(f"r-{local_part}"),
        "created_at": now,
    }
    event = actor.event(
        Audited.RECEIPT_ADDRESS_MADE,
        f"{row_id}:made",
        at=now,
        detail={"address": row_id, "endsAt": ends_at},
    )
    return [insert_row("receipt_addresses", row), append_if_changed(event)]


MOST: Final = 100

_PERSON: Final = """
  u.id, (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
"""
# A person's own address before what was allowed, an address before its domain.
_WHO: Final = f"""
  SELECT {_PERSON} FROM (
    SELECT m.user_id, 0 AS rank FROM mail_addresses m
    WHERE m.address_hash = ?2 AND m.address IS NOT NULL
    UNION ALL
    SELECT s.user_id, CASE WHEN s.pattern = ?3 THEN 1 ELSE 2 END FROM allowed_senders s
    WHERE s.account_id = ?1 AND s.pattern IN (?3, ?4)
  ) w JOIN users u ON u.id = w.user_id
  WHERE u.account_id = ?1 AND u.removed_at IS NULL ORDER BY w.rank LIMIT 5
"""


async def change_intake(
    platform: Platform,
    actor: Actor,
    senders: Sequence[AllowedSender],
    *,
    requires_authentication: bool,
) -> None:
    """Say who may send beside the account's people, and whether senders must be proven."""
    checked = await _checked(platform, actor.account_id, senders)
    now = to_text(platform.clock.now())
    detail: JsonObject = {
        "requiresAuthentication": requires_authentication,
        "senders": len(checked),
    }
    detail |= values_changed(await _intake_before(platform.database, actor.account_id), detail)
    event = actor.event(Audited.MAIL_INTAKE_CHANGED, new_id("aud"), at=now, detail=detail)
    keep = """
      INSERT INTO mail_intakes (account_id, requires_authentication) VALUES (?1, ?2)
      ON CONFLICT (account_id) DO UPDATE
          SET requires_authentication = excluded.requires_authentication
    """
    allowed = {"account_id": actor.account_id, "created_at": now}
    batch = [
        statement(keep, [actor.account_id, int(requires_authentication)]),
        statement("DELETE FROM allowed_senders WHERE account_id = ?", [actor.account_id]),
        *(insert_row("allowed_senders", {**allowed, **each.model_dump()}) for each in checked),
        append(event),
    ]
    await platform.database.batch(batch)


async def _intake_before(database: Database, account_id: str) -> JsonObject:
    query = """
      SELECT COALESCE((SELECT requires_authentication FROM mail_intakes WHERE account_id = ?1), 1)
          AS proven,
        (SELECT COUNT(*) FROM allowed_senders WHERE account_id = ?1) AS senders
    """
    [row] = await database.all(statement(query, [account_id]))
    return {"requiresAuthentication": row["proven"] == 1, "senders": row["senders"]}


async def who_sends(platform: Platform, account_id: str, sender: str) -> str | None:
    """The id of the person whose receipts these are, who may hand some in; None for anyone who may
    not send.
    """
    domain = f"@{sender.rpartition('@')[2]}"
    rows = await platform.database.all(
        statement(_WHO, [account_id, hash_of_address(sender), sender, domain])
    )
    return next((text(row, "id") for row in rows if _may_submit(row)), None)


async def sight_of(platform: Platform, account_id: str, user_id: str) -> Sight:
    """Whose documents a person sees whom a mail is of: one who is gone, their own."""
    query = f"SELECT {_PERSON} FROM users u WHERE u.account_id = ? AND u.id = ?"
    row = await platform.database.first(statement(query, [account_id, user_id]))
    return Sight(account_id, None if row is not None and sees_all(_may(row)) else user_id)


def _may(row: Row) -> frozenset[Permission]:
    return granted(roles_of(optional_text(row, "roles")), is_operator=False)


def _may_submit(row: Row) -> bool:
    return Permission.SUBMIT in _may(row)


async def _checked(
    platform: Platform, account_id: str, senders: Sequence[AllowedSender]
) -> list[AllowedSender]:
    query = f"SELECT {_PERSON} FROM users u WHERE u.account_id = ? AND u.removed_at IS NULL"
    rows = await platform.database.all(statement(query, [account_id]))
    people = {text(row, "id") for row in rows if _may_submit(row)}
    problems: list[tuple[str, str]] = []
    checked: dict[str, AllowedSender] = {}
    for number, each in enumerate(senders):
        try:
            pattern = _pattern(each.pattern)
        except InvalidAddress:
            message = "Give a mail address, or all of a domain as @example.com"
            problems.append((f"senders.{number}.pattern", message))
            continue
        if each.user_id not in people:
            problems.append(
                (
                    f"senders.{number}.userId",
                    "Name a person of the account who may hand in receipts",
                )
            )
        if pattern in checked:
            problems.append((f"senders.{number}.pattern", "It stands in the list twice"))
        checked[pattern] = AllowedSender(pattern=pattern, user_id=each.user_id)
    if len(senders) > MOST:
        problems.append(
            (
                "senders",
                f"At most {MOST} senders are allowed; allow a domain in place of its addresses",
            )
        )
    if problems:
        raise ValuesRefused(problems)
    return list(checked.values())


def _pattern(text: str) -> str:
    """Raises InvalidAddress."""
    pattern = text.strip().casefold()
    if pattern.startswith("@"):
        return read_mail_address(f"all{pattern}").removeprefix("all")
    return read_mail_address(pattern)
