"""Each night the books are held against the provider: what disagrees raises an alert until it
agrees.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.paying import AMOUNT, Order, ask, check, open_payout
from tests.simulation.test_undoing_payouts import alerts, held, paid, pay
from tillroll.payouts.postings import book_all_late
from tillroll.payouts.settlement import audit_payments, look_after_payments
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
