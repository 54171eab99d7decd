"""A payout that is stopped while its payment is on its way, or has left: what is with the company
is given back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from local.payments.counterpart import Counterpart, Fault, FaultKind
from tests.simulation.paying import (
    AMOUNT,
    CURRENCY,
    PAYEE,
    Order,
    ask,
    balances,
    check,
    open_payout,
)
from tests.support.host_platform import ACCOUNT
from tillroll.inbound.models import InboundEvent
from tillroll.observability.jobs import observe
from tillroll.payouts.postings import company, in_transit, owed
from tillroll.payouts.settlement import call_back_strays, take_payment_event
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


class Deaf:
    """A provider that nobody reaches."""

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del url, headers, body, timeout_seconds
        raise HttpFailed("the provider did not answer")

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del url, timeout_seconds, max_bytes, headers
        raise HttpFailed("the provider did not answer")


async def sent() -> tuple[World, Counterpart]:
    """A payout whose payment is on its way."""
    world, provider = await open_payout(Faults(), Order(settles=False))
    await ask(world)
    await world.settle({})
    assert [each.status for each in provider.payments] == ["processing"]
    return world, provider


async def pay(world: World, provider: Counterpart) -> None:
    """The provider pays what was sent, and tells of it; then all happens that follows."""
    provider.settle()
    await told(world, provider)
    await world.settle({})


async def paid() -> tuple[World, Counterpart]:
    """A payout that is paid and in the books."""
    world, provider = await sent()
    await pay(world, provider)
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    return world, provider


async def cancelled(world: World) -> str | None:
    """Stop it; the failure class of its end."""
    await world.cancel()
    for _ in range(12):
        world.host.pieces.clock.advance(timedelta(hours=1))
        await world.settle({})
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run["state"] == "cancelled"
    return None if run["failure_class"] is None else str(run["failure_class"])


async def held(world: World) -> tuple[int, int, int]:
    """What the company paid, what is on its way, and what the payee got."""
    by_account = await balances(world)
    of = [
        by_account.get(each, 0)
        for each in (company(CURRENCY), in_transit(CURRENCY), owed(PAYEE, CURRENCY))
    ]
    return -of[0], of[1], -of[2]


async def alerts(world: World) -> list[str]:
    """The rules of those that are open."""
    await observe(world.host.platform, Registry(world.workflows))
    return [
        str(row["rule"])
        for row in await world.rows("SELECT rule FROM alerts WHERE closed_at IS NULL")
    ]


async def test_what_is_called_back_is_given_back() -> None:
    world, provider = await sent()
    assert await cancelled(world) is None
    assert [each.status for each in provider.payments] == ["canceled"]
    assert await held(world) == (0, 0, 0)


async def test_what_has_left_stays_paid() -> None:
    world, provider = await sent()
    provider.settle()
    assert await cancelled(world) is None
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    [payout] = await world.rows("SELECT payment_status FROM payouts")
    assert payout["payment_status"] == "posted"
    await check(world, provider)


async def test_what_nobody_could_call_back_stays_on_its_way_until_a_retry_finds_it() -> None:
    world, provider = await sent()
    reachable = world.host.platform
    world.host.platform = replace(reachable, http=Deaf())
    assert await cancelled(world) == FailureClass.ROLLBACK_FAILED
    assert await held(world) == (AMOUNT, AMOUNT, 0)
    assert await alerts(world) == ["run_escalated"]
    await check(world, provider)
    world.host.platform = replace(world.host.platform, http=reachable.http)
    provider.settle()
    await world.retry()
    await world.settle({})
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert (run["state"], run["failure_class"]) == ("cancelled", None)
    assert await alerts(world) == []


async def lost() -> tuple[World, Counterpart, Platform]:
    """A payout that was stopped while nobody reached the provider: its debit stands. The platform
    reaches it again.
    """
    world, provider = await sent()
    reachable = world.host.platform
    world.host.platform = replace(reachable, http=Deaf())
    assert await cancelled(world) == FailureClass.ROLLBACK_FAILED
    return world, provider, replace(world.host.platform, http=reachable.http)


async def tell(world: World, provider: Counterpart, event_id: str = "evt_1") -> None:
    """The provider tells of its one payment."""
    [payment] = provider.payments
    body: JsonObject = {
        "type": "v2.money_management.outbound_payment.any",
        "related_object": {"id": payment.id},
    }
    event = InboundEvent(
        event_id, ACCOUNT, "src_1", event_id, str(body["type"]), body, "2026-03-01T09:00:00.000Z"
    )
    await take_payment_event(world.host.platform, event)


def overtake(world: World, marker: str, act: Callable[[], Awaitable[object]]) -> None:
    """Let others act just before the next batch that has a statement with these words."""
    batch = world.database.batch

    async def overtaken(statements: Sequence[Statement]) -> list[list[Row]]:
        if any(marker in each.sql for each in statements):
            world.database.batch = batch
            await act()
        return await batch(statements)

    world.database.batch = overtaken


async def told(world: World, provider: Counterpart) -> list[str]:
    """The provider tells of its payment, twice; the audit's events of the payout beside its
    run's.
    """
    for each in ("evt_1", "evt_2"):
        await tell(world, provider, each)
    rows = await world.rows("SELECT action FROM audit_events WHERE action LIKE 'payout.%'")
    return [str(row["action"]) for row in rows]


async def test_what_comes_back_after_it_was_paid_is_with_the_company_again() -> None:
    world, provider = await paid()
    assert await told(world, provider) == []
    provider.end(provider.payments[0], "returned")
    assert await told(world, provider) == ["payout.returned"]
    assert await held(world) == (0, 0, 0)
    [notice] = await world.rows("SELECT topic FROM notifications WHERE topic LIKE 'payout.%'")
    assert notice["topic"] == "payout.came_late"


async def test_what_had_left_before_it_was_stopped_and_comes_back_is_with_the_company_again() -> (
    None
):
    world, provider = await sent()
    provider.settle()
    assert await cancelled(world) is None
    provider.end(provider.payments[0], "returned")
    assert await told(world, provider) == ["payout.returned"]
    assert await held(world) == (0, 0, 0)


async def swept(world: World) -> list[str]:
    """The reconciler looks by itself, no event comes; what the audit has of it."""
    for _ in range(3):
        world.host.pieces.clock.advance(timedelta(hours=2))
        await call_back_strays(world.host.platform)
    rows = await world.rows("SELECT action FROM audit_events WHERE action = 'payout.stray'")
    return [str(row["action"]) for row in rows]


async def test_a_stray_behind_a_stopped_payout_is_found_without_an_event_and_called_back() -> None:
    world, provider = await sent()
    assert await cancelled(world) is None
    assert await swept(world) == []
    provider.payments[0].status = "processing"  # another attempt's request, which hung somewhere
    assert await swept(world) == ["payout.stray"]
    assert [each.status for each in provider.payments] == ["canceled"]
    assert await held(world) == (0, 0, 0)


async def test_what_had_left_before_its_payout_was_stopped_is_no_stray() -> None:
    world, provider = await sent()
    provider.settle()
    assert await cancelled(world) is None
    assert await swept(world) == []
    assert await held(world) == (AMOUNT, 0, AMOUNT)


async def test_what_could_not_be_called_back_is_the_runs_not_the_sweeps() -> None:
    world, provider, reachable = await lost()
    world.host.platform = reachable
    assert await swept(world) == []
    assert [each.status for each in provider.payments] == ["processing"]


async def test_what_leaves_after_its_debit_was_given_back_is_told_and_booked() -> None:
    world, provider = await sent()
    assert await cancelled(world) is None
    provider.payments[0].status = "posted"  # as no provider should
    assert await told(world, provider) == ["payout.stray"]
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    [payout] = await world.rows("SELECT payment_status FROM payouts")
    assert payout["payment_status"] == "posted"


async def undone_by_the_list(
    *faults: FaultKind,
    leaves: bool = False,
    ahead: timedelta = timedelta(),
    jumps: timedelta = timedelta(),
    dies: bool = False,
) -> tuple[World, Counterpart]:
    """A payout that is stopped while its payment's answer is lost. The provider lists a payment a
    minute late, and our clock is `ahead` of its clock; at that moment it
    `jumps`, or the process `dies`.
    """
    at_the_bank = Faults()
    world, provider = await open_payout(
        at_the_bank, Order([Fault(each) for each in faults], settles=False)
    )
    clock = world.host.pieces.clock
    since = clock.now()
    provider.lag = timedelta(minutes=1)
    behind = ahead

    async def stop() -> None:
        nonlocal behind
        if leaves:
            provider.settle()
        clock.advance(jumps)
        behind += jumps
        await world.cancel()
        if dies:
            await at_the_bank.kill()

    provider.now = lambda: clock.now() - behind
    at_the_bank.when.append(
        (lambda name: name == "bank: after the payment" and bool(provider.payments), stop)
    )
    await ask(world)
    await world.settle({})
    assert clock.now() > since
    for _ in range(4):
        await world.let_pass(timedelta(hours=1), {})
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run == {"state": "cancelled", "failure_class": None}
    return world, provider


_CLOCKS = [
    timedelta(days=-2),
    timedelta(minutes=-6),
    timedelta(0),
    timedelta(minutes=6),
    timedelta(days=2),
]


@pytest.mark.parametrize("ahead", _CLOCKS, ids=str)
@pytest.mark.parametrize("leaves", [False, True])
async def test_an_undoing_waits_for_the_list_whatever_the_clocks_say(
    ahead: timedelta, *, leaves: bool
) -> None:
    world, provider = await undone_by_the_list("lost_after", leaves=leaves, ahead=ahead)
    assert [each.status for each in provider.payments] == ["posted" if leaves else "canceled"]
    assert await held(world) == ((AMOUNT, 0, AMOUNT) if leaves else (0, 0, 0))
    assert not await world.rows("SELECT 1 FROM audit_events WHERE action = 'payout.stray'")
    await check(world, provider)


async def test_an_undoing_waits_since_the_last_time_that_it_was_sent() -> None:
    """The first request never arrived; the second was sent when the first was old, and then the
    process died.
    """
    world, provider = await undone_by_the_list("lost_before", "lost_after", dies=True)
    assert [each.status for each in provider.payments] == ["canceled"]
    assert not await world.rows("SELECT 1 FROM audit_events WHERE action = 'payout.stray'")
    await check(world, provider)


@pytest.mark.parametrize("leaves", [False, True])
async def test_what_a_jump_of_our_clock_hides_is_found_by_the_sweep(*, leaves: bool) -> None:
    world, provider = await undone_by_the_list(
        "lost_after", leaves=leaves, jumps=timedelta(minutes=7)
    )
    assert [each.status for each in provider.payments] == ["posted" if leaves else "canceled"]
    assert await held(world) == ((AMOUNT, 0, AMOUNT) if leaves else (0, 0, 0))
    assert len(await world.rows("SELECT 1 FROM audit_events WHERE action = 'payout.stray'")) == 1
    await check(world, provider)
