"""Nobody is asked twice in a week for the documents of their payments, whatever comes between."""

import pytest

from tests.simulation.chasing import STORY
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points

_DISTURBANCES = (by.KILL, by.OVERLAP, by.FORGET, by.DOUBLE, by.HANG_TO_THE_END)


async def test_undisturbed() -> None:
    scene = await play(STORY)
    mails = await scene.world.rows("SELECT id FROM messages WHERE purpose = 'notices'")
    assert len(mails) == 1


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_once_a_week_whatever_comes_between(disturbance: Disturbance) -> None:
    await play_at_some_points(STORY, disturbance, turn=_DISTURBANCES.index(disturbance))
