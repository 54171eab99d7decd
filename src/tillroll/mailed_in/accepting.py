"""Accepting a mail: who may, what is in it, and storing it before the sender's server has its answer."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.mail.settings import MailSettings
from tillroll.mailed_in.rows import Known, find, first_attempt_at, keep_paper, known, settle
from tillroll.mailed_in.setup.senders import who_sends
from tillroll.mime.authentication import Verdict, verdict_on
from tillroll.mime.headers import NoSender, body_of, head_of, is_automatic, message_id_of, sender_of, words
from tillroll.mime.papers import Paper
from tillroll.mime.reading import read_papers
from tillroll.mime.structure import MOST_BYTES, Unreadable
from tillroll.platform import log
from tillroll.platform.bindings.database import ConstraintFailed, text
from tillroll.platform.bindings.engine import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.receipt_addresses.settings import NUDGE, MailedInSettings

RAW_TYPE: Final = "message/rfc822"
_FOUND: Final = """
  SELECT a.id, a.account_id, COALESCE(i.requires_authentication, 1) AS requires_authentication
  FROM receipt_addresses a LEFT JOIN mail_intakes i ON i.account_id = a.account_id
  WHERE a.local_part = ?1 AND (a.ends_at IS NULL OR a.ends_at > ?2)
"""
_NOTHING: Final = "There is no receipt in this mail: attach a PDF, a photo or an e-invoice, or forward the invoice"


class Rejected(Exception):
    """The mail is not taken; the message is for the sender's server, which tells its sender."""


@dataclass(frozen=True)
class Envelope:
    """What the sender's server says of a mail: to whom, and of how many bytes."""

    recipient: str
    size: int


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


async def accept(platform: Platform, envelope: Envelope, read: Callable[[], Awaitable[bytes]]) -> Accepted:
    """Store a mail, once however often it comes; when this returns, it is not lost any more. `read` gives its bytes.

    Raises:
        Rejected: see there. Of what its sender may send the row says why; of the rest, only a count is kept.
        ObjectsUnavailable: it could not be stored, so the sender's server must try again.
    """
    address = await _find_address(platform, envelope.recipient)
    if envelope.size > MOST_BYTES:
        raise await _refused(platform, address, "too large", _too_large())
    raw = await read()
    if len(raw) > MOST_BYTES:
        raise await _refused(platform, address, "too large", _too_large())
    head = head_of(raw)
    sender = await _check_sender(platform, address, head)
    message_id, digest = message_id_of(head), hashlib.sha256(body_of(raw)).hexdigest()
    row = await platform.database.first(find(address.id, message_id, digest))
    if row is not None:
        return await _again(platform, known(row))
    await _check_rate(platform, address)
    mail_id, now = new_id("rml"), platform.clock.now()
    key = f"{address.account_id}/mail/{mail_id}"
    await platform.objects.put_bytes(key, raw, RAW_TYPE)
    insert = _insert(mail_id, address, sender, head, (message_id, digest), len(raw), key, now)
    event = event_of_account(
        address.account_id,
        "mail.received",
        f"{mail_id}:received",
        actor=f"mail:{mail_id}",
        at=to_text(now),
        detail={"mail": mail_id, "user": sender.user_id, "isAuthenticated": sender.is_authenticated},
    )
    try:
        await platform.database.batch([insert, append_if_changed(event)])
    except ConstraintFailed:  # the same mail came twice at once
        row = await platform.database.first(find(address.id, message_id, digest))
        if row is None:
            raise
        return await _again(platform, known(row))
    del head
    await _check_papers(platform, mail_id, raw, now)
    await nudge(platform, mail_id)
    return Accepted(mail_id, is_new=True)


async def nudge(platform: Platform, mail_id: str) -> None:
    """Have a mail worked off soon; where the queue does not take the message, the sweep does it."""
    message: JsonObject = {NUDGE: mail_id}
    try:
        await platform.queue.send(message)
    except QueueUnavailable as error:
        log.warning("received_mail.not_nudged", subject=mail_id, error=error)


def outcome_of_unoffered(mail_id: str, position: int, paper: Paper) -> Statement:
    """The row of a paper that is none."""
    return keep_paper(mail_id, position, paper, "refused" if paper.is_refused else "left_out", paper.why)


async def _find_address(platform: Platform, recipient: str) -> _Address:
    local_part, _, domain = recipient.strip().lower().rpartition("@")
    now = to_text(platform.clock.now())
    is_ours = domain == platform.settings.of(MailedInSettings).domain and bool(domain)
    row = await platform.database.first(statement(_FOUND, local_part, now)) if is_ours else None
    if row is None:
        raise Rejected("There is no such address, or not any more. Look for the present one in the settings")
    return _Address(text(row, "id"), text(row, "account_id"), row["requires_authentication"] == 1)


