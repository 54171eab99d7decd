"""The deliveries of an event, a row for each endpoint that wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tillroll.durable.operating.webhooks.posting import Posted
from tillroll.durable.record.events.wanting import wants
from tillroll.durable.record.outbox import OutboxEvent
from tillroll.platform.bindings.database import Database, Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import load

_FAN_OUT = f"""
  INSERT INTO deliveries (id, account_id, endpoint_id, event_id, topic, state, next_attempt_at, created_at)
  SELECT 'dlv_' || lower(hex(randomblob(13))), e.account_id, e.id, o.id, o.topic, 'pending', ?3, ?3
  FROM outbox o JOIN endpoints e ON e.account_id = o.account_id
  WHERE o.id = ?2 AND o.fanned_out_at IS NULL AND (e.origin = 'account' OR ?4 = 1) AND {wants("?1")}
  ON CONFLICT (event_id, endpoint_id) DO NOTHING
"""  # noqa: S608 - a constant
_BEGIN = """
  UPDATE deliveries SET attempts = attempts + 1, started_at = ?2
  WHERE event_id = ?1 AND state = 'pending' AND next_attempt_at <= ?2
    AND EXISTS (SELECT 1 FROM outbox WHERE id = ?1 AND state = 'pending' AND attempts = ?3
                AND (?4 = 0 OR fanned_out_at IS NULL))
"""
_BEGUN = """
  SELECT d.id, d.endpoint_id, d.attempts, d.attempts_before, e.origin, e.url,
         COALESCE(e.disabled_at, e.deleted_at) AS ended_at,
         (SELECT json_group_array(json_array(s.id, s.kept)) FROM endpoint_secrets s
          WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > ?2)) AS secrets
  FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
  WHERE d.event_id = ?1 AND d.state = 'pending' AND d.started_at = ?2
  ORDER BY d.rowid
"""


@dataclass(frozen=True)
class Due:
    """A delivery whose attempt has begun.

    Attributes:
        number: of the attempt, from 1, since the schedule began; `attempts` counts those before it too.
        url: empty where the deployment's settings have it.
        secrets: id and what is kept of each, the newest first.
        has_ended: its endpoint was disabled or deleted.
    """

    id: str
    endpoint_id: str
    attempts: int
    number: int
    is_deployments: bool
    url: str
    secrets: tuple[tuple[str, str], ...]
    has_ended: bool


@dataclass(frozen=True)
class Begun:
    """What an attempt to deliver an event begins with: its deliveries that are due, and all that it has."""

    due: Sequence[Due]
    all: Sequence[Row]


def deployments_endpoint(account_id: str) -> str:
    """The id of the endpoint that WEBHOOK_URL is in an account."""
    return f"ep_{account_id.removeprefix('acc_')}_deployment"


def insert_deployments_endpoint(account_id: str, now: str) -> Statement:
    """WEBHOOK_URL as an account's first endpoint, where it is not there yet; one that was deleted stays so."""
    return statement(
        """
        INSERT INTO endpoints (id, account_id, origin, url, created_at, updated_at)
        VALUES (?1, ?2, 'deployment', '', ?3, ?3) ON CONFLICT (id) DO NOTHING
        """,
        deployments_endpoint(account_id),
        account_id,
        now,
    )


async def begin_attempts(
    database: Database, event: OutboxEvent, now: datetime, *, has_deployments: bool, is_handed_over: bool
) -> Begun | None:
    """Hand a claimed event to the endpoints that want it, once, and begin an attempt of each delivery that is due. Of a
    claim that a message handed over there may be two; None for the second, which begins nothing."""
    at = to_text(now)
    first = [insert_deployments_endpoint(event.account_id, at)] if has_deployments else []
    *_, begun, every, taken = await database.batch(
        [
            *first,
            statement(_FAN_OUT, event.topic, event.id, at, int(has_deployments)),
            statement(_BEGIN, event.id, at, event.attempt, int(is_handed_over)),
            statement(_BEGUN, event.id, at),
            statement("SELECT id, state, last_error, next_attempt_at FROM deliveries WHERE event_id = ?", event.id),
            statement(
                "UPDATE outbox SET fanned_out_at = ? WHERE id = ? AND fanned_out_at IS NULL RETURNING id", at, event.id
            ),
        ]
    )
    if is_handed_over and not taken:
        return None
    return Begun([_due(row) for row in begun], every)


