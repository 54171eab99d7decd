"""Deliveries of an event, a row for each endpoint: the signed POST, its retries, and endpoints
switched off.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from standardwebhooks import Webhook

from tillroll_durable.audit import Audited, event_of_account, guarded_batch
from tillroll_durable.errors import LostGuard, one_line
from tillroll_durable.outbox import RETRY_AFTER_SECONDS, OutboxEvent, wants
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.http import AnswerCut, Http, HttpFailed, ResolvingFailed
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import KeptSecrets, UnreadableSecret, decrypt
from tillroll_durable.platform.json import JsonObject, load
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.outgoing import NotPublic, check_before_asking
from tillroll_durable.platform.web.throttling import seconds_of
from tillroll_durable.settings import RunSettings

# The specification asks for 15 to 30 seconds.
TIMEOUT_SECONDS: Final = 20
# A receiver that takes longer has its events through the slow lane for a while, where it has the
# whole time. So it delays the events of others by no more than this.
FAST_SECONDS: Final = 5
_SLOW_FOR: Final = timedelta(minutes=10)
# So many posts are open to one endpoint at a time: in the fast lane, and in the slow one.
MOST_OPEN: Final = 20
MOST_OPEN_SLOW: Final = 5
_LONGEST_WAIT: Final = timedelta(days=1)
_KEPT_OF_ANSWER: Final = 1000


@dataclass(frozen=True)
class Posted:
    """What came of an attempt: the receiver's status, if it answered; the error, unless 2xx; the
    answer's beginning; `wait`: its Retry-After, at most a day.
    """

    status: int | None
    error: str | None
    answer: str = ""
    wait: timedelta = timedelta()

    @property
    def is_gone(self) -> bool:
        """The receiver wants no events any more."""
        return self.status == HTTPStatus.GONE


# What a receiver sees of a past event that was sent by a replay. It is a hint, and not signed.
REPLAY_HEADER: Final = "tillroll-replay"


@dataclass(frozen=True)
class Message:
    """What is sent `at` a time: `payload` (JSON) under an id. `is_replay`: it is of the past."""

    id: str
    payload: str
    at: datetime
    is_replay: bool = False


def signed_headers(secrets: Sequence[str], message: Message) -> dict[str, str]:
    """The headers of a message by Standard Webhooks (https://www.standardwebhooks.com), signed with
    each secret."""
    signatures = [
        Webhook(secret).sign(message.id, message.at, message.payload) for secret in secrets
    ]
    headers = {
        "content-type": "application/json",
        "user-agent": "Tillroll-Webhooks/1",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(message.at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    if message.is_replay:
        headers[REPLAY_HEADER] = "true"
    return headers


async def post_signed(
    http: Http,
    url: str,
    secrets: Sequence[str],
    message: Message,
    *,
    seconds: float = TIMEOUT_SECONDS,
) -> Posted:
    """Send a message, signed with each of `secrets` (whsec_…), the newest first. The receiver has
    so many `seconds` to answer.
    """
    headers = signed_headers(secrets, message)
    try:
        answer = await http.post(url, headers, body=message.payload, timeout_seconds=seconds)
    except AnswerCut as error:
        answer = error.answer  # the status says whether it was taken
    except HttpFailed as error:
        return Posted(None, one_line(str(error)))
    beginning = answer.body[:_KEPT_OF_ANSWER]
    if answer.is_success:
        return Posted(answer.status, None, beginning)
    if 300 <= answer.status < 400:
        followed = " with a redirect, which is not followed"
    else:
        followed = ""
    error = f"the receiver answered {answer.status}{followed}"
    wait = timedelta(seconds=seconds_of(answer.retry_after, message.at) or 0)
    return Posted(answer.status, error, answer=beginning, wait=min(wait, _LONGEST_WAIT))


class Lane(StrEnum):
    """Which queue an attempt comes from. An endpoint that is slow has attempts in the slow lane
    only.
    """

    FAST = "fast"
    SLOW = "slow"


# How many attempts of an endpoint `e` are under way: begun lately, and without an end. ?6 is since
# when.
_OPEN: Final = f"""
  SELECT count(*) FROM (
    SELECT 1 FROM deliveries open
    WHERE open.endpoint_id = e.id AND open.state = 'pending' AND open.started_at > ?6
      AND open.next_attempt_at <= open.started_at
    LIMIT {digits(MOST_OPEN)}
  )
"""
# Whether an attempt to an endpoint `e` may begin now (?3) in this lane (?7).
_MAY_BEGIN: Final = f"""
  (?7 = '{Lane.SLOW.value}' OR e.slow_until IS NULL OR e.slow_until <= ?3)
  AND ({_OPEN}) < iif(?7 = '{Lane.SLOW.value}', {digits(MOST_OPEN_SLOW)}, {digits(MOST_OPEN)})
"""
# A delivery begins with its first attempt under way, where that may begin in this lane.
_FAN_OUT = f"""
  INSERT INTO deliveries
    (id, account_id, endpoint_id, event_id, topic, state, next_attempt_at, created_at, attempts,
        started_at)
  SELECT 'dlv_' || lower(hex(randomblob(13))), e.account_id, e.id, o.id, o.topic, 'pending', ?3, ?3,
    iif({_MAY_BEGIN}, 1, 0), iif({_MAY_BEGIN}, ?3, NULL)
  FROM outbox o JOIN endpoints e ON e.account_id = o.account_id
  WHERE o.id = ?2 AND o.fanned_out_at IS NULL AND o.state = 'pending' AND o.attempts = ?5
    AND (e.origin = 'account' OR ?4 = 1) AND {wants("?1")}
  ON CONFLICT (event_id, endpoint_id) DO NOTHING
"""
# Of an event that was fanned out before.
_BEGIN = f"""
  UPDATE deliveries SET attempts = attempts + 1, started_at = ?3
  WHERE event_id = ?2 AND state = 'pending' AND next_attempt_at <= ?3
    AND EXISTS (SELECT 1 FROM outbox WHERE id = ?2 AND state = 'pending' AND attempts = ?5
                AND fanned_out_at IS NOT NULL)
    AND EXISTS (SELECT 1 FROM endpoints e WHERE e.id = deliveries.endpoint_id AND {_MAY_BEGIN})
    AND (is_replay = 0 OR ?7 = '{Lane.SLOW.value}')
    AND ?1 IS NOT NULL AND ?4 IS NOT NULL
"""
# All deliveries of the event; those whose attempt has begun have 1 in `is_due`.
_BEGUN = """
  SELECT d.id, d.state, d.last_error, d.next_attempt_at, d.state = 'pending'
    AND d.started_at IS ?2 AS is_due,
         d.state = 'pending' AND d.next_attempt_at <= ?2 AND d.started_at IS NOT ?2 AS is_waiting,
         d.endpoint_id, d.attempts, d.attempts_before, d.is_replay,
         e.origin, e.url, e.slow_until IS NOT NULL AS is_slow,
         COALESCE(e.disabled_at, e.deleted_at) AS ended_at,
         (SELECT json_group_array(json_array(s.id, s.kept)) FROM endpoint_secrets s
          WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > ?2)) AS secrets
  FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
  WHERE d.event_id = ?1
  ORDER BY d.endpoint_id
