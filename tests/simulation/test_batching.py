"""A batch pays each of its payouts once, and ends when the last has."""

from dataclasses import replace

import pytest

from tests.simulation.batching import Order, ask, open_batch, opened
from tests.simulation.kinds.payout_batch import STORIES
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points
from tillroll_testing.stories.story import Story

_DISTURBANCES = (by.KILL, by.CANCEL, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)
_OF_ITS_PAYOUTS = replace(STORIES[0], open=opened(Order(), aims_at=None))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_batch_comes_to_its_end(story: Story) -> None:
    await play(story)


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_a_batch_pays_each_payout_once_whatever_comes_between(
    disturbance: Disturbance,
) -> None:
    """What is done to a run by name is done to the newest, which is one of the payouts."""
    await play_at_some_points(_OF_ITS_PAYOUTS, disturbance, _DISTURBANCES.index(disturbance))


async def test_a_payout_that_cannot_be_kept_is_not_begun_and_a_person_is_told() -> None:
    """A payee is gone for good when the batch comes to them."""
    world, _ = await open_batch(Faults(), Order())
    await ask(world)
    await world.rows("DELETE FROM payees WHERE id = 'pay_2'")
    await world.settle({})
    rows = await world.rows(
        "SELECT r.id, p.run_id FROM runs r LEFT JOIN payouts p ON p.run_id = r.id "
        "WHERE kind = 'payout'"
    )
    assert [row["id"] for row in rows] == [row["run_id"] for row in rows]
    assert len(rows) == 2
    [batch] = await world.rows("SELECT * FROM runs WHERE kind = 'payout-batch'")
    assert batch["requires_human_review"] == 1
    assert "child: 2 was not begun" in str(batch["error_summary"])
