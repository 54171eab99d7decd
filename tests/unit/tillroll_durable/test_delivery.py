"""Delivery of an expense's event: signed, tried on a schedule, settled once, and what that means
for the run.
"""

# What a late consumer does is done from inside.
# pyright: reportPrivateUsage=false

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import WEBHOOK_SECRET
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.errors import ESCALATED, FailureClass
from tillroll_durable.outbox import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    RETRY_AFTER_SECONDS,
    claim,
    claim_in,
    event_id,
    postpone,
)
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import load_object
from tillroll_durable.upkeep.reconciliation import resend_deliveries
from tillroll_durable.webhooks import consumer as delivery
from tillroll_durable.webhooks.consumer import deliver, receive
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Crash, Faults
from tillroll_testing.simulation.world import World


async def world_with_pending_event(
    answers: Sequence[int | HttpAnswer | None],
) -> tuple[World, str, str]:
    """A world whose run has written its event, and whose message, with the first attempt, is lost;
    the receiver will give these answers. Returns run and event ids too.
    """
    world = await open_receipts(Faults())
    world.host.pieces.queue.is_down = True  # so that only the test delivers
    run_id = await upload(world)
    await world.turn()
    # the claim that was lost with the message
    world.host.pieces.clock.advance(timedelta(seconds=LEASE_SECONDS))
    world.host.pieces.receiver.answers = list(answers)
    return world, run_id, event_id(run_id, "expense.created")


async def state(world: World, run_id: str) -> str:
    row = await world.host.database.first(
        statement("SELECT state FROM runs WHERE id = ?", [run_id])
    )
    assert row is not None
    return str(row["state"])


def assert_about(seconds: int, expected: int) -> None:
    """The schedule's time, give or take a tenth."""
    assert abs(seconds - expected) <= 0.1 * expected + 1


async def test_without_a_queue_the_cron_delivers() -> None:
    world, run_id, _ = await world_with_pending_event([])
    platform = replace(world.host.platform, has_queue=False)
    world.host.pieces.clock.advance(timedelta(seconds=1))
    assert await resend_deliveries(platform, REGISTRY.settlements) == 1
    assert await state(world, run_id) == "notified"
    assert await resend_deliveries(platform, REGISTRY.settlements) == 0


async def test_a_delivered_event_is_signed_as_standard_webhooks_has_it() -> None:
    world, run_id, event = await world_with_pending_event([])
    assert await state(world, run_id) == "expense_created"

    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None

    assert await state(world, run_id) == "notified"
    ((headers, body),) = world.host.pieces.receiver.received
    assert headers["webhook-id"] == event
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "Tillroll-Webhooks/1"
    moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    assert headers["webhook-signature"] == Webhook(WEBHOOK_SECRET).sign(event, moment, body)
    sent = load_object(body)
    assert sent["type"] == "expense.created"
    data = sent["data"]
    assert isinstance(data, dict)
    assert data.pop("receiptId")
    assert data == {
        "expenseId": run_id.replace("run_", "exp_"),
        "runId": run_id,
        "merchant": "GREEN GARDEN CAFE SDN BHD",
        "registeredName": "GREEN GARDEN CAFE SDN BHD",
        "date": "2026-02-14",
        "total": "12.90",
        "tax": None,
        "currency": "MYR",
        "documentKind": "receipt",
        "receiptNumber": None,
        "dueDate": None,
        "amountDue": None,
        "buyer": None,
    }


@pytest.mark.parametrize(
    ("failure", "is_called_for"), [(None, False), (FailureClass.ROLLBACK_FAILED, True)]
)
async def test_a_last_event_that_is_told_ends_a_standstill_but_not_the_call_for_a_failure(
    failure: FailureClass | None, *, is_called_for: bool
) -> None:
    world, run_id, event = await world_with_pending_event([])
    stand_still = """
      UPDATE runs SET error_class = ?2, error_summary = 'a fault', escalated_at = updated_at,
        requires_human_review = 1, failure_class = ?3 WHERE id = ?1
    """
    await world.host.database.batch([statement(stand_still, [run_id, ESCALATED, failure])])
    await deliver(world.host.platform, REGISTRY.settlements, event)
    [row] = await world.host.database.all(statement("SELECT * FROM runs WHERE id = ?", [run_id]))
    assert (row["state"], row["error_class"], row["error_summary"]) == ("notified", None, None)
    assert (row["escalated_at"] is not None) == is_called_for
    assert bool(row["requires_human_review"]) == is_called_for


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of Standard Webhooks' own specification."""
    moment = datetime.fromtimestamp(1614265330, UTC)
    signature = Webhook(WEBHOOK_SECRET).sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, '{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("answer", [500, 404, 302, None])
