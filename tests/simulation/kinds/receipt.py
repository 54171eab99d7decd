"""What can happen to a receipt: `tillroll play receipt`."""

from tests.simulation.stories import RECEIPTS

STORIES = RECEIPTS
