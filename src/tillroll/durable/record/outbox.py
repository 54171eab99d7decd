"""The outbox: events for the world outside, as rows. A row is the truth; the queue's message only points at it.

held -> pending -> delivered | given_up, or held -> no_receiver; what a body tells by itself begins as pending, or as
no_receiver. An event keeps its id through every attempt, so a receiver that remembers ids sees each event once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.durable.contract import Settlement
from tillroll.durable.record.events import body_of
from tillroll.platform.bindings.database import Database, Row, Statement, integer, of_row, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump

# What the end of a delivery means for its run, by topic: None where it means nothing. What is not in it, nobody sends.
Settlements = Mapping[str, Settlement | None]

# Whether an account has an endpoint that gets events.
_HAS_ENDPOINT: Final = """EXISTS (SELECT 1 FROM endpoints AS e
  WHERE e.account_id = {account} AND e.deleted_at IS NULL AND e.disabled_at IS NULL)"""
_CLAIMED = ("id", "account_id", "run_id", "topic", "payload", "lease_until")
# A worker that claims an event has this long to settle it before another may claim it.
LEASE_SECONDS = 60
# Seconds until the next attempt, after the first, second, … failed one: the schedule that Standard Webhooks recommends,
# about three days in all, then it is given up.
RETRY_AFTER_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ATTEMPTS = len(RETRY_AFTER_SECONDS) + 1
# Where nobody knows why an attempt has no end, the next one waits no longer than this.
_LONGEST_AFTER_DEATH = 1800


@dataclass(frozen=True)
class OutboxEvent:
    """A claimed event. `attempt` counts from 1; `payload` is the JSON text that is delivered."""

    id: str
    account_id: str
    run_id: str
    topic: str
    payload: str
    attempt: int


def is_failing(row: Row) -> bool:
    """Whether an event (a row of `outbox`) was tried in vain and is to be tried again."""
    return row["state"] == "pending" and row["last_error"] is not None and row["next_attempt_at"] is not None


def event_id(run_id: str, topic: str) -> str:
    """One event of a topic a run: the id is the run's and the topic's, so writing it twice is refused."""
    return f"evt_{run_id.removeprefix('run_')}_{topic}"


def run_of_event(event_id: str) -> str:
    """The run that an event is of, by its id; of what is no event's id, one that no run has."""
    return f"run_{event_id.removeprefix('evt_').partition('_')[0]}"


async def has_endpoint(database: Database, account_id: str) -> bool:
    """Whether an account has an endpoint that gets events."""
    query = f"SELECT {_HAS_ENDPOINT.format(account='?1')} AS found"
    row = await database.first(statement(query, account_id))
    return row is not None and row["found"] == 1


def with_endpoint(account: str) -> str:
    """SQL for a column `has_endpoint`: whether the account of that column has one that gets events."""
    return f"{_HAS_ENDPOINT.format(account=account)} AS has_endpoint"


@dataclass(frozen=True)
class Told:
    """An event that a body tells: its id, and the statement that writes it."""

    id: str
    insert: Statement


