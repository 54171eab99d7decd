"""Four eyes: whoever asked for a payment does not approve it, and nobody who stands behind the event that did."""

from typing import Final, Literal

from tillroll.durable import statement
from tillroll.platform.services import Platform

_TABLES: Final = {"payout": "payouts", "batch": "payout_batches"}


async def may_decide_on(what: Literal["payout", "batch"], platform: Platform, run_id: str, user_id: str) -> str | None:
    """Why this person may not decide; None where they may. Whoever asked is known by what they asked with: their
    browser, a token of theirs, or a source of events that they made, mapped, or gave a secret."""
    asked_by = f"""
      SELECT s.source_id FROM {_TABLES[what]} p LEFT JOIN tokens t ON p.asked_by = 'token:' || t.id
      LEFT JOIN inbound_events e ON p.asked_by = 'event:' || e.id
      LEFT JOIN inbound_source_people s ON s.source_id = e.source_id AND s.user_id = ?2
        AND (s.until IS NULL OR s.until >= e.received_at)
      WHERE p.run_id = ?1
        AND (s.user_id IS NOT NULL OR ?2 = COALESCE(t.user_id, substr(p.asked_by, length('user:') + 1)))
    """  # noqa: S608 - constants
    own = await platform.database.first(statement(asked_by, run_id, user_id))
    if own is None:
        return None
    if own["source_id"] is not None:
        return f"An event of a source that you set up asked for this {what}: somebody else has to decide on it."
    return f"You asked for this {what}: somebody else has to decide on it."
