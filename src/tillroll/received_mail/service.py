"""Accepts mail: who may send, what is in it, and storing it before it is answered. Lists it, and
works failed mail off again."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Final, LiteralString

from tillroll.mail.provider import MailSettings
from tillroll.received_mail import headers, repository
from tillroll.received_mail.attachments import Attachment, Found
from tillroll.received_mail.headers import Unreadable
from tillroll.received_mail.intake import Audited, who_sends
from tillroll.received_mail.models import ReceivedAttachment, ReceivedMail, ReceivedMailDetail
from tillroll.received_mail.repository import INBOX
from tillroll.received_mail.settings import MailedInSettings
from tillroll.received_mail.takers import taker_of
from tillroll.received_mail.walk import read_attachments
from tillroll_durable import Actor, statement
from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, insert_row, of_row
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.bindings.objects import may_try
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_secret
from tillroll_durable.sight import Sight, all_of

RAW_TYPE: Final = "message/rfc822"
_FOUND: Final = """
  SELECT a.id, a.account_id, COALESCE(i.requires_authentication, 1) AS requires_authentication
  FROM receipt_addresses a LEFT JOIN mail_intakes i ON i.account_id = a.account_id
  WHERE a.local_part = ?1 AND (a.ends_at IS NULL OR a.ends_at > ?2)
"""
_LONGEST_WHY: Final = 400
_TOO_LARGE: Final = (
    f"A mail may have {headers.MOST_BYTES // 1024 // 1024} MB. Send the files in several mails"
)
_NOTHING: Final = (
    "There is no receipt in this mail: attach a PDF, a photo or an e-invoice, or forward the "
    "invoice"
)


class Rejected(Exception):
    """The mail is not taken; the message is for the sender's server, which tells its sender."""


@dataclass(frozen=True)
class Accepted:
    """`id` is ours of the mail, the same however often it comes."""

    id: str
    is_new: bool


@dataclass(frozen=True)
class _Address:
    id: str
    account_id: str
    requires_authentication: bool


@dataclass(frozen=True)
class _Sender:
    address: str
    user_id: str
    is_authenticated: bool


async def take(
    platform: Platform, recipient: str, size: int, read: Callable[[], Awaitable[bytes]]
) -> str | None:
    """Store a mail, or return why it is not taken. For what else is raised, the sender's server
    tries again."""
    try:
        await accept(platform, recipient, size=size, read=read)
    except Rejected as rejected:
        return str(rejected)
    return None


async def accept(
    platform: Platform, recipient: str, size: int, read: Callable[[], Awaitable[bytes]]
) -> Accepted:
    """Store a mail, once however often it comes. `read` gives its bytes. Raises Rejected, of which
    only a count is kept."""
    local_part, domain = _parts_of(recipient)
    platform, address = await _find_address(platform, local_part, domain)
    if size > headers.MOST_BYTES:
        raise await _refused(platform, address, code="too large", reason=_TOO_LARGE)
    raw = await read()
    if len(raw) > headers.MOST_BYTES:
        raise await _refused(platform, address, code="too large", reason=_TOO_LARGE)
    head = headers.head_of(raw)
    sender = await _check_sender(platform, address, head)
    message_id = headers.message_id_of(head)
    digest = hashlib.sha256(headers.body_of(raw)).hexdigest()
    existing = await repository.find_known(
        platform.database, address.id, message_id=message_id, digest=digest
    )
    if existing is not None:
        return await _again(platform, existing)
    await _check_rate(platform, address)
    mail_id = new_id("rml")
    now = platform.clock.now()
    key = f"{address.account_id}/mail/{mail_id}"
    await platform.objects.put_bytes(key, raw, RAW_TYPE)
    insert = insert_row(
        "received_mail",
        {
            "id": mail_id,
            "account_id": address.account_id,
            "address_id": address.id,
            "message_id": message_id,
            "digest": digest,
            "sender": sender.address,
            "subject": headers.words(head, "subject") or "",
            "user_id": sender.user_id,
            "is_authenticated": sender.is_authenticated,
            "is_automatic": headers.is_automatic(head),
            "size": len(raw),
            "object_key": key,
            "received_at": to_text(now),
            "state": "stored",
            "next_attempt_at": INBOX.again_at(now),
        },
    )
    event = event_of_account(
        address.account_id,
        Audited.MAIL_RECEIVED,
        f"{mail_id}:received",
        actor=f"mail:{mail_id}",
        at=to_text(now),
        detail={
            "mail": mail_id,
            "user": sender.user_id,
            "isAuthenticated": sender.is_authenticated,
        },
    )
    try:
        await platform.database.batch([insert, append_if_changed(event)])
    except ConstraintFailed:  # the same mail came twice at once
        existing = await repository.find_known(
            platform.database, address.id, message_id=message_id, digest=digest
        )
        if existing is None:
            raise
        return await _again(platform, existing)
    del head
    await _check_attachments(platform, address.account_id, mail_id, raw=raw, now=now)
    await INBOX.nudge(platform, mail_id)
    return Accepted(mail_id, is_new=True)


