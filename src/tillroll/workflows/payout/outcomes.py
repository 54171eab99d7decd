"""What became of a payout, by its row `p` and its run's `r`."""

from typing import Final

from tillroll.workflows.payout.contract import REVERSED

OUTCOMES: Final = ("paid", "refused", "returned", "stopped", "unknown", "open")
"""Paid; refused, and nothing moved; returned later; stopped by a person; unknown, which needs one; open, which goes
on."""
OUTCOME: Final = f"""
  CASE WHEN r.failure_class = 'rollback_failed' THEN 'unknown'
    WHEN r.state = 'paid' OR p.payment_status = 'posted' AND (r.status = 'cancelled' OR r.state = '{REVERSED.name}')
      THEN 'paid' WHEN r.state = 'came_back' THEN 'returned'
    WHEN r.state = '{REVERSED.name}' OR r.status = 'rejected' THEN 'refused'
    WHEN r.status = 'cancelled' THEN 'stopped' WHEN r.status = 'failed' THEN 'unknown' ELSE 'open' END
"""  # a payout that failed but `reversed` waits for a person; one may have left before it was undone
