"""Every story of every workflow, disturbed in every way: `make test` does so at some points,
`make points` at all.
"""

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories.disturbances import DISTURBANCES, HANG_TO_THE_END, KILL, STRAY_EVENTS
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points, trace_of
from tillroll_testing.stories.story import Story

STORIES = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]
_IN_ORDER = [story for _, story in STORIES]


@pytest.mark.parametrize(
    "story", [pytest.param(story, id=f"{kind}: {story.name}") for kind, story in STORIES]
)
async def test_undisturbed(story: Story) -> None:
    trace = await trace_of(story)
    assert len(trace.points) > 15


CASES = [
    pytest.param(story, disturbance, id=f"{kind}: {story.name}: {disturbance.name}")
    for kind, story in STORIES
    for disturbance in DISTURBANCES
    # Only a review waits for events.
    if disturbance is not STRAY_EVENTS or story.has_review
]


@pytest.mark.parametrize(("story", "disturbance"), CASES)
async def test_every_story_survives_every_disturbance(
    story: Story, disturbance: Disturbance
) -> None:
    await play_at_some_points(
        story, disturbance, DISTURBANCES.index(disturbance) + _IN_ORDER.index(story)
    )


@pytest.mark.parametrize(
    "disturbance", [KILL, HANG_TO_THE_END], ids=lambda disturbance: disturbance.name
)
async def test_a_disturbance_is_survived_at_every_kind_of_point(disturbance: Disturbance) -> None:
    """Each in the first story that passes it, so that no kind of point is left to the choice of
    points above.
    """
    met = set[str]()
    for story in _IN_ORDER:
        trace = await trace_of(story)
        for at, name in enumerate(trace.points, start=1):
            if disturbance.fits(name) and name not in met:
                met.add(name)
                with disturbance.at(at, name):
                    await play(story, disturbance, at)
    assert len(met) > 10
