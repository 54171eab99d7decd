"""The deployed payout in a simulated world, with the local counterpart of the provider at the other
end of the line.
"""

import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from local.payments.counterpart import Answered, Counterpart, Fault, OutboundPayment
from tests.simulation.conserving import check_conserved, history_of
from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT
from tillroll.inbound.models import InboundEvent
from tillroll.inbound.rules import Unmapped
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import post
from tillroll.ledger.repository import create
from tillroll.ledger.transfers import Side, Transfer, single
from tillroll.observability.alert_rounds import watch
from tillroll.payouts import contract
from tillroll.payouts.payments import PaymentDenied, PaymentUncertain
from tillroll.payouts.postings import book_all_late, company, in_transit, owed
from tillroll.payouts.service import begin_payout
from tillroll.payouts.settings import PaymentSettings
from tillroll.payouts.settlement import (
    audit_payments,
    call_back_strays,
    look_after_payments,
    take_payment_event,
)
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_durable.errors import FailureClass
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.database import Row, Statement, integer, text
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.states import LIVE
from tillroll_testing.simulation.adapters import FaultyReceiver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

SETTINGS = PaymentSettings("sk_local", "fa_local", ACCOUNT, "https://pay.test")
PAYEE, AMOUNT, CURRENCY = "pay_1", 12_345, "EUR"
# The provider's clock is behind ours, and its list has a payment a while after it was made.
BEHIND, LAG = timedelta(minutes=6), timedelta(minutes=1)
# How often the provider is asked at most; what is disturbed at the last time but one is heard at
# the last.
_MOST_LOOKS = 5
_UNDONE = {"reversed", "cancelled", "abandoned", "came_back"}


class Bank(FaultyReceiver):
    """The provider at the other end of the line; the process can die before and after it has
    answered.
    """

    def __init__(self, faults: Faults, provider: Counterpart) -> None:
        super().__init__(faults)
        self.provider = provider

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        self._faults.may_err("bank: call", HttpFailed("the provider did not answer"))
        await self._faults.point("bank: before the payment")
        answered = self.arrives(_path(url), headers, body)
        await self._faults.point("bank: after the payment")
        self._faults.may_err("bank: answer", HttpFailed("the answer was lost"))
        return _answer(answered)

    def arrives(self, path: str, headers: Mapping[str, str], body: str) -> Answered:
        """What the provider does with a request that has arrived."""
        return self.provider.post(path, headers, body)

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes
        self._faults.may_err("bank: question", HttpFailed("the provider did not answer"))
        return _answer(self.provider.get(_path(url), headers or {}))


@dataclass(frozen=True)
class Order:
    """What is to happen: the provider's faults, whether payments settle by themselves, and above
    what a second person decides. `holds` is what the company's account may pay at most; None: no
    limit. `tells`: the provider's events come, each twice; `comes_back`: what has arrived is given
    back a day later.
    """

    faults: Sequence[Fault] = ()
    tells: bool = False
    comes_back: bool = False
    settles: bool = True
    above: int | None = None
    holds: int | None = None


async def open_payout(faults: Faults, order: Order) -> tuple[World, Counterpart]:
    """A world with a payee, in which one payout is asked for."""
    provider = Counterpart(SETTINGS.api_key)

    async def settle_and_look(platform: Platform) -> None:
        # What came a moment ago is on its way still.
        ended = provider.settle(older_than=timedelta(hours=1)) if order.settles else []
        for payment in ended if order.tells else ():
            await tell_twice(platform, payment)
        await look_after_payments(platform)
        await call_back_strays(platform)
        await book_all_late(platform)
        await audit_payments(platform)

    world = await open_world(faults, Deployed(PAYOUT, more_ticks=[settle_and_look]))
    provider.now = lambda: world.host.pieces.clock.now() - BEHIND
    provider.lag = LAG
    provider.faults = [replace(each) for each in order.faults]
    settings = world.host.platform.settings.changed(SETTINGS)
    world.host.platform = replace(
        world.host.platform, http=Bank(faults, provider), settings=settings
    )
    if order.holds is not None:
        await fund(world, order.holds)
    await world.host.database.batch(
        [
            statement(
                """
                INSERT INTO payees (id, account_id, name, recipient, method, created_by, created_at,
                    paid_to)
                VALUES (?, ?, 'Ann', 'acct_ann', 'usba_ann', 'user:usr_first', '2026-01-01',
                    'acct_ann')
                """,
                [PAYEE, ACCOUNT],
            ),
            *limits(order.above),
        ]
    )
    return world, provider


