"""What surrounds a run, disturbed at every point of some stories: the engine's memory, the clock,
what is deployed.
"""

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories.disturbances import OF_THE_SURROUNDINGS
from tillroll_testing.stories.playing import Disturbance, play_at_some_points
from tillroll_testing.stories.story import Story

# Paid, approved, and corrected by a person.
STORIES = (PAYOUTS[0], PAYOUTS[1], RECEIPTS[2])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize(
    "disturbance", OF_THE_SURROUNDINGS, ids=lambda disturbance: disturbance.name
)
async def test_a_run_survives_what_befalls_its_surroundings(
    story: Story, disturbance: Disturbance
) -> None:
    await play_at_some_points(story, disturbance, OF_THE_SURROUNDINGS.index(disturbance))
