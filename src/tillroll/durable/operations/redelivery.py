"""Delivery on request: now instead of later, or after all of an event that was given up."""

from tillroll.durable.contract import Contract, Settlement
from tillroll.durable.errors import LostGuard
from tillroll.durable.execution.steps import guarded_batch
from tillroll.durable.operations.delivery import settle_run
from tillroll.durable.operations.operations import NotPossible, Request, repeat_failed, revive
from tillroll.durable.operations.webhooks import hasten_deliveries, reopen_deliveries
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.events import nudge, written_events
from tillroll.durable.record.outbox import Settlements
from tillroll.durable.record.runs import Run, log_fields
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.bindings.engine import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_UNKNOWN = object()


async def resend(platform: Platform, settlements: Settlements, contract: Contract, run: Run, request: Request) -> None:
    """Deliver the events anew that were given up, or whose delivery the run stands still for. Where the step failed
    that was to let one go, that step is done after all.

    Raises:
        NotPossible: the run has no such event (any more), or nothing that is deployed knows its topic.
    """
    rows = await platform.database.all(
        statement(
            """
            SELECT id, topic, state, attempts FROM outbox
            WHERE run_id = ? AND state IN ('given_up', 'held', 'pending') ORDER BY state = 'given_up' DESC, rowid
            """,
            run.id,
        )
    )
    told = [row for row in rows if settlements.get(text(row, "topic"), _UNKNOWN) is None]
    again = [row for row in told if row["state"] == "given_up"]
    for row in again:
        await _renew(platform, contract, run, None, row, request)
    row = next((row for row in rows if row not in told), None)
    if row is None and not told:
        raise NotPossible("this run has no delivery that could be sent again")
    if row is not None and row["state"] == "held":
        await (revive if run.is_escalated else repeat_failed)(platform, contract, run, request)
    elif row is None or (row["state"] == "pending" and not run.is_escalated):
        if not again:
            raise NotPossible(
                "the delivery of this run is under way: deliver it now, where it is to be tried again later"
            )
    elif settlement := settlements.get(text(row, "topic")):
        await _renew(platform, contract, run, settlement, row, request)
    elif not again:
        raise NotPossible(f"no workflow that is deployed has the topic {text(row, 'topic')}")


async def _renew(
    platform: Platform, contract: Contract, run: Run, settlement: Settlement | None, row: Row, request: Request
) -> None:
    """Let an event be delivered from its first attempt on; with a settlement, the run is pending again."""
    now, outbox_id = to_text(platform.clock.now()), text(row, "id")
    audit = event_of_run(
        run,
        "delivery.resent",
        f"{outbox_id}:resent:{now}",
        actor=request.actor,
        at=now,
        detail={
            "event": outbox_id,
            "reason": request.reason,
            **({"from": run.state, "to": settlement.pending.name} if settlement else {}),
        },
    )
    renew = statement(
        """
        UPDATE outbox SET state = 'pending', attempts = CASE state WHEN 'given_up' THEN 0 ELSE attempts END,
          next_attempt_at = ?1, settled_at = NULL
        WHERE id = ?2 AND (state = 'given_up' OR state = 'pending' AND attempts = ?3)
        """,
        now,
        outbox_id,
        row["attempts"],
    )
    moved = settle_run(run.id, contract.state(run.state), settlement.pending, now) if settlement else []
    batch = [renew, append_if_changed(audit), *moved, reopen_deliveries(outbox_id, now)]
    try:
        rows = await guarded_batch(platform.database, batch, audit.event_key)
    except LostGuard as lost:
        raise NotPossible("somebody else was first: look at the run again") from lost
    await nudge(platform, run.id, [outbox_id, *written_events(rows)])


_NOTHING_WAITS = "no delivery of this run waits for its next attempt"


async def deliver_now(platform: Platform, run: Run, request: Request) -> None:
    """Bring the next attempt of a run's deliveries forward to now. Their attempts go on being counted.

    Raises:
        NotPossible: no delivery waits: it is settled, due already, or somebody has it at this moment.
    """
    now = to_text(platform.clock.now())
    waiting = (
        "run_id = ?1 AND state = 'pending' AND next_attempt_at > ?2 AND (lease_until IS NULL OR lease_until <= ?2)"
    )
    rows = await platform.database.all(statement(f"SELECT id FROM outbox WHERE {waiting}", run.id, now))  # noqa: S608
    hastened = [row for row in rows if await _hasten(platform, run, request, text(row, "id"), waiting, now)]
    if not hastened:
        raise NotPossible(_NOTHING_WAITS)


async def _hasten(platform: Platform, run: Run, request: Request, outbox_id: str, waiting: str, now: str) -> bool:
    """Make one event due; false where somebody was first."""
    hasten = statement(
        f"UPDATE outbox SET next_attempt_at = ?2 WHERE id = ?3 AND {waiting}",  # noqa: S608 - a constant
        run.id,
        now,
        outbox_id,
    )
    # Under another name than `event`, by which a settlement names what it settled.
    audit = event_of_run(
        run,
        "delivery.hastened",
        f"{outbox_id}:hastened:{now}",
        actor=request.actor,
        at=now,
        detail={"delivery": outbox_id, "reason": request.reason},
    )
    touch = statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run.id)
    batch = [hasten, append_if_changed(audit), touch, hasten_deliveries(outbox_id, now)]
    try:
        await guarded_batch(platform.database, batch, audit.event_key)
    except LostGuard:
        return False
    log.info(audit.action, **log_fields(run))
    try:
        await platform.queue.send({"outboxId": outbox_id})
    except QueueUnavailable as error:
        # It is due: the reconciler sends it within a minute or two.
        log.warning("delivery.nudge_lost", run=run.id, delivery=outbox_id, error=error)
    return True
