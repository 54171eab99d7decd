"""A payout pays once, whatever happens: the books and the bank agree, and each end says what is safe."""

import pytest

from local.payments.counterpart import Fault
from tests.simulation import disturbances as by
from tests.simulation.paying import AMOUNT, Order, play
from tests.simulation.playing import PLAYS_ALL, Disturbance

_STORIES = {
    "all is well": (Order(), "paid"),
    "the answer is lost": (Order([Fault("lost_after")]), "paid"),
    "the request is lost": (Order([Fault("lost_before")]), "paid"),
    "the provider fails, then loses its answer": (Order([Fault("down"), Fault("lost_after")]), "paid"),
    "the provider refuses": (Order([Fault("refused")]), "reversed"),
    "the payment fails": (Order([Fault("fails")]), "came_back"),
    "the payment is returned": (Order([Fault("returned")]), "came_back"),
    "the account does not hold enough": (Order(holds=AMOUNT - 1), "uncovered"),
    "the account holds just enough": (Order(holds=AMOUNT), "paid"),
    "somebody else approves it": (Order(above=AMOUNT - 1), "paid"),
}
_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    by.CANCEL,
    by.PAUSE,
    by.OVERLAP,
    by.OVERLAP_LATE,
    by.HANG_TO_THE_END,
    by.DOUBLE,
)


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
    every = 1 if PLAYS_ALL else 6
    for at, point in points[turn % every :: every]:
        if not disturbance.fits(point):
            continue
        with disturbance.at(at, point):
            # Whoever dies over a refusal asks again, and the provider may say yes then.
            await play(order, disturbance, at, (expected, "paid") if expected == "reversed" else (expected,))
