"""What a bank's API does at each request, and what can happen to the process beside it: each entry
comes once.
"""

import re

import pytest

from tests.simulation.author import Story
from tests.simulation.fetching import Fetched, faults_at, opened
from tests.simulation.planted.of_fetches import OF_FETCHES
from tests.simulation.planted.planted import Planted
from tests.simulation.test_planted import first_finding
from tests.support.campaigns import some_of_campaign
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import (
    play,
    play_at_some_points,
    play_disturbed,
    some_of,
    trace_of,
)

_DISTURBANCES = (by.KILL, by.OVERLAP, by.OVERLAP_LATE, by.HANG_TO_THE_END, by.FORGET, by.DOUBLE)
# The balances and the pages of the first fetch, and the beginning of the second one.
_FAULTS = [pytest.param(fetched, id=name) for name, fetched in faults_at(range(1, 9))]


def _story(fetched: Fetched) -> Story:
    return Story("fetched", opened(fetched), "matched")


# One story of them all, so that what it passes is found out once.
_USUAL = _story(Fetched())


async def test_undisturbed() -> None:
    await play(_USUAL)


@pytest.mark.parametrize("fetched", _FAULTS)
async def test_a_fault_of_the_bank_at_each_request(fetched: Fetched) -> None:
    await play(_story(fetched))


@pytest.mark.parametrize("overlap", [0, 1, 2])
@pytest.mark.parametrize("page", [3, 4, 5])
async def test_pages_that_repeat_records(page: int, overlap: int) -> None:
    await play(_story(Fetched(page=page, overlap=overlap)))


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_each_entry_is_fetched_once_whatever_comes_between(
    disturbance: by.Disturbance,
) -> None:
    await play_at_some_points(_USUAL, disturbance, turn=_DISTURBANCES.index(disturbance))


async def test_the_line_fails_at_its_calls() -> None:
    """Before the bank has heard of it, and after it has answered."""
    trace = await trace_of(_USUAL)
    of_line = [at for at, name in enumerate(trace.calls, start=1) if name.startswith("bank:")]
    for at in some_of_campaign(of_line):
        await play_disturbed(_USUAL, {}, {at: 1})


async def test_an_adapter_errs_at_some_calls() -> None:
    trace = await trace_of(_USUAL)
    for at, _ in some_of(trace.calls, turn=0):
        await play_disturbed(_USUAL, {}, {at: 1})


@pytest.mark.campaign
@pytest.mark.parametrize("planted", some_of_campaign(OF_FETCHES), ids=lambda planted: planted.name)
async def test_what_was_broken_is_found(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.plant(monkeypatch)
    found = await first_finding(planted)
    assert found, "nothing was found"
    assert re.search(planted.found_by, found), found
