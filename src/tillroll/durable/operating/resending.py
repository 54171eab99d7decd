"""Telling the world outside after all, under the same id: of an event that was given up, or was never let go."""

from tillroll.durable.contract import Contract, Settlement
from tillroll.durable.errors import LostGuard
from tillroll.durable.operating.delivery import settle_run
from tillroll.durable.operating.operations import NotPossible, Request, repeat_failed, revive
from tillroll.durable.operating.webhooks.deliveries import reopen_deliveries
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.events.nudging import nudge
from tillroll.durable.record.events.of_runs import written_events
from tillroll.durable.record.outbox import Settlements
from tillroll.durable.record.runs import Run
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform.bindings.database import Row, statement, text
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
