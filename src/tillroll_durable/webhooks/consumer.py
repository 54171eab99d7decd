"""Delivery of outbox events to an account's endpoints: what the queue's consumer does with each
message.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import LiteralString

from tillroll_durable import outbox
from tillroll_durable._record.changes import settled
from tillroll_durable.audit import COMMON, Audited, AuditEvent, event_of_run, guarded_batch
from tillroll_durable.contract import Contract, Settlement
from tillroll_durable.errors import LostGuard
from tillroll_durable.operations import NotPossible, Request, repeat_failed, revive
from tillroll_durable.outbox import OutboxEvent, Settlements
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run, log_fields, touch
from tillroll_durable.settings import RunSettings
from tillroll_durable.states import State
from tillroll_durable.webhooks import deliveries as webhooks
from tillroll_durable.webhooks.deliveries import Lane

_ACTOR = "system:delivery"

_DIED = "no attempt came to an end: each time the Worker died"
# What is due within a minute is nudged; what is due later, the reconciler finds.
_NUDGED_WITHIN_SECONDS = 60
# Where so many posts to an endpoint are open that no other may begin, its events look again after
# this: without a message, so that a long queue of them costs no more than the reconciler's turn.
_CROWDED_FOR = timedelta(seconds=90)


@dataclass(frozen=True)
class _Attempted:
    """An attempt that came to an end, or was not made since the endpoint `has_ended`."""

    due: webhooks.Due
    posted: webhooks.Posted
    began: datetime
    ended: datetime
    has_ended: bool


async def receive(
    platform: Platform, settlements: Settlements, message: JsonObject, *, is_first: bool
) -> None:
    """Deliver the event of a queue's message (`is_first`: it never came before); send another if
    due in a minute.
    """
    if is_first:
        claimed = outbox.claim_in(message, platform.clock.now())
    else:
        claimed = None
    outbox_id = str(message["outboxId"])
    lane = Lane.FAST
    if message.get("lane") == Lane.SLOW:
        lane = Lane.SLOW
    later = await deliver_in(
        lane, platform, settlements=settlements, outbox_id=outbox_id, claimed=claimed
    )
    if later is None or later.seconds > _NUDGED_WITHIN_SECONDS:
        return
    following: JsonObject = {"outboxId": outbox_id}
    queue = platform.deliveries
    if later.lane is Lane.SLOW:
        following["lane"] = Lane.SLOW
        queue = platform.slow_deliveries
    try:
        await queue.send(following, delay_seconds=later.seconds)
    except QueueUnavailable as error:  # the row says when it is due: the reconciler finds it
        log.warning("delivery.nudge_lost", delivery=outbox_id, error=error)


@dataclass(frozen=True)
class Later:
    """When an event is tried again, in seconds, and in which lane."""

    seconds: int
    lane: Lane = Lane.FAST


async def deliver(
    platform: Platform, settlements: Settlements, outbox_id: str, claimed: OutboxEvent | None = None
) -> int | None:
    """Deliver an event in the fast lane, as `deliver_in`; return the seconds until the next
    attempt, or None.
    """
    later = await deliver_in(
        Lane.FAST, platform, settlements=settlements, outbox_id=outbox_id, claimed=claimed
    )
    if later is None:
        return None
    return later.seconds


async def deliver_in_turn(platform: Platform, settlements: Settlements, outbox_id: str) -> None:
    """Deliver an event without a queue: in the fast lane, then in the slow one where it is for a
    slow receiver.
    """
    later = await deliver_in(Lane.FAST, platform, settlements=settlements, outbox_id=outbox_id)
    if later is not None and later.lane is Lane.SLOW:
        await deliver_in(Lane.SLOW, platform, settlements=settlements, outbox_id=outbox_id)


async def deliver_in(
    lane: Lane,
    platform: Platform,
    settlements: Settlements,
    outbox_id: str,
    claimed: OutboxEvent | None = None,
) -> Later | None:
    """Deliver a due event, or one that is `claimed` for this caller, to all endpoints that want it
    in this lane; return when it is tried again, or None. `settlements` say what its end means for
    the run; an unknown topic is given up.
    """
    now = platform.clock.now()
    event = claimed or await outbox.claim(platform.database, outbox_id, now)
    if event is None:
        return None
    if event.topic not in settlements:
        await _settle(
            platform,
            event,
            outcome="given_up",
            settlement=None,
            error=f"no workflow that is deployed has the topic {event.topic}",
        )
        return None
    has_deployments = platform.settings.of(RunSettings).delivers_webhooks
    attempts = await webhooks.begin_attempts(
        platform.database,
        event,
        now,
        has_deployments=has_deployments,
        is_handed_over=claimed is not None,
        lane=lane,
    )
    if attempts is None:
        return None
    attempted = await _attempt_all(platform, event, due=attempts.due, lane=lane)
    later = await _conclude(
        platform,
        event,
        settlement=settlements[event.topic],
        attempt=attempts,
        attempted=attempted,
        lane=lane,
    )
    for each in attempted:
        given_up = each.due.number >= outbox.MOST_ATTEMPTS
        await webhooks.disable_if_dead(
            platform, event.account_id, due=each.due, posted=each.posted, given_up=given_up
        )
    return later


async def _attempt_all(
    platform: Platform, event: OutboxEvent, due: Sequence[webhooks.Due], lane: Lane
) -> Sequence[_Attempted]:
    """Make all attempts at once, so that a receiver which is slow delays no other."""
    if len(due) == 1:
        return [await _attempt(platform, event, due=due[0], lane=lane)]
    return await asyncio.gather(*(_attempt(platform, event, due=each, lane=lane) for each in due))


async def _attempt(
    platform: Platform, event: OutboxEvent, due: webhooks.Due, lane: Lane
) -> _Attempted:
    began = platform.clock.now()
    is_unset = due.is_deployments and not platform.settings.of(RunSettings).delivers_webhooks
    has_ended = due.has_ended or is_unset
    if has_ended:
        posted = webhooks.Posted(None, webhooks.CANCELLED)
    elif due.number > outbox.MOST_ATTEMPTS:
        posted = webhooks.Posted(None, _DIED)
    else:
        seconds = webhooks.TIMEOUT_SECONDS
        if lane is Lane.FAST:
            seconds = webhooks.FAST_SECONDS
        posted = await _send(platform, event, due=due, now=began, seconds=seconds)
    return _Attempted(due, posted, began=began, ended=platform.clock.now(), has_ended=has_ended)


async def _send(
    platform: Platform, event: OutboxEvent, due: webhooks.Due, now: datetime, seconds: float
) -> webhooks.Posted:
    try:
        return await webhooks.send(
            platform, due, message_id=event.id, payload=event.payload, now=now, seconds=seconds
        )
    except Exception as error:  # noqa: BLE001
        # What other receivers answered at the same time must still be written.
        log.crash("delivery.crashed", error, **_log_fields(event))
        return webhooks.Posted(
            None, f"the attempt failed before it had an answer: {type(error).__name__}"
        )


async def _conclude(
    platform: Platform,
    event: OutboxEvent,
    settlement: Settlement | None,
    attempt: webhooks.Begun,
    attempted: Sequence[_Attempted],
    lane: Lane,
) -> Later | None:
    """Write what came of the attempts; settle the event where nothing of it is open any more, else
    say when it is.
    """
    now = platform.clock.now()
    # What could not begin in the fast lane goes through the slow one at once; there it waits for
    # others to end.
    pause = timedelta(0)
    if lane is Lane.SLOW:
        pause = _CROWDED_FOR
    states = {text(row, "id"): text(row, "state") for row in attempt.all}
    errors = {text(row, "id"): optional_text(row, "last_error") for row in attempt.all}
    next_at = {text(row, "id"): optional_text(row, "next_attempt_at") for row in attempt.all}
    next_at |= dict.fromkeys(attempt.waiting, to_text(now + pause))
    statements: list[Statement] = []
    for each in attempted:
        state, until = _judged(each, now)
        states[each.due.id], next_at[each.due.id], errors[each.due.id] = (
            state,
            until,
            each.posted.error,
        )
        statements += _written(each, state, until=until, now=to_text(now))
    open_until = [
        until for id_, until in next_at.items() if states[id_] == "pending" and until is not None
    ]
    failed = next(
        (errors[id_] for id_, state in states.items() if state in {"given_up", "pending"}), None
    )
    if not open_until:
        await _settle(
            platform,
            event,
            outcome=_outcome(states),
            settlement=settlement,
            error=failed,
            deliveries=statements,
        )
        return None
    until = max(min(open_until), to_text(now))
    error = next((each.posted.error for each in attempted if each.posted.error is not None), failed)
    await platform.database.batch([*statements, outbox.postpone(event, until, error)])
    if error is not None:
        log.warning("delivery.failed", **_log_fields(event), error=error)
    seconds = max(0, round((from_text(until) - now) / timedelta(seconds=1)))
    following = Lane.FAST
    if attempt.waiting:
        following = Lane.SLOW
    return Later(seconds, following)


def _judged(each: _Attempted, now: datetime) -> tuple[str, str | None]:
    """The state that an attempt leaves its delivery in, and when it is tried again."""
    due = each.due
    posted = each.posted
    if posted.error is None:
        return "delivered", None
    if each.has_ended:
        return "cancelled", None
    if posted.is_gone or due.number >= outbox.MOST_ATTEMPTS:
        return "given_up", None
    wait = max(timedelta(seconds=webhooks.seconds_after(due.id, due.number)), posted.wait)
    return "pending", to_text(now + wait)


def _written(each: _Attempted, state: str, until: str | None, now: str) -> list[Statement]:
    due = each.due
    posted = each.posted
    took = each.ended - each.began
    moved = webhooks.move_delivery(due, state, until=until, now=now, posted=posted, took=took)
    if each.has_ended:
        return [moved]
    if posted.error is None:
        attempted = []
    else:
        attempted = [webhooks.record_attempt(due, posted, began=each.began, took=took)]
    speed = webhooks.note_speed(due, took, each.ended)
    return [moved, *attempted, webhooks.note_on_endpoint(due, posted, now), *speed]


def _outcome(states: Mapping[str, str]) -> str:
    """Say what became of an event, from what became of its deliveries."""
    if "given_up" in states.values():
        return "given_up"
    if "delivered" in states.values():
        return "delivered"
    return "no_receiver"


async def _settle(
    platform: Platform,
    event: OutboxEvent,
    outcome: str,
    settlement: Settlement | None,
    error: str | None,
    deliveries: Sequence[Statement] = (),
) -> None:
    """Settle the event, its deliveries and its run in one batch. An earlier settlement, or a later
    attempt, wins.
    """
    now = to_text(platform.clock.now())
    detail: JsonObject = {"event": event.id, "attempts": event.attempt}
    moved: list[Statement] = []
    if settlement is not None:
        if outcome == "given_up":
            to = settlement.given_up
        else:
            to = settlement.delivered
        detail |= {"from": settlement.pending.name, "to": to.name}
        moved = settle_run(event.run_id, settlement.pending, to=to, now=now)
    action = Audited(f"delivery.{outcome}")
    is_success = "failure" if outcome == "given_up" else "success"
    if action in COMMON:
        key = f"{outcome}:{now}"
    else:
        key = f"{event.id}:{outcome}:{now}"
    audit = AuditEvent(
        event.run_id,
        key,
        account_id=event.account_id,
        actor=_ACTOR,
        action=action,
        outcome=is_success,
        at=now,
        detail=detail,
    )
    settling = outbox.settle(event, outcome, now=now, error=error)
    try:
        rows = await guarded_batch(platform.database, settling, audit, *moved, *deliveries)
    except LostGuard:
        log.info("delivery.was_second", **_log_fields(event))
        if deliveries:  # what is not overtaken stands for itself
            await platform.database.batch(deliveries)
        return
    await outbox.nudge(platform, event.run_id, outbox.written_events(rows))
    if outcome != "given_up":
        log.info(audit.action, **_log_fields(event))
    else:
        log.error(audit.action, **_log_fields(event), error=error or "")


def _log_fields(event: OutboxEvent) -> log.OfDelivery:
    return {
        "account": event.account_id,
        "run": event.run_id,
        "delivery": event.id,
        "attempt": event.attempt,
    }


def settle_run(run_id: str, pending: State, to: State, now: str) -> list[Statement]:
    """Statements that move a run from the state in which its delivery is pending; elsewhere it
    stays.
    """
    return [
        settled(run_id, pending, to=to, now=now),
        *outbox.of_transition(run_id, pending.status, after=to.status, now=now, if_changed=True),
    ]


_UNKNOWN_TOPIC = object()


async def resend(
    platform: Platform, settlements: Settlements, contract: Contract, run: Run, request: Request
) -> None:
    """Deliver events anew that were given up, or for which the run stands still. Where the step
    that releases an event has failed for good, or nothing brings it on, it is done again.

    Raises NotPossible.
    """
    sql = """
      SELECT id, topic, state, attempts FROM outbox
      WHERE run_id = ? AND state IN ('given_up', 'held', 'pending')
      ORDER BY state = 'given_up' DESC, rowid
    """
    rows = await platform.database.all(statement(sql, [run.id]))
    untold = [row for row in rows if settlements.get(text(row, "topic"), _UNKNOWN_TOPIC) is None]
    resent = [row for row in untold if row["state"] == "given_up"]
    for row in resent:
        await _renew(platform, contract, run=run, settlement=None, row=row, request=request)
    row = next((row for row in rows if row not in untold), None)
    if row is None and not untold:
        raise NotPossible("this run has no delivery that could be sent again")
    if row is not None and row["state"] == "held":
        if run.is_escalated:
            await revive(platform, contract, run=run, request=request)
        else:
            await repeat_failed(platform, contract, run=run, request=request)
    elif row is None or (row["state"] == "pending" and not run.is_escalated):
        if not resent:
            raise NotPossible(
                "this run's event is not given up: it is sent again by itself, and `deliver` sends "
                "it at once"
            )
    elif settlement := settlements.get(text(row, "topic")):
        await _renew(platform, contract, run=run, settlement=settlement, row=row, request=request)
    elif not resent:
        raise NotPossible(f"no workflow that is deployed has the topic {text(row, 'topic')}")


async def _renew(
    platform: Platform,
    contract: Contract,
    run: Run,
    settlement: Settlement | None,
    row: Row,
    request: Request,
) -> None:
    """Let an event be delivered from its first attempt on; with a settlement, the run is pending
    again.
    """
    now = to_text(platform.clock.now())
    outbox_id = text(row, "id")
    detail: JsonObject = {
        "event": outbox_id,
        "reason": request.reason,
        **({"from": run.state, "to": settlement.pending.name} if settlement else {}),
    }
    audit = event_of_run(
        run,
        Audited.DELIVERY_RESENT,
        f"{outbox_id}:resent:{now}",
        actor=request.actor,
        at=now,
        detail=detail,
    )
    sql = """
      UPDATE outbox
      SET state = 'pending', attempts = CASE state WHEN 'given_up' THEN 0 ELSE attempts END,
        next_attempt_at = ?1, settled_at = NULL
      WHERE id = ?2 AND (state = 'given_up' OR state = 'pending' AND attempts = ?3)
    """
    renew = statement(sql, [now, outbox_id, row["attempts"]])
    if settlement:
        moved = settle_run(run.id, contract.state(run.state), to=settlement.pending, now=now)
    else:
        moved = []
    try:
        rows = await guarded_batch(
            platform.database, renew, audit, *moved, webhooks.reopen_deliveries(outbox_id, now)
        )
    except LostGuard as lost:
        raise NotPossible("somebody else was first: look at the run again") from lost
    await outbox.nudge(platform, run.id, [outbox_id, *outbox.written_events(rows)])


async def deliver_now(platform: Platform, run: Run, request: Request) -> None:
    """Bring the next attempt of a run's deliveries forward. Raises NotPossible: none waits."""
    now = to_text(platform.clock.now())
    waiting = (
        "run_id = ?1 AND state = 'pending' AND next_attempt_at > ?2 AND (lease_until IS NULL "
        "OR lease_until <= ?2)"
    )
    rows = await platform.database.all(
        statement(f"SELECT id FROM outbox WHERE {waiting}", [run.id, now])
    )
    hastened = [
        row
        for row in rows
        if await _hasten(
            platform, run, request=request, outbox_id=text(row, "id"), waiting=waiting, now=now
        )
    ]
    if not hastened:
        raise NotPossible("no delivery of this run waits for its next attempt")


async def _hasten(
    platform: Platform,
    run: Run,
    request: Request,
    outbox_id: str,
    waiting: LiteralString,
    now: str,
) -> bool:
    """Make one event due; false where somebody was first."""
    hasten = statement(
        f"UPDATE outbox SET next_attempt_at = ?2 WHERE id = ?3 AND {waiting}",
        [run.id, now, outbox_id],
    )
    # Under another name than `event`, by which a settlement names what it settled.
    detail: JsonObject = {"delivery": outbox_id, "reason": request.reason}
    audit = event_of_run(
        run,
        Audited.DELIVERY_HASTENED,
        f"{outbox_id}:hastened:{now}",
        actor=request.actor,
        at=now,
        detail=detail,
    )
    more = (touch(run.id, now), webhooks.hasten_deliveries(outbox_id, now))
    try:
        await guarded_batch(platform.database, hasten, audit, *more)
    except LostGuard:
        return False
    log.info(audit.action, **log_fields(run))
    await outbox.nudge(platform, run.id, [outbox_id])
    return True