async def test_a_failed_delivery_is_tried_again_later(answer: int | None) -> None:
    world, run_id, event = await world_with_pending_event([answer])
    seconds = await deliver(world.host.platform, REGISTRY.settlements, event)
    assert seconds is not None
    assert_about(seconds, RETRY_AFTER_SECONDS[0])
    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None, (
        "too early: nothing is sent"
    )
    assert len(world.host.pieces.receiver.received) == 1
    world.host.pieces.clock.advance(timedelta(seconds=seconds))
    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None
    assert await state(world, run_id) == "notified"
    assert {headers["webhook-id"] for headers, _ in world.host.pieces.receiver.received} == {event}


async def test_the_status_of_a_receiver_counts_whatever_became_of_its_body() -> None:
    cut = HttpAnswer(200, "O", cut="the answer broke off")
    world, run_id, event = await world_with_pending_event([cut])
    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None
    assert await state(world, run_id) == "notified"
    assert len(world.host.pieces.receiver.received) == 1


async def test_a_delivery_is_given_up_in_the_end_and_the_expense_stays() -> None:
    world, run_id, event = await world_with_pending_event([500] * 20)
    waited = timedelta()
    for expected in RETRY_AFTER_SECONDS:
        seconds = await deliver(world.host.platform, REGISTRY.settlements, event)
        assert seconds is not None
        assert_about(seconds, expected)
        world.host.pieces.clock.advance(timedelta(seconds=seconds))
        waited += timedelta(seconds=seconds)
    assert timedelta(hours=68) < waited < timedelta(hours=84), "three days, with a tenth either way"
    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None
    assert await state(world, run_id) == "expense_created_notification_failed"
    assert len(await world.host.database.all(statement("SELECT id FROM expenses"))) == 1
    row = await world.host.database.first(statement("SELECT next_safe_action FROM runs"))
    assert row == {"next_safe_action": "resend_notification"}


async def test_an_event_that_somebody_else_has_is_not_sent_twice() -> None:
    world, _, event = await world_with_pending_event([])
    await asyncio.gather(
        *(deliver(world.host.platform, REGISTRY.settlements, event) for _ in range(5))
    )
    assert len(world.host.pieces.receiver.received) == 1


async def test_a_given_up_delivery_can_be_sent_anew_under_the_same_id() -> None:
    world, run_id, event = await world_with_pending_event([500] * MOST_ATTEMPTS)
    for _ in RETRY_AFTER_SECONDS:
        seconds = await deliver(world.host.platform, REGISTRY.settlements, event)
        world.host.pieces.clock.advance(timedelta(seconds=seconds or 0))
    await deliver(world.host.platform, REGISTRY.settlements, event)
    async with api_client(world.host.platform) as client:
        answers = [
            await client.post(f"/api/runs/{run_id}/resend", json={"reason": "receiver mended"})
            for _ in range(2)
        ]
    assert [answer.status_code for answer in answers] == [202, 409]
    assert await deliver(world.host.platform, REGISTRY.settlements, event) is None
    assert await state(world, run_id) == "notified"
    assert {headers["webhook-id"] for headers, _ in world.host.pieces.receiver.received} == {event}
    await invariants.check(world)


async def test_a_delivery_that_kills_its_consumer_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, run_id, event = await world_with_pending_event([])
    died = 0

    async def die(*_: object, **__: object) -> HttpAnswer:
        nonlocal died
        died += 1
        raise Crash("the receiver answered 200 MB")

    with monkeypatch.context() as patch:
        patch.setattr(world.host.pieces.receiver, "post", die)
        for _ in range(300):
            with contextlib.suppress(Crash):
                await deliver(world.host.platform, REGISTRY.settlements, event)
            world.host.pieces.clock.advance(timedelta(minutes=2))
    assert died == MOST_ATTEMPTS
    assert await state(world, run_id) == "expense_created_notification_failed"
    rows = await world.rows("SELECT outcome FROM audit_events WHERE action = 'delivery.given_up'")
    assert [row["outcome"] for row in rows] == ["failure"]
    async with api_client(world.host.platform) as client:
        answer = await client.post(
            f"/api/runs/{run_id}/resend", json={"reason": "the receiver is mended"}
        )
    assert answer.status_code == 202
    await deliver(world.host.platform, REGISTRY.settlements, event)
    assert await state(world, run_id) == "notified"


