"""Several runs in one world delay nobody: one of them poisoned, or of a version that is not
deployed for a while.
"""

import pytest

from tests.simulation.stories.several import (
    POISONS,
    a_deploy_in_the_middle,
    one_of_several_is_poisoned,
)


@pytest.mark.parametrize("poison", POISONS)
async def test_a_poisoned_row_delays_nobody(poison: str) -> None:
    await one_of_several_is_poisoned(poison)


async def test_a_deploy_in_the_middle() -> None:
    await a_deploy_in_the_middle()
