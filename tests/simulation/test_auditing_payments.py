"""Each night the books are held against the provider: what disagrees raises an alert until it
agrees.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.simulation.paying import AMOUNT, Order, ask, check, open_payout
from tests.simulation.test_undoing_payouts import Deaf, alerts, held, paid, pay, tell
from tillroll.payouts.postings import book_all_late
from tillroll.payouts.settlement import audit_payments, look_after_payments
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def night(world: World) -> int:
    """A day later; how many payouts were looked at."""
    world.host.pieces.clock.advance(timedelta(days=1))
    looked = await audit_payments(world.host.platform)
    assert await audit_payments(world.host.platform) == 0, "once a night"
    return looked


async def test_what_agrees_is_looked_at_each_night_for_forty_days() -> None:
    world, provider = await paid()
    assert [await night(world) for _ in range(3)] == [1, 1, 1]
    assert await alerts(world) == []
    await check(world, provider)
    world.host.pieces.clock.advance(timedelta(days=40))
    assert await night(world) == 0


async def test_what_is_paid_twice_raises_an_alert_until_it_is_called_back() -> None:
    world, provider = await paid()
    [payment] = provider.payments
    again = replace(payment, id="obp_again")
    provider.payments.append(again)
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    [alert] = await world.rows("SELECT sentence FROM alerts")
    assert (
        alert["sentence"]
        == "A payout's books are not as they must be: the provider has 2 payments of it."
    )
    again.status = "returned"
    await night(world)
    assert await alerts(world) == []


async def test_what_the_books_lost_raises_an_alert() -> None:
    world, provider = await paid()
    provider.payments.clear()
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    [payout] = await world.rows("SELECT disagrees FROM payouts")
    assert (
        payout["disagrees"] == "the books have the money arrived, and it must be with the company"
    )


@pytest.mark.parametrize("looks", [audit_payments, look_after_payments])
async def test_what_was_decided_on_months_later_is_looked_at_as_long_behind_its_end(
    looks: Callable[[Platform], Awaitable[object]],
) -> None:
    world, provider = await open_payout(Faults(), Order(settles=False, above=AMOUNT - 1))
    await ask(world)
    await world.settle()
    world.host.pieces.clock.advance(timedelta(days=60))
    await world.settle({"decision": "approve"})
    await pay(world, provider)
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    provider.end(provider.payments[0], "returned")
    world.host.pieces.clock.advance(timedelta(days=1, hours=1))
    await looks(world.host.platform)
    await book_all_late(world.host.platform)
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_what_came_back_and_was_told_to_nobody_is_booked_by_the_audit() -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    await night(world)
    assert await alerts(world) == []
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_one_that_cannot_be_asked_for_waits_for_the_next_night() -> None:
    world, provider = await paid()
    provider.payments.clear()
    key, provider.api_key = provider.api_key, "another"
    await night(world)
    assert await alerts(world) == []
    provider.api_key = key
    await night(world)
    assert await alerts(world) == ["payments_disagree"]


async def test_one_that_cannot_be_asked_for_is_looked_at_again_in_a_minute() -> None:
    world, provider = await paid()
    provider.payments.clear()
    key, provider.api_key = provider.api_key, "another"
    await night(world)
    provider.api_key = key
    world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await audit_payments(world.host.platform) == 1
    assert await alerts(world) == ["payments_disagree"]
    world.host.pieces.clock.advance(timedelta(hours=2))
    assert await audit_payments(world.host.platform) == 0


async def test_one_that_cannot_be_asked_for_is_looked_at_twelve_times_a_night() -> None:
    world, _ = await paid()
    world.host.platform = replace(world.host.platform, http=Deaf())
    looks = Counter[date]()
    for _ in range(3 * 24):
        world.host.pieces.clock.advance(timedelta(hours=1))
        today = world.host.pieces.clock.now().date()
        looks[today] += await audit_payments(world.host.platform)
    assert [*looks.values()][1:3] == [12, 12]


class Asked:
    """A provider's line on which something happens behind each answer."""

    def __init__(self, world: World, happens: Callable[[], Awaitable[object]]) -> None:
        self._line = world.host.platform.http
        self._happens = happens
        self.times = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._line, name)

    async def get(self, *given: Any, **named: Any) -> HttpAnswer:
        answer = await self._line.get(*given, **named)
        if "?" in given[0] and "recipient=" not in given[0]:
            return answer  # the list of the whole account, in which no payout is asked for
        self.times += 1
        await self._happens()
        return answer


async def night_in_which(world: World, happens: Callable[[], Awaitable[object]]) -> int:
    """A night; how often the provider was asked."""
    reachable = world.host.platform
    asked = Asked(world, happens)
    world.host.platform = replace(reachable, http=asked)
    await night(world)
    world.host.platform = reachable
    return asked.times


async def test_what_comes_back_behind_the_answer_raises_no_alert() -> None:
    world, provider = await paid()

    async def come_back() -> None:
        if provider.payments[0].status == "posted":
            provider.end(provider.payments[0], "returned")
            await tell(world, provider)

    assert await night_in_which(world, come_back) > 1
    assert await alerts(world) == []
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_what_moves_behind_each_answer_is_compared_in_a_minute() -> None:
    world, provider = await paid()
    provider.payments.clear()

    async def move() -> None:
        await world.rows("UPDATE payouts SET heard = heard + 1")

    assert await night_in_which(world, move) == 3
    assert await alerts(world) == []
    world.host.pieces.clock.advance(timedelta(minutes=1))
    await audit_payments(world.host.platform)
    assert await alerts(world) == ["payments_disagree"]


async def test_what_was_paid_and_cannot_be_asked_for_is_looked_at_in_an_hour() -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    reachable = world.host.platform
    world.host.platform = replace(reachable, http=Deaf())
    world.host.pieces.clock.advance(timedelta(days=1, minutes=1))
    assert await look_after_payments(world.host.platform) == 0
    world.host.platform = reachable
    world.host.pieces.clock.advance(timedelta(minutes=59))
    assert await look_after_payments(world.host.platform) == 0
    world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await look_after_payments(world.host.platform) == 1
    assert await held(world) == (0, 0, 0)
    await check(world, provider)
