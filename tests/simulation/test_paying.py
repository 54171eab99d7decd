"""A payout pays once, whatever happens: the books and the bank agree, and each end says what is
safe.
"""

import pytest

from tests.simulation.kinds.payout import BY_PROVIDER
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points
from tillroll_testing.stories.story import Story

_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    by.CANCEL,
    by.PAUSE,
    by.OVERLAP,
    by.OVERLAP_LATE,
    by.HANG_TO_THE_END,
    by.DOUBLE,
)


@pytest.mark.parametrize("story", BY_PROVIDER, ids=lambda story: story.name)
async def test_a_payout_comes_to_its_end(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("story", BY_PROVIDER, ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_payout_pays_once_whatever_comes_between(
    story: Story, disturbance: Disturbance
) -> None:
    turn = BY_PROVIDER.index(story) + _DISTURBANCES.index(disturbance)
    await play_at_some_points(story, disturbance, turn)
