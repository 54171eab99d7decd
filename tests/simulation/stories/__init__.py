"""What can happen to each workflow without any disturbance."""

from tests.simulation.stories.payouts import FOR_GOOD, PAYOUTS, PayoutPlan
from tests.simulation.stories.receipts import RECEIPTS
from tests.simulation.stories.story import Scene, Story

__all__ = ["FOR_GOOD", "PAYOUTS", "RECEIPTS", "PayoutPlan", "Scene", "Story"]
