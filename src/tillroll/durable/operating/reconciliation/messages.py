"""What should have woken somebody: queue messages and decision events that were lost."""

from tillroll.durable.operating.reconciliation.bounds import BATCH, PATIENCE
from tillroll.durable.operating.reconciliation.escalating import escalate
from tillroll.durable.record.decisions import announce
from tillroll.durable.record.runs import run_from_row
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN, set_aside, setting_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.bindings.queue import QueueUnavailable
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# Each time that an event is due by itself.
_EVENTS = "events out"
_OVERDUE = f"""
  SELECT outbox.id, outbox.id || ' ' || outbox.next_attempt_at AS name FROM outbox
  {JOIN.format(part=f"'{_EVENTS}'", subject="outbox.id || ' ' || outbox.next_attempt_at")}
  WHERE outbox.state = 'pending' AND outbox.next_attempt_at < ?2
    AND (outbox.lease_until IS NULL OR outbox.lease_until < ?2) AND {IS_DUE}
  ORDER BY {IN_TURN}, outbox.next_attempt_at LIMIT ?3
"""  # noqa: S608 - constants
_PART = "decisions"
_SETBACKS = JOIN.format(part=f"'{_PART}'", subject="reviews.id")
# Four hours in all: by then a lost instance has been replaced three times.
_PATIENT_WITH = 8


async def resend_deliveries(platform: Platform) -> int:
    """Events that are due and that nobody has: their queue message was lost, or came too early.

    One that its message brings nowhere is sent for more and more seldom, so that it keeps no other from its turn.
    """
    now = to_text(platform.clock.now())
    rows = await platform.database.all(statement(_OVERDUE, now, to_text(platform.clock.now() - PATIENCE), BATCH))
    sent: list[str] = []
    for row in rows:
        try:
            await platform.queue.send({"outboxId": text(row, "id")})
        except QueueUnavailable as error:
            log.warning("queue.unavailable", delivery=text(row, "id"), error=error)
            break
        sent.append(text(row, "name"))
    if sent:
        await platform.database.batch([setting_aside(_EVENTS, sent, "sent for, and due still", now)])
    return len(sent)


async def announce_decisions(platform: Platform) -> int:
    """Decisions, and requests to end, that were recorded but that their run has not taken up: the event was lost.

    One that is not taken up all the same is announced more and more seldom, so that it keeps no other from its turn,
    and a person is told.
    """
    now = to_text(platform.clock.now())
    rows = await platform.database.all(
        statement(
            f"""
            SELECT runs.*, reviews.id AS review_id, reviews.event_type FROM reviews
            JOIN runs ON runs.id = reviews.run_id
            LEFT JOIN review_decisions d ON d.review_id = reviews.id
            {_SETBACKS}
            WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review' AND runs.paused_at IS NULL
              AND (d.decided_at < ?2 OR runs.cancel_requested_at < ?2) AND {IS_DUE}
            ORDER BY {IN_TURN}, reviews.requested_at LIMIT ?3
            """,  # noqa: S608 - constants
            now,
            to_text(platform.clock.now() - PATIENCE),
            BATCH,
        )
    )
    for row in platform.turn.take(rows):
        await _announce(platform, row, now)
    return len(rows)


async def _announce(platform: Platform, row: Row, now: str) -> None:
    times = await set_aside(platform.database, _PART, text(row, "review_id"), "announced, not taken up", now)
    try:
        run = run_from_row(row)
        await announce(platform, run, text(row, "event_type"))
        if times >= _PATIENT_WITH:
            await escalate(platform, run, f"what was decided was announced {times} times and is not taken up", now)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one run, the others have their turn
        log.crash("reconciler.set_aside", error, run=text(row, "id"), source=_PART)
