"""What can happen to a receipt: `tillroll play receipt`."""

from tests.simulation.stories.receipts import RECEIPTS

STORIES = RECEIPTS
