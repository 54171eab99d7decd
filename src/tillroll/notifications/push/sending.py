"""The channel of browsers: it sends the notices of the app to the browsers that a person chose. A
row stands for each.
"""

import hashlib
import os
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from tillroll.access.permissions import sees_all
from tillroll.access.roles import granted, roles_of
from tillroll.notifications.push.devices import end_device, receiver_of
from tillroll.notifications.push.messages import PushSettings, authorization, encrypted
from tillroll.notifications.service import message_of
from tillroll.notifications.topics import TOPICS, path_of
from tillroll_durable.errors import one_line
from tillroll_durable.jobs.job import ago
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    Statement,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.http import (
    HttpFailed,
    HttpReply,
    HttpRequest,
    ResolvingFailed,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_before_asking
from tillroll_durable.platform.web.throttling import seconds_of
from tillroll_durable.platform.words import Say, words_in
from tillroll_durable.registry import Registry

JOB: Final = "browsers"
# What could not be shown for a day is no news any more; the push service forgets it then, too.
STALE_AFTER: Final = timedelta(days=1)
# An attempt that ended with its Worker is made again. The service and the browser put the second in
# place of the first.
_LEASE: Final = timedelta(minutes=3)
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=1)
_TIMEOUT_SECONDS: Final = 20
_SENT_AT_ONCE: Final = 50
_LONGEST_TEXT: Final = 500
_SALT_BYTES: Final = 16
_TOPIC_BYTES: Final = 24  # 32 signs of base64url, as many as there may be (RFC 8030, section 5.4)
_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

DUE: Final = "push_messages WHERE state = 'pending' AND next_attempt_at <= ?1"
_DUE: Final = f"""
  SELECT m.id, m.attempts, m.created_at, d.id AS device_id, d.endpoint, d.public_key, d.auth_secret,
    u.id AS user_id,
    u.account_id, u.language, u.is_operator,
    (SELECT group_concat(o.role, ' ') FROM user_roles o WHERE o.user_id = u.id) AS roles,
    n.id AS notification_id, n.topic, n.subject, n.run_id, t.read_at, r.person, r.kind,
    r.contract_version, r.state,
    r.status, r.next_safe_action, r.reason, s.failures AS setbacks
  FROM push_messages m
    JOIN push_devices d ON d.id = m.device_id
    JOIN users u ON u.id = d.user_id
    JOIN notifications n ON n.id = m.notification_id
    JOIN notification_recipients t ON t.notification_id = n.id AND t.user_id = u.id
    LEFT JOIN runs r ON r.id = n.run_id
    {JOIN.format(part=f"'{JOB}'", subject="m.id")}
  WHERE m.state = 'pending' AND m.next_attempt_at <= ?1 AND {IS_DUE}
  ORDER BY {IN_TURN}, m.next_attempt_at LIMIT ?2
"""
# One attempt at a time: of two ticks that find a message due, one gets it.
_BEGIN: Final = """
  UPDATE push_messages SET attempts = attempts + 1, next_attempt_at = ?3
  WHERE id = ?1 AND state = 'pending' AND attempts = ?2 RETURNING id
"""
_SETTLE: Final = """
  UPDATE push_messages SET state = ?3, next_attempt_at = ?4, settled_at = ?5
  WHERE id = ?1 AND state = 'pending' AND attempts = ?2
"""


async def send_to_browsers(platform: Platform, registry: Registry) -> None:
    """Send what waits, a message at a time."""
    settings = platform.settings.of(PushSettings)
    now = platform.clock.now()
    if not settings.is_offered:
        return
    rows = await platform.database.all(statement(_DUE, [to_text(now), _SENT_AT_ONCE]))
    await each_row(
        platform,
        JOB,
        rows=rows,
        subject="id",
        do=lambda row: _attempt(platform, registry, settings=settings, row=row),
    )


async def _attempt(
    platform: Platform, registry: Registry, settings: PushSettings, row: Row
) -> None:
    now = platform.clock.now()
    lease = to_text(now + _LEASE)
    claimed_row = await platform.database.first(
        statement(_BEGIN, [text(row, "id"), row["attempts"], lease])
    )
    if claimed_row is None:
        return
    is_stale = from_text(text(row, "created_at")) < now - STALE_AFTER
    if is_stale and row["attempts"]:
        await platform.database.batch(
            _given_up(row, now, "The push service did not take it for a day.")
        )
    elif (
        is_stale or row["read_at"] is not None or not _is_seen(row)
    ):  # stale without a try: push was not offered
        await platform.database.batch([_settle(row, "withheld", now)])
    else:
        say = await words_in(platform.assets, optional_text(row, "language"))
        await _send(platform, settings, row=row, content=_content(registry, row, say))


def _is_seen(row: Row) -> bool:
    """Whether the person sees what it tells of, by the roles that they have now."""
    person = optional_text(row, "person")
    may = granted(roles_of(optional_text(row, "roles")), is_operator=row["is_operator"] == 1)
    return row["run_id"] is None or sees_all(may) or person == text(row, "user_id")


