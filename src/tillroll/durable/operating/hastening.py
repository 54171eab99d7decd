"""Delivering now what failed and would be tried again later."""

from tillroll.durable.errors import LostGuard
from tillroll.durable.operating.operations import NotPossible, Request
from tillroll.durable.operating.webhooks.deliveries import hasten_deliveries
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import Run, log_fields
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform import log
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

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
