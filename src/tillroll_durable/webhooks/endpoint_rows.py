"""Rows of endpoints, of their keys, and of what is sent to them: the tables, and the statements by
which applications write them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Statement,
    Value,
    insert_row,
    statement,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.tables import ACCOUNT, RUN, SECRETS, Gone, Table
from tillroll_durable.webhooks.deliveries import Posted, cancel_open

_OUTBOX = f"SELECT id FROM outbox WHERE run_id IN ({RUN})"
TABLES: Final = (
    Table(
        "delivery_attempts",
        Gone("delivery_id IN (SELECT id FROM deliveries WHERE account_id = ?1)"),
        Gone(
            f"delivery_id IN (SELECT id FROM deliveries WHERE {ACCOUNT} "
            f"AND event_id IN ({_OUTBOX}))"
        ),
        key="delivery_id, number",
    ),
    Table(
        "deliveries", Gone(ACCOUNT), Gone(f"account_id = ?1 AND event_id IN ({_OUTBOX})"), key="id"
    ),
    Table(
        "endpoint_secrets",
        Gone("endpoint_id IN (SELECT id FROM endpoints WHERE account_id = ?1)"),
        withheld=SECRETS,
    ),
    Table("endpoints", Gone(ACCOUNT), key="id"),
)


def insert_endpoint(
    endpoint_id: str, account_id: str, values: Mapping[str, str], *, most: int, now: str
) -> Statement:
    """Insert an endpoint by its `url`, `description` and `topics` (JSON). Nothing is inserted where
    the account has `most`.
    """
    query = """
      INSERT INTO endpoints (
        id, account_id, origin, url, description, topics, created_at, updated_at)
      SELECT ?1, ?2, 'account', ?3, ?4, ?5, ?6, ?6
      WHERE (SELECT count(*) FROM endpoints WHERE account_id = ?2 AND deleted_at IS NULL) < ?7
    """
    fields = (values["url"], values["description"], values["topics"])
    return statement(query, [endpoint_id, account_id, *fields, now, most])


def change_endpoint(
    endpoint_id: str, account_id: str, values: Mapping[str, Value], *, now: str
) -> Statement:
    """Change what `values` has of `url`, `description`, `topics` (JSON) and `is_enabled` (0 or
    1).
    """
    query = """
      UPDATE endpoints SET url = COALESCE(?1, url), description = COALESCE(?2, description),
        topics = COALESCE(?3, topics), updated_at = ?4,
        disabled_at = CASE ?5 WHEN 1 THEN NULL WHEN 0 THEN COALESCE(disabled_at, ?4)
            ELSE disabled_at END,
        disabled_why = CASE ?5 WHEN 1 THEN NULL WHEN 0 THEN COALESCE(disabled_why, 'owner')
            ELSE disabled_why END,
        failing_since = CASE ?5 WHEN 1 THEN NULL ELSE failing_since END
      WHERE id = ?6 AND account_id = ?7 AND deleted_at IS NULL
    """
    return statement(
        query,
        [
            values.get("url"),
            values.get("description"),
            values.get("topics"),
            now,
            values.get("is_enabled"),
            endpoint_id,
            account_id,
        ],
    )


def delete_endpoint(endpoint_id: str, now: str) -> list[Statement]:
    """The first statement hits no row where the endpoint is deleted already."""
    delete = """
      UPDATE endpoints SET deleted_at = ?1, updated_at = ?1 WHERE id = ?2 AND deleted_at IS NULL
    """
    # What was given up waited for somebody to send it again: nobody can any more.
    resolve = """
      UPDATE deliveries SET state = 'cancelled' WHERE endpoint_id = ?1 AND state = 'given_up'
    """
    return [
        statement(delete, [now, endpoint_id]),
        *cancel_open(endpoint_id, now),
        statement(resolve, [endpoint_id]),
        statement("DELETE FROM endpoint_secrets WHERE endpoint_id = ?1", [endpoint_id]),
    ]


def insert_secret(secret_id: str, endpoint_id: str, *, encrypted: str, now: str) -> Statement:
    """Write a secret of an endpoint, which is encrypted already."""
    row = {"id": secret_id, "endpoint_id": endpoint_id, "kept": encrypted, "created_at": now}
    return insert_row("endpoint_secrets", row)


def expire_secrets(endpoint_id: str, *, until: str, now: str) -> list[Statement]:
    """Let the keys of an endpoint sign until then. The first statement hits no row where the
    endpoint is deleted.
    """
    touch = "UPDATE endpoints SET updated_at = ? WHERE id = ? AND deleted_at IS NULL"
    forget = "DELETE FROM endpoint_secrets WHERE endpoint_id = ? AND expires_at <= ?"
    expire = """
      UPDATE endpoint_secrets SET expires_at = MIN(COALESCE(expires_at, ?1), ?1)
      WHERE endpoint_id = ?2
    """
    return [
        statement(touch, [now, endpoint_id]),
        statement(forget, [endpoint_id, now]),
        statement(expire, [until, endpoint_id]),
    ]


def note_notified(endpoint_id: str, disabled_at: str, now: str) -> Statement:
    """Owners were notified that the endpoint was disabled then."""
    query = "UPDATE endpoints SET told_at = ? WHERE id = ? AND disabled_at = ?"
    values = (now, endpoint_id, disabled_at)
    return statement(query, [*values])


def reopen_event(
    delivery_id: str, event_id: str, *, run_id: str, run_state: str, now: str
) -> Statement:
    """A guard: have an event delivered again. It hits no row where an attempt is under way, or the
    run or the delivery has moved.
    """
    query = """
      UPDATE outbox
      SET state = 'pending', next_attempt_at = ?1, settled_at = NULL, last_error = NULL
      WHERE id = ?2 AND state <> 'held' AND (lease_until IS NULL OR lease_until <= ?1)
        AND EXISTS (SELECT 1 FROM runs WHERE id = ?3 AND state = ?4)
        AND EXISTS (SELECT 1 FROM deliveries WHERE id = ?5 AND state <> 'pending')
    """
    values = (now, event_id, run_id, run_state, delivery_id)
    return statement(query, [*values])


def reopen_delivery(delivery_id: str, now: str) -> Statement:
    """Have a settled delivery sent again, first at `now`."""
    query = """
      UPDATE deliveries
      SET state = 'pending', attempts_before = attempts, next_attempt_at = ?, settled_at = NULL
      WHERE id = ? AND state <> 'pending'
    """
    return statement(query, [now, delivery_id])


def queue_events(events: Sequence[str], endpoint_id: str, now: str) -> list[Statement]:
    """Statements that have all of the events delivered to the endpoint, or fail the batch."""
    if not events:
        return []
    ids = dump([*events])
    reopen = """
      UPDATE outbox SET
        state = 'pending', next_attempt_at = ?1, settled_at = NULL, last_error = NULL,
        fanned_out_at = COALESCE(fanned_out_at, ?1)
      WHERE id IN (SELECT value FROM json_each(?2)) AND state <> 'held'
        AND (lease_until IS NULL OR lease_until <= ?1)
        AND NOT (state = 'pending' AND fanned_out_at IS NULL)
    """
    deliver = """
      INSERT INTO deliveries
        (id, account_id, endpoint_id, event_id, topic, state, next_attempt_at, created_at,
         is_replay)
      SELECT 'dlv_' || lower(hex(randomblob(13))), o.account_id, ?3, o.id, o.topic, 'pending',
        ?1, ?1, 1
      FROM outbox o WHERE o.id IN (SELECT value FROM json_each(?2))
      ON CONFLICT (event_id, endpoint_id) DO UPDATE SET
        state = 'pending', attempts_before = attempts, next_attempt_at = ?1, settled_at = NULL,
        is_replay = 1
      WHERE state IN ('given_up', 'cancelled')
    """
    return [
        *must_hit(statement(reopen, [now, ids]), len(events)),
        statement(deliver, [now, ids, endpoint_id]),
    ]


@dataclass(frozen=True)
class TestDelivery:
    """A test event that is sent to one endpoint, once."""

    id: str
    account_id: str
    endpoint_id: str
    event_id: str
    topic: str
    payload: str


def insert_test(test: TestDelivery, *, error: str, now: str) -> Statement:
    """Insert a test whose only attempt begins now. `error` is what stands there unless it ends."""
    row: dict[str, Value] = {
        **vars(test),
        "state": "given_up",
        "attempts": 1,
        "started_at": now,
        "last_error": error,
        "created_at": now,
        "settled_at": now,
    }
    return insert_row("deliveries", row)


def settle_test(delivery_id: str, posted: Posted, now: str, account_id: str) -> Statement:
    """Write what came of a test in an account."""
    state = "delivered"
    if posted.error:
        state = "given_up"
    query = """
      UPDATE deliveries SET state = ?, settled_at = ?, last_status = ?, last_error = ? WHERE id = ?
    """
    values = (state, now, posted.status, posted.error, delivery_id)
    return statement(query, [*values], account=account_id)


def delete_deliveries(is_done: LiteralString, *, before: str, most: int) -> list[Statement]:
    """Delete the oldest deliveries that were done before then, with their attempts. `is_done` is a
    condition, a constant.
    """
    old = f"""
      SELECT id FROM deliveries WHERE {is_done} AND settled_at < ?1 ORDER BY settled_at LIMIT ?2
    """
    attempts = f"DELETE FROM delivery_attempts WHERE delivery_id IN ({old})"
    deliveries = f"DELETE FROM deliveries WHERE id IN ({old})"
    return [
        statement(attempts, [before, most], account=EVERYBODY),
        statement(deliveries, [before, most], account=EVERYBODY),
    ]