def _due(row: Row) -> Due:
    kept = load(text(row, "secrets"))
    pairs = [each for each in kept if isinstance(each, list)] if isinstance(kept, list) else []
    attempts = integer(row, "attempts")
    return Due(
        id=text(row, "id"),
        endpoint_id=text(row, "endpoint_id"),
        attempts=attempts,
        number=attempts - integer(row, "attempts_before"),
        is_deployments=row["origin"] == "deployment",
        url=text(row, "url"),
        secrets=tuple(sorted(((str(id_), str(secret)) for id_, secret in pairs), reverse=True)),
        has_ended=optional_text(row, "ended_at") is not None,
    )


def secrets_of(endpoint_id: str, now: str) -> Statement:
    """The query for the keys that sign for an endpoint now, the newest first."""
    return statement(
        """
        SELECT id, kept FROM endpoint_secrets WHERE endpoint_id = ? AND (expires_at IS NULL OR expires_at > ?)
        ORDER BY id DESC
        """,
        endpoint_id,
        now,
    )


def due_of(endpoint: Row, delivery_id: str, secrets: Sequence[tuple[str, str]]) -> Due:
    """The first attempt of a delivery to an endpoint (a row of `endpoints`)."""
    return Due(
        id=delivery_id,
        endpoint_id=text(endpoint, "id"),
        attempts=1,
        number=1,
        is_deployments=endpoint["origin"] == "deployment",
        url=text(endpoint, "url"),
        secrets=tuple(secrets),
        has_ended=False,
    )


def record_attempt(due: Due, posted: Posted, began: datetime, ended: datetime) -> Statement:
    """Keep what came of an attempt; written again, it changes nothing."""
    return statement(
        """
        INSERT INTO delivery_attempts (delivery_id, number, at, duration_ms, status, error, answer)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        due.id,
        due.attempts,
        to_text(began),
        round((ended - began) / timedelta(milliseconds=1)),
        posted.status,
        posted.error,
        posted.answer,
    )


def settle_delivery(due: Due, state: str, now: str, posted: Posted) -> Statement:
    """Mark a delivery as delivered, given_up or cancelled, unless a later attempt has it."""
    return statement(
        """
        UPDATE deliveries SET state = ?1, settled_at = ?2, next_attempt_at = NULL, last_status = ?3, last_error = ?4
        WHERE id = ?5 AND state = 'pending' AND attempts = ?6
        """,
        state,
        now,
        posted.status,
        posted.error,
        due.id,
        due.attempts,
    )


def postpone_delivery(due: Due, until: str, posted: Posted) -> Statement:
    """Have a delivery tried again, unless a later attempt has it."""
    return statement(
        """
        UPDATE deliveries SET next_attempt_at = ?1, last_status = ?2, last_error = ?3
        WHERE id = ?4 AND state = 'pending' AND attempts = ?5
        """,
        until,
        posted.status,
        posted.error,
        due.id,
        due.attempts,
    )


def note_on_endpoint(due: Due, posted: Posted, now: str) -> Statement:
    """Keep since when an endpoint takes nothing, and when it last took something."""
    if posted.error is None:
        return statement(
            "UPDATE endpoints SET failing_since = NULL, last_delivered_at = ? WHERE id = ?", now, due.endpoint_id
        )
    return statement(
        "UPDATE endpoints SET failing_since = COALESCE(failing_since, ?) WHERE id = ?", now, due.endpoint_id
    )


def reopen_deliveries(event_id: str, now: str) -> Statement:
    """Let those deliveries of an event that were given up begin their schedule anew."""
    return statement(
        """
        UPDATE deliveries SET state = 'pending', attempts_before = attempts, next_attempt_at = ?1, settled_at = NULL
        WHERE event_id = ?2 AND state = 'given_up'
        """,
        now,
        event_id,
    )


def hasten_deliveries(event_id: str, now: str) -> Statement:
    """Make those deliveries of an event due that would be tried again later."""
    return statement(
        "UPDATE deliveries SET next_attempt_at = ?1 WHERE event_id = ?2 AND state = 'pending' AND next_attempt_at > ?1",
        now,
        event_id,
    )
