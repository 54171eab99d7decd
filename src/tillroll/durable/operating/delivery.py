"""Delivery of outbox events to the configured webhook: what the queue's consumer does with each message."""

from datetime import datetime, timedelta

from tillroll.durable.contract import Settlement, State
from tillroll.durable.errors import ESCALATED, LostGuard
from tillroll.durable.operating.webhook import post_signed
from tillroll.durable.record.audit import AuditEvent, append_if_changed
from tillroll.durable.record.outbox import (
    MOST_ATTEMPTS,
    RETRY_AFTER_SECONDS,
    OutboxEvent,
    Settlements,
    claim,
    claim_in,
    postpone,
    settle,
)
from tillroll.durable.record.runs import deadline_in
from tillroll.durable.running.steps import guarded_batch
from tillroll.durable.settings import RunSettings
from tillroll.platform import log
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform

_ACTOR = "system:delivery"

_DIED = "no attempt came to an end: each time the Worker died"


async def receive(platform: Platform, settlements: Settlements, message: JsonObject, *, is_first: bool) -> int | None:
    """Deliver the event of a queue's message; `is_first` where it has never come before. Return as `deliver`."""
    claimed = claim_in(message, platform.clock.now()) if is_first else None
    return await deliver(platform, settlements, str(message["outboxId"]), claimed)


async def deliver(
    platform: Platform, settlements: Settlements, outbox_id: str, claimed: OutboxEvent | None = None
) -> int | None:
    """Deliver one event, if it is due and nobody else has it, or `claimed` says that it is this caller's; return after
    how many seconds to try again, or None.

    `settlements` says by topic what the outcome means for the run: None where it means nothing. The receiver answers
    2xx for success; anything else, or no answer, is tried again on the outbox's schedule. What nobody here knows, or
    has tried as often as it may be tried, is given up without another word to the receiver.
    """
    now = platform.clock.now()
    event = claimed or await claim(platform.database, outbox_id, now)
    if event is None:
        return None
    if event.topic not in settlements:
        await _settle(platform, event, "given_up", None, f"no workflow that is deployed has the topic {event.topic}")
        return None
    settlement = settlements[event.topic]
    if event.attempt > MOST_ATTEMPTS:
        await _settle(platform, event, "given_up", settlement, _DIED)
        return None
    error = await _post(platform, event, now)
    if error is None:
        await _settle(platform, event, "delivered", settlement, None)
        return None
    if event.attempt == MOST_ATTEMPTS:
        await _settle(platform, event, "given_up", settlement, error)
        return None
    seconds = RETRY_AFTER_SECONDS[event.attempt - 1]
    await platform.database.batch([postpone(event, to_text(now + timedelta(seconds=seconds)), error)])
    log.warning("delivery.failed", **_log_fields(event), error=error)
    return seconds


async def _post(platform: Platform, event: OutboxEvent, now: datetime) -> str | None:
    """Send the event; return None for success, else what went wrong in one line."""
    settings = platform.settings.of(RunSettings)
    return await post_signed(platform.http, settings.webhook_url, settings.webhook_secret, event.id, event.payload, now)


async def _settle(
    platform: Platform, event: OutboxEvent, outcome: str, settlement: Settlement | None, error: str | None
) -> None:
    """Settle the event and bring its run along, in one batch; somebody else's settlement wins silently, and so does a
    later attempt. Without a settlement the run stays where it is."""
    now = to_text(platform.clock.now())
    detail: JsonObject = {"event": event.id, "attempts": min(event.attempt, MOST_ATTEMPTS)}
    moved: list[Statement] = []
    if settlement is not None:
        to = settlement.delivered if outcome == "delivered" else settlement.given_up
        detail |= {"from": settlement.pending.name, "to": to.name}
        moved.append(settle_run(event.run_id, settlement.pending.name, to, now))
    audit = AuditEvent(
        stream=event.run_id,
        event_key=f"{event.id}:{outcome}:{now}",
        account_id=event.account_id,
        actor=_ACTOR,
        action=f"delivery.{outcome}",
        outcome="success" if error is None else "failure",
        at=now,
        detail=detail,
    )
    batch = [settle(event, outcome, now, error), append_if_changed(audit), *moved]
    try:
        await guarded_batch(platform.database, batch, audit.event_key)
    except LostGuard:
        log.info("delivery.was_second", **_log_fields(event))
        return
    if error is None:
        log.info(audit.action, **_log_fields(event))
    else:
        log.error(audit.action, **_log_fields(event), error=error)


def _log_fields(event: OutboxEvent) -> log.OfDelivery:
    return {"account": event.account_id, "run": event.run_id, "delivery": event.id, "attempt": event.attempt}


def settle_run(run_id: str, pending: str, to: State, now: str) -> Statement:
    """The statement that moves a run from the state in which its delivery is pending; it changes nothing where the run
    stands elsewhere."""
    return statement(
        """
        UPDATE runs SET state = ?1, status = ?2, next_safe_action = ?3, state_version = state_version + 1,
          updated_at = ?4, deadline = ?8,
          -- Who was told that it stood still need not look any more.
          requires_human_review = CASE WHEN error_class IS NOT ?7 THEN requires_human_review ELSE 0 END,
          escalated_at = CASE WHEN error_class IS NOT ?7 THEN escalated_at END,
          error_summary = CASE WHEN error_class IS NOT ?7 THEN error_summary END,
          error_class = CASE WHEN error_class IS NOT ?7 THEN error_class END
        WHERE id = ?5 AND state = ?6
        """,
        to.name,
        to.status,
        to.next_safe_action,
        now,
        run_id,
        pending,
        ESCALATED,
        deadline_in(to, now),
    )
