"""Two calls side by side on the genuine engine: a kill meets them before, between and within.

The project is the small shop of tests/shop, without the product.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest

from tests.engine.provider import Hold, Provider
from tests.shop.stack import Shop, running_shop
from tests.support.running_stack import wait_until

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    variables = {"BANK_URL": "https://bank.example", "ALLOW_PRIVATE_ADDRESSES": "true"}
    with running_shop(tmp_path_factory.mktemp("shop"), variables) as started:
        yield started


def test_calls_side_by_side_are_each_made_once_wherever_a_kill_meets_them(shop: Shop) -> None:
    # Each of the two is answered, or stands still before or after it is done: but one at least.
    answered, before, after = None, False, True
    moments = [*product((answered, before, after), repeat=2)]
    moments.remove((answered, answered))
    with Provider() as provider:
        holds: list[Hold] = []
        for number, moment in enumerate(moments):
            for operation, is_done_first in zip(("pay", "file"), moment, strict=True):
                if is_done_first is not None:
                    call = (operation, number)
                    holds.append(provider.hold(call, is_done_first=is_done_first))
        begun = [
            shop.begin("sending", {"provider": provider.url, "number": number})
            for number in range(len(moments))
        ]
        wait_until(lambda: all(hold.arrived.is_set() for hold in holds), "all to stand still")
        wait_until(
            lambda: _recorded(shop, begun) == sum(moment.count(None) for moment in moments),
            "what was answered to be recorded",
        )
        assert {shop.ask("GET", f"/api/runs/{each}").json()["state"] for each in begun} == {"begun"}
        shop.stop()
        for hold in holds:
            provider.drop(hold)
        shop.start()
        for each in begun:
            shop.reach("sending", each, {"completed"})
    assert len(provider.done) == 2 * len(moments)
    assert {*provider.done.values()} == {1}
    assert not provider.repeated, "it was sent again, and not asked for"
    asked = Counter({key: 1 + provider.dropped[key] for key in provider.done})
    assert provider.asked == asked, "what was done, or is not lost, was sent again"
    noted = shop.d1("SELECT run_id FROM parcels")
    assert Counter(row["run_id"] for row in noted if row["run_id"] in begun) == Counter(begun)


def _recorded(shop: Shop, run_ids: list[str]) -> int:
    """How many steps of these runs are recorded as done."""
    steps = [
        step
        for each in run_ids
        for step in shop.ask("GET", f"/api/runs/{each}/steps").json()["items"]
    ]
    return sum(step["outcome"] == "completed" for step in steps)
