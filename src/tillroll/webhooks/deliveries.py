"""Deliveries of an account: listed, sent again, tested, and deleted 30 days after they were
done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.webhooks.cron import IS_DONE, KEPT_FOR
from tillroll.webhooks.models import Delivery, DeliveryAttempt, DeliveryDetail, WebhookEvent
from tillroll.webhooks.service import Audited, find_endpoint
from tillroll_durable import Actor
from tillroll_durable.archive.files import archived_event
from tillroll_durable.audit import Audited as CoreAudited
from tillroll_durable.audit import (
    AuditEvent,
    append_if_changed,
    event_of_account,
    guarded_batch,
)
from tillroll_durable.errors import LostGuard
from tillroll_durable.outbox import Settlements, nudge, written_events
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Kept
from tillroll_durable.webhooks import endpoint_rows
from tillroll_durable.webhooks.consumer import settle_run
from tillroll_durable.webhooks.deliveries import (
    Due,
    keep_delivering_attempt,
    record_attempt,
    secrets_of,
    send,
)

# A request sends so many again.
MOST_AT_ONCE: Final = 100
TEST_TOPIC: Final = "endpoint.test"
_UNFINISHED: Final = "the attempt did not come to an end"
_DELIVERIES: Final = """
  SELECT d.*, e.disabled_at, e.deleted_at, o.state AS event_state, o.run_id, r.state AS run_state
  FROM deliveries d JOIN endpoints e ON e.id = d.endpoint_id
  LEFT JOIN outbox o ON o.id = d.event_id LEFT JOIN runs r ON r.id = o.run_id
