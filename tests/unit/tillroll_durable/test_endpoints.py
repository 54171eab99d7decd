"""Events on their way to several endpoints: each wants what it wants, fails by itself, and ends by
itself.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tests.simulation.receipts import open_receipts, upload
from tests.support.endpoints import SECRETS, add_endpoint
from tests.support.host_platform import CLEAR_RECEIPT, WEBHOOK_SECRET
from tillroll_durable.outbox import RETRY_AFTER_SECONDS
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_durable.webhooks.deliveries import seconds_after
from tillroll_testing import invariants
from tillroll_testing.host.memory import MemoryResolver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

A, B, C, D = (f"https://{name}.example.org/hook" for name in "abcd")
DEPLOYMENTS = "https://receiver.test/hook"


@dataclass
class Told:
    world: World

    async def endpoint(
        self,
        id_: str,
        url: str,
        topics: str = '["expense.*"]',
        secrets: Sequence[str] = SECRETS[:1],
    ) -> None:
        await add_endpoint(self.world.host, id_, url, topics, secrets)

    async def receipt(self, number: int = 0) -> None:
        """Another one each time: of another day, at a merchant that somebody has confirmed."""
        await self.world.rows("UPDATE merchant_sightings SET confirmed_by = 'user:usr_first'")
        transcript = CLEAR_RECEIPT.replace("14/02/2026", f"{number + 14}/02/2026")
        self.world.host.pieces.models.transcript = transcript
        await upload(self.world, number)

    async def pass_days(self, days: int) -> None:
        for _ in range(days * 8):
            await self.world.turn()
            self.world.host.pieces.clock.advance(timedelta(hours=3))

    async def deliveries(self) -> list[Row]:
        return await self.world.rows(
            "SELECT endpoint_id, state, attempts FROM deliveries ORDER BY endpoint_id"
        )

    async def run(self) -> str:
        [row] = await self.world.rows("SELECT state FROM runs")
        return str(row["state"])


async def told(*, webhook: bool = False) -> Told:
    return Told(await open_receipts(Faults(), webhook=webhook))


async def test_each_endpoint_gets_what_it_wants_signed_by_each_of_its_keys() -> None:
    case = await told(webhook=True)
    await case.endpoint("ep_a", A, secrets=SECRETS)
    await case.endpoint("ep_b", B, '["expense.*"]')
    await case.endpoint("ep_c", C, '["expense.created"]')
    await case.endpoint("ep_d", D, '["expenses.*", "expense.create", "expense.voided", "expense"]')
    await case.receipt()
    await case.world.settle()
    receiver = case.world.host.pieces.receiver
    assert sorted(receiver.posted_to) == [
        "https://a.example.org/hook",
        B,
        C,
        "https://receiver.test/hook",
    ]
    assert len({headers["webhook-id"] for headers, _ in receiver.received}) == 1
    keys = {
        A: SECRETS,
        B: SECRETS[:1],
        C: SECRETS[:1],
        DEPLOYMENTS: (WEBHOOK_SECRET,),
    }
    for url, (headers, body) in zip(receiver.posted_to, receiver.received, strict=True):
        moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        signed = {Webhook(key).sign(headers["webhook-id"], moment, body) for key in keys[url]}
        assert set(headers["webhook-signature"].split(" ")) == signed
    assert await case.run() == "notified"
    await invariants.check(case.world)


async def test_no_endpoint_of_another_account_is_told_where_an_account_has_none() -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    await case.world.rows("UPDATE endpoints SET account_id = 'acc_other'")
    await case.receipt()
    await case.world.settle()
    assert case.world.host.pieces.receiver.received == []
    assert await case.world.rows("SELECT state FROM outbox") == [{"state": "no_receiver"}]
    assert await case.run() == "notified"


async def test_a_run_goes_on_where_no_endpoint_wants_its_event() -> None:
    case = await told()
    await case.endpoint("ep_a", A, '["expense.voided"]')
    await case.receipt()
    await case.world.settle()
    assert await case.world.rows("SELECT state FROM outbox") == [{"state": "no_receiver"}]
    assert await case.run() == "notified"
    await invariants.check(case.world)


async def test_one_endpoint_that_fails_delays_no_other_and_is_not_sent_what_it_took() -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    await case.endpoint("ep_b", B)
    receiver = case.world.host.pieces.receiver
    receiver.answers_of[A] = [500, None, 302, 404]
    await case.receipt()
    await case.world.work()
    assert [(row["state"], row["attempts"]) for row in await case.deliveries()] == [
        ("pending", 1),
        ("delivered", 1),
    ]
    await case.pass_days(2)
    assert [(row["state"], row["attempts"]) for row in await case.deliveries()] == [
        ("delivered", 5),
        ("delivered", 1),
    ]
    assert receiver.posted_to.count(B) == 1
    attempts = await case.world.rows(
        "SELECT status, error FROM delivery_attempts WHERE error IS NOT NULL ORDER BY number"
    )
    assert [row["status"] for row in attempts] == [500, None, 302, 404]
    assert "redirect, which is not followed" in str(attempts[2]["error"])
    assert await case.run() == "notified"


async def test_an_attempt_that_crashes_loses_nothing_of_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    await case.endpoint("ep_b", B)
    receiver = case.world.host.pieces.receiver
    post, crashes = receiver.post, [TypeError("secret"), ZeroDivisionError("secret")]

    async def crash_twice(
        url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        if url == A and crashes:
            raise crashes.pop(0)
        return await post(url, headers, body, timeout_seconds, **limits)

    receiver.post = crash_twice
    await case.receipt()
    await case.world.work()
    assert [(row["state"], row["attempts"]) for row in await case.deliveries()] == [
        ("pending", 1),
        ("delivered", 1),
    ]
    await case.pass_days(1)
    assert [(row["state"], row["attempts"]) for row in await case.deliveries()] == [
        ("delivered", 3),
        ("delivered", 1),
    ]
    assert receiver.posted_to == [B, A]
    attempts = await case.world.rows(
        "SELECT error FROM delivery_attempts WHERE error IS NOT NULL ORDER BY number"
    )
    assert [row["error"] for row in attempts] == [
        "the attempt failed before it had an answer: TypeError",
        "the attempt failed before it had an answer: ZeroDivisionError",
    ]
    assert caplog.text.count("delivery.crashed") == 2
    assert await case.run() == "notified"


async def test_after_three_days_an_endpoint_is_disabled_and_another_goes_on() -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    await case.endpoint("ep_b", B)
    case.world.host.pieces.receiver.answers_of[A] = [503] * 100
    await case.receipt()
    await case.pass_days(7)
    assert await case.run() == "expense_created_notification_failed"
    disabled = await case.world.rows(
        "SELECT id, disabled_why FROM endpoints WHERE disabled_at IS NOT NULL"
    )
    assert disabled == [{"id": "ep_a", "disabled_why": "failing"}]
    await case.receipt(1)
    await case.world.settle()
    assert case.world.host.pieces.receiver.posted_to.count(A) == 10
    assert case.world.host.pieces.receiver.posted_to.count(B) == 2
    await invariants.check(case.world)


async def test_a_receiver_that_is_gone_gets_nothing_any_more_and_what_was_open_is_cancelled() -> (
    None
):
    case = await told()
    await case.endpoint("ep_a", A)
    receiver = case.world.host.pieces.receiver
    receiver.answers_of[A] = [500, 410]
    await case.receipt()
    await case.world.work()
    await case.receipt(1)
    await case.world.settle()
    await case.pass_days(1)
    assert sorted(str(row["state"]) for row in await case.deliveries()) == ["cancelled", "given_up"]
    assert receiver.posted_to.count(A) == 2
    [row] = await case.world.rows("SELECT disabled_why FROM endpoints")
    assert row["disabled_why"] == "gone"
    assert await case.world.rows("SELECT id FROM outbox WHERE state = 'pending'") == []
    await invariants.check(case.world)


@pytest.mark.parametrize(
    ("retry_after", "least", "most"),
    [
        ("7200", 7200, 7200),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 7200, 7200),
        ("999999999999", 86_400, 86_400),
        ("1", 4, 6),
        ("Sun, 01 Mar 2020 11:00:00 GMT", 4, 6),
        ("soon", 4, 6),
        ("-5", 4, 6),
        ("", 4, 6),
    ],
)
async def test_a_receiver_is_left_alone_as_long_as_it_asks(
    retry_after: str, least: int, most: int
) -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    case.world.host.pieces.receiver.answers_of[A] = [HttpAnswer(429, "slow down", retry_after)]
    await case.receipt()
    await case.world.work()
    [row] = await case.world.rows("SELECT next_attempt_at FROM deliveries")
    wait = datetime.fromisoformat(str(row["next_attempt_at"])) - case.world.host.pieces.clock.now()
    assert least <= wait.total_seconds() <= most
    [attempt] = await case.world.rows("SELECT status, answer FROM delivery_attempts")
    assert attempt == {"status": 429, "answer": "slow down"}


async def test_a_name_that_leads_inside_is_never_asked_and_its_event_waits() -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    platform = case.world.host.platform
    resolver = MemoryResolver({"a.example.org": ["93.184.216.34", "169.254.169.254"]})
    settings = platform.settings.changed(OutgoingSettings())
    case.world.host.platform = replace(platform, settings=settings, resolver=resolver)
    await case.receipt()
    await case.world.work()
    assert case.world.host.pieces.receiver.received == []
    [row] = await case.world.rows("SELECT state, last_error FROM deliveries")
    assert row["state"] == "pending"
    assert "the name leads to an address that is private" in str(row["last_error"])
    resolver.names["a.example.org"] = ["93.184.216.34"]
    await case.pass_days(1)
    assert case.world.host.pieces.receiver.posted_to == [A]


async def test_a_receiver_that_fails_nine_of_ten_gets_every_event_once_by_id() -> None:
    case = await told()
    await case.endpoint("ep_a", A)
    receiver, tried = case.world.host.pieces.receiver, Counter[str]()
    post = receiver.post

    async def fail_nine_times(
        url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        tried[headers["webhook-id"]] += 1
        failures = (500, None, 302, 429, 503, 404, None, 500, 400)
        receiver.answers = [*failures, 200][tried[headers["webhook-id"]] - 1 :]
        return await post(url, headers, body, timeout_seconds, **limits)

    receiver.post = fail_nine_times
    for number in range(8):
        await case.receipt(number)
        await case.world.work()
    await case.pass_days(7)
    events = {str(row["id"]) for row in await case.world.rows("SELECT id FROM outbox")}
    assert len(events) == 8
    assert tried == dict.fromkeys(events, 10)
    kept = await case.world.rows(
        "SELECT count(*) AS n FROM delivery_attempts WHERE error IS NOT NULL"
    )
    assert kept == [{"n": 72}], "every attempt that failed is kept"
    delivering = await case.world.rows(
        "SELECT answer FROM deliveries WHERE duration_ms IS NOT NULL"
    )
    assert len(delivering) == 8, "and with each delivery the one that did not"
    assert {row["state"] for row in await case.deliveries()} == {"delivered"}


async def test_what_the_deployment_delivers_is_never_disabled() -> None:
    case = await told(webhook=True)
    case.world.host.pieces.receiver.answers = [410, *[500] * 10]
    await case.receipt()
    await case.pass_days(7)
    await case.receipt(1)
    await case.pass_days(7)
    assert await case.world.rows("SELECT id FROM endpoints WHERE disabled_at IS NOT NULL") == []


def test_waits_differ_by_up_to_a_tenth_and_stay_the_same() -> None:
    for attempt, expected in enumerate(RETRY_AFTER_SECONDS, 1):
        waits = {seconds_after(f"dlv_{number}", attempt) for number in range(200)}
        assert 0.9 * expected - 1 <= min(waits) <= max(waits) <= 1.1 * expected + 1
        assert len(waits) > 1 or expected < 10
    assert seconds_after("dlv_1", 3) == seconds_after("dlv_1", 3)
