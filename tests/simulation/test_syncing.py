"""A sync writes each expense once, whatever happens, and what is recorded as written is in the
books.
"""

import pytest

from tests.simulation.kinds.sync import STORIES
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


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_sync_comes_to_its_end(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_sync_writes_each_expense_once_whatever_comes_between(
    story: Story, disturbance: Disturbance
) -> None:
    turn = STORIES.index(story) + _DISTURBANCES.index(disturbance)
    await play_at_some_points(story, disturbance, turn)