async def test_an_event_of_an_unknown_topic_is_given_up_and_not_posted() -> None:
    world, run_id, event = await world_with_pending_event([])
    await deliver(world.host.platform, {}, event)
    assert world.host.pieces.receiver.received == []
    assert await world.rows("SELECT state, attempts FROM outbox") == [
        {"state": "given_up", "attempts": 2}
    ]
    (told,) = await world.rows("SELECT detail FROM audit_events WHERE action = 'delivery.given_up'")
    assert load_object(str(told["detail"])) == {"event": event, "attempts": 2}
    assert await state(world, run_id) == "expense_created"
    await invariants.check(world)


async def test_a_late_consumer_does_not_settle_what_a_newer_attempt_has() -> None:
    world, run_id, event = await world_with_pending_event([])
    clock, database = world.host.pieces.clock, world.host.platform.database
    first = await claim(database, event, clock.now())
    assert first is not None
    # its lease is over, and it is due again
    clock.advance(timedelta(seconds=RETRY_AFTER_SECONDS[1]))
    assert await claim(database, event, clock.now()) is not None
    held = await world.rows("SELECT * FROM outbox")
    await database.batch([postpone(first, "2030-01-01T00:00:00.000Z", "too late")])
    settlement = REGISTRY.settlements["expense.created"]
    await delivery._settle(world.host.platform, first, "given_up", settlement, "too late")
    await delivery._settle(world.host.platform, first, "delivered", settlement, None)
    assert await world.rows("SELECT * FROM outbox") == held
    assert await state(world, run_id) == "expense_created"


async def test_a_claim_that_comes_with_the_message_is_taken_once_and_in_time() -> None:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    await world.instances_only()
    [message] = world.host.pieces.queue.messages
    clock = world.host.pieces.clock
    assert claim_in(message, clock.now()) is not None
    assert claim_in(message, clock.now() + timedelta(seconds=LEASE_SECONDS)) is None
    platform = world.host.platform
    # the first consumer has it
    await receive(platform, REGISTRY.settlements, message, is_first=False)
    assert await state(world, run_id) == "expense_created"
    await receive(platform, REGISTRY.settlements, message, is_first=True)
    assert await state(world, run_id) == "notified"
    assert await world.rows("SELECT attempts, state FROM outbox") == [
        {"attempts": 1, "state": "delivered"}
    ]


async def test_a_failed_first_attempt_is_nudged_again_when_it_is_due() -> None:
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers.append(500)
    run_id = await upload(world)
    await world.instances_only()
    queue = world.host.pieces.queue
    message = queue.messages.pop()
    platform = world.host.platform
    await receive(platform, REGISTRY.settlements, message, is_first=True)
    assert await world.rows("SELECT attempts, state FROM outbox") == [
        {"attempts": 1, "state": "pending"}
    ]
    [nudge] = queue.messages
    assert nudge == {"outboxId": event_id(run_id, "expense.created")}
    world.host.pieces.clock.advance(timedelta(seconds=RETRY_AFTER_SECONDS[0] + 1))
    await receive(platform, REGISTRY.settlements, nudge, is_first=True)
    assert await state(world, run_id) == "notified"
    assert await world.rows("SELECT attempts FROM outbox") == [{"attempts": 2}]


async def test_a_message_that_comes_twice_as_the_first_is_delivered_once() -> None:
    """Queues deliver at least once: two consumers get the claim, and the second of them would
    fail.
    """
    world = await open_receipts(Faults(), webhook=True)
    await upload(world)
    for _ in range(6):
        await world.instances_only()
    queue = world.host.pieces.queue.messages
    message = next(each for each in queue if "claimed" in each)
    queue.clear()
    posted: list[str] = []

    async def post(
        url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        del url, body, timeout_seconds
        posted.append(headers["webhook-id"])
        is_first = len(posted) == 1
        for _ in range(20 if is_first else 60):
            await asyncio.sleep(0)
        if is_first:
            return HttpAnswer(200, "")
        raise HttpFailed("the receiver has hung up on the second")

    receiver = world.host.platform.http
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(receiver, "post", post)
        settlements = world.deployed.settlements
        await asyncio.gather(
            receive(world.host.platform, settlements, message, is_first=True),
            receive(world.host.platform, settlements, message, is_first=True),
        )
    world.host.pieces.clock.advance(timedelta(days=6))
    await world.settle()
    assert len(posted) == 1
    assert await world.rows("SELECT state, attempts FROM outbox") == [
        {"state": "delivered", "attempts": 1}
    ]
    rows = await world.rows("SELECT state, attempts, last_error FROM deliveries")
    assert rows == [{"state": "delivered", "attempts": 1, "last_error": None}]
