"""Expenses are paid back once, whatever happens to the payout; what comes to nothing is owed
again.
"""

import pytest

from local.payments.counterpart import Fault
from tests.simulation import filing, paying, paying_back
from tests.simulation.author import Story
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points

STORIES = (
    Story("the provider pays", paying_back.provider(paying.Order()), "paid", decision={}),
    Story(
        "the payment fails",
        paying_back.provider(paying.Order([Fault("fails")])),
        "came_back",
        decision={},
    ),
    Story(
        "it arrives, and is returned",
        paying_back.provider(paying.Order(comes_back=True)),
        "paid",
        decision={},
    ),
    Story(
        "the account holds too little",
        paying_back.provider(paying.Order(holds=1)),
        "uncovered",
        decision={},
    ),
    Story("the bank pays", paying_back.file(filing.Order()), "paid", decision={}),
    Story("the bank refuses", paying_back.file(filing.Order("RJCT")), "came_back", decision={}),
    Story("paid by hand", paying_back.by_hand(), "paid", decision={}),
    Story(
        "paid by hand, and taken back", paying_back.by_hand(is_taken_back=True), "paid", decision={}
    ),
)
_DISTURBANCES = (by.KILL, by.CANCEL, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_paid_back_expenses_come_to_their_end(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_expenses_are_paid_back_once_whatever_comes_between(
    story: Story, disturbance: Disturbance
) -> None:
    turn = STORIES.index(story) + _DISTURBANCES.index(disturbance)
    await play_at_some_points(story, disturbance, turn)
