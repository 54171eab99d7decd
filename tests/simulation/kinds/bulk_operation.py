"""What can happen to an operation on many runs: `tillroll play bulk-operation`."""

from tests.simulation.author import Story
from tests.simulation.bulk.street import opened

STORIES = (Story("seven runs are retried", opened(7), "finished"),)