"""


@dataclass(frozen=True)
class Due:
    """A delivery whose attempt has begun. `number` counts since the schedule began, `attempts` all.
    `url` is empty for the deployment's. `secrets` are ids with what is kept, the newest first.
    `has_ended`: its endpoint did. `is_slow`: its endpoint was slow lately. `is_replay`: the event
    is a past one, which was asked for.
    """

    id: str
    endpoint_id: str
    attempts: int
    number: int
    is_deployments: bool
    url: str
    secrets: tuple[tuple[str, str], ...]
    has_ended: bool
    is_slow: bool = False
    is_replay: bool = False


@dataclass(frozen=True)
class Begun:
    """What an attempt to deliver an event begins with: its deliveries that are due, and all that it
    has. `waiting` are the ids of those that are due and could not begin in this lane.
    """

    due: Sequence[Due]
    all: Sequence[Row]
    waiting: frozenset[str] = frozenset()


def deployments_endpoint(account_id: str) -> str:
    """The id of the endpoint that WEBHOOK_URL is in an account."""
    return f"ep_{account_id.removeprefix('acc_')}_deployment"


def insert_deployments_endpoint(account_id: str, now: str) -> Statement:
    """WEBHOOK_URL as an account's first endpoint, where it is not there yet; one that was deleted
    stays so.
    """
    sql = """
      INSERT INTO endpoints (id, account_id, origin, url, created_at, updated_at)
      VALUES (?1, ?2, 'deployment', '', ?3, ?3) ON CONFLICT (id) DO NOTHING
    """
    return statement(sql, [deployments_endpoint(account_id), account_id, now])


async def begin_attempts(
    database: Database,
    event: OutboxEvent,
    now: datetime,
    *,
    has_deployments: bool,
    is_handed_over: bool,
    lane: Lane = Lane.FAST,
) -> Begun | None:
    """Fan a claimed event out, once, and begin an attempt of each due delivery that may begin in
    this lane; None where another consumer did.
    """
    at = to_text(now)
    since = to_text(now - timedelta(seconds=2 * TIMEOUT_SECONDS))
    values = (event.topic, event.id, at, int(has_deployments), event.attempt, since, lane.value)
    if has_deployments:
        first = [insert_deployments_endpoint(event.account_id, at)]
    else:
        first = []
    # What is handed over was in nobody's hands before, so none of its deliveries stands there yet.
    statements = [] if is_handed_over else [statement(_BEGIN, [*values])]
    *_, every, claimed = await database.batch(
        [
            *first,
            statement(_FAN_OUT, [*values]),
            *statements,
            statement(_BEGUN, [event.id, at]),
            statement(
                """
                UPDATE outbox SET fanned_out_at = ?1
                WHERE id = ?2 AND fanned_out_at IS NULL AND state = 'pending' AND attempts = ?3
                RETURNING id
                """,
                [at, event.id, event.attempt],
                account=event.account_id,
            ),
        ]
    )
    if is_handed_over and not claimed:
        return None
    waiting = frozenset(text(row, "id") for row in every if row["is_waiting"])
    return Begun([_due(row) for row in every if row["is_due"]], every, waiting)


def _due(row: Row) -> Due:
    secrets = load(text(row, "secrets"))
    if isinstance(secrets, list):
        pairs = [each for each in secrets if isinstance(each, list)]
    else:
        pairs = []
    return of_row(
        Due,
        row,
        number=integer(row, "attempts") - integer(row, "attempts_before"),
        is_deployments=row["origin"] == "deployment",
        secrets=tuple(sorted(((str(id_), str(secret)) for id_, secret in pairs), reverse=True)),
        has_ended=optional_text(row, "ended_at") is not None,
    )


def secrets_of(endpoint_id: str, now: str) -> Statement:
    """The query for the keys that sign for an endpoint now, the newest first."""
    sql = """
      SELECT id, kept FROM endpoint_secrets WHERE endpoint_id = ? AND (expires_at IS NULL
          OR expires_at > ?)
      ORDER BY id DESC
    """
    return statement(sql, [endpoint_id, now])


def record_attempt(due: Due, posted: Posted, began: datetime, took: timedelta) -> Statement:
    """Keep what came of an attempt that did not deliver; written again, it changes nothing."""
    sql = """
      INSERT INTO delivery_attempts (delivery_id, number, at, duration_ms, status, error, answer)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
    """
    own = (due.id, due.attempts, to_text(began), _milliseconds(took))
    return statement(sql, [*own, posted.status, posted.error, posted.answer])


def keep_delivering_attempt(delivery_id: str) -> Statement:
    """Give the attempt that delivered a row of its own, since another follows it."""
    sql = """
      INSERT INTO delivery_attempts (delivery_id, number, at, duration_ms, status, answer)
      SELECT id, attempts, started_at, duration_ms, last_status, answer FROM deliveries
      WHERE id = ? AND state = 'delivered' AND duration_ms IS NOT NULL ON CONFLICT DO NOTHING
    """
    return statement(sql, [delivery_id])


def _milliseconds(took: timedelta) -> int:
    return round(took / timedelta(milliseconds=1))


def move_delivery(
    due: Due, state: str, until: str | None, now: str, posted: Posted, took: timedelta
) -> Statement:
    """Have a delivery tried again, pending `until` then, or mark it as delivered, given_up or
    cancelled, unless a later attempt has it. The attempt that delivered is kept with it.
    """
    sql = """
      UPDATE deliveries
      SET state = ?1, settled_at = CASE WHEN ?2 IS NULL THEN ?3 END, next_attempt_at = ?2,
        last_status = ?4, last_error = ?5, duration_ms = ?6, answer = ?7
      WHERE id = ?8 AND state = 'pending' AND attempts = ?9
    """
    answer = (None, None) if posted.error is not None else (_milliseconds(took), posted.answer)
    return statement(
        sql, [state, until, now, posted.status, posted.error, *answer, due.id, due.attempts]
    )


def note_on_endpoint(due: Due, posted: Posted, now: str) -> Statement:
    """Keep since when an endpoint takes nothing, and when it last took something, to the minute."""
    if posted.error is not None:
        query = "UPDATE endpoints SET failing_since = ? WHERE id = ? AND failing_since IS NULL"
        return statement(query, [now, due.endpoint_id])
    query = """
      UPDATE endpoints SET failing_since = NULL, last_delivered_at = ?1
      WHERE id = ?2 AND (failing_since IS NOT NULL OR last_delivered_at IS NULL
        OR substr(last_delivered_at, 1, 16) <> substr(?1, 1, 16))
    """
    return statement(query, [now, due.endpoint_id])


def note_speed(due: Due, took: timedelta, now: datetime) -> list[Statement]:
    """Send an endpoint's events through the slow lane for a while where an answer took long, and no
    longer once it is quick."""
    if took >= timedelta(seconds=FAST_SECONDS):
        query = "UPDATE endpoints SET slow_until = ? WHERE id = ?"
        return [statement(query, [to_text(now + _SLOW_FOR), due.endpoint_id])]
    if due.is_slow:
        return [statement("UPDATE endpoints SET slow_until = NULL WHERE id = ?", [due.endpoint_id])]
    return []


def reopen_deliveries(event_id: str, now: str) -> Statement:
    """Let those deliveries of an event that were given up begin their schedule anew."""
    sql = """
      UPDATE deliveries
      SET state = 'pending', attempts_before = attempts, next_attempt_at = ?1, settled_at = NULL
      WHERE event_id = ?2 AND state = 'given_up'
    """
    return statement(sql, [now, event_id])


def hasten_deliveries(event_id: str, now: str) -> Statement:
    """Make those deliveries of an event due that would be tried again later."""
    sql = """
      UPDATE deliveries SET next_attempt_at = ?1
      WHERE event_id = ?2 AND state = 'pending' AND next_attempt_at > ?1
    """
    return statement(sql, [now, event_id])


async def send(
    platform: Platform,
    due: Due,
    message_id: str,
    payload: str,
    now: datetime,
    *,
    seconds: float = TIMEOUT_SECONDS,
) -> Posted:
    """Send `payload` (JSON) under `message_id`. The receiver has so many `seconds` to answer."""
    message = Message(message_id, payload, at=now, is_replay=due.is_replay)
    if due.is_deployments:
        settings = platform.settings.of(RunSettings)
        secrets = [settings.webhook_secret]
        return await post_signed(
            platform.http, settings.webhook_url, secrets=secrets, message=message, seconds=seconds
        )
    try:
        await check_before_asking(platform, due.url)
        secrets = [
            await decrypt(platform, secret_row, ENDPOINT_SECRETS.row(secret))
            for secret, secret_row in due.secrets
        ]
    except (NotPublic, ResolvingFailed) as error:
        return Posted(None, one_line(f"the address is not asked: {error}"))
    except UnreadableSecret as error:
        return Posted(None, one_line(f"the signing key cannot be read: {error}"))
    return await post_signed(
        platform.http, due.url, secrets=secrets, message=message, seconds=seconds
    )


ENDPOINT_SECRETS: Final = KeptSecrets("endpoint_secrets", "kept")
SECRETS: Final = (ENDPOINT_SECRETS,)


# So much of each wait is left to chance, either way, so that what failed together does not come
# back together.
_JITTER: Final = 0.1


def seconds_after(delivery_id: str, attempt: int) -> int:
    """How long to wait after the failed attempt number `attempt` (from 1) of a delivery: the
    schedule's time, up to a tenth longer or shorter. It comes of the delivery's id, so asked twice,
    it is the same.
    """
    seconds = RETRY_AFTER_SECONDS[attempt - 1]
    digest = hashlib.sha256(f"{delivery_id}:{attempt}".encode()).digest()
    chance = int.from_bytes(digest[:4]) / 2**32  # 0 to 1
    return round(seconds * (1 + _JITTER * (2 * chance - 1)))


# Without a success for so long, and a delivery tried as often as may be: nobody looks after it.
FAILS_FOR: Final = timedelta(days=3)
CANCELLED: Final = "the endpoint is disabled or deleted"


async def disable_if_dead(
    platform: Platform, account_id: str, due: Due, posted: Posted, *, given_up: bool
) -> None:
    """Disable an endpoint that says 410, or failed for FAILS_FOR; its owners are notified within
    minutes.
    """
    if not (posted.is_gone or (given_up and posted.error is not None)):
        return
    why = "gone" if posted.is_gone else "failing"
    endpoint_id = due.endpoint_id
    now = platform.clock.now()
    at = to_text(now)
    sql = """
      UPDATE endpoints SET disabled_at = ?1, disabled_why = ?2, told_at = NULL, updated_at = ?1
      WHERE id = ?3 AND disabled_at IS NULL AND deleted_at IS NULL AND (?2 = 'gone'
          OR failing_since <= ?4)
        -- The deployment's is looked after by its operators, whom alerts tell of failures.
        AND origin = 'account'
    """
    guard = statement(sql, [at, why, endpoint_id, to_text(now - FAILS_FOR)])
    detail: JsonObject = {"endpoint": endpoint_id, "why": why}
    audit = event_of_account(
        account_id,
        Audited.ENDPOINT_DISABLED,
        f"{endpoint_id}:disabled:{at}",
        actor="system:delivery",
        at=at,
        detail=detail,
    )
    try:
        await guarded_batch(platform.database, guard, audit, *cancel_open(endpoint_id, at))
    except LostGuard:
        return
    log.error("endpoint.disabled", account=account_id, subject=endpoint_id, reason=why)


def cancel_open(endpoint_id: str, now: str) -> list[Statement]:
    """Cancel the deliveries that are open, and have the reconciler settle their events."""
    return [
        statement(
            """
            UPDATE deliveries
            SET state = 'cancelled', settled_at = ?1, next_attempt_at = NULL, last_error = ?2
            WHERE endpoint_id = ?3 AND state = 'pending'
            """,
            [now, CANCELLED, endpoint_id],
        ),
        statement(
            """
            UPDATE outbox SET next_attempt_at = ?1
            WHERE state = 'pending' AND id IN (
              SELECT event_id FROM deliveries
              WHERE settled_at = ?1 AND endpoint_id = ?2 AND state = 'cancelled'
                AND (state IN ('delivered', 'cancelled') OR payload IS NOT NULL)
                -- as the index has it
            ) AND NOT EXISTS (SELECT 1 FROM deliveries d
            WHERE d.event_id = outbox.id AND d.state = 'pending')
            """,
            [now, endpoint_id],
        ),
    ]