"""


class NoSuchDelivery(Refusal):
    """The account has no such delivery."""

    thing = "delivery"


class NoSuchEvent(Refusal):
    """The account has no such event."""

    thing = "event"


class NotNow(Refusal):
    """The delivery cannot be sent again as it stands; the message says why, and what to do."""

    kind = Kind(
        "not-redeliverable", 409, "The delivery cannot be sent again as it stands", may_pass=True
    )
    explanation = "The delivery cannot be sent again now: {}."


@dataclass(frozen=True)
class DeliveryFilter:
    """Deliveries of an endpoint, of a topic, made in [since, until); of all, where these are
    None.
    """

    endpoint_id: str | None = None
    topic: str | None = None
    since: str | None = None
    until: str | None = None


async def redeliver(
    platform: Platform,
    settlements: Settlements,
    actor: Actor,
    delivery_id: str,
) -> None:
    """Send one delivery again, under the same webhook-id, from the beginning of the schedule."""
    row = await platform.database.first(
        statement(
            f"{_DELIVERIES} WHERE d.id = ? AND d.account_id = ?", [delivery_id, actor.account_id]
        )
    )
    if row is None:
        raise NoSuchDelivery
    await _reopen(platform, settlements, actor=actor, row=row)


async def redeliver_many(
    platform: Platform,
    settlements: Settlements,
    actor: Actor,
    states: Sequence[str],
    which: DeliveryFilter,
) -> tuple[int, bool]:
    """Send up to MOST_AT_ONCE again, the oldest first; return how many, and whether more are left.
    What cannot be sent again is passed over.
    """
    rows = await platform.database.all(
        statement(
            f"""
            {_DELIVERIES}
            WHERE d.account_id = ?1 AND d.state IN (SELECT value FROM json_each(?2))
              AND d.payload IS NULL
              AND e.disabled_at IS NULL AND e.deleted_at IS NULL
              AND (?3 IS NULL OR d.endpoint_id = ?3) AND (?4 IS NULL OR d.topic = ?4)
              AND (?5 IS NULL OR d.created_at >= ?5) AND (?6 IS NULL OR d.created_at < ?6)
            ORDER BY d.created_at, d.id LIMIT ?7
            """,
            [
                actor.account_id,
                dump([*states]),
                which.endpoint_id,
                which.topic,
                which.since,
                which.until,
                MOST_AT_ONCE + 1,
            ],
        )
    )
    sent = 0
    for row in rows[:MOST_AT_ONCE]:
        try:
            await _reopen(platform, settlements, actor=actor, row=row)
        except NotNow:
            continue
        sent += 1
    return sent, len(rows) > MOST_AT_ONCE


async def _reopen(platform: Platform, settlements: Settlements, actor: Actor, row: Row) -> None:
    if row["payload"] is not None or row["event_state"] is None:
        raise NotNow("a test is not sent again: send another one")
    if row["deleted_at"] is not None or row["disabled_at"] is not None:
        raise NotNow("its endpoint is disabled or deleted: enable it first")
    if row["state"] == "pending":
        raise NotNow("it is under way: wait for its next attempt")
    now = to_text(platform.clock.now())
    event_id = text(row, "event_id")
    run_id = text(row, "run_id")
    settlement = settlements.get(text(row, "topic"))
    moved: list[Statement] = []
    detail: JsonObject = {"event": event_id, "endpoint": text(row, "endpoint_id")}
    # The run says that its event was given up: it waits for it again.
    if settlement is not None and row["run_state"] == settlement.given_up.name:
        detail |= {"from": settlement.given_up.name, "to": settlement.pending.name}
        moved = settle_run(run_id, settlement.given_up, to=settlement.pending, now=now)
    delivery_id = text(row, "id")
    guard = endpoint_rows.reopen_event(
        delivery_id, event_id, run_id=run_id, run_state=text(row, "run_state"), now=now
    )
    key = f"{event_id}:resent:{new_id('rsn')}"
    account_id = actor.account_id
    audit = AuditEvent(
        run_id,
        key,
        account_id=account_id,
        actor=actor.name,
        action=CoreAudited.DELIVERY_RESENT,
        outcome="success",
        at=now,
        detail=detail,
    )
    reopen = endpoint_rows.reopen_delivery(delivery_id, now)
    attempt = keep_delivering_attempt(delivery_id)
    try:
        rows = await guarded_batch(platform.database, guard, audit, *moved, attempt, reopen)
    except LostGuard as error:
        raise NotNow("an attempt of its event is under way: ask again in a minute") from error
    await nudge(platform, run_id, [event_id, *written_events(rows)])


async def send_test(platform: Platform, actor: Actor, endpoint_id: str) -> str:
    """Send a test event now, once, also to an endpoint that is disabled; return the delivery's
    id.
    """
    endpoint = await find_endpoint(platform, actor.account_id, endpoint_id)
    began = platform.clock.now()
    at = to_text(began)
    delivery_id = new_id("dlv")
    event_id = new_id("evt_test")
    payload = dump({"type": TEST_TOPIC, "timestamp": at, "data": {"endpointId": endpoint_id}})
    insert = endpoint_rows.insert_test(
        endpoint_rows.TestDelivery(
            delivery_id,
            actor.account_id,
            endpoint_id=endpoint_id,
            event_id=event_id,
            topic=TEST_TOPIC,
            payload=payload,
        ),
        error=_UNFINISHED,
        now=at,
    )
    detail: JsonObject = {"endpoint": endpoint_id, "delivery": delivery_id}
    audit = event_of_account(
        actor.account_id,
        Audited.TESTED,
        f"{delivery_id}:tested",
        actor=actor.name,
        at=at,
        detail=detail,
    )
    *_, secrets = await platform.database.batch(
        [insert, append_if_changed(audit), secrets_of(endpoint_id, at)]
    )
    due = Due(
        id=delivery_id,
        endpoint_id=endpoint_id,
        attempts=1,
        number=1,
        is_deployments=endpoint.origin == "deployment",
        url=endpoint.url,
        secrets=tuple((text(row, "id"), text(row, "kept")) for row in secrets),
        has_ended=False,
    )
    posted = await send(platform, due, message_id=event_id, payload=payload, now=began)
    ended = platform.clock.now()
    settled = endpoint_rows.settle_test(delivery_id, posted, to_text(ended), actor.account_id)
    await platform.database.batch(
        [settled, record_attempt(due, posted, began=began, took=ended - began)]
    )
    return delivery_id


async def list_deliveries(
    database: Database,
    account_id: str,
    place: str,
    limit: int,
    state: str | None,
    which: DeliveryFilter,
) -> list[Delivery]:
    """Deliveries of an account behind a place (see `place_of`), newest first; in a state, where it
    is given.
    """
    created_at, _, delivery_id = place.partition(" ")
    sql = """
      SELECT *, attempts AS attempts_made FROM deliveries
      WHERE account_id = ?1 AND (created_at, id) < (?2, ?3) AND (?4 IS NULL OR endpoint_id = ?4)
        AND (?5 IS NULL OR state = ?5) AND (?6 IS NULL OR topic = ?6)
      ORDER BY created_at DESC, id DESC LIMIT ?7
    """
    rows = await database.all(
        statement(
            sql, [account_id, created_at, delivery_id, which.endpoint_id, state, which.topic, limit]
        )
    )
    return [of_row(Delivery, row) for row in rows]


def place_of(delivery: Delivery) -> str:
    return f"{delivery.created_at} {delivery.id}"


async def find_delivery(database: Database, account_id: str, delivery_id: str) -> DeliveryDetail:
    query = """
      SELECT d.*, d.attempts AS attempts_made, COALESCE(d.payload, o.payload, '{}') AS body
      FROM deliveries d LEFT JOIN outbox o ON o.id = d.event_id WHERE d.id = ? AND d.account_id = ?
    """
    attempts = (
        "SELECT * FROM delivery_attempts WHERE delivery_id = ? ORDER BY number DESC LIMIT 100"
    )
    rows, attempted = await database.batch(
        [statement(query, [delivery_id, account_id]), statement(attempts, [delivery_id])]
    )
    if not rows:
        raise NoSuchDelivery
    [delivery] = rows
    # The attempt that delivered is kept with it.
    if delivery["state"] == "delivered" and delivery["duration_ms"] is not None:
        newest = {
            "number": delivery["attempts"],
            "at": delivery["started_at"],
            "status": delivery["last_status"],
            "error": None,
        }
        attempted = [{**delivery, **newest}, *attempted]
    return of_row(
        DeliveryDetail,
        delivery,
        payload=load_object(text(delivery, "body")),
        attempts=[of_row(DeliveryAttempt, row) for row in attempted],
    )


async def find_event(platform: Platform, account_id: str, webhook_id: str) -> WebhookEvent:
    """An event of an account, also an archived one."""
    row = await platform.database.first(
        statement("SELECT * FROM outbox WHERE id = ?", [webhook_id])
    )
    if row is None:
        row = await archived_event(
            platform.database, platform.objects, account_id=account_id, event_id=webhook_id
        )
    if row is None or row["account_id"] != account_id or row["state"] == "held":
        raise NoSuchEvent
    return of_row(
        WebhookEvent, row, body=load_object(optional_text(row, "whole") or text(row, "payload"))
    )


@dataclass(frozen=True)
class ListedEvent:
    """An event, and its place in the account's list."""

    event: WebhookEvent
    position: int


