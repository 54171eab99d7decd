"""The simulation of bank statements finds what was broken on purpose."""

import re

import pytest

from tests.simulation.planted.of_statements import OF_STATEMENTS
from tests.simulation.planted.planted import Planted
from tests.simulation.test_planted import first_finding
from tests.support.campaigns import some_of_campaign


@pytest.mark.campaign
@pytest.mark.parametrize(
    "planted", some_of_campaign(OF_STATEMENTS), ids=lambda planted: planted.name
)
async def test_a_planted_bug_of_statements_is_found(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.plant(monkeypatch)
    found = await first_finding(planted)
    assert found, "nothing was found"
    assert re.search(planted.found_by, found), found
