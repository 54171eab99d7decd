"""A payout by file is in one file, whatever happens; what the bank says of it is in the books."""

import pytest

from tests.simulation import disturbances as by
from tests.simulation.filing import Order, play
from tests.simulation.playing import PLAYS_ALL, Disturbance

_STORIES = {
    "the bank pays": (Order(), "paid"),
    "the bank refuses": (Order("RJCT"), "came_back"),
    "the bank has only taken it": (Order("ACSP"), "unsettled"),
    "a person says that the bank paid": (Order("by hand"), "paid"),
    "nobody makes a file": (Order(is_idle=True), "unsettled"),
}
_DISTURBANCES = (by.KILL, by.CANCEL, by.PAUSE, by.OVERLAP, by.OVERLAP_LATE, by.HANG_TO_THE_END, by.DOUBLE)


@pytest.mark.parametrize("name", _STORIES)
async def test_a_story_ends_as_it_should(name: str) -> None:
    order, expected = _STORIES[name]
    await play(order, expected=(expected,))


@pytest.mark.parametrize("name", _STORIES)
@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_at_its_points(name: str, disturbance: Disturbance) -> None:
    order, expected = _STORIES[name]
    turn = [*_STORIES].index(name) + _DISTURBANCES.index(disturbance)
    points = [*enumerate(await play(order), start=1)]
    every = 1 if PLAYS_ALL else 8
    for at, point in points[turn % every :: every]:
        if disturbance.fits(point):
            with disturbance.at(at, point):
                await play(order, disturbance, at, (expected,))
