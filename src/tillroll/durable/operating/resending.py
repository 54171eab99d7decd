"""Telling the world outside after all, under the same id: of an event that was given up, or was never let go."""

from collections.abc import Mapping

from tillroll.durable.contract import Contract, Settlement
from tillroll.durable.errors import LostGuard
from tillroll.durable.operating.delivery import bring_along
from tillroll.durable.operating.operations import NotPossible, Request, repeat_failed, revive
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import Run
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform


async def resend(
    platform: Platform, settlements: Mapping[str, Settlement], contract: Contract, run: Run, request: Request
) -> None:
    """Deliver an event anew that was given up, or whose delivery stands still. Where the step failed that was to let it
    go, that step is done after all.

    Raises:
        NotPossible: the run has no such event (any more), or nothing that is deployed knows its topic.
    """
    row = await platform.database.first(
        statement(
            """
            SELECT id, topic, state, attempts FROM outbox
            WHERE run_id = ? AND state IN ('given_up', 'held', 'pending') LIMIT 1
            """,
            run.id,
        )
    )
    if row is None:
        raise NotPossible("this run has no delivery that could be sent again")
    if row["state"] == "held":
        await (revive if run.is_escalated else repeat_failed)(platform, contract, run, request)
        return
    if row["state"] == "pending" and not run.is_escalated:
        raise NotPossible("the delivery of this run is under way: deliver it now, where it is to be tried again later")
    settlement = settlements.get(text(row, "topic"))
    if settlement is None:
        raise NotPossible(f"no workflow that is deployed has the topic {text(row, 'topic')}")
    await _renew(platform, run, settlement, row, request)


async def _renew(platform: Platform, run: Run, settlement: Settlement, row: Row, request: Request) -> None:
    now, outbox_id = to_text(platform.clock.now()), text(row, "id")
    audit = event_of_run(
        run,
        "delivery.resent",
        f"{outbox_id}:resent:{run.state_version}",
        actor=request.actor,
        at=now,
        detail={"event": outbox_id, "reason": request.reason, "from": run.state, "to": settlement.pending.name},
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
    moved = bring_along(run.id, run.state, settlement.pending, now)
    try:
        await guarded_batch(platform.database, [renew, append_if_changed(audit), moved], audit.event_key)
    except LostGuard as lost:
        raise NotPossible("somebody else was first: look at the run again") from lost
    try:
        await platform.queue.send({"outboxId": outbox_id})
    except QueueUnavailable as error:
        log.warning("delivery.nudge_lost", run=run.id, delivery=outbox_id, error=error)
