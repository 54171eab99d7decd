"""Delivery of outbox events to the configured webhook: what the queue's consumer does with each message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tillroll.durable.audit import AuditEvent, append_if_changed, event_of_run
from tillroll.durable.contract import State
from tillroll.durable.errors import LostGuard
from tillroll.durable.outbox import OutboxEvent, claim, postpone, settle
from tillroll.durable.runs import Run
from tillroll.durable.steps import guarded_batch
from tillroll.durable.webhook import post_signed
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import Statement, statement, text
from tillroll.platform.queue import QueueUnavailable
from tillroll.platform.services import Platform

_ACTOR = "system:delivery"

# Seconds until the next attempt, after the first, second, … failed one: about 28 hours in all, then it is given up.
RETRY_AFTER_SECONDS = (5, 60, 300, 1800, 7200, 18000, 36000, 36000)


@dataclass(frozen=True)
class Settlement:
    """What the end of a delivery means for the run it belongs to: from which state it leads where."""

    pending: State
    delivered: State
    given_up: State


async def deliver(platform: Platform, settlements: Mapping[str, Settlement], outbox_id: str) -> int | None:
    """Deliver one event, if it is due and nobody else has it; return after how many seconds to try again, or None.

    `settlements` says by topic what the outcome means for the run. The receiver answers 2xx for success; anything else,
    or no answer, is tried again on the schedule above.
    """
    now = platform.clock.now()
    event = await claim(platform.database, outbox_id, now)
    if event is None:
        return None
    error = await _post(platform, event, now)
    settlement = settlements[event.topic]
    if error is None:
        await _settle(platform, event, "delivered", settlement.pending.name, settlement.delivered, None)
        return None
    if event.attempt > len(RETRY_AFTER_SECONDS):
        await _settle(platform, event, "given_up", settlement.pending.name, settlement.given_up, error)
        return None
    seconds = RETRY_AFTER_SECONDS[event.attempt - 1]
    await platform.database.batch([postpone(event, to_text(now + timedelta(seconds=seconds)), error)])
    log.warning("delivery.failed", **_told_of(event), error=error)
    return seconds


async def resend(platform: Platform, settlements: Mapping[str, Settlement], run: Run, actor: str, reason: str) -> None:
    """Deliver an event anew that was given up, under the same id.

    Raises:
        LostGuard: the run has no such event (any more); nothing was changed.
    """
    now = to_text(platform.clock.now())
    row = await platform.database.first(
        statement("SELECT id, topic, attempts FROM outbox WHERE run_id = ? AND state = 'given_up'", run.id)
    )
    if row is None:
        raise LostGuard("no delivery of this run was given up")
    outbox_id, settlement = text(row, "id"), settlements[text(row, "topic")]
    audit = event_of_run(
        run,
        "delivery.resent",
        f"{outbox_id}:resent:{run.state_version}",
        actor=actor,
        at=now,
        detail={"event": outbox_id, "reason": reason, "from": run.state, "to": settlement.pending.name},
    )
    renew = statement(
        """
        UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = ?, settled_at = NULL
        WHERE id = ? AND state = 'given_up'
        """,
        now,
        outbox_id,
    )
    move = _move(run.id, run.state, settlement.pending, now)
    await guarded_batch(platform.database, [renew, append_if_changed(audit), move], audit.event_key)
    try:
        await platform.queue.send({"outboxId": outbox_id})
    except QueueUnavailable as error:
        log.warning("delivery.nudge_lost", run=run.id, delivery=outbox_id, error=error)


async def _post(platform: Platform, event: OutboxEvent, now: datetime) -> str | None:
    """Send the event; return None for success, else what went wrong in one line."""
    settings = platform.settings
    return await post_signed(platform.http, settings.webhook_url, settings.webhook_secret, event.id, event.payload, now)


async def _settle(
    platform: Platform, event: OutboxEvent, outcome: str, pending: str, to: State, error: str | None
) -> None:
    """Settle the event and bring its run along, in one batch; somebody else's settlement wins silently."""
    now = to_text(platform.clock.now())
    audit = AuditEvent(
        stream=event.run_id,
        event_key=f"{event.id}:{outcome}:{now}",
        account_id=event.account_id,
        actor=_ACTOR,
        action=f"delivery.{outcome}",
        outcome="success" if error is None else "failure",
        at=now,
        detail={"event": event.id, "attempts": event.attempt, "from": pending, "to": to.name},
    )
    batch = [settle(event, outcome, now, error), append_if_changed(audit), _move(event.run_id, pending, to, now)]
    try:
        await guarded_batch(platform.database, batch, audit.event_key)
    except LostGuard:
        log.info("delivery.was_second", **_told_of(event))
        return
    if error is None:
        log.info(audit.action, **_told_of(event))
    else:
        log.error(audit.action, **_told_of(event), error=error)


def _told_of(event: OutboxEvent) -> log.OfDelivery:
    return {"account": event.account_id, "run": event.run_id, "delivery": event.id, "attempt": event.attempt}


def _move(run_id: str, pending: str, to: State, now: str) -> Statement:
    return statement(
        """
        UPDATE runs SET state = ?, status = ?, next_safe_action = ?, state_version = state_version + 1, updated_at = ?
        WHERE id = ? AND state = ?
        """,
        to.name,
        to.status,
        to.next_safe_action,
        now,
        run_id,
        pending,
    )
