"""Several things happen in one run: hypothesis looks for the schedule under which something does
not hold.
"""

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tests.support.campaigns import of_campaign
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import DISTURBANCES
from tillroll_testing.stories.playing import Disturbance, play_disturbed
from tillroll_testing.stories.story import Story


def _jump(hours: int) -> Disturbance:
    async def act(world: World) -> None:
        world.host.pieces.clock.advance(timedelta(hours=hours))

    return Disturbance(f"{hours} hours pass", act, keeps_ending=False, needs_mending=True)


EVENTS = (
    *DISTURBANCES,
    Disturbance("retry", World.retry, keeps_ending=False),
    Disturbance("abandon", World.abandon, keeps_ending=False),
    _jump(1),
    _jump(100),
)
# No story passes more points, undisturbed.
_POINTS = 120


@settings(max_examples=of_campaign(300))
@given(
    story=st.sampled_from([*PAYOUTS, *RECEIPTS]),
    schedule=st.dictionaries(
        st.integers(1, _POINTS), st.sampled_from(EVENTS), min_size=2, max_size=4
    ),
)
def test_whatever_happens_together(story: Story, schedule: dict[int, Disturbance]) -> None:
    asyncio.run(play_disturbed(story, schedule))
