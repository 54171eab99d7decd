"""Every story of every workflow, disturbed at every point in every way: what must hold, holds.

Stories of how a run ends are many and alike: `make test` disturbs them at every fourth point, `make points` at all.
"""

import pytest

from tests.simulation.disturbances import DISTURBANCES, STRAY_EVENTS
from tests.simulation.playing import Disturbance, play, points_of, some_points_of
from tests.simulation.stories import ENDINGS, PAYOUTS, RECEIPTS, Story

STORIES = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]


@pytest.mark.parametrize("story", [pytest.param(story, id=f"{kind}: {story.name}") for kind, story in STORIES])
async def test_undisturbed(story: Story) -> None:
    assert len(await points_of(story)) > 15


CASES = [
    pytest.param(story, disturbance, id=f"{kind}: {story.name}: {disturbance.name}")
    for kind, story in STORIES
    for disturbance in DISTURBANCES
    # Only a review waits for events.
    if disturbance is not STRAY_EVENTS or story.has_review
]


@pytest.mark.parametrize(("story", "disturbance"), CASES)
async def test_at_every_point(story: Story, disturbance: Disturbance) -> None:
    for at, name in await _played_points(story, disturbance):
        with disturbance.at(at, name):
            await play(story, disturbance, at)


@pytest.mark.parametrize("story", ENDINGS, ids=lambda story: story.name)
async def test_the_part_that_is_played_meets_every_kind_of_point(story: Story) -> None:
    """With something that can happen anywhere, and with some attempt that hangs where one is made."""
    kinds = set(await points_of(story))
    for things in ([each for each in DISTURBANCES if each.is_of_attempts == hangs] for hangs in (False, True)):
        met = {name for each in things for _, name in await _played_points(story, each)}
        assert met == {kind for kind in kinds if things[0].fits(kind)}


async def _played_points(story: Story, disturbance: Disturbance) -> list[tuple[int, str]]:
    """Where the disturbance meets the story; each begins with another of those that are some of many."""
    turn = DISTURBANCES.index(disturbance) + ENDINGS.index(story) if story in ENDINGS else 0
    points = await some_points_of(story, turn) if story in ENDINGS else [*enumerate(await points_of(story), start=1)]
    return [(at, name) for at, name in points if disturbance.fits(name)]
