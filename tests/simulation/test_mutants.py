"""A run that a right body began goes on with one that a deployment broke, at any of its steps, then
with the right one again: it ends, or stands still until then, and what must always hold does.
"""

import pytest

from tests.simulation.kinds.claim import STORIES as CLAIMS
from tests.simulation.kinds.onboarding import STORIES as ONBOARDING
from tests.simulation.kinds.payout import BY_PROVIDER
from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.simulation.astray import Mutant, Mutation
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import MUTANTS, deploy_astray
from tillroll_testing.stories.playing import (
    Disturbance,
    play_at_some_points,
    play_disturbed,
    trace_of,
)
from tillroll_testing.stories.story import Story

# Paid, approved, and corrected by a person; a deployed payout; a claim.
_STORIES = (PAYOUTS[0], PAYOUTS[1], RECEIPTS[2], BY_PROVIDER[0], CLAIMS[0])


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
async def test_a_changed_body_between_two_right_ones(mutant: Disturbance) -> None:
    number = MUTANTS.index(mutant)
    for story in (_STORIES[number % len(_STORIES)], _STORIES[(number + 2) % len(_STORIES)]):
        await play_at_some_points(story, mutant, number)


async def _play_at(story: Story, point: str, disturbance: Disturbance) -> None:
    points = (await trace_of(story)).points
    await play_disturbed(story, {points.index(point) + 1: disturbance})


@pytest.mark.parametrize("point", ["bank: before billing", "bank: after billing"])
async def test_an_effect_that_may_have_happened_is_not_left_out(point: str) -> None:
    [leaves_out] = [each for each in MUTANTS if each.name == str(Mutant(Mutation.OMIT, 3))]
    await _play_at(ONBOARDING[0], point, leaves_out)


async def test_what_a_body_passes_in_another_order_is_undone_in_that_of_the_record() -> None:
    async def cancel(world: World) -> None:
        await world.cancel()
        await deploy_astray(world, Mutant(Mutation.DEFER, 2))

    act = Disturbance(
        "cancelled under a body that debits late", cancel, keeps_ending=False, needs_mending=True
    )
    await _play_at(PAYOUTS[0], "file: before attempt 1", act)
