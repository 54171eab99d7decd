"""A payout of which nobody can say what became is settled by a person: it is booked once, whatever
comes later.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.paying import AMOUNT
from tests.simulation.test_undoing_payouts import Deaf, alerts, held, lost, sent, told
from tests.support.host_platform import ACCOUNT
from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.payouts.by_hand import NotSettleable, SettledOtherwise, settle_by_hand
from tillroll.payouts.contract import DEBIT
from tillroll.payouts.models import SettledAs
from tillroll.payouts.repository import load_payout
from tillroll.payouts.settlement import audit_payments
from tillroll_durable import Actor, statement
from tillroll_durable.selection import Chosen, query_of
from tillroll_testing import invariants
from tillroll_testing.simulation.world import World

SECOND = PersonBehind("usr_second", frozenset(Permission))


async def settle(world: World, settled_as: SettledAs) -> None:
    """What somebody says who has asked the bank."""
    run = await world.run()
    assert run is not None
    payout = await load_payout(world.host.platform.database, run.id)
    assert payout is not None
    actor = Actor(ACCOUNT, "user:usr_second")
    await settle_by_hand(
        world.host.platform, actor, SECOND, run, payout, settled_as, "the bank's statement says so"
    )


async def settled(world: World) -> tuple[object, ...]:
    """How it stands once it is over, and what the run says is wrong."""
    await world.settle({})
    await invariants.check(world)
    [run] = await world.rows("SELECT state, failure_class, escalated_at FROM runs")
    [payout] = await world.rows("SELECT payment_status, payment_reason FROM payouts")
    assert payout["payment_reason"] == "settled_by_hand"
    return run["state"], run["failure_class"], run["escalated_at"], payout["payment_status"]


async def unresolved(world: World) -> int:
    """How many runs an operator finds who looks for what could not go on."""
    chosen = query_of(Chosen(unresolved=True), ACCOUNT, None, "~", 10)
    # Written in the code.
    query = f"SELECT id FROM {chosen.tables} WHERE {chosen.where}"
    return len(await world.host.platform.database.all(statement(query, [*chosen.values])))


async def test_what_was_found_out_at_the_bank_is_booked_once_as_paid() -> None:
    world, provider, reachable = await lost()
    assert await unresolved(world) == 1
    await settle(world, "paid")
    assert await settled(world) == ("cancelled", None, None, "posted")
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    assert (await alerts(world), await unresolved(world)) == ([], 0)
    await settle(world, "paid")
    with pytest.raises(SettledOtherwise, match="was paid, and the books have that"):
        await settle(world, "not_paid")
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    # The provider is there again, and tells what is known; later the bank gives the money back.
    world.host.platform = reachable
    provider.settle()
    assert await told(world, provider) == ["payout.settled_by_hand"]
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    provider.end(provider.payments[0], "returned")
    assert await told(world, provider) == ["payout.settled_by_hand", "payout.returned"]
    assert await held(world) == (0, 0, 0)


async def test_a_persons_word_holds_by_night_until_the_provider_has_a_newer_one() -> None:
    world, provider, reachable = await lost()
    await settle(world, "paid")
    await world.settle({})
    world.host.platform = reachable
    assert [each.status for each in provider.payments] == ["processing"]
    world.host.pieces.clock.advance(timedelta(days=1))
    assert await audit_payments(world.host.platform) == 1
    assert await alerts(world) == []
    assert await held(world) == (AMOUNT, 0, AMOUNT)


async def test_what_was_never_made_is_given_back_by_a_fact_that_names_the_debit() -> None:
    world, provider, reachable = await lost()
    await settle(world, "not_paid")
    assert await settled(world) == ("cancelled", None, None, "failed")
    assert await held(world) == (0, 0, 0)
    [reversal] = await world.rows(
        "SELECT reverses_id FROM ledger_transfers WHERE kind = 'reversal'"
    )
    [run] = await world.rows("SELECT id FROM runs")
    assert reversal["reverses_id"] == DEBIT.key_for(str(run["id"]))
    await settle(world, "not_paid")
    with pytest.raises(SettledOtherwise, match="was not paid"):
        await settle(world, "paid")
    # Whoever said so was wrong: it is told, and the books follow the provider.
    world.host.platform = reachable
    provider.settle()
    assert await told(world, provider) == ["payout.settled_by_hand", "payout.stray"]
    assert await held(world) == (AMOUNT, 0, AMOUNT)


async def test_two_who_say_different_things_at_once_are_one_who_was_first() -> None:
    world, _, _ = await lost()
    run = await world.run()
    assert run is not None
    payout = await load_payout(world.host.platform.database, run.id)
    assert payout is not None
    both = [
        settle_by_hand(
            world.host.platform,
            Actor(ACCOUNT, "user:usr_second"),
            SECOND,
            run,
            payout,
            said,
            "so it is",
        )
        for said in ("paid", "not_paid")
    ]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert [type(each) for each in outcomes if each is not None] == [SettledOtherwise]
    await world.settle({})
    assert await held(world) in {(0, 0, 0), (AMOUNT, 0, AMOUNT)}


async def test_what_the_provider_knows_is_not_said_otherwise() -> None:
    world, provider, reachable = await lost()
    world.host.platform = reachable
    with pytest.raises(NotSettleable, match="on its way still"):
        await settle(world, "not_paid")
    provider.settle()
    with pytest.raises(NotSettleable, match="posted: retry the run"):
        await settle(world, "not_paid")
    assert await held(world) == (AMOUNT, AMOUNT, 0)
    await settle(world, "paid")
    assert await settled(world) == ("cancelled", None, None, "posted")
    assert await held(world) == (AMOUNT, 0, AMOUNT)


@pytest.mark.parametrize(
    ("said", "state", "left"),
    [("paid", "paid", (AMOUNT, 0, AMOUNT)), ("not_paid", "came_back", (0, 0, 0))],
)
async def test_a_payment_that_nobody_heard_of_is_settled_too(
    said: SettledAs, state: str, left: tuple[int, int, int]
) -> None:
    world, _ = await sent()
    with pytest.raises(NotSettleable, match="stands as unsettled"):
        await settle(world, said)
    world.host.platform = replace(world.host.platform, http=Deaf())
    for _ in range(12):
        world.host.pieces.clock.advance(timedelta(days=1))
        await world.settle({})
    assert await unresolved(world) == 1
    await settle(world, said)
    assert (await settled(world))[0] == state
    assert await held(world) == left
    with pytest.raises(SettledOtherwise):
        await settle(world, "paid" if said == "not_paid" else "not_paid")
