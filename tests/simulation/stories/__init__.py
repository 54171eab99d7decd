"""What can happen to each workflow without any disturbance."""

from tests.simulation.stories import payouts
from tests.simulation.stories.endings import ENDINGS
from tests.simulation.stories.payouts import FOR_GOOD, PayoutPlan
from tillroll_testing.stories.story import Scene, Story

PAYOUTS = (*payouts.PAYOUTS, *ENDINGS)

__all__ = ["ENDINGS", "FOR_GOOD", "PAYOUTS", "PayoutPlan", "Scene", "Story"]
