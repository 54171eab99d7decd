"""A batch pays each of its payouts once, and ends when the last has."""

from dataclasses import replace

import pytest

from tests.simulation import disturbances as by
from tests.simulation.batching import Order, opened
from tests.simulation.kinds.payout_batch import STORIES
from tests.simulation.playing import Disturbance, play, play_at_some_points
from tests.simulation.stories import Story

_DISTURBANCES = (by.KILL, by.CANCEL, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)
_OF_ITS_PAYOUTS = replace(STORIES[0], open=opened(Order(), aims_at=None))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_story_ends_as_it_should(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_at_its_points(disturbance: Disturbance) -> None:
    """What is done to a run by name is done to the newest, which is one of the payouts."""
    await play_at_some_points(_OF_ITS_PAYOUTS, disturbance, _DISTURBANCES.index(disturbance))
