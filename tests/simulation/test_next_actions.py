"""In every story, also disturbed: the next safe action that is shown is accepted, and leads out of
the state.
"""

import pytest

from tests.simulation.next_actions import play_as_shown
from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, some_of, trace_of
from tillroll_testing.stories.story import Story

_ALL = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]
# One of each that a person decides, retries, or gives up.
_DISTURBED = (RECEIPTS[2], PAYOUTS[1], PAYOUTS[5], PAYOUTS[16], PAYOUTS[18])


@pytest.mark.parametrize(
    "story", [pytest.param(story, id=f"{kind}: {story.name}") for kind, story in _ALL]
)
async def test_undisturbed(story: Story) -> None:
    done = await play_as_shown(story)
    must_act = story.decision is not None or (story.operator == "retry" and not story.is_touchy)
    assert done or not must_act, "nothing is shown to somebody who has to act"


@pytest.mark.parametrize("story", _DISTURBED, ids=lambda story: story.name)
@pytest.mark.parametrize(
    "disturbance", [by.KILL, by.PAUSE, by.CANCEL, by.TERMINATE], ids=lambda each: each.name
)
async def test_the_shown_action_leads_on_whatever_comes_between(
    story: Story, disturbance: Disturbance
) -> None:
    trace = await trace_of(story)
    for at, name in some_of(trace.points, _DISTURBED.index(story), disturbance):
        with disturbance.at(at, name):
            await play_as_shown(story, disturbance, at)
