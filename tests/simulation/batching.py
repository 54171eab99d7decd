"""A batch of payouts in a simulated world: each is paid once, and the batch says what became of
all.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from local.payments.counterpart import PATH, Answered, Counterpart, Fault, FaultKind
from tests.simulation.conserving import check_conserved, history_of, names_of_payouts
from tests.simulation.opening import open_world
from tests.simulation.paying import BEHIND, LAG, SETTINGS, Bank, balances
from tests.support.host_platform import ACCOUNT
from tillroll.payouts.batches.workflow import (
    PAYOUT_BATCH,
    PayoutBatchParams,
    begin_batch,
    notify_ended_batches,
)
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.payments import PaymentStatus
from tillroll.payouts.postings import book_all_late, company, in_transit, owed
from tillroll.payouts.settlement import audit_payments, call_back_strays, look_after_payments
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

_CURRENCY, _AMOUNTS = "EUR", (1200, 3400, 5600)


@dataclass(frozen=True)
class Order:
    """What becomes of the payments, in the order in which they are asked for, and above what sum a
    second person decides.
    """

    faults: Sequence[FaultKind] = ()
    above: int | None = None


class _Bank(Bank):
    """Has each fault meet one payment: one that was refused is refused again where its answer was
    lost.
    """

    def __init__(self, faults: Faults, provider: Counterpart, kinds: Sequence[FaultKind]) -> None:
        super().__init__(faults, provider)
        self._left = list(kinds)
        self._refused: dict[str, Answered] = {}

    def arrives(self, path: str, headers: Mapping[str, str], body: str) -> Answered:
        key = headers["idempotency-key"]
        if key in self._refused:
            return self._refused[key]
        is_new = path == PATH and key not in self.provider.keys
        kind = self._left.pop(0) if is_new and self._left else None
        self.provider.faults = [Fault(kind)] if kind else []
        answered = super().arrives(path, headers, body)
        if kind == "refused":
            self._refused[key] = answered
        return answered


async def open_batch(faults: Faults, order: Order) -> tuple[World, Counterpart]:
    """A world with payees, who are paid by the provider."""
    provider = Counterpart(SETTINGS.api_key)

    async def settle_and_look(platform: Platform) -> None:
        provider.settle(older_than=timedelta(hours=1))
        await look_after_payments(platform)
        await call_back_strays(platform)
        await book_all_late(platform)
        await notify_ended_batches(platform)
        await audit_payments(platform)

    world = await open_world(
        faults, Deployed(PAYOUT_BATCH, beside=[PAYOUT], more_ticks=[settle_and_look])
    )
    provider.now = lambda: world.host.pieces.clock.now() - BEHIND
    provider.lag = LAG
    settings = world.host.platform.settings.changed(SETTINGS)
    world.host.platform = replace(
        world.host.platform, http=_Bank(faults, provider, order.faults), settings=settings
    )
    await world.host.database.batch(
        [
            *(
                statement(
                    """
                    INSERT INTO payees (id, account_id, name, recipient, method, created_by,
                        created_at, paid_to)
                    VALUES (?1, ?2, ?1, 'acct_' || ?1, 'usba_' || ?1, 'user:usr_first',
                        '2026-01-01', 'acct_' || ?1)
                    """,
                    [f"pay_{number}", ACCOUNT],
                )
                for number in range(len(_AMOUNTS))
            ),
            *(
                []
                if order.above is None
                else [
                    statement(
                        "INSERT INTO payout_limits VALUES (?, ?, CAST(? AS INTEGER), "
                        "'user:usr_first', '2026-01-01')",
                        [ACCOUNT, _CURRENCY, order.above],
                    )
                ]
            ),
        ]
    )
    return world, provider


def opened(
    order: Order, aims_at: str | None = "payout-batch"
) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which a batch is asked for. What comes between happens to the runs of `aims_at`;
    None: to the newest, which is one of its payouts.
    """

    async def open_scene(faults: Faults) -> Scene:
        world, provider = await open_batch(faults, order)
        world.aims_at = aims_at

        async def look() -> None:
            # The last for a signal whose announcement was lost: the reconciler announces it again.
            for hours in (1, 2, 2, 2, 2):
                await world.let_pass(timedelta(hours=hours), {})

        return Scene(world, partial(ask, world), partial(check, world, provider), afterwards=look)

    return open_scene


async def ask(world: World) -> None:
    """What a client does; done again under its key, it changes nothing."""
    payouts = [
        PayoutParams(payee_id=f"pay_{number}", currency=_CURRENCY, amount=amount, reference="Trip")
        for number, amount in enumerate(_AMOUNTS)
    ]
    params = PayoutBatchParams(name="November", payouts=payouts)
    await begin_batch(
        world.host.platform, PAYOUT_BATCH, Actor(ACCOUNT, "user:usr_first"), params, "one"
    )


async def check(world: World, provider: Counterpart) -> None:
    """Each payout is one, paid at most once, and the books say what the bank says."""
    assert all(times == 1 for times in provider.asked.values()), f"paid twice: {provider.asked}"
    rows = await world.rows(
        "SELECT p.*, r.state, r.failure_class FROM payouts p JOIN runs r ON r.id = p.run_id"
    )
    assert len({text(row, "payee_id") for row in rows}) == len(rows) <= len(_AMOUNTS), (
        "one line is two payouts"
    )
    runs = await world.rows("SELECT id FROM runs WHERE kind = 'payout'")
    assert {text(row, "id") for row in runs} == {text(row, "run_id") for row in rows}, (
        "a run without its payout"
    )
    names = await names_of_payouts(world)
    standing = {
        names[each.request["metadata"]["payout"]]
        for each in provider.payments
        if not PaymentStatus(each.status).brings_back
    }
    undone = [row for row in rows if row["state"] in {"cancelled", "came_back", "reversed"}]
    undone = [row for row in undone if row["failure_class"] != FailureClass.ROLLBACK_FAILED]
    in_books = [row for row in rows if row["state"] == "paid"]
    in_books += [row for row in undone if row["payment_status"] == PaymentStatus.POSTED]
    for row in in_books:
        assert row["run_id"] in standing, "in the books, and not paid"
    for row in undone:
        assert row in in_books or row["run_id"] not in standing, (
            f"{row['state']}, and a payment stands"
        )
    held = await balances(world)
    paid = sum(integer(row, "amount") for row in in_books)
    arrived = -sum(held.get(owed(text(row, "payee_id"), _CURRENCY), 0) for row in rows)
    assert arrived == paid, f"the books say that {arrived} arrived, and {paid} were paid"
    assert -held.get(company(_CURRENCY), 0) == arrived + held.get(in_transit(_CURRENCY), 0), (
        f"money was made: {held}"
    )
    await check_conserved(world, history_of(provider))
