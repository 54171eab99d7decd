"""What is heard of a payment late, or at the moment of another word, is not lost: it is booked, who
looks after the deployment finds it in the log, and each entry of the books leads to its payout.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import LiteralString

import pytest

from local.payments.counterpart import Counterpart
from tests.simulation.paying import AMOUNT, CURRENCY, Order, ask, fund, open_payout
from tests.simulation.test_log import events
from tests.simulation.test_undoing_payouts import (
    cancelled,
    held,
    overtake,
    paid,
    sent,
    swept,
    tell,
    told,
)
from tests.support.host_platform import ACCOUNT
from tillroll.ledger.posting import post
from tillroll.ledger.transfers import Transfer, single
from tillroll.payouts.postings import book_all_late, book_late, company
from tillroll.payouts.settlement import audit_payments, look_after_payments
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def _payout(world: World) -> str:
    [row] = await world.rows("SELECT run_id FROM payouts")
    return str(row["run_id"])


def _logged(caplog: pytest.LogCaptureFixture, event: str) -> list[JsonObject]:
    return [each for each in events(caplog) if each["event"] == event]


async def test_an_answer_that_another_overtakes_is_heard_all_the_same() -> None:
    world, provider = await sent()
    hear = partial(world.rows, "UPDATE payouts SET heard = heard + 1")
    overtake(world, "UPDATE payouts SET payment_id", hear)
    provider.settle()
    assert await told(world, provider) == []
    await world.settle({})
    [run] = await world.rows("SELECT state FROM runs")
    assert (run["state"], await held(world)) == ("paid", (AMOUNT, 0, AMOUNT))


async def test_each_entry_of_a_payout_that_came_back_leads_to_it() -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    await told(world, provider)
    assert await held(world) == (0, 0, 0)
    rows = await world.rows("SELECT id, kind, reference FROM ledger_transfers ORDER BY number")
    first, second = (str(row["id"]) for row in rows if row["kind"] == "reversal")
    assert first == f"{second}:delivery", "what was booked last is reversed first"
    assert {row["reference"] for row in rows} == {await _payout(world)}


async def test_the_log_says_which_payment_came_back_behind_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    await told(world, provider)
    [line] = _logged(caplog, "payment.late")
    assert (line["run"], line["reason"]) == (await _payout(world), "returned")


async def test_the_audit_says_which_payment_of_which_payout_came_back() -> None:
    world, provider = await paid()
    [payment] = provider.payments
    provider.end(payment, "returned")
    await told(world, provider)
    [event] = await world.rows("SELECT detail FROM audit_events WHERE action = 'payout.returned'")
    assert load_object(text(event, "detail")) == {
        "run": await _payout(world),
        "payment": payment.id,
        "status": "returned",
    }


async def test_the_log_says_which_payout_could_not_be_audited(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await paid()
    provider.api_key = "another"
    world.host.pieces.clock.advance(timedelta(days=1))
    assert await audit_payments(world.host.platform) == 1
    [line] = _logged(caplog, "payment.unaudited")
    assert line["run"] == await _payout(world)


async def _unbookable() -> tuple[World, Counterpart]:
    """A payment that failed, and is made after all, when the company's account holds nothing."""
    world, provider = await open_payout(Faults(), Order(settles=False))
    await fund(world, AMOUNT)
    await ask(world)
    await world.settle({})
    provider.end(provider.payments[0], "failed")
    await told(world, provider)
    await world.settle({})
    books, platform = Actor(ACCOUNT, "user:usr_first"), world.host.platform
    spent = Transfer("spent", "elsewhere", company(CURRENCY), CURRENCY, AMOUNT)
    await post(platform.database, platform.clock, books, single(spent))
    provider.end(provider.payments[0], "posted")
    return world, provider


async def test_the_log_says_which_late_payment_the_ledger_does_not_take(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await _unbookable()
    assert await told(world, provider) == ["payout.stray"]
    [line] = _logged(caplog, "payment.unbooked")
    assert line["run"] == await _payout(world)
    assert _logged(caplog, "payment.late") == []


async def test_a_payment_that_the_ledger_does_not_take_is_asked_for_all_the_same() -> None:
    """That it was tried to book is no look at it: it may come back, and no event may say so."""
    world, provider = await _unbookable()
    await told(world, provider)
    assert await book_late(world.host.platform, await _payout(world)) == 1
    provider.end(provider.payments[0], "returned")
    platform, clock = world.host.platform, world.host.pieces.clock
    for _ in range(25):
        clock.advance(timedelta(hours=1))
        assert await book_all_late(platform) == 1
    assert await look_after_payments(platform) == 1
    [payout] = await world.rows("SELECT payment_status FROM payouts")
    assert payout["payment_status"] == "returned"
    assert await book_all_late(platform) == 0, "nothing is to be booked any more"


async def test_a_booking_that_another_word_overtakes_is_not_called_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await paid()
    provider.end(provider.payments[0], "returned")
    hear = partial(world.rows, "UPDATE payouts SET heard = heard + 1")
    overtake(world, "INSERT INTO ledger_transactions", hear)
    await tell(world, provider)
    assert _logged(caplog, "payment.unbooked") == []
    assert await world.rows("SELECT 1 FROM notifications WHERE topic = 'payout.came_late'") == []
    assert await book_all_late(world.host.platform) == 1
    assert await held(world) == (0, 0, 0)


_WAITS_FOR_A_FILE: LiteralString = """
  INSERT INTO payment_instructions
    (id, run_id, account_id, amount, reference, status, created_at)
  SELECT 'pin_1', run_id, account_id, amount, 'r', 'processing', created_at FROM payouts
"""


@pytest.mark.parametrize(
    "changes",
    [
        ["UPDATE runs SET state = 'abandoned'"],
        ["UPDATE runs SET status = 'cancelled'"],
        [_WAITS_FOR_A_FILE, "UPDATE runs SET state = 'unsettled'"],
    ],
    ids=["another state", "another status", "it waits for a file"],
)
async def test_people_are_told_of_a_late_payment_whatever_its_run_does_at_that_moment(
    changes: Sequence[LiteralString],
) -> None:
    world, provider = await _unbookable()
    batch = world.database.batch

    async def write() -> None:
        for each in changes:
            await world.rows(each)

    overtake(world, "INSERT INTO ledger_transactions", write)
    await tell(world, provider)
    assert world.database.batch == batch
    [notice] = await world.rows("SELECT topic FROM notifications WHERE topic LIKE 'payout.%'")
    assert notice["topic"] == "payout.came_late"


async def test_the_log_says_which_payment_was_called_back_behind_an_undoing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await sent()
    assert await cancelled(world) is None
    provider.payments[0].status = "processing"  # another attempt's request, which hung somewhere
    assert await swept(world) == ["payout.stray"]
    [line] = _logged(caplog, "payment.late")
    assert (line["run"], line["reason"]) == (await _payout(world), "canceled")


async def test_the_log_names_the_payout_whose_books_disagree(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, provider = await paid()
    world.host.pieces.clock.advance(timedelta(days=1))
    await audit_payments(world.host.platform)
    assert _logged(caplog, "payment.disagrees") == []
    provider.payments.clear()
    world.host.pieces.clock.advance(timedelta(days=1))
    await audit_payments(world.host.platform)
    [line] = _logged(caplog, "payment.disagrees")
    assert line["run"] == await _payout(world)
    assert "the books have the money arrived" in str(line["reason"])
