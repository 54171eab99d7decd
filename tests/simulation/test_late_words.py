"""A payment that comes back at any moment is booked as come back: between two steps, while nothing
goes on, or behind the end, and also where the event that says so was lost. What people are told is
that, once.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

import pytest

from local.payments.counterpart import Answered, Counterpart, Final
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, Order, ask, check, fund, open_payout
from tests.simulation.test_undoing_payouts import held, overtake, tell, told
from tests.support.host_platform import ACCOUNT
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import post
from tillroll.ledger.repository import create
from tillroll.ledger.transfers import Side, Transfer, single
from tillroll.payouts.payments import PaymentUncertain
from tillroll.payouts.postings import book_all_late, company, in_transit, owed
from tillroll.payouts.settlement import audit_payments, look_after_payments
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import LARGEST_INTEGER, Row, Statement
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def sent(faults: Faults, order: Order | None = None) -> tuple[World, Counterpart]:
    """A payout whose payment is on its way; no event comes by itself."""
    world, provider = await open_payout(faults, order or Order(settles=False))
    await ask(world)
    await world.settle({})
    return world, provider


async def hears(world: World, provider: Counterpart, status: Final) -> list[str]:
    """The payment comes to that, and the provider says so, twice; what the audit has beside the
    run.
    """
    provider.end(provider.payments[0], status)
    return await told(world, provider)


async def notices(world: World) -> int:
    return len(await world.rows("SELECT topic FROM notifications WHERE topic = 'payout.came_late'"))


async def ends(world: World, provider: Counterpart) -> str:
    """Where it stands ten days later; what must hold, holds."""
    for _ in range(5):
        await world.let_pass(timedelta(days=2), {})
    await invariants.check(world)
    await check(world, provider)
    [run] = await world.rows("SELECT state FROM runs")
    return str(run["state"])


async def test_a_payment_comes_back_while_the_books_cannot_be_written() -> None:
    world, provider = await sent(Faults())
    world.database.refuses.add("INSERT INTO ledger_transactions")
    await hears(world, provider, "posted")
    await world.settle({})
    await hears(world, provider, "returned")
    world.database.refuses.clear()
    await world.retry()
    assert await ends(world, provider) == "came_back"
    assert (await held(world), await notices(world)) == ((0, 0, 0), 1)


@pytest.mark.parametrize("point", ["record: before attempt", "look-up: before attempt"])
async def test_a_payment_comes_back_between_two_steps(point: str) -> None:
    faults = Faults()
    world, provider = await sent(faults)

    async def returned() -> None:
        await hears(world, provider, "returned")

    faults.when.append((lambda name: name.startswith(point), returned))
    await hears(world, provider, "posted")
    assert await ends(world, provider) == "came_back"
    assert await held(world) == (0, 0, 0)
    assert await notices(world) == (1 if point.startswith("record") else 0)


async def test_a_payment_comes_back_at_the_moment_at_which_it_is_booked() -> None:
    faults = Faults()
    world, provider = await sent(faults)
    batch = world.database.batch
    await hears(world, provider, "posted")
    overtake(world, "INSERT INTO ledger_transactions", partial(hears, world, provider, "returned"))
    assert await ends(world, provider) == "came_back"
    assert world.database.batch == batch, "it came back while it was booked"
    assert (await held(world), await notices(world)) == ((0, 0, 0), 1)


async def test_a_payment_comes_back_while_it_is_undone() -> None:
    faults = Faults()
    world, provider = await sent(faults)
    provider.settle()

    async def returned() -> None:
        await hears(world, provider, "returned")

    faults.when.append((lambda name: name.startswith("rollback: debit: before attempt"), returned))
    await world.cancel()
    assert await ends(world, provider) == "cancelled"
    assert (await held(world), await notices(world)) == ((0, 0, 0), 1)


async def test_an_older_answer_is_not_written_over_a_newer_one() -> None:
    world, provider = await sent(Faults())
    await hears(world, provider, "posted")
    await world.settle({})
    [payment] = provider.payments
    get = provider.get
    is_first = True

    def late(path: str, headers: Mapping[str, str]) -> Answered:
        nonlocal is_first
        answer = get(path, headers)
        if is_first:
            is_first = False
            provider.end(payment, "returned")
        return answer

    provider.get = late  # the first answer is on its way when it comes back
    assert await told(world, provider) == ["payout.returned"]
    assert await held(world) == (0, 0, 0)


def _during_the_first_answer(world: World, act: Callable[[], Awaitable[object]]) -> None:
    """Let others act while the provider's next answer is on its way."""
    http = world.host.platform.http
    get = http.get

    async def slow(
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        http.get = get
        answer = await get(url, timeout_seconds, max_bytes, headers)
        await act()
        return answer

    http.get = slow


async def _stands(world: World) -> tuple[object, object]:
    [payout] = await world.rows(
        "SELECT r.state, p.payment_status FROM payouts p JOIN runs r ON r.id = p.run_id"
    )
    return payout["state"], payout["payment_status"]


async def test_two_events_overtake_each_other_and_the_newer_answer_stays() -> None:
    world, provider = await sent(Faults())

    async def comes_back() -> None:
        await hears(world, provider, "returned")
        await world.settle({})

    provider.end(provider.payments[0], "posted")
    _during_the_first_answer(world, comes_back)
    await tell(world, provider)
    await world.settle({})
    assert await _stands(world) == ("came_back", "returned")
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_an_event_overtakes_another_whose_answer_is_being_kept() -> None:
    world, provider = await sent(Faults())

    async def comes_back() -> None:
        await hears(world, provider, "returned")
        await world.settle({})

    overtake(world, "UPDATE payouts SET payment_id", comes_back)
    provider.end(provider.payments[0], "posted")
    await tell(world, provider)
    await world.settle({})
    assert await _stands(world) == ("came_back", "returned")
    assert await held(world) == (0, 0, 0)
    await check(world, provider)


async def test_the_nights_answer_is_not_written_over_what_was_heard_meanwhile() -> None:
    world, provider = await sent(Faults())
    await hears(world, provider, "failed")
    await world.settle({})
    provider.end(provider.payments[0], "posted")

    async def comes_back() -> None:
        await tell(world, provider)
        await hears(world, provider, "returned")

    world.host.pieces.clock.advance(timedelta(days=1))
    _during_the_first_answer(world, comes_back)
    assert await audit_payments(world.host.platform) == 1
    assert await _stands(world) == ("came_back", "returned")
    assert await held(world) == (0, 0, 0)
    assert not await world.rows("SELECT 1 FROM payouts WHERE disagrees IS NOT NULL")
    await check(world, provider)


async def test_what_is_heard_otherwise_each_time_is_left_to_another_attempt() -> None:
    """The provider is not asked for ever."""
    world, provider = await sent(Faults())
    batch, get = world.database.batch, provider.get
    asked: list[str] = []

    async def overtaken(statements: Sequence[Statement]) -> list[list[Row]]:
        if any("UPDATE payouts SET payment_id" in each.sql for each in statements):
            await batch([statement("UPDATE payouts SET heard = heard + 1")])
        return await batch(statements)

    def counted(path: str, headers: Mapping[str, str]) -> Answered:
        asked.append(path)
        return get(path, headers)

    world.database.batch = overtaken
    provider.get = counted
    provider.end(provider.payments[0], "posted")
    with pytest.raises(PaymentUncertain):
        await tell(world, provider)
    assert len(asked) == 4
    world.database.batch = batch
    assert await told(world, provider) == []
    assert await ends(world, provider) == "paid"


async def test_a_payment_comes_back_and_no_event_says_so() -> None:
    world, provider = await sent(Faults())
    await hears(world, provider, "posted")
    await world.settle({})
    provider.end(provider.payments[0], "returned")
    for _ in range(3):
        world.host.pieces.clock.advance(timedelta(hours=12))
        await look_after_payments(world.host.platform)
    assert (await held(world), await notices(world)) == ((0, 0, 0), 1)
    await check(world, provider)


async def test_a_payment_came_back_and_was_paid_after_all() -> None:
    world, provider = await sent(Faults())
    await hears(world, provider, "failed")
    await world.settle({})
    assert await held(world) == (0, 0, 0)
    assert await hears(world, provider, "posted") == ["payout.stray"]
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    assert await hears(world, provider, "returned") == ["payout.stray", "payout.returned"]
    assert (await held(world), await notices(world)) == ((0, 0, 0), 2)


async def test_what_the_ledger_refuses_is_not_paid() -> None:
    """The payee's account is so full that no more is kept exactly: no payout is in the books then,
    and none says so.
    """
    world, provider = await sent(Faults())
    books, platform = Actor(ACCOUNT, "user:usr_first"), world.host.platform
    await create(
        platform,
        books,
        LedgerAccount(id="elsewhere", name="Elsewhere", currency=CURRENCY, normal_side=Side.CREDIT),
    )
    most = Transfer(
        "most", owed(PAYEE, CURRENCY), "elsewhere", CURRENCY, LARGEST_INTEGER - AMOUNT + 1
    )
    assert (await post(platform.database, platform.clock, books, single(most))).refusal is None
    await hears(world, provider, "posted")
    await world.settle({})
    [run] = await world.rows("SELECT state, error_summary, escalated_at FROM runs")
    assert run["state"] == "settled_record_failed"
    assert "the ledger refuses to book the payout" in str(run["error_summary"])
    await invariants.check(world)


@pytest.mark.parametrize("id_", [owed(PAYEE, CURRENCY), in_transit(CURRENCY)])
async def test_where_an_account_is_limited_nothing_is_paid(id_: str) -> None:
    world, provider = await open_payout(Faults(), Order())
    side = Side.CREDIT if id_.startswith("payouts:owed") else Side.DEBIT
    await create(
        world.host.platform,
        Actor(ACCOUNT, "user:usr_first"),
        LedgerAccount(id=id_, name="Mine", currency=CURRENCY, normal_side=side, least_available=0),
    )
    with pytest.raises(ValuesRefused, match="side or limit"):
        await ask(world)
    assert not provider.payments


async def test_what_the_ledger_refuses_behind_the_end_is_told_and_booked_when_it_can_be() -> None:
    world, provider = await open_payout(Faults(), Order(settles=False))
    await fund(world, AMOUNT)
    await ask(world)
    await world.settle({})
    await hears(world, provider, "failed")
    await world.settle({})
    books, platform = Actor(ACCOUNT, "user:usr_first"), world.host.platform
    spent = Transfer("spent", "elsewhere", company(CURRENCY), CURRENCY, AMOUNT)
    await post(platform.database, platform.clock, books, single(spent))
    assert await hears(world, provider, "posted") == ["payout.stray"]
    assert (await book_all_late(platform), await notices(world)) == (1, 1)
    funded = Transfer("funded", company(CURRENCY), "elsewhere", CURRENCY, AMOUNT)
    await post(platform.database, platform.clock, books, single(funded))
    assert await book_all_late(platform) == 0  # it was looked at a moment ago
    world.host.pieces.clock.advance(timedelta(minutes=2))
    assert (await book_all_late(platform), await book_all_late(platform)) == (1, 0)
    assert await notices(world) == 1
    await check(world, provider)
