"""The rules of sending an event: its headers, how many posts are open, how long to wait, when an
endpoint is slow, and when it is disabled.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from standardwebhooks import Webhook

from tests.simulation.receipts import open_receipts, upload
from tests.support.endpoints import SECRETS, add_endpoint
from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.outbox import RETRY_AFTER_SECONDS, claim, told
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import load_object
from tillroll_durable.webhooks.deliveries import (
    Begun,
    Due,
    Lane,
    Message,
    Posted,
    begin_attempts,
    disable_if_dead,
    hasten_deliveries,
    note_speed,
    seconds_after,
    send,
    signed_headers,
)
from tillroll_testing.host.platform import ACCOUNT, HostPlatform
from tillroll_testing.simulation.faults import Faults

URL: Final = "https://a.example.org/hook"
ENDPOINT: Final = "ep_a"
NOW: Final = datetime(2026, 3, 1, 9, tzinfo=UTC)
DUE: Final = Due(
    "dlv_1",
    ENDPOINT,
    attempts=1,
    number=1,
    is_deployments=False,
    url=URL,
    secrets=(),
    has_ended=False,
)
GONE: Final = Posted(410, "the receiver answered 410")
FAILED: Final = Posted(500, "the receiver answered 500")
TAKEN: Final = Posted(200, None)


@pytest.fixture
async def host() -> HostPlatform:
    """The first account with one endpoint, which has two keys."""
    host = assemble(await migrated_database(), {})
    await add_endpoint(host, ENDPOINT, URL, '["expense.created"]', SECRETS)
    return host


async def endpoint_of(host: HostPlatform) -> Row:
    [row] = await host.database.all(statement("SELECT * FROM endpoints WHERE id = ?", [ENDPOINT]))
    return row


def test_the_headers_are_those_of_standard_webhooks() -> None:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
    headers = signed_headers(SECRETS, Message("evt_1", "{}", NOW))
    signatures = [Webhook(each).sign("evt_1", NOW, "{}") for each in SECRETS]
    assert headers == {
        "content-type": "application/json",
        "user-agent": "Tillroll-Webhooks/1",
        "webhook-id": "evt_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def test_a_replay_says_so() -> None:
    headers = signed_headers(SECRETS, Message("evt_1", "{}", NOW, is_replay=True))
    assert headers["tillroll-replay"] == "true"


# The waits of an event: a tenth either way.
@pytest.mark.parametrize("number", range(5, len(RETRY_AFTER_SECONDS) + 1))
def test_waits_are_spread_over_a_tenth_either_way(number: int) -> None:
    wait = RETRY_AFTER_SECONDS[number - 1]
    waits = [seconds_after(f"dlv_{each}", number) for each in range(400)]
    assert 0.9 * wait - 1 <= min(waits) < 0.91 * wait + 1
    assert 1.09 * wait - 1 < max(waits) <= 1.1 * wait + 1
    assert abs(sum(waits) / len(waits) - wait) < 0.02 * wait + 1


@pytest.mark.parametrize(("seconds", "is_slow"), [(4.999, False), (5, True), (20, True)])
async def test_an_answer_of_five_seconds_is_slow_for_ten_minutes(
    host: HostPlatform, seconds: float, is_slow: bool
) -> None:
    await host.database.batch(note_speed(DUE, timedelta(seconds=seconds), NOW))
    expected = None
    if is_slow:
        expected = "2026-03-01T09:10:00.000Z"
    assert (await endpoint_of(host))["slow_until"] == expected


async def told_event(host: HostPlatform, run_id: str, number: int) -> str:
    now = to_text(host.pieces.clock.now())
    event = told(
        run_id,
        ACCOUNT,
        "expense.created",
        f"key {number}",
        {"n": number},
        now,
        has_receiver=False,
    )
    await host.database.batch([event.insert])
    return event.id


class Sender:
    """A deployment whose run tells events, and an endpoint that wants them."""

    def __init__(self, host: HostPlatform, run_id: str) -> None:
        self.host = host
        self._run_id = run_id
        self._number = 0

    async def begin(self, lane: Lane) -> Begun:
        """Begin to deliver one event more."""
        self._number += 1
        event_id = await told_event(self.host, self._run_id, self._number)
        now = self.host.pieces.clock.now()
        event = await claim(self.host.database, event_id, now)
        assert event is not None
        begun = await begin_attempts(
            self.host.database, event, now, has_deployments=False, is_handed_over=False, lane=lane
        )
        assert begun is not None
        return begun


@pytest.fixture
async def sender() -> Sender:
    world = await open_receipts(Faults(), webhook=False)
    run_id = await upload(world)
    await world.settle()
    await add_endpoint(world.host, ENDPOINT, URL, '["expense.created"]', SECRETS)
    return Sender(world.host, run_id)


@pytest.mark.parametrize(("lane", "most"), [(Lane.FAST, 20), (Lane.SLOW, 5)])
async def test_so_many_posts_are_open_to_an_endpoint_for_forty_seconds(
    sender: Sender, lane: Lane, most: int
) -> None:
    for _ in range(most):
        assert len((await sender.begin(lane)).due) == 1
    sender.host.pieces.clock.advance(timedelta(seconds=39))
    held = await sender.begin(lane)
    assert held.due == []
    assert len(held.waiting) == 1
    sender.host.pieces.clock.advance(timedelta(seconds=2))
    assert len((await sender.begin(lane)).due) == 1


async def test_an_event_is_signed_by_the_newest_key_first(sender: Sender) -> None:
    [due] = (await sender.begin(Lane.FAST)).due
    assert [name for name, _ in due.secrets] == ["sec_ep_a_1", "sec_ep_a_0"]
    await send(sender.host.platform, due, "evt_1", payload="{}", now=NOW)
    [(headers, _)] = [
        each for each in sender.host.pieces.receiver.received if each[0]["webhook-id"] == "evt_1"
    ]
    newest_first = [Webhook(each).sign("evt_1", NOW, "{}") for each in reversed(SECRETS)]
    assert headers["webhook-signature"].split() == newest_first


async def test_a_quick_answer_ends_the_slow_time(sender: Sender) -> None:
    database = sender.host.database
    await database.all(statement("UPDATE endpoints SET slow_until = '2026-01-01T00:00:00.000Z'"))
    [slow] = (await sender.begin(Lane.FAST)).due
    assert slow.is_slow
    await database.batch(note_speed(slow, timedelta(seconds=1), NOW))
    assert (await endpoint_of(sender.host))["slow_until"] is None
    [quick] = (await sender.begin(Lane.FAST)).due
    assert not quick.is_slow
    assert note_speed(quick, timedelta(seconds=1), NOW) == []


async def test_an_event_that_waits_is_hastened(sender: Sender) -> None:
    [due] = (await sender.begin(Lane.FAST)).due
    database = sender.host.database
    later = statement(
        "UPDATE deliveries SET next_attempt_at = '2030-01-01T00:00:00.000Z' WHERE id = ?", [due.id]
    )
    await database.all(later)
    query = statement("SELECT event_id, next_attempt_at FROM deliveries WHERE id = ?", [due.id])
    [row] = await database.all(query)
    await database.batch([hasten_deliveries(str(row["event_id"]), to_text(NOW))])
    [hastened] = await database.all(query)
    assert hastened["next_attempt_at"] == to_text(NOW)


async def failing(host: HostPlatform, since: timedelta) -> None:
    begun = to_text(host.pieces.clock.now() - since)
    await host.database.all(statement("UPDATE endpoints SET failing_since = ?", [begun]))


THREE_DAYS: Final = timedelta(days=3)
ALMOST: Final = THREE_DAYS - timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("posted", "given_up", "since", "why"),
    [
        (GONE, False, timedelta(), "gone"),
        (FAILED, True, THREE_DAYS, "failing"),
        (FAILED, True, ALMOST, None),
        (FAILED, False, THREE_DAYS, None),
        (TAKEN, True, THREE_DAYS, None),
    ],
)
async def test_an_endpoint_is_disabled_that_is_gone_or_failed_for_three_days(
    host: HostPlatform, posted: Posted, given_up: bool, since: timedelta, why: str | None
) -> None:
    await failing(host, since)
    await disable_if_dead(host.platform, ACCOUNT, DUE, posted, given_up=given_up)
    row = await endpoint_of(host)
    assert row["disabled_why"] == why
    assert (row["disabled_at"] is not None) == (why is not None)


def audited(rows: Sequence[Row]) -> list[tuple[Any, Any, Mapping[str, Any]]]:
    return [(row["actor"], row["at"], load_object(str(row["detail"]))) for row in rows]


async def test_that_it_was_disabled_is_audited_and_logged_once(
    host: HostPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "tillroll"):
        for _ in range(2):
            await disable_if_dead(host.platform, ACCOUNT, DUE, GONE, given_up=False)
    query = "SELECT * FROM audit_events WHERE action = 'endpoint.disabled'"
    now = to_text(host.pieces.clock.now())
    assert audited(await host.database.all(statement(query))) == [
        ("system:delivery", now, {"endpoint": ENDPOINT, "why": "gone"})
    ]
    [record] = caplog.records
    logged = load_object(record.message)
    assert logged["event"] == "endpoint.disabled"
    assert (logged["account"], logged["subject"]) == (ACCOUNT, ENDPOINT)
    assert logged["reason"] == "gone"
