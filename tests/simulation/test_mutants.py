"""A run that a right body began goes on with one that a deployment broke, at any of its steps, then with the right one
again: it ends, or stands still until then, and what must always hold does."""

import pytest

from tests.simulation.disturbances import MUTANTS
from tests.simulation.kinds.claim import STORIES as CLAIMS
from tests.simulation.kinds.payout import BY_PROVIDER
from tests.simulation.playing import Disturbance, play_at_some_points
from tests.simulation.stories import PAYOUTS, RECEIPTS

# Paid, approved, and corrected by a person; a deployed payout; a claim.
_STORIES = (PAYOUTS[0], PAYOUTS[1], RECEIPTS[2], BY_PROVIDER[0], CLAIMS[0])


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
async def test_a_changed_body_between_two_right_ones(mutant: Disturbance) -> None:
    number = MUTANTS.index(mutant)
    for story in (_STORIES[number % len(_STORIES)], _STORIES[(number + 2) % len(_STORIES)]):
        await play_at_some_points(story, mutant, number)