def _parts_of(recipient: str) -> tuple[str, str]:
    """The local part and the domain of an address."""
    detailed, _, domain = recipient.strip().lower().rpartition("@")
    # What a sender adds behind a plus is theirs (RFC 5233).
    return detailed.partition("+")[0], domain


async def _find_address(
    platform: Platform, local_part: str, domain: str
) -> tuple[Platform, _Address]:
    """An address, and the platform in its account's database. Raises Rejected."""
    now = to_text(platform.clock.now())
    row: Row | None = None

    async def look(entered: Platform) -> Row | None:
        return await entered.database.first(statement(_FOUND, [local_part, now]))

    is_ours = domain == platform.settings.of(MailedInSettings).domain and bool(domain)
    if is_ours:
        platform, row = await find(platform, of_secret(local_part), look)
    if row is None:
        raise Rejected(
            "There is no such address, or not any more. Look for the present one in the settings"
        )
    return platform, of_row(_Address, row)


async def _check_sender(platform: Platform, address: _Address, head: Message) -> _Sender:
    """Raises Rejected: they may not send, or it is not proven that they did."""
    try:
        sender = headers.sender_of(head)
    except headers.NoSender as error:
        raise await _refused(
            platform, address, code="no sender", reason=f"Not taken: {error}"
        ) from error
    if _is_ours(platform, sender):
        raise await _refused(
            platform, address, code="own mail", reason="Mail of this service itself is not taken"
        )
    verdict = headers.verdict_on(head, sender)
    is_authenticated = verdict is headers.Verdict.AUTHENTICATED
    if verdict is headers.Verdict.FAILED or (
        address.requires_authentication and not is_authenticated
    ):
        reason = "The sender's domain does not prove that it sent this mail (DMARC, DKIM or SPF)"
        raise await _refused(platform, address, code="not authenticated", reason=reason)
    user_id = await who_sends(platform, address.account_id, sender)
    if user_id is None:
        reason = (
            "This sender may not send receipts to this address. Use your confirmed address, or "
            "ask an owner"
        )
        raise await _refused(platform, address, code="sender not allowed", reason=reason)
    return _Sender(sender, user_id, is_authenticated)


def _is_ours(platform: Platform, sender: str) -> bool:
    """Whether an answer of ours, or an account's own address, is said to be the sender: mail would
    go round."""
    own = platform.settings.of(MailSettings).sender.rpartition("<")[2].strip("> ").casefold()
    return (
        sender == own or sender.rpartition("@")[2] == platform.settings.of(MailedInSettings).domain
    )


async def _check_rate(platform: Platform, address: _Address) -> None:
    for limit, key in (
        (platform.limits.by_actor, f"mail:{address.id}"),
        (platform.limits.by_account, address.account_id),
    ):
        if not await may_try(limit, key):
            reason = "Too much came to this account within a minute. Send it again later"
            raise await _refused(platform, address, code="too many", reason=reason)


async def _check_attachments(
    platform: Platform, account_id: str, mail_id: str, *, raw: bytes, now: datetime
) -> None:
    """Raises Rejected: nothing in the mail may be a receipt. Its row says so, and lists what is in
    it."""
    try:
        attachments = read_attachments(raw, now.date())
    except Unreadable as error:
        await platform.database.batch(
            [repository.settle(account_id, mail_id, "refused", now=to_text(now), why=str(error))]
        )
        raise Rejected(f"Not taken: {error}") from error
    except Exception as error:  # noqa: BLE001
        # It is stored: working it off tries again, and a person sees what failed.
        log.crash("received_mail.not_read", error, subject=mail_id)
        return
    if any(each.is_offered or taker_of(each) is not None for each in attachments):
        return
    why = _why_none(attachments)
    rows = [
        repository.keep_unoffered(mail_id, position, each)
        for position, each in enumerate(attachments)
    ]
    refused = repository.settle(
        account_id, mail_id, "refused", now=to_text(now), why=why or _NOTHING
    )
    await platform.database.batch([*rows, refused])
    raise Rejected(f"Not taken: {why}" if why else _NOTHING)


def _why_none(attachments: Sequence[Attachment]) -> str:
    """Each thing in the mail and why it is no receipt, what may have been meant as one first;
    empty where there is nothing but a text without a total. Servers take a line of 512 signs in
    ASCII (RFC 5321, section 4.5.3.1.5)."""
    named = sorted(
        (each for each in attachments if each.reason), key=lambda each: not each.is_refused
    )
    if all(each.found is Found.TEXT and not each.is_refused for each in named):
        return ""
    reasons: list[str] = []
    for number, each in enumerate(named):
        name = (each.name or each.found.value).encode("ascii", "replace").decode()
        line = f"{name[:60]}: {each.why}"
        if sum(map(len, reasons)) + len(line) > _LONGEST_WHY:
            reasons.append(f"and {len(named) - number} more")
            break
        reasons.append(line)
    return "; ".join(reasons)