def _content(registry: Registry, row: Row, say: Say) -> str:
    """What the service worker shows: the notice's own sentence, and where it leads."""
    topic = TOPICS.get(text(row, "topic"))
    message = message_of(registry, row)
    if topic is not None and message.endswith(":"):  # what follows in a list of notices is left out
        message = f"{topic.title}."
    path = path_of(text(row, "topic"), text(row, "subject"), optional_text(row, "run_id"))
    return dump(
        {"id": text(row, "notification_id"), "text": say(message)[:_LONGEST_TEXT], "path": path}
    )


async def _send(platform: Platform, settings: PushSettings, row: Row, content: str) -> None:
    endpoint = text(row, "endpoint")
    now = platform.clock.now()
    try:
        await check_before_asking(platform, endpoint)
    except NotPublic as error:
        await platform.database.batch(
            _given_up(row, now, one_line(f"The address is not asked: {error}."))
        )
        return
    except ResolvingFailed:
        await _later(platform, row, None)
        return
    receiver = receiver_of(text(row, "public_key"), text(row, "auth_secret"))
    agreed = await platform.cipher.agree(receiver.public_key)
    body = await encrypted(
        platform.cipher,
        receiver,
        agreed=agreed,
        salt=os.urandom(_SALT_BYTES),
        plain=content.encode(),
    )
    headers = {
        "authorization": await authorization(platform.signer, settings, endpoint=endpoint, now=now),
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(int(STALE_AFTER.total_seconds())),
        "topic": topic_of(text(row, "notification_id")),
    }
    try:
        reply = await platform.exchange.send(
            HttpRequest(
                "POST", endpoint, headers=headers, body=body, timeout_seconds=_TIMEOUT_SECONDS
            )
        )
    except HttpFailed:
        await _later(platform, row, None)
    else:
        await _heard(platform, row, reply)


def topic_of(notification_id: str) -> str:
    """Make the topic by which a push service recognizes a message that is sent once more."""
    return base64url.encoded(hashlib.sha256(notification_id.encode()).digest()[:_TOPIC_BYTES])


async def _heard(platform: Platform, row: Row, reply: HttpReply) -> None:
    now = platform.clock.now()
    if reply.is_success:
        sent = "UPDATE push_devices SET last_sent_at = ?2, last_error = NULL WHERE id = ?1"
        device = statement(sent, [text(row, "device_id"), to_text(now)])
        await platform.database.batch([_settle(row, "sent", now), device])
    elif reply.status in _GONE:
        await _end(platform, row, to_text(now))
    elif reply.status == HTTPStatus.TOO_MANY_REQUESTS or reply.status >= 500:
        await _later(platform, row, seconds_of(reply.headers.get("retry-after"), now))
    else:
        why = (
            f"The push service refused the last message ({reply.status}). Remove this browser, "
            "and add it again."
        )
        await platform.database.batch(_given_up(row, now, why))


async def _end(platform: Platform, row: Row, now: str) -> None:
    account_id, user_id, device_id = (
        text(row, name) for name in ("account_id", "user_id", "device_id")
    )
    try:
        await platform.database.batch(end_device(account_id, user_id, device_id=device_id, now=now))
    except ConstraintFailed:
        return  # the person was quicker


async def _later(platform: Platform, row: Row, retry_after: float | None) -> None:
    """Try again after twice the time before, or once the service asks for it."""
    now = platform.clock.now()
    failed = integer(row, "attempts")
    if failed < 10:
        wait = min(_FIRST_WAIT * 2**failed, _LONGEST_WAIT)
    else:
        wait = _LONGEST_WAIT
    next_attempt = now + max(
        wait, timedelta(seconds=min(retry_after or 0, STALE_AFTER.total_seconds()))
    )
    if next_attempt > from_text(text(row, "created_at")) + STALE_AFTER:
        statements = _given_up(row, now, "The push service did not take it for a day.")
    else:
        values = (text(row, "id"), failed + 1, "pending", to_text(next_attempt), None)
        statements = [statement(_SETTLE, [*values])]
    await platform.database.batch(statements)


def _settle(row: Row, state: str, now: datetime) -> Statement:
    return statement(
        _SETTLE, [text(row, "id"), integer(row, "attempts") + 1, state, None, to_text(now)]
    )


def _given_up(row: Row, now: datetime, why: str) -> list[Statement]:
    noted = statement(
        "UPDATE push_devices SET last_error = ?2 WHERE id = ?1", [text(row, "device_id"), why]
    )
    return [_settle(row, "given_up", now), noted]


KEPT: Final = timedelta(days=7)
_SWEPT_AT_ONCE: Final = 500

OLD: Final = f"push_messages WHERE created_at < {ago(KEPT)}"


def delete_old(now: datetime) -> Statement:
    """Delete some of the messages that are older than KEPT, and so settled."""
    sql = """
      DELETE FROM push_messages WHERE id IN (
        SELECT id FROM push_messages WHERE created_at < ?1 ORDER BY created_at LIMIT ?2
      ) RETURNING id
    """
    return statement(sql, [to_text(now - KEPT), _SWEPT_AT_ONCE])
