"""Every story of every workflow, disturbed in every way: `make test` does so at some points, `make points` at all."""

from collections.abc import Sequence

import pytest

from tests.simulation.disturbances import DISTURBANCES, STRAY_EVENTS
from tests.simulation.playing import Disturbance, play, points_of, some_of
from tests.simulation.stories import PAYOUTS, RECEIPTS, Story

STORIES = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]
_IN_ORDER = [story for _, story in STORIES]


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
async def test_at_its_points(story: Story, disturbance: Disturbance) -> None:
    for at, name in _played(await points_of(story), story, disturbance):
        with disturbance.at(at, name):
            await play(story, disturbance, at)


async def test_the_part_that_is_played_meets_every_kind_of_point() -> None:
    """With something that can happen anywhere, and with some attempt that hangs where one is made."""
    passed = [(story, await points_of(story)) for _, story in STORIES]
    for things in ([each for each in DISTURBANCES if each.is_of_attempts == hangs] for hangs in (False, True)):
        kinds = {name for _, points in passed for name in points if things[0].fits(name)}
        met = {name for story, points in passed for each in things for _, name in _played(points, story, each)}
        assert met == kinds


def _played(points: Sequence[str], story: Story, disturbance: Disturbance) -> list[tuple[int, str]]:
    """Where the disturbance meets the story: each begins with another point."""
    turn = DISTURBANCES.index(disturbance) + _IN_ORDER.index(story)
    return some_of(points, turn, disturbance)
