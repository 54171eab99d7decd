"""The provider's whole list is held against all payouts: what was asked for behind a backup is
named, at once where one was restored, and each night.
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from cli.operations.backup import TAKE_UP
from cli.operations.leaving import LIFT
from local.payments.counterpart import Counterpart, OutboundPayment
from tests.simulation.paying import Order, ask, open_payout
from tests.simulation.test_restored_payouts import backup_of, come_to_ends, go_back
from tests.simulation.test_undoing_payouts import Deaf, alerts
from tillroll.payouts.strange_payments import list_payments
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def lost_payment() -> tuple[World, Counterpart]:
    """A payment was made behind the backup, and the backup is restored."""
    world, provider = await open_payout(Faults(), Order())
    backup = backup_of(world)
    await ask(world)
    await come_to_ends(world)
    await go_back(world, backup)
    return world, provider


def restore(world: World) -> None:
    """What `tillroll restore` writes behind the rows."""
    database = world.host.database
    assert isinstance(database, SqliteDatabase)
    database.connection.execute(TAKE_UP)


def lift(world: World) -> None:
    """What `tillroll endings repeat` does at its end."""
    database = world.host.database
    assert isinstance(database, SqliteDatabase)
    database.connection.execute(LIFT)


async def night(world: World) -> None:
    world.host.pieces.clock.advance(timedelta(days=1))
    await list_payments(world.host.platform)


async def sentences(world: World) -> list[str]:
    rows = await world.rows("SELECT sentence FROM alerts WHERE closed_at IS NULL")
    return [text(row, "sentence") for row in rows]


def beside(provider: Counterpart, id_: str, name: str | None) -> OutboundPayment:
    """Another payment of the same financial account."""
    metadata = {} if name is None else {"payout": name}
    request = {**json.loads(json.dumps(provider.payments[0].request)), "metadata": metadata}
    made = replace(provider.payments[0], id=id_, request=request)
    provider.payments.append(made)
    return made


async def test_a_night_names_a_payment_that_no_payout_asked_for() -> None:
    world, provider = await lost_payment()
    await night(world)
    assert await alerts(world) == ["payments_disagree"]
    [sentence] = await sentences(world)
    assert provider.payments[0].id in sentence


async def test_behind_a_restore_the_list_is_read_at_once() -> None:
    world, _ = await lost_payment()
    hours = 24 - world.host.pieces.clock.now().hour
    world.host.pieces.clock.advance(timedelta(hours=hours))
    await list_payments(world.host.platform)
    assert await alerts(world) == [], "the audit of the night begins at two"
    restore(world)
    await list_payments(world.host.platform)
    assert await alerts(world) == ["payments_disagree"]


async def test_asked_for_again_under_its_key_it_is_strange_no_more() -> None:
    world, _ = await lost_payment()
    restore(world)
    await list_payments(world.host.platform)
    lift(world)
    await ask(world)
    assert await alerts(world) == []
    await night(world)
    assert not await world.rows("SELECT 1 AS one FROM strange_payments")


async def test_what_has_no_name_of_ours_is_somebodys_own() -> None:
    world, provider = await open_payout(Faults(), Order())
    await ask(world)
    await come_to_ends(world)
    beside(provider, "obp_own", None)
    await night(world)
    assert await alerts(world) == []
    beside(provider, "obp_strange", "payout_of_another_database")
    await night(world)
    [sentence] = await sentences_now(world)
    assert "obp_strange" in sentence


async def sentences_now(world: World) -> list[str]:
    await alerts(world)
    return await sentences(world)


async def test_each_payment_is_named_behind_hundreds_of_others() -> None:
    world, provider = await lost_payment()
    for number in range(240):
        beside(provider, f"obp_own_{number}", None)
    beside(provider, "obp_second", "payout_second")
    restore(world)
    for _ in range(5):
        await list_payments(world.host.platform)
    lines = await sentences_now(world)
    for id_ in (provider.payments[0].id, "obp_second"):
        assert sum(id_ in line for line in lines) == 1


async def test_a_payment_of_another_database_of_the_deployment_is_known() -> None:
    world, provider = await lost_payment()
    live = backup_of(world)
    name = provider.payments[0].request["metadata"]["payout"]
    await ask(world)
    second = backup_of(world)
    assert name in {
        row["payment_name"] for row in await world.rows("SELECT payment_name FROM payouts")
    }
    platform = replace(world.host.platform, database=live, databases={1: live, 2: second})
    await list_payments(platform)
    rows = live.connection.execute("SELECT * FROM strange_payments").fetchall()
    assert rows == []


@pytest.mark.parametrize("is_mended", [True, False])
async def test_a_list_that_cannot_be_read_is_asked_for_again(*, is_mended: bool) -> None:
    world, _ = await lost_payment()
    restore(world)
    platform = world.host.platform
    await list_payments(replace(platform, http=Deaf()))
    assert await alerts(world) == []
    if is_mended:
        await list_payments(platform)
    assert await alerts(world) == ["payments_disagree"] * is_mended


async def test_the_payments_of_an_erased_account_are_noted_nowhere() -> None:
    world, _ = await lost_payment()
    restore(world)
    database = world.host.database
    assert isinstance(database, SqliteDatabase)
    database.connection.execute("UPDATE accounts SET closed_at = '2026-03-01'")
    await list_payments(world.host.platform)
    assert not await world.rows("SELECT 1 AS one FROM strange_payments")
