"""Exports under what can happen to a process, its engine and its cron: the file is there once, and
whole.
"""

import pytest

from tests.simulation.kinds.export import DOCUMENTS, LINES
from tests.simulation.verbs.playing import cancel_first
from tillroll.exports import workflow
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
    """Two expenses a part, so that five are a chain of three runs."""
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 1)
    monkeypatch.setattr(workflow, "PART_PAGES", 2)


async def test_undisturbed() -> None:
    world = (await play(LINES)).world
    runs = await world.rows("SELECT state FROM runs WHERE kind = 'export' ORDER BY id")
    assert [run["state"] for run in runs] == ["continued", "continued", "written"]
    assert not await world.rows(
        "SELECT seq FROM audit_events WHERE action IN ('run.resumed', 'run.woken')"
    )


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_an_export_is_whole_and_there_once_whatever_comes_between(
    disturbance: Disturbance,
) -> None:
    await play_at_some_points(LINES, disturbance, turn=_DISTURBANCES.index(disturbance))


@pytest.mark.parametrize("story", DOCUMENTS, ids=lambda story: story.name)
@pytest.mark.parametrize(
    "disturbance", [by.KILL, by.OVERLAP_LATE], ids=lambda disturbance: disturbance.name
)
async def test_several_files_at_its_points(disturbance: Disturbance, story: Story) -> None:
    await play_at_some_points(story, disturbance, turn=_DISTURBANCES.index(disturbance))
