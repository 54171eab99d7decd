"""Four eyes: whoever asked for a payment does not approve it."""

from typing import Final, Literal

from tillroll.durable import statement
from tillroll.platform.services import Platform

_TABLES: Final = {"payout": "payouts", "batch": "payout_batches"}


async def may_decide_on(what: Literal["payout", "batch"], platform: Platform, run_id: str, user_id: str) -> str | None:
    """Why this person may not decide; None where they may. Whoever asked is known by what they asked with: their
    browser, or a token of theirs."""
    asked_by = f"""
      SELECT 1 FROM {_TABLES[what]} p LEFT JOIN tokens t ON p.asked_by = 'token:' || t.id
      WHERE p.run_id = ?1 AND ?2 = COALESCE(t.user_id, substr(p.asked_by, length('user:') + 1))
    """  # noqa: S608 - constants
    own = await platform.database.first(statement(asked_by, run_id, user_id))
    return None if own is None else f"You asked for this {what}: somebody else has to decide on it."