async def ask(world: World) -> None:
    """What a client does; done again under its key, it changes nothing."""
    params = contract.PayoutParams(
        payee_id=PAYEE, currency=CURRENCY, amount=AMOUNT, reference="Trip to Berlin"
    )
    await begin_payout(world.host.platform, PAYOUT, Actor(ACCOUNT, "user:usr_first"), params, "one")


def opened(order: Order) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which one payout is asked for."""

    async def open_scene(faults: Faults) -> Scene:
        world, provider = await open_payout(faults, order)

        async def look() -> None:
            """The bank's answer takes days; no event says so, so that the provider is asked."""
            for passed in (timedelta(minutes=20), *[timedelta(hours=2)] * _MOST_LOOKS):
                await world.let_pass(passed, {})
                if await _is_over(world):
                    break
            if order.comes_back:
                for each in provider.payments:
                    if each.status == "posted":
                        provider.end(each, "returned")
                for _ in range(2):  # the first time may be disturbed
                    await world.let_pass(timedelta(hours=25), {})

        return Scene(world, partial(ask, world), partial(check, world, provider), afterwards=look)

    return open_scene


async def tell_twice(platform: Platform, payment: OutboundPayment) -> None:
    """The provider's event of a payment, as a queue delivers it; one that cannot be worked off now
    is lost.
    """
    body: JsonObject = {
        "type": "v2.money_management.outbound_payment.any",
        "related_object": {"id": payment.id},
    }
    event = InboundEvent(
        "evt_1", ACCOUNT, "src_1", payment.id, str(body["type"]), body, "2026-03-01T09:00:00.000Z"
    )
    for _ in range(2):
        with contextlib.suppress(Unmapped, PaymentUncertain, PaymentDenied):
            await take_payment_event(platform, event)


async def _is_over(world: World) -> bool:
    [run] = await world.rows("SELECT status FROM runs WHERE kind = 'payout'")
    return run["status"] not in LIVE


async def balances(world: World) -> dict[str, int]:
    """What each account of the ledger holds, in minor units by its normal side."""
    rows = await world.rows(
        """
        SELECT a.id, a.normal_side,
          COALESCE(SUM(CASE e.side WHEN 'debit' THEN e.posted ELSE -e.posted END), 0) AS net
        FROM ledger_accounts a
        LEFT JOIN ledger_entries e ON e.account_id = a.account_id AND e.ledger_account_id = a.id
        GROUP BY a.id
        """
    )
    return {
        text(row, "id"): integer(row, "net") * (1 if row["normal_side"] == "debit" else -1)
        for row in rows
    }


