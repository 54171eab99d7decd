"""The simulation finds what was broken on purpose, and says which invariant broke."""

import re

import pytest

from tests.simulation.planted import PLANTED, Planted
from tests.support.campaigns import some_of_campaign
from tillroll_testing.stories.playing import play, points_of


async def first_finding(planted: Planted) -> str | None:
    """What the first invariant says that breaks, at whichever point."""
    for story in planted.stories:
        try:
            for at in range(len(await points_of(story)) + 1):
                await play(story, planted.disturbance, at)
        except AssertionError as error:
            return str(error)
    return None


@pytest.mark.campaign
@pytest.mark.parametrize("planted", some_of_campaign(PLANTED), ids=lambda planted: planted.name)
async def test_a_planted_bug_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant(monkeypatch)
    found = await first_finding(planted)
    assert found, "nothing was found"
    assert re.search(planted.found_by, found), found
