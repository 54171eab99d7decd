"""Payouts that pay expenses back, in a simulated world: no expense is covered twice, and each
stands as its payout.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Literal

from tests.simulation import filing, paying
from tests.simulation.opening import open_world
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, balances
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tillroll.access.behind import PersonBehind
from tillroll.access.permissions import Permission
from tillroll.payouts.batches.workflow import PAYOUT_BATCH
from tillroll.payouts.by_hand import take_back
from tillroll.payouts.contract import KIND
from tillroll.payouts.owed.covers import facts_of
from tillroll.payouts.owed.models import OwedPaymentRequest
from tillroll.payouts.owed.service import pay
from tillroll.payouts.postings import book_all_late, company
from tillroll.payouts.repository import OUTCOME, load_payout
from tillroll.payouts.settlement import audit_payments
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

WORKFLOWS = {KIND: PAYOUT, PAYOUT_BATCH.contract.kind: PAYOUT_BATCH}
ASKER = Actor(ACCOUNT, "user:usr_first")
ASKING = PersonBehind("usr_first", frozenset(Permission))
_EXPENSES = (Given(1, total_minor=AMOUNT - 345), Given(2, total_minor=345))
IDS = [each.id for each in _EXPENSES]


async def owe(world: World) -> None:
    """What a person paid themselves, and was approved; the payee is theirs."""
    await add_expenses(world.host.database, *_EXPENSES)
    await world.host.database.batch(
        [
            statement(
                "UPDATE expenses SET status = 'approved', paid_by = 'employee', person = "
                "'usr_first'"
            ),
            statement("UPDATE payees SET person = 'usr_first' WHERE id = ?", [PAYEE]),
        ]
    )


async def ask(world: World, way: Literal["file", "provider", "hand"], key: str = "one") -> None:
    """What a client does; done again under its key, it changes nothing."""
    platform = world.host.platform
    day = platform.clock.now().date() if way == "hand" else None
    request = OwedPaymentRequest(expenses=IDS, way=way, paid_on=day)
    await pay(platform, WORKFLOWS, ASKER, request, key)


async def check_covers(world: World) -> None:
    """Each expense is covered once at most, follows its payout's outcome, and its parts add up to
    it.
    """
    covers = await world.rows("SELECT * FROM payout_expenses")
    live = [row["expense_id"] for row in covers if row["released_at"] is None]
    assert len(live) == len({*live}), f"an expense is covered twice: {live}"
    outcomes = {
        text(row, "run_id"): text(row, "outcome")
        for row in await world.rows(
            f"SELECT p.run_id, {OUTCOME} AS outcome FROM payouts p JOIN runs r ON r.id = p.run_id"
        )
    }
    for row in covers:
        stands = "paid" if row["paid_at"] else "released" if row["released_at"] else "open"
        outcome = outcomes[text(row, "run_id")]
        expected = {"paid": "paid", "open": "open", "unknown": "open"}.get(outcome, "released")
        assert stands == expected, (
            f"the payout came to {outcome}, and what it covers stands as {stands}"
        )
    payouts = await world.rows("SELECT run_id, amount FROM payouts")
    for payout in payouts:
        mine = [integer(row, "amount") for row in covers if row["run_id"] == payout["run_id"]]
        assert sum(mine) == payout["amount"], "a payout pays another sum than its expenses come to"
    facts = await facts_of(world.host.database, ACCOUNT, IDS)
    whole = sum(
        each.split.owed + each.split.on_its_way + each.split.paid + each.split.not_reimbursable
        for each in facts
    )
    assert whole == AMOUNT == sum(each.expense.total for each in facts)
    left = sum(each.split.paid for each in facts)
    assert left == (AMOUNT if "paid" in outcomes.values() else 0), (
        "an expense says paid, and its payout does not"
    )


def opened(
    scene_of: Callable[[Faults], Awaitable[Scene]], way: Literal["file", "provider"]
) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene of one payout, in which it pays expenses back."""

    async def open_scene(faults: Faults) -> Scene:
        scene = await scene_of(faults)
        world, check = scene.world, scene.check
        await owe(world)

        async def look_at_both() -> None:
            await check()
            await check_covers(world)

        return replace(scene, begin=partial(ask, world, way), check=look_at_both)

    return open_scene


def by_hand(*, is_taken_back: bool = False) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which somebody has paid by hand, and may take that back a day later."""

    async def open_scene(faults: Faults) -> Scene:
        async def follow(platform: Platform) -> None:
            await book_all_late(platform)
            await audit_payments(platform)

        world = await open_world(faults, Deployed(PAYOUT, more_ticks=[follow]))
        await owe(world)

        async def take_all_back() -> None:
            for row in await world.rows("SELECT run_id FROM payouts"):
                platform = world.host.platform
                payout = await load_payout(platform.database, text(row, "run_id"))
                if payout is not None and payout.state == "paid":
                    await take_back(platform, ASKER, ASKING, payout, "it was not handed over")

        async def later() -> None:
            await world.let_pass(timedelta(hours=25), {})
            if is_taken_back:
                await world.surviving(take_all_back)
            await world.let_pass(timedelta(hours=25), {})

        return Scene(
            world, partial(ask, world, "hand"), partial(_check_by_hand, world), afterwards=later
        )

    return open_scene


async def _check_by_hand(world: World) -> None:
    await check_covers(world)
    paid = [
        row for row in await world.rows("SELECT * FROM payouts") if row["delivered_by"] is not None
    ]
    held = await balances(world)
    assert -held.get(company(CURRENCY), 0) == sum(integer(row, "amount") for row in paid), (
        f"books: {held}"
    )
    assert not [
        row for row in await world.rows("SELECT disagrees FROM payouts") if row["disagrees"]
    ]


def provider(order: paying.Order) -> Callable[[Faults], Awaitable[Scene]]:
    return opened(paying.opened(order), "provider")


def file(order: filing.Order) -> Callable[[Faults], Awaitable[Scene]]:
    return opened(filing.opened(order), "file")
