"""What the bank says a second time of a payment by file is kept, told, and booked; and a person can
correct it.
"""

import re
from datetime import timedelta
from functools import partial

import pytest

from tests.simulation.filing import OFFICE, OFFICER, Order, content_of, open_by_file
from tests.simulation.paying import AMOUNT, ask
from tests.simulation.test_settling_payouts import settle
from tests.simulation.test_undoing_payouts import held, overtake, paid, sent
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.bank_files.test_status_report import part, report, transaction
from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.payouts.bank_files.creation import make_file
from tillroll.payouts.bank_files.service import record_outcome, take_report
from tillroll.payouts.by_hand import NotSettleable, correct_by_hand
from tillroll.payouts.models import BankAnswered, Outcome, SettledAs
from tillroll.payouts.repository import load_payout
from tillroll.payouts.sepa import as_reference
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import text
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

SECOND = PersonBehind("usr_second", frozenset(Permission))


async def in_file() -> tuple[World, str]:
    """A payout in a file that the bank has; nobody says anything by itself."""
    world = await open_by_file(Faults(), Order(is_silent=True, is_idle=True))
    await ask(world)
    await world.settle({})
    return world, (await make_file(world.host.platform, OFFICE, None, "friday")).id


async def says(world: World, file_id: str, status: Outcome) -> BankAnswered:
    answered = await record_outcome(
        world.host.platform, OFFICE, OFFICER, file_id, status, None, "AC04"
    )
    await world.settle({})
    return answered


async def reports(world: World, code: str) -> BankAnswered:
    [row] = await world.rows("SELECT id, content FROM payment_files")
    [name] = re.findall(
        "<EndToEndId>(.*?)</EndToEndId>", await content_of(world.host.platform, row)
    )
    said = report(part(transaction(name, code, "<Cd>AC04</Cd>"))).replace(
        "pmf-1", as_reference(text(row, "id"))
    )
    return await take_report(world.host.platform, OFFICE, OFFICER, said)


async def standing(world: World) -> tuple[object, ...]:
    for _ in range(3):
        await world.let_pass(timedelta(days=2), {})
    await invariants.check(world)
    [row] = await world.rows(
        "SELECT r.state, p.payment_status FROM runs r JOIN payouts p ON p.run_id = r.id"
    )
    topics = await world.rows("SELECT topic FROM notifications WHERE topic = 'payout.came_late'")
    return row["state"], row["payment_status"], await held(world), len(topics)


async def test_what_was_not_made_and_is_paid_after_all() -> None:
    world, file_id = await in_file()
    await says(world, file_id, "failed")
    assert await held(world) == (0, 0, 0)
    answered = await reports(world, "ACSC")
    assert (answered.changed, len(answered.contradicted)) == (1, 1)
    assert await standing(world) == ("came_back", "posted", (AMOUNT, 0, AMOUNT), 1)


async def test_what_was_paid_and_comes_back() -> None:
    world, file_id = await in_file()
    await says(world, file_id, "posted")
    assert await says(world, file_id, "returned") == BankAnswered(
        file_id=file_id, changed=1, contradicted=[], in_doubt=[]
    )
    assert await standing(world) == ("paid", "returned", (0, 0, 0), 1)
    assert (await says(world, file_id, "returned")).changed == 0
    events = await world.rows(
        "SELECT action FROM audit_events WHERE action = 'payment_file.answered'"
    )
    assert len(events) == 2


async def test_a_report_that_comes_again_is_old() -> None:
    world, file_id = await in_file()
    await reports(world, "ACSC")
    await world.settle({})
    await says(world, file_id, "returned")
    assert (await reports(world, "ACSC")).changed == 0
    assert await standing(world) == ("paid", "returned", (0, 0, 0), 1)


async def test_a_transfer_comes_back_between_two_steps() -> None:
    world, file_id = await in_file()

    async def returned() -> None:
        await record_outcome(world.host.platform, OFFICE, OFFICER, file_id, "returned", None, None)

    world.faults.when.append((lambda name: name.startswith("record: before attempt"), returned))
    await says(world, file_id, "posted")
    assert await standing(world) == ("came_back", "returned", (0, 0, 0), 1)


async def correct(world: World, settled_as: SettledAs) -> None:
    run = await world.run()
    assert run is not None
    payout = await load_payout(world.host.platform.database, run.id)
    assert payout is not None
    actor = Actor(ACCOUNT, "user:usr_second")
    await correct_by_hand(
        world.host.platform, actor, SECOND, run, payout, settled_as, "the bank's statement says so"
    )


async def test_a_person_corrects_what_a_person_said_where_nobody_says_the_opposite() -> None:
    world, provider = await sent()
    with pytest.raises(NotSettleable, match="has not ended"):
        await correct(world, "paid")
    provider.payments.clear()  # it knows of no payment any more
    for _ in range(12):
        world.host.pieces.clock.advance(timedelta(days=1))
        await world.settle({})
    await settle(world, "not_paid")
    await world.settle({})
    assert await standing(world) == ("came_back", "failed", (0, 0, 0), 0)
    await correct(world, "paid")
    await correct(world, "paid")
    assert await standing(world) == ("came_back", "posted", (AMOUNT, 0, AMOUNT), 1)
    await correct(world, "not_paid")
    assert await standing(world) == ("came_back", "failed", (0, 0, 0), 2)


async def test_a_correction_fails_where_something_else_is_heard_at_that_moment() -> None:
    world, provider = await paid()
    provider.payments.clear()
    hear = partial(world.rows, "UPDATE payouts SET heard = heard + 1")
    overtake(world, "UPDATE payouts SET settled_as", hear)
    with pytest.raises(NotSettleable, match="Something else was heard"):
        await correct(world, "not_paid")
    [payout] = await world.rows("SELECT settled_as, payment_status FROM payouts")
    assert (payout["settled_as"], payout["payment_status"]) == (None, "posted")


async def test_what_the_provider_says_is_not_corrected() -> None:
    world, _ = await paid()
    with pytest.raises(NotSettleable, match="says that the payment is posted"):
        await correct(world, "not_paid")
    assert await held(world) == (AMOUNT, 0, AMOUNT)
