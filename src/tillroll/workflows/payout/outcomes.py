"""What became of a payout, by its row `p` and its run's `r`."""

from typing import Final

from tillroll.workflows.payout.contract import CAME_BACK, PAID, REVERSED

OUTCOMES: Final = ("paid", "refused", "returned", "stopped", "unknown", "open")
"""Paid; refused, and nothing moved; returned later; stopped by a person; unknown, which needs one; open, which goes
on."""
# A payout that failed but `reversed` waits for a person. What was heard behind the end is in the books by then.
OUTCOME: Final = f"""
  CASE WHEN r.failure_class = 'rollback_failed' THEN 'unknown'
    WHEN r.status IN ('processing', 'needs_review') THEN 'open'
    WHEN p.delivered_by IS NOT NULL THEN 'paid'
    WHEN r.state IN ('{PAID.name}', '{CAME_BACK.name}') THEN 'returned'
    WHEN r.state = '{REVERSED.name}' OR r.status = 'rejected' THEN 'refused'
    WHEN r.status = 'cancelled' THEN 'stopped' ELSE 'unknown' END
"""