async def list_events(
    database: Database,
    account_id: str,
    after: int,
    limit: int,
    *,
    topic: str | None,
    since: str | None,
) -> list[ListedEvent]:
    """Events of an account behind a place, as they are sent: of a topic or a beginning such as
    `expense.*`, and written since a time (UTC, ISO 8601), where these are given.
    """
    query = """
      SELECT id, topic, run_id, created_at, payload, position FROM outbox
      WHERE account_id = ?1 AND position > ?2 AND (?3 IS NULL OR created_at >= ?3)
        AND (?4 IS NULL OR topic = ?4
          OR substr(?4, -2) = '.*' AND instr(topic, substr(?4, 1, length(?4) - 1)) = 1)
      ORDER BY position LIMIT ?5
    """
    rows = await database.all(statement(query, [account_id, after, since, topic, limit]))
    events: list[ListedEvent] = []
    for row in rows:
        event = of_row(WebhookEvent, row, body=load_object(text(row, "payload")))
        events.append(ListedEvent(event, integer(row, "position")))
    return events


_SWEPT_AT_ONCE: Final = 200


async def sweep_deliveries(platform: Platform) -> None:
    """Delete up to 200 deliveries that were done more than 30 days ago, the oldest first, with
    their attempts.
    """
    before = to_text(platform.clock.now() - KEPT_FOR)
    swept = endpoint_rows.delete_deliveries(IS_DONE, before=before, most=_SWEPT_AT_ONCE)
    await platform.database.batch(swept)


_DONE = "deliveries to webhook endpoints that are done, with their attempts"
RETENTION: Final = (
    Kept(_DONE, "{} after they were done", period=KEPT_FOR, sweep=sweep_deliveries),
)
