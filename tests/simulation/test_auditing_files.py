"""Each night the books are held against what became of payments in files for the bank, also where
no provider pays.
"""

from datetime import timedelta

from tests.simulation.filing import Order, check, open_by_file
from tests.simulation.paying import AMOUNT, CURRENCY, ask
from tests.simulation.test_auditing_payments import night
from tests.simulation.test_undoing_payouts import alerts, held
from tests.support.host_platform import ACCOUNT
from tillroll.ledger.posting import post
from tillroll.ledger.transfers import Transfer, single
from tillroll.payouts.postings import company, in_transit
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ORDER = Order()


async def paid() -> World:
    """A payout that the bank has paid by a file, and that is in the books."""
    world = await open_by_file(Faults(), ORDER)
    await ask(world)
    for passed in (timedelta(minutes=20), timedelta(hours=2)):
        await world.let_pass(passed, {})
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    return world


async def disagreement(world: World) -> object:
    [payout] = await world.rows("SELECT disagrees FROM payouts")
    return payout["disagrees"]


async def test_what_agrees_is_looked_at_each_night_for_forty_days() -> None:
    world = await paid()
    assert [await night(world) for _ in range(3)] == [1, 1, 1]
    assert await alerts(world) == []
    await check(world, ORDER)
    world.host.pieces.clock.advance(timedelta(days=40))
    assert await night(world) == 0


async def test_what_is_in_no_file_and_in_the_books_raises_an_alert_until_it_agrees() -> None:
    world = await paid()
    [file] = await world.rows("SELECT id FROM payment_files")
    await world.rows("UPDATE payment_instructions SET file_id = NULL")
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    assert (
        await disagreement(world)
        == "the books have the money arrived, and it must be with the company"
    )
    await world.rows("UPDATE payment_instructions SET file_id = ?", text(file, "id"))
    await night(world)
    assert await alerts(world) == []


async def test_another_amount_in_the_file_raises_an_alert() -> None:
    world = await paid()
    await world.rows("UPDATE payment_instructions SET amount = amount + 1")
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    assert await disagreement(world) == "the bank has a payment of another amount"


async def test_what_is_booked_twice_raises_an_alert() -> None:
    world = await paid()
    [run] = await world.rows("SELECT id FROM runs")
    again = single(
        Transfer(f"{run['id']}:again", in_transit(CURRENCY), company(CURRENCY), CURRENCY, AMOUNT)
    )
    books = Actor(ACCOUNT, "user:usr_first")
    await post(world.host.database, world.host.pieces.clock, books, again)
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    assert await disagreement(world) == "the books have the money nowhere, and it must be arrived"


async def test_what_came_back_and_was_told_to_nobody_is_booked_by_the_audit() -> None:
    world = await paid()
    await world.rows("UPDATE payment_instructions SET status = 'returned', is_told = 1")
    await night(world)
    assert await alerts(world) == []
    assert await held(world) == (0, 0, 0)
