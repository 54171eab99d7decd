"""The database goes back, and the provider does not: a payout that is asked for again under its
key is the payment that the provider has.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from local.payments.counterpart import Counterpart, Fault
from tests.simulation.batching import Order as BatchOrder
from tests.simulation.batching import open_batch
from tests.simulation.conserving import check_conserved, history_of
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, Order, ask, open_payout
from tests.simulation.test_undoing_payouts import held
from tests.support.host_platform import ACCOUNT, assemble
from tillroll.payouts.batches.workflow import PAYOUT_BATCH, PayoutBatchParams, begin_batch
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.service import begin_payout
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

OFFICE = Actor(ACCOUNT, "user:usr_first")


def backup_of(world: World) -> SqliteDatabase:
    live = world.host.database
    assert isinstance(live, SqliteDatabase)
    backup = SqliteDatabase()
    backup.connection.deserialize("main", live.connection.serialize("main"))
    return backup


async def go_back(world: World, backup: SqliteDatabase) -> None:
    """The place is lost; hours later another one runs on the backup, at the same provider."""
    world.host.pieces.clock.advance(timedelta(hours=3))
    world.instances.by_id.clear()
    platform = world.host.platform
    world.host = assemble(
        backup, dict.fromkeys(["payout", "payout-batch"], world.instances), world.host.pieces
    )
    world.host.platform = replace(
        world.host.platform, http=platform.http, settings=platform.settings
    )
    await backup.batch([statement("UPDATE runs SET instance_confirmed_at = NULL")])


async def come_to_ends(world: World) -> None:
    await world.settle({})
    for _ in range(4):
        await world.let_pass(timedelta(hours=2), {})


async def states(world: World) -> list[str]:
    rows = await world.rows("SELECT state FROM runs WHERE kind = 'payout' ORDER BY id")
    return [text(row, "state") for row in rows]


def names(provider: Counterpart) -> list[str]:
    return [each.request["metadata"]["payout"] for each in provider.payments]


async def test_a_payout_behind_the_backup_is_not_paid_twice_under_its_key() -> None:
    world, provider = await open_payout(Faults(), Order())
    backup = backup_of(world)
    await ask(world)
    await come_to_ends(world)
    [lost] = await world.rows("SELECT run_id FROM payouts")
    await go_back(world, backup)
    await ask(world)
    await come_to_ends(world)
    [again] = await world.rows("SELECT run_id FROM payouts")
    assert again["run_id"] != lost["run_id"]
    assert len(provider.payments) == 1, "it left twice"
    assert await states(world) == ["paid"]
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    await check_conserved(world, history_of(provider))


async def test_one_whose_answer_is_lost_is_looked_for_under_its_name() -> None:
    world, provider = await open_payout(Faults(), Order())
    backup = backup_of(world)
    await ask(world)
    await come_to_ends(world)
    await go_back(world, backup)
    provider.keys.clear()  # the provider keeps a key for thirty days
    provider.faults = [Fault("lost_before")]
    await ask(world)
    await come_to_ends(world)
    assert (len(provider.payments), await states(world)) == (1, ["paid"])


async def test_the_second_of_two_alike_and_one_that_came_back_are_paid_anew() -> None:
    """A rent is paid each month, and what the bank returned is asked for under another key."""
    world, provider = await open_payout(Faults(), Order(faults=[Fault("returned")]))
    for key in ("may", "june", "june"):
        await ask_under(world, key)
        await come_to_ends(world)
    assert len({*names(provider)}) == len(provider.payments) == 2
    assert await states(world) == ["came_back", "paid"]


async def test_a_batch_behind_the_backup_is_not_paid_twice_under_its_key() -> None:
    world, provider = await open_batch(Faults(), BatchOrder())
    backup = backup_of(world)
    await begin_lines(world, "friday")
    await pay_lines(world)
    first = names(provider)
    await go_back(world, backup)
    await begin_lines(world, "friday")
    await pay_lines(world)
    assert (names(provider), len({*first})) == (first, 2)
    await begin_lines(world, "saturday")
    await pay_lines(world)
    assert len({*names(provider)}) == 4


async def test_a_payment_of_another_amount_under_the_name_is_a_persons() -> None:
    """The same key, but another amount than the one that was lost: nobody is told that it is
    paid, and the other payment is not called back.
    """
    world, provider = await open_payout(Faults(), Order(settles=False))
    backup = backup_of(world)
    await ask_under(world, "one", amount=AMOUNT + 1)
    await world.settle({})
    await go_back(world, backup)
    await ask(world)
    await come_to_ends(world)
    assert [each.status for each in provider.payments] == ["processing"]
    assert await states(world) not in (["paid"], ["unsettled"])


async def test_a_run_that_began_before_payments_had_names_keeps_its_id_and_key() -> None:
    world, provider = await open_payout(Faults(), Order(faults=[Fault("lost_after")]))
    await ask(world)
    await world.host.database.batch([statement("UPDATE payouts SET payment_name = NULL")])
    await come_to_ends(world)
    [run] = await world.rows("SELECT id FROM runs")
    assert names(provider) == [run["id"]]
    assert [*provider.keys] == [f"{run['id']}:pay"]
    assert await states(world) == ["paid"]


async def test_a_payment_that_was_made_under_the_id_is_found_by_a_run_with_a_name() -> None:
    """The release came between the payment and its answer."""
    world, provider = await open_payout(Faults(), Order(faults=[Fault("lost_after")]))
    await ask(world)
    [row] = await world.rows("SELECT payment_name FROM payouts")
    await world.host.database.batch([statement("UPDATE payouts SET payment_name = NULL")])
    await world.settle({})
    assert len(provider.payments) == 1
    name = statement("UPDATE payouts SET payment_name = ?", [text(row, "payment_name")])
    await world.host.database.batch([name])
    await come_to_ends(world)
    assert (len(provider.payments), await states(world)) == (1, ["paid"])


async def ask_under(world: World, key: str, amount: int = AMOUNT) -> str:
    params = PayoutParams(payee_id=PAYEE, currency=CURRENCY, amount=amount, reference="Rent")
    begun = await begin_payout(world.host.platform, PAYOUT, OFFICE, params, key)
    return begun.run_id


def lines() -> Sequence[PayoutParams]:
    return [
        PayoutParams(payee_id=f"pay_{number}", currency=CURRENCY, amount=900, reference="Rent")
        for number in range(2)
    ]


async def begin_lines(world: World, key: str) -> None:
    params = PayoutBatchParams(name="Rents", payouts=[*lines()])
    await begin_batch(world.host.platform, PAYOUT_BATCH, OFFICE, params, key)


async def pay_lines(world: World) -> None:
    await come_to_ends(world)
