"""The minute's rounds ask of what nobody told: a payment behind an undoing is booked and told once,
and one of which nobody answers is asked for an hour later.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from local.payments.counterpart import Answered, Counterpart
from tests.simulation.paying import AMOUNT, CURRENCY, PAYEE, Order, ask, open_payout
from tests.simulation.test_log import events
from tests.simulation.test_undoing_payouts import cancelled, held, paid, pay, sent, tell
from tests.support.host_platform import ACCOUNT
from tillroll.inbound.models import InboundEvent
from tillroll.inbound.rules import Unmapped
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.service import begin_payout
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.settlement import (
    audit_payments,
    call_back_strays,
    look_after_payments,
    take_payment_event,
)
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor
from tillroll_durable.platform.limits import Turn
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def _undone() -> tuple[World, Counterpart]:
    """A payout that was stopped: its payment was called back, its debit given back."""
    world, provider = await sent()
    assert await cancelled(world) is None
    assert await held(world) == (0, 0, 0)
    world.host.pieces.clock.advance(timedelta(hours=2))
    return world, provider


async def _strays_told(world: World) -> int:
    return len(await world.rows("SELECT 1 FROM audit_events WHERE action = 'payout.stray'"))


def _asked(provider: Counterpart) -> list[str]:
    """What the provider is asked from now on."""
    asked: list[str] = []
    get = provider.get

    def counted(path: str, headers: Mapping[str, str]) -> Answered:
        asked.append(path)
        return get(path, headers)

    provider.get = counted
    return asked


async def test_a_stray_that_has_left_is_in_the_books_at_once_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await _undone()
    provider.payments[0].status = "posted"  # another attempt's request, which hung somewhere
    assert await call_back_strays(world.host.platform) == 1
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    assert await _strays_told(world) == 1
    assert [each["event"] for each in events(caplog)].count("payment.late") == 1


async def test_what_was_called_back_is_no_stray() -> None:
    world, provider = await _undone()
    asked = _asked(provider)
    assert await call_back_strays(world.host.platform) == 0
    assert len(asked) == 1
    assert await _strays_told(world) == 0


@pytest.mark.parametrize(("days", "strays"), [(1, 1), (2, 0)])
async def test_the_provider_is_asked_for_strays_as_long_as_a_request_may_hang(
    days: int, strays: int
) -> None:
    world, provider = await _undone()
    provider.payments[0].status = "processing"
    world.host.pieces.clock.advance(timedelta(days=days))
    asked = _asked(provider)
    assert await call_back_strays(world.host.platform) == strays
    assert bool(asked) == bool(strays)


async def test_nobody_is_told_of_a_stray_that_the_provider_lists_no_more() -> None:
    world, provider = await _undone()
    provider.payments[0].status = "processing"
    get = provider.get

    def lists_once(path: str, headers: Mapping[str, str]) -> Answered:
        answer = get(path, headers)
        provider.payments.clear()
        return answer

    provider.get = lists_once
    await call_back_strays(world.host.platform)
    assert provider.payments == []
    assert await _strays_told(world) == 0


async def test_a_payment_of_which_nobody_answers_does_not_take_the_turn_of_others() -> None:
    world, provider = await sent()
    key, provider.api_key = provider.api_key, "another"
    world.host.pieces.clock.advance(timedelta(hours=2))
    asked = _asked(provider)
    for _ in range(3):
        assert await look_after_payments(world.host.platform) == 0
    assert len(asked) == 1, "it waits for an hour"
    provider.settle()
    provider.api_key = key
    world.host.pieces.clock.advance(timedelta(hours=1, minutes=1))
    assert await look_after_payments(world.host.platform) == 1
    await world.settle({})
    assert await held(world) == (AMOUNT, 0, AMOUNT)


async def test_a_payment_that_is_in_no_list_yet_is_not_said_to_disagree() -> None:
    world, provider = await open_payout(Faults(), Order(settles=False))
    clock = world.host.pieces.clock
    clock.advance(timedelta(hours=16, minutes=30))
    assert clock.now().hour == 1, "the night's comparison is not begun"
    await ask(world)
    await world.settle({})
    await pay(world, provider)
    assert await held(world) == (AMOUNT, 0, AMOUNT)
    provider.lag = timedelta(hours=1)
    clock.advance(timedelta(minutes=45))
    assert await audit_payments(world.host.platform) == 0
    [payout] = await world.rows("SELECT disagrees FROM payouts")
    assert payout["disagrees"] is None


async def test_what_was_just_paid_is_not_asked_for_before_the_next_day() -> None:
    world, provider = await paid()
    asked = _asked(provider)
    for hours in (1, 22):
        world.host.pieces.clock.advance(timedelta(hours=hours))
        assert await look_after_payments(world.host.platform) == 0
    assert asked == []


@pytest.mark.parametrize(("passed", "is_asked"), [(19, True), (20, False)])
async def test_what_was_paid_is_asked_for_as_long_as_a_bank_may_give_it_back(
    passed: int, *, is_asked: bool
) -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    world.host.pieces.clock.advance(timedelta(days=passed, hours=12))
    asked = _asked(provider)
    assert await look_after_payments(world.host.platform) == int(is_asked)
    assert bool(asked) == is_asked
    assert await held(world) == ((0, 0, 0) if is_asked else (AMOUNT, 0, AMOUNT))


async def test_a_night_looks_at_each_payout_once_by_twenty_a_minute() -> None:
    """What a minute may ask of the database and of the provider is bounded."""
    world, _ = await open_payout(Faults(), Order(settles=False))
    params = PayoutParams(payee_id=PAYEE, currency=CURRENCY, amount=AMOUNT, reference="Trip")
    for number in range(21):
        actor = Actor(ACCOUNT, "user:usr_first")
        await begin_payout(world.host.platform, PAYOUT, actor, params, f"trip {number}")
    world.host.pieces.clock.advance(timedelta(hours=3))
    assert [await audit_payments(world.host.platform) for _ in range(3)] == [20, 1, 0]


async def test_a_night_that_is_cut_goes_on_with_the_next_payout() -> None:
    world, _ = await open_payout(Faults(), Order(settles=False))
    params = PayoutParams(payee_id=PAYEE, currency=CURRENCY, amount=AMOUNT, reference="Trip")
    for number in range(3):
        actor = Actor(ACCOUNT, "user:usr_first")
        await begin_payout(world.host.platform, PAYOUT, actor, params, f"trip {number}")
    world.host.pieces.clock.advance(timedelta(hours=3))
    platform = world.host.platform
    audited: list[int] = []
    for _ in range(4):
        without_room = Turn(until=0)  # for more than one
        audited.append(await audit_payments(replace(platform, turn=without_room)))
    assert audited == [1, 1, 1, 0]


async def test_the_books_are_held_against_the_provider_by_night_when_no_day_is_busy() -> None:
    world, _ = await sent()
    clock = world.host.pieces.clock
    clock.advance(timedelta(hours=16, minutes=59))
    assert clock.now().hour == 1
    assert await audit_payments(world.host.platform) == 0
    clock.advance(timedelta(minutes=2))
    assert await audit_payments(world.host.platform) == 1


async def test_where_nobody_is_paid_by_a_provider_no_round_asks_one() -> None:
    world, provider = await sent()
    platform = world.host.platform
    world.host.platform = replace(platform, settings=platform.settings.changed(PaymentSettings()))
    world.host.pieces.clock.advance(timedelta(hours=2))
    asked = _asked(provider)
    assert await look_after_payments(world.host.platform) == 0
    assert await call_back_strays(world.host.platform) == 0
    assert asked == []


@pytest.mark.parametrize("status", ["processing", "posted"])
async def test_an_event_asks_the_provider_once(status: str) -> None:
    world, provider = await sent()
    provider.payments[0].status = status
    asked = _asked(provider)
    await tell(world, provider)
    assert len(asked) == 1


def _event_of(id_: str, account_id: str = ACCOUNT) -> InboundEvent:
    body = {"type": "v2.money_management.outbound_payment.posted"}
    return InboundEvent(
        "evt_1",
        account_id,
        "src_1",
        "evt_1",
        body["type"],
        {**body, "related_object": {"id": id_}},
        "2026-03-01T09:00:00.000Z",
    )


async def test_an_event_of_no_payout_says_so_in_one_short_line() -> None:
    """What others sent us stands in the record of the event, so it may not be of any length."""
    world, _ = await sent()
    id_ = f"obp_{'x' * 300}"
    with pytest.raises(Unmapped) as unmapped:
        await take_payment_event(world.host.platform, _event_of(id_))
    assert str(unmapped.value) == f"no payout of this account has the payment {id_[:60]}"


async def test_an_event_changes_no_payout_of_another_account() -> None:
    world, provider = await sent()
    provider.settle()
    event = _event_of(provider.payments[0].id, "acc_other")
    with pytest.raises(Unmapped):
        await take_payment_event(world.host.platform, event)
    await world.settle({})
    [run] = await world.rows("SELECT state FROM runs")
    assert run["state"] == "unsettled"
    assert await held(world) == (AMOUNT, AMOUNT, 0)


async def test_a_payment_that_was_made_elsewhere_is_of_no_payout() -> None:
    world, provider = await sent()
    [payment] = provider.payments
    elsewhere = {**payment.request, "metadata": {"payout": "run_elsewhere"}}
    provider.payments.append(replace(payment, id="obp_elsewhere", request=elsewhere))
    with pytest.raises(Unmapped):
        await take_payment_event(world.host.platform, _event_of("obp_elsewhere"))
