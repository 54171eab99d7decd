"""Endpoints that get nothing any more: on their owner's word, on the receiver's (410), or after days of failures."""

from datetime import timedelta
from typing import Final

from tillroll.durable.errors import LostGuard
from tillroll.durable.operating.webhooks.deliveries import Due
from tillroll.durable.operating.webhooks.posting import Posted
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform import log
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# Without a success for so long, and a delivery tried as often as may be: nobody looks after it.
FAILS_FOR: Final = timedelta(days=3)
CANCELLED: Final = "the endpoint is disabled or deleted"


async def disable_if_dead(platform: Platform, account_id: str, due: Due, posted: Posted, *, given_up: bool) -> None:
    """Disable an endpoint that says 410, or that failed to the end for FAILS_FOR; its owners are told within a minute
    or two. One that is disabled already stays as it is."""
    if not (posted.is_gone or (given_up and posted.error is not None)):
        return
    why, endpoint_id = ("gone" if posted.is_gone else "failing"), due.endpoint_id
    now = platform.clock.now()
    at = to_text(now)
    guard = statement(
        """
        UPDATE endpoints SET disabled_at = ?1, disabled_why = ?2, told_at = NULL, updated_at = ?1
        WHERE id = ?3 AND disabled_at IS NULL AND deleted_at IS NULL AND (?2 = 'gone' OR failing_since <= ?4)
          -- The deployment's is looked after by its operators, whom alerts tell of failures.
          AND origin = 'account'
        """,
        at,
        why,
        endpoint_id,
        to_text(now - FAILS_FOR),
    )
    audit = event_of_account(
        account_id,
        "endpoint.disabled",
        f"{endpoint_id}:disabled:{at}",
        actor="system:delivery",
        at=at,
        detail={"endpoint": endpoint_id, "why": why},
    )
    try:
        await guarded_batch(
            platform.database, [guard, append_if_changed(audit), *cancel_open(endpoint_id, at)], audit.event_key
        )
    except LostGuard:
        return
    log.error("endpoint.disabled", account=account_id, subject=endpoint_id, reason=why)


def cancel_open(endpoint_id: str, now: str) -> list[Statement]:
    """Cancel the deliveries that are open, and have the reconciler settle their events."""
    return [
        statement(
            """
            UPDATE deliveries SET state = 'cancelled', settled_at = ?1, next_attempt_at = NULL, last_error = ?2
            WHERE endpoint_id = ?3 AND state = 'pending'
            """,
            now,
            CANCELLED,
            endpoint_id,
        ),
        statement(
            """
            UPDATE outbox SET next_attempt_at = ?1
            WHERE state = 'pending' AND id IN (
              SELECT event_id FROM deliveries WHERE endpoint_id = ?2 AND state = 'cancelled' AND settled_at = ?1
            ) AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = outbox.id AND d.state = 'pending')
            """,
            now,
            endpoint_id,
        ),
    ]
