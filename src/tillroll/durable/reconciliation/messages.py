"""What should have woken somebody: queue messages and decision events that were lost."""

from tillroll.durable.decisions import announce
from tillroll.durable.reconciliation.bounds import BATCH, PATIENCE
from tillroll.durable.runs import run_from_row
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import statement, text
from tillroll.platform.queue import QueueUnavailable
from tillroll.platform.services import Platform


async def resend_deliveries(platform: Platform) -> int:
    """Events that are due and that nobody has: their queue message was lost, or came too early."""
    rows = await platform.database.all(
        statement(
            """
            SELECT id FROM outbox WHERE state = 'pending' AND next_attempt_at < ?1
              AND (lease_until IS NULL OR lease_until < ?1)
            ORDER BY next_attempt_at LIMIT ?2
            """,
            to_text(platform.clock.now() - PATIENCE),
            BATCH,
        )
    )
    for sent, row in enumerate(rows):
        try:
            await platform.queue.send({"outboxId": text(row, "id")})
        except QueueUnavailable as error:
            log.warning("queue.unavailable", delivery=text(row, "id"), error=error)
            return sent
    return len(rows)


async def announce_decisions(platform: Platform) -> int:
    """Decisions, and requests to end, that were recorded but that their run has not taken up: the event was lost."""
    rows = await platform.database.all(
        statement(
            """
            SELECT runs.*, reviews.event_type FROM reviews
            JOIN runs ON runs.id = reviews.run_id
            LEFT JOIN review_decisions d ON d.review_id = reviews.id
            WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review'
              AND (d.decided_at < ?1 OR runs.cancel_requested_at < ?1)
            ORDER BY reviews.requested_at LIMIT ?2
            """,
            to_text(platform.clock.now() - PATIENCE),
            BATCH,
        )
    )
    for row in rows:
        await announce(platform, run_from_row(row), text(row, "event_type"))
    return len(rows)