async def check(world: World, provider: Counterpart) -> None:
    """Money is conserved, paid at most once, and the books say what the bank says."""
    assert all(times == 1 for times in provider.asked.values()), f"paid twice: {provider.asked}"
    [run] = await world.rows("SELECT * FROM runs WHERE kind = 'payout'")
    held = await balances(world)
    mine = {
        each: held.get(each, 0)
        for each in (company(CURRENCY), in_transit(CURRENCY), owed(PAYEE, CURRENCY))
    }
    # What left the company is on its way, or has lessened what is owed; limits are funded from
    # elsewhere.
    funded = held.get("elsewhere", 0)
    paid_out = funded - mine[company(CURRENCY)]
    assert paid_out == mine[in_transit(CURRENCY)] - mine[owed(PAYEE, CURRENCY)], (
        f"money was made or lost: {held}"
    )
    left = [each for each in provider.payments if each.status in {"processing", "posted"}]
    state = text(run, "state")
    if state in {"paid", *_UNDONE} and run["failure_class"] != FailureClass.ROLLBACK_FAILED:
        in_books = (paid_out, mine[in_transit(CURRENCY)])
        assert in_books == ((AMOUNT, 0) if left else (0, 0)), (
            f"{state}, and the books differ: {held}"
        )
        [payout] = await world.rows("SELECT payment_status FROM payouts")
        is_posted = payout["payment_status"] == "posted"
        assert is_posted == bool(left), (
            f"{state}: {payout['payment_status']}, and the provider says {provider.payments}"
        )
    if state in {"uncovered", "declined"}:
        assert not provider.payments
        assert paid_out == 0
    if state in _UNDONE and run["failure_class"] != FailureClass.ROLLBACK_FAILED:
        assert [each.status for each in left] in ([], ["posted"]), (
            f"{state}, and a payment is on its way"
        )
    if run["failure_class"] == FailureClass.ROLLBACK_FAILED:
        assert run["requires_human_review"] == 1
        assert not left or paid_out == AMOUNT, (
            f"a payment stands, and its debit was given back: {held}"
        )
    if left and run["status"] not in LIVE:
        steps = await world.rows("SELECT * FROM run_steps")
        told = explain(
            contract.PAYOUT_V1, run, steps, await world.rows("SELECT * FROM effect_intents")
        )
        assert told.must_not_repeat, (
            "somebody was paid, and nobody says that it must not be repeated"
        )
    assert len(left) <= 1, "two payments stand"
    await check_refusal(world, run)
    await check_conserved(world, history_of(provider))


async def check_refusal(world: World, run: Row) -> None:
    """A payout that was refused says why, and operators hear of it; no other does."""
    [payout] = await world.rows("SELECT refusal, refused_at FROM payouts")
    intents = await world.rows(
        "SELECT 1 FROM effect_intents WHERE outcome = 'refused' AND step = 'pay'"
    )
    is_refused = run["state"] == "uncovered" or (run["state"] == "reversed" and bool(intents))
    assert (payout["refusal"] is not None) == is_refused, f"{run['state']}: {payout}"
    if run["state"] == "uncovered":
        assert payout["refusal"] == "uncovered"
    elif is_refused:
        assert "insufficient_funds" in text(payout, "refusal")
    if is_refused:
        # A disturbance that comes so late is not of the run, and the next minute looks again.
        await world.surviving(partial(watch, world.host.platform))
        alerts = await world.rows(
            "SELECT sentence FROM alerts WHERE rule = 'payout_refused' AND closed_at IS NULL"
        )
        assert len(alerts) == 1, alerts


def limits(above: int | None) -> list[Statement]:
    """A second person decides on what is more, in CURRENCY; None: on nothing."""
    if above is None:
        return []
    return [
        statement(
            "INSERT INTO payout_limits VALUES (?, ?, CAST(? AS INTEGER), 'user:usr_first', "
            "'2026-01-01')",
            [ACCOUNT, CURRENCY, above],
        )
    ]


async def fund(world: World, holds: int) -> None:
    """Limit what the company's account pays to what was put there."""
    books = Actor(ACCOUNT, "user:usr_first")
    platform, clock = world.host.platform, world.host.platform.clock
    await create(
        platform,
        books,
        LedgerAccount(
            id=company(CURRENCY),
            name="Bank",
            currency=CURRENCY,
            normal_side=Side.DEBIT,
            least_available=0,
        ),
    )
    await create(
        platform,
        books,
        LedgerAccount(id="elsewhere", name="Elsewhere", currency=CURRENCY, normal_side=Side.CREDIT),
    )
    if holds:
        transfer = Transfer("funding", company(CURRENCY), "elsewhere", CURRENCY, holds)
        await post(platform.database, clock, books, single(transfer))


def _path(url: str) -> str:
    assert url.startswith(SETTINGS.api_url)
    return url.removeprefix(SETTINGS.api_url)


def _answer(answered: Answered) -> HttpAnswer:
    if answered.is_lost:
        raise HttpFailed("no answer")
    return HttpAnswer(answered.status, json.dumps(answered.body))
