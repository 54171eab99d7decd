"""A batch pays each of its payouts once, and ends when the last has."""

import pytest

from tests.simulation import disturbances as by
from tests.simulation.batching import Order, play
from tests.simulation.playing import PLAYS_ALL, Disturbance

_STORIES = {
    "all are paid": (Order(), "paid"),
    "one is refused, one comes back": (Order(("refused", "returned")), "partly_paid"),
    "an answer is lost": (Order(("lost_after",)), "paid"),
    "none is paid": (Order(("refused", "fails", "refused")), "not_paid"),
    "somebody else approves the whole": (Order(above=5600), "paid"),
}
_DISTURBANCES = (by.KILL, by.CANCEL, by.OVERLAP, by.OVERLAP_LATE, by.DOUBLE)


@pytest.mark.parametrize("name", _STORIES)
async def test_a_story_ends_as_it_should(name: str) -> None:
    order, expected = _STORIES[name]
    await play(order, expected=(expected,))


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_at_its_points(disturbance: Disturbance) -> None:
    points = [*enumerate(await play(Order()), start=1)]
    every = 1 if PLAYS_ALL else 24
    for at, point in points[_DISTURBANCES.index(disturbance) :: every]:
        if disturbance.fits(point):
            with disturbance.at(at, point):
                await play(Order(), disturbance, at, ("paid",))
