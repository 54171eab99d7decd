"""How a payout ends, and who is told."""

from datetime import timedelta

import pytest

from local.payments.counterpart import Fault
from tests.simulation.bookkeeping_office import done, open_office
from tests.simulation.paying import Order, ask, open_payout
from tests.simulation.test_undoing_payouts import held
from tests.support.expenses import Given
from tillroll_testing.simulation.faults import Faults


async def test_a_payment_that_is_refused_gives_its_debit_back() -> None:
    world, provider = await open_payout(Faults(), Order([Fault("refused")], settles=False))
    await ask(world)
    await world.settle({})
    await world.let_pass(timedelta(hours=1), {})
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert (run["state"], run["failure_class"]) == ("reversed", "external_refused")
    assert await held(world) == (0, 0, 0)
    assert provider.payments == []


@pytest.mark.parametrize("step", ["pay", "rollback: pay"])
async def test_the_provider_does_a_payment_once_for_its_key_so_it_is_asked_at_once(
    step: str,
) -> None:
    """Another side is waited for until nothing of it can arrive any more."""
    world, _ = await open_payout(Faults(), Order(settles=False))
    await ask(world)
    await world.settle({})
    await world.cancel()
    await world.settle({})
    intents = await world.rows("SELECT step, when_unknown FROM effect_intents")
    assert {row["step"]: row["when_unknown"] for row in intents}[step] == "ask"


async def test_who_is_paid_hears_of_it_and_nobody_else() -> None:
    office = await open_office()
    bob = await office.person("usr_bob", "submitter")
    cy = await office.person("usr_cy", "submitter")
    async with office.owner, bob, cy:
        ids = await office.owe("usr_bob", Given(1, total_minor=40_000, merchant="Hotel"))
        body = {"expenses": ids, "way": "hand", "paidOn": "2026-02-28"}
        await done(await office.owner.post("/api/owed/payments", json=body))
        await office.pass_time(minutes=5)
        rows = await office.world.rows(
            "SELECT user_id FROM notification_recipients AS told JOIN notifications AS notice "
            "ON notice.id = told.notification_id WHERE notice.topic = 'payout.paid'"
        )
    assert [row["user_id"] for row in rows] == ["usr_bob"]
