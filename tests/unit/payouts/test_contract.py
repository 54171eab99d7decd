"""How long a payout waits, by its contract and its body together."""

from datetime import timedelta

from tillroll.payouts.contract import UNSETTLED
from tillroll.payouts.workflow import SETTLED_WITHIN


def test_a_payout_is_called_late_a_day_after_its_bank_is_waited_for_no_more() -> None:
    assert UNSETTLED.deadline_seconds is not None
    deadline = timedelta(seconds=UNSETTLED.deadline_seconds)
    assert deadline - SETTLED_WITHIN == timedelta(days=1)