def told(run_id: str, account_id: str, topic: str, key: str, data: JsonObject, now: str, has_receiver: bool) -> Told:
    """An event that is delivered as soon as it is written, or settled where nobody receives it: neither the deployment
    (`has_receiver`) nor an endpoint of the account. A run's events of a topic are told apart by their keys."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    id_ = f"{event_id(run_id, topic)}_{digest}"
    body = body_of(id_, {"type": topic, "timestamp": now, "data": data})
    insert = statement(
        f"""
        INSERT INTO outbox (id, account_id, run_id, topic, payload, state, next_attempt_at, created_at, whole)
        SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN received THEN 'pending' ELSE 'no_receiver' END,
          CASE WHEN received THEN ?7 END, ?7, ?8
        FROM (SELECT ?6 = 1 OR {_HAS_ENDPOINT.format(account="?2")} AS received)
        """,  # noqa: S608 - a constant
        id_,
        account_id,
        run_id,
        topic,
        body.sent,
        int(has_receiver),
        now,
        body.whole,
    )
    return Told(id_, insert)


def hold(run_id: str, account_id: str, topic: str, payload: JsonObject, now: str) -> Statement:
    """Write an event in the batch of what it tells of; it is not delivered before `release`."""
    id_ = event_id(run_id, topic)
    body = body_of(id_, payload)
    return statement(
        """
        INSERT INTO outbox (id, account_id, run_id, topic, payload, state, created_at, whole)
        VALUES (?, ?, ?, ?, ?, 'held', ?, ?)
        """,
        id_,
        account_id,
        run_id,
        topic,
        body.sent,
        now,
        body.whole,
    )


def release(run_id: str, topic: str, now: datetime, *, has_receiver: bool) -> Statement:
    """Let an event be delivered; without a receiver, settle it, unless the account has got an endpoint meanwhile.

    Its first attempt is claimed at once, for whoever gets the message that `handed_over` makes of it. Where that
    message is lost, the second attempt begins when the claim's time is over.
    """
    if not has_receiver:
        return statement(
            f"""
            UPDATE outbox SET (state, next_attempt_at) = (
              SELECT CASE WHEN received THEN 'pending' ELSE 'no_receiver' END, CASE WHEN received THEN ?1 END
              FROM (SELECT {_HAS_ENDPOINT.format(account="outbox.account_id")} AS received)
            )
            WHERE id = ?2 AND state = 'held'
            """,  # noqa: S608 - a constant
            to_text(now),
            event_id(run_id, topic),
        )
    return statement(
        """
        UPDATE outbox SET state = 'pending', next_attempt_at = ?1, lease_until = ?2, attempts = 1
        WHERE id = ?3 AND state = 'held'
        """,
        to_text(now),
        to_text(now + timedelta(seconds=LEASE_SECONDS)),
        event_id(run_id, topic),
    )


def released(run_id: str, topic: str) -> Statement:
    """The query for the event behind `release`, for `handed_over`."""
    query = "SELECT id, account_id, run_id, topic, payload, lease_until FROM outbox WHERE id = ? AND attempts = 1"
    return statement(query, event_id(run_id, topic))


def handed_over(row: Row) -> JsonObject:
    """The queue's message of a released event: with it, the consumer has the claim and need not ask for it."""
    return {"outboxId": text(row, "id"), "claimed": {name: text(row, name) for name in _CLAIMED}}


def claim_in(message: JsonObject, now: datetime) -> OutboxEvent | None:
    """The first attempt's claim, as the message brings it; None where it brings none, or its time is over.

    It holds for one consumer only: of a message that comes a second time, it must not be taken. Of two that get it
    for the first time, the second begins nothing.
    """
    match message.get("claimed"):
        case {"id": str(id_), "account_id": str(account), "run_id": str(run), "topic": str(topic),
              "payload": str(payload), "lease_until": str(until)} if until > to_text(now):  # fmt: skip
            return OutboxEvent(id_, account, run, topic, payload, 1)
        case _:
            return None


async def claim(database: Database, outbox_id: str, now: datetime) -> OutboxEvent | None:
    """Take an event that is due, for LEASE_SECONDS; None where it is settled, not due, or somebody else has it.

    When it is due again is written at once, so that one that kills its consumer is no busier than one that fails.
    """
    again = [to_text(now + timedelta(seconds=min(seconds, _LONGEST_AFTER_DEATH))) for seconds in RETRY_AFTER_SECONDS]
    rows = await database.all(
        statement(
            """
            UPDATE outbox SET attempts = attempts + 1, lease_until = ?1,
              next_attempt_at = ?4 ->> MIN(attempts, json_array_length(?4) - 1)
            WHERE id = ?2 AND state = 'pending' AND next_attempt_at <= ?3
              AND (lease_until IS NULL OR lease_until <= ?3)
            RETURNING id, account_id, run_id, topic, payload, attempts
            """,
            to_text(now + timedelta(seconds=LEASE_SECONDS)),
            outbox_id,
            to_text(now),
            dump([*again]),
        )
    )
    return _from_row(rows[0]) if rows else None


def _from_row(row: Row) -> OutboxEvent:
    return of_row(OutboxEvent, row, attempt=integer(row, "attempts"))


def settle(event: OutboxEvent, state: str, now: str, error: str | None) -> Statement:
    """Mark a claimed event as delivered or given_up; a guard: it hits no row where it is settled already, or where a
    later attempt has it."""
    return statement(
        """
        UPDATE outbox SET state = ?, settled_at = ?, last_error = ?, lease_until = NULL, next_attempt_at = NULL
        WHERE id = ? AND state = 'pending' AND attempts = ?
        """,
        state,
        now,
        error,
        event.id,
        event.attempt,
    )


def postpone(event: OutboxEvent, until: str, error: str | None) -> Statement:
    """Give a claimed event back, to be tried again at `until`, unless a later attempt has it."""
    return statement(
        """
        UPDATE outbox SET next_attempt_at = ?, last_error = ?, lease_until = NULL
        WHERE id = ? AND state = 'pending' AND attempts = ?
        """,
        until,
        error,
        event.id,
        event.attempt,
    )