async def _again(platform: Platform, before: repository.Known) -> Accepted:
    """Answer a mail that came once more as before; nothing is done."""
    if before.state == "refused":
        raise Rejected(f"Not taken: {before.why}")
    if before.state == "stored":
        await INBOX.nudge(platform, before.id)
    return Accepted(before.id, is_new=False)


async def _refused(platform: Platform, address: _Address, code: str, reason: str) -> Rejected:
    """Count a mail that is refused at the door; nothing else is kept of what nobody has proven."""
    await platform.database.batch(
        [
            statement(
                """
                INSERT INTO mail_intakes (account_id, refused, refused_at, refused_why)
                VALUES (?1, 1, ?2, ?3)
                ON CONFLICT (account_id) DO UPDATE SET
                  refused = refused + 1, refused_at = excluded.refused_at,
                  refused_why = excluded.refused_why
                """,
                [address.account_id, to_text(platform.clock.now()), code],
            )
        ]
    )
    log.info("received_mail.rejected", account=address.account_id, reason=code)
    return Rejected(reason)


_QUERY: Final = """
  SELECT m.id, m.sender, m.subject, m.user_id, u.name AS user_name, m.is_authenticated, m.size,
    m.received_at, m.state,
    m.why, m.attempts, CASE WHEN m.state = 'stored' THEN m.next_attempt_at END AS next_attempt_at,
    m.settled_at,
    m.answer_id, m.deleted_at,
    (SELECT COUNT(*) FROM received_papers p
      WHERE p.mail_id = m.id AND p.outcome IN ('taken', 'known')) AS taken,
    (SELECT COUNT(*) FROM received_papers p WHERE p.mail_id = m.id
        AND p.outcome = 'refused') AS refused
  FROM received_mail m JOIN users u ON u.id = m.user_id WHERE m.account_id = ?
"""


class NoSuchMail(Refusal):
    thing = "mail"


class NotReplayable(Refusal):
    """Only what failed is worked off again; the message is the mail's state."""

    kind = Kind("mail-not-replayable", 409, "The mail cannot be worked off again")
    explanation = "It is {}: only mail that failed, and was not deleted, is worked off again."


async def list_mail(
    platform: Platform, sight: Sight, state: str | None, before: str, limit: int
) -> list[ReceivedMail]:
    """The mail that is seen behind an id, newest first; in a state, where one is given."""
    chosen: LiteralString = ""
    values: list[str] = []
    if state is not None:
        chosen = " AND m.state = ?"
        values.append(state)
    narrowed, only = sight.narrowing("m.user_id")
    sql = f"{_QUERY} AND m.id < ?{chosen}{narrowed} ORDER BY m.id DESC LIMIT ?"
    rows = await platform.database.all(
        statement(sql, [sight.account_id, before, *values, *only, limit])
    )
    return [of_row(ReceivedMail, row) for row in rows]


async def show_mail(platform: Platform, sight: Sight, mail_id: str) -> ReceivedMailDetail:
    narrowed, only = sight.narrowing("m.user_id")
    query = statement(f"{_QUERY} AND m.id = ?{narrowed}", [sight.account_id, mail_id, *only])
    rows, attachments = await platform.database.batch(
        [query, repository.attachments_of(mail_id, sight)]
    )
    if not rows:
        raise NoSuchMail
    return of_row(
        ReceivedMailDetail, rows[0], papers=[of_row(ReceivedAttachment, row) for row in attachments]
    )


async def replay_mail(platform: Platform, actor: Actor, mail_id: str) -> ReceivedMailDetail:
    """Have a mail that failed worked off again: what of it was taken is not taken twice."""
    now = to_text(platform.clock.now())
    query = """
      UPDATE received_mail
      SET state = 'stored', attempts = 1, why = NULL, settled_at = NULL, next_attempt_at = ?3
      WHERE id = ?1 AND account_id = ?2 AND state = 'failed' AND deleted_at IS NULL
    """
    mail_row = statement(query, [mail_id, actor.account_id, now])
    event = actor.event(Audited.MAIL_REPLAYED, new_id("aud"), at=now, detail={"mail": mail_id})
    try:
        await platform.database.batch([mail_row, append_if_changed(event)])
    except ConstraintFailed as error:
        raise NotReplayable(
            (await show_mail(platform, all_of(actor.account_id), mail_id)).state
        ) from error
    await INBOX.nudge(platform, mail_id)
    return await show_mail(platform, all_of(actor.account_id), mail_id)