async def _check_sender(platform: Platform, address: _Address, head: Message) -> _Sender:
    """Raises Rejected: they may not send, or it is not proven that they did."""
    try:
        sender = sender_of(head)
    except NoSender as error:
        raise await _refused(platform, address, "no sender", f"Not taken: {error}") from error
    if _is_ours(platform, sender):
        raise await _refused(platform, address, "own mail", "Mail of this service itself is not taken")
    verdict = verdict_on(head, sender)
    is_authenticated = verdict is Verdict.AUTHENTICATED
    if verdict is Verdict.FAILED or (address.requires_authentication and not is_authenticated):
        said = "The sender's domain does not prove that it sent this mail (DMARC, DKIM or SPF)"
        raise await _refused(platform, address, "not authenticated", said)
    user_id = await who_sends(platform, address.account_id, sender)
    if user_id is None:
        said = "This sender may not send receipts to this address. Use your confirmed address, or ask an owner"
        raise await _refused(platform, address, "sender not allowed", said)
    return _Sender(sender, user_id, is_authenticated)


def _is_ours(platform: Platform, sender: str) -> bool:
    """Whether an answer of ours, or an account's own address, is said to be the sender: mail would go round."""
    own = platform.settings.of(MailSettings).sender.rpartition("<")[2].strip("> ").casefold()
    return sender == own or sender.rpartition("@")[2] == platform.settings.of(MailedInSettings).domain


async def _check_rate(platform: Platform, address: _Address) -> None:
    for limit, key in (
        (platform.limits.by_actor, f"mail:{address.id}"),
        (platform.limits.by_account, address.account_id),
    ):
        if not await limit.may_try(key):
            said = "Too much came to this account within a minute. Send it again later"
            raise await _refused(platform, address, "too many", said)


async def _check_papers(platform: Platform, mail_id: str, raw: bytes, now: datetime) -> None:
    """Raises Rejected: nothing in the mail may be a receipt. Its row says so, and lists what is in it."""
    try:
        papers = read_papers(raw, now.date())
    except Unreadable as error:
        await platform.database.batch([settle(mail_id, "refused", to_text(now), str(error))])
        raise Rejected(f"Not taken: {error}") from error
    except Exception as error:  # noqa: BLE001 - it is stored: working it off tries again, and a person sees what failed
        log.crash("received_mail.not_read", error, subject=mail_id)
        return
    if any(paper.is_offered for paper in papers):
        return
    why = next((paper.why for paper in papers if paper.is_refused), None)
    rows = [outcome_of_unoffered(mail_id, position, paper) for position, paper in enumerate(papers)]
    await platform.database.batch([*rows, settle(mail_id, "refused", to_text(now), why or _NOTHING)])
    raise Rejected(f"Not taken: {why}" if why else _NOTHING)


async def _again(platform: Platform, before: Known) -> Accepted:
    """The same mail once more: the same answer, and nothing is done."""
    if before.state == "refused":
        raise Rejected(f"Not taken: {before.why}")
    if before.state == "stored":
        await nudge(platform, before.id)
    return Accepted(before.id, is_new=False)


async def _refused(platform: Platform, address: _Address, code: str, said: str) -> Rejected:
    """Count a mail that is refused at the door; nothing else is kept of what nobody has proven."""
    await platform.database.batch(
        [
            statement(
                """
                INSERT INTO mail_intakes (account_id, refused, refused_at, refused_why) VALUES (?1, 1, ?2, ?3)
                ON CONFLICT (account_id) DO UPDATE SET
                  refused = refused + 1, refused_at = excluded.refused_at, refused_why = excluded.refused_why
                """,
                address.account_id,
                to_text(platform.clock.now()),
                code,
            )
        ]
    )
    log.info("received_mail.rejected", account=address.account_id, reason=code)
    return Rejected(said)


def _too_large() -> str:
    return f"A mail may have {MOST_BYTES // 1024 // 1024} MB. Send the files in several mails"


def _insert(  # noqa: PLR0913 - a row has as many values
    mail_id: str,
    address: _Address,
    sender: _Sender,
    head: Message,
    identity: tuple[str, str],
    size: int,
    key: str,
    now: datetime,
) -> Statement:
    return statement(
        """
        INSERT INTO received_mail
          (id, account_id, address_id, message_id, digest, sender, subject, user_id, is_authenticated, is_automatic,
           size, object_key, received_at, state, next_attempt_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored', ?)
        ON CONFLICT (address_id, message_id, digest) DO NOTHING
        """,
        mail_id,
        address.account_id,
        address.id,
        *identity,
        sender.address,
        words(head, "subject") or "",
        sender.user_id,
        int(sender.is_authenticated),
        int(is_automatic(head)),
        size,
        key,
        to_text(now),
        first_attempt_at(now),
    )
