"""What is open right now, each asked of an index that holds open work only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tillroll.platform.bindings.database import Database, Row, integer, optional_text, statement, text
from tillroll.platform.clock import from_text, to_text

_OLDEST_REVIEW = """
  SELECT reviews.requested_at AS since FROM reviews JOIN runs ON runs.id = reviews.run_id
  WHERE reviews.taken_up_at IS NULL AND runs.status = 'needs_review' ORDER BY reviews.requested_at LIMIT 1
"""
_DUE = (
    "SELECT count(*) AS due, min(next_attempt_at) AS since FROM outbox WHERE state = 'pending' AND next_attempt_at <= ?"
)
_NEWEST_EVENT: Final = "SELECT max(id) AS id FROM audit_events"
_LAST_TICK: Final = "SELECT position AS since FROM reconciler_cursors WHERE name = 'reconciler: last tick'"

_LAST_SEAL: Final = "SELECT number, to_id FROM seals ORDER BY number DESC LIMIT 1"
FIRST_UNSEALED: Final = """
  SELECT at AS since FROM audit_events
  WHERE id > COALESCE((SELECT to_id FROM seals ORDER BY number DESC LIMIT 1), 0) ORDER BY id LIMIT 1
"""
_OPEN_ALERTS: Final = "SELECT rule, count(*) AS open FROM alerts WHERE closed_at IS NULL GROUP BY rule"


@dataclass(frozen=True)
class OpenWork:
    """
    Attributes:
        oldest_review_seconds: for how long the longest-waiting review is open; 0 where none is.
        due_deliveries, oldest_due_seconds: events that are due to be delivered, and for how long the first one is.
        newest_event: the id of the newest audit event.
        last_tick: when the reconciler last finished a tick, in Unix seconds; None before the first one.
        open_alerts: how many, by rule.
        last_seal: the number of the newest seal of the audit; 0 before the first one.
        unsealed_events, unsealed_seconds: at most how many events are not sealed yet (ids can have gaps), and for how
            long the first of them; 0 where all are.
    """

    oldest_review_seconds: float
    due_deliveries: int
    oldest_due_seconds: float
    newest_event: int
    last_tick: float | None
    open_alerts: dict[str, int]
    last_seal: int
    unsealed_events: int
    unsealed_seconds: float


async def open_work(database: Database, now: datetime) -> OpenWork:
    """Look once."""
    reviews, [due], [newest], ticks, alerts, seals, unsealed = await database.batch(
        [
            statement(_OLDEST_REVIEW),
            statement(_DUE, to_text(now)),
            statement(_NEWEST_EVENT),
            statement(_LAST_TICK),
            statement(_OPEN_ALERTS),
            statement(_LAST_SEAL),
            statement(FIRST_UNSEALED),
        ]
    )
    newest_id = integer(newest, "id") if newest["id"] is not None else 0
    return OpenWork(
        oldest_review_seconds=_seconds_since(reviews[0], now) if reviews else 0,
        due_deliveries=integer(due, "due"),
        oldest_due_seconds=_seconds_since(due, now),
        newest_event=newest_id,
        last_tick=from_text(str(ticks[0]["since"])).timestamp() if ticks else None,
        open_alerts={text(row, "rule"): integer(row, "open") for row in alerts},
        last_seal=integer(seals[0], "number") if seals else 0,
        unsealed_events=newest_id - (integer(seals[0], "to_id") if seals else 0),
        unsealed_seconds=_seconds_since(unsealed[0], now) if unsealed else 0,
    )


def _seconds_since(row: Row, now: datetime) -> float:
    since = optional_text(row, "since")
    return 0 if since is None else max(0.0, (now - from_text(since)).total_seconds())
