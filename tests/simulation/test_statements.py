"""Bank statements under what can happen to a process, its engine and its cron: each entry is there
once.
"""

import pytest

from tests.simulation.kinds.statement import STORIES
from tests.simulation.verbs.playing import cancel_first
from tillroll.bank.statements import parsing as reading
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points
from tillroll_testing.stories.story import Story

_CANCEL = Disturbance("cancel the first run", cancel_first, keeps_ending=False)
_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    _CANCEL,
    by.OVERLAP,
    by.OVERLAP_LATE,
    by.HANG_TO_THE_END,
    by.FORGET,
    by.DOUBLE,
)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two entries a part, so that five are three parts."""
    monkeypatch.setattr(reading, "PART", 2)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_undisturbed(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("story", STORIES[:12], ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_each_bank_entry_is_there_once_whatever_comes_between(
    disturbance: Disturbance, story: Story
) -> None:
    await play_at_some_points(story, disturbance, turn=_DISTURBANCES.index(disturbance))
