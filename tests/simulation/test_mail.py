"""A mail is sent once, whatever happens: never twice, never lost, and its end is said."""

from datetime import timedelta
from typing import Any

import pytest

from local.mail.counterpart import Fault
from tests.simulation.kinds.mail import STORIES
from tests.simulation.mail import ADDRESS, check, disable_endpoint, explained, open_mail
from tillroll.mail.addresses import hash_of_address, suppress
from tillroll_durable.errors import FailureClass
from tillroll_durable.states import NextSafeAction
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play_at_some_points
from tillroll_testing.stories.story import Story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
@pytest.mark.parametrize(
    "disturbance",
    [
        by.KILL,
        by.TERMINATE,
        by.CANCEL,
        by.PAUSE,
        by.OVERLAP,
        by.OVERLAP_LATE,
        by.HANG_TO_THE_END,
        by.DOUBLE,
    ],
    ids=lambda disturbance: disturbance.name,
)
async def test_one_mail_is_sent(story: Story, disturbance: Disturbance) -> None:
    await play_at_some_points(story, disturbance, turn=0)


@pytest.mark.parametrize(
    ("order", "failure", "action"),
    [
        ("refused", FailureClass.EXTERNAL_REFUSED, NextSafeAction.RETRY_FROM_STEP),
        ("denied", FailureClass.ACCESS_DENIED, NextSafeAction.RETRY_FROM_STEP),
        ("lost_before", FailureClass.EXTERNAL_UNKNOWN, NextSafeAction.RETRY_FROM_STEP),
        ("down", FailureClass.EXTERNAL_UNKNOWN, NextSafeAction.RETRY_FROM_STEP),
    ],
)
async def test_what_its_final_failure_means(
    order: Any, failure: FailureClass, action: NextSafeAction
) -> None:
    world, provider = await open_mail(Faults(), *[Fault(order) for _ in range(40)])
    await disable_endpoint(world)
    await world.settle()
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run == {"state": "addressed_send_failed", "failure_class": failure}
    told = await explained(world)
    assert told.next_safe_action is action
    provider.faults = []
    await world.retry()
    await world.settle()
    await invariants.check(world)
    await check(world, provider)
    assert [row["state"] for row in await world.rows("SELECT state FROM runs")] == ["sent"]


async def test_a_provider_that_wants_patience_is_left_alone_until_then() -> None:
    world, provider = await open_mail(Faults(), Fault("throttled", 300))
    await disable_endpoint(world)
    began = world.host.pieces.clock.now()
    await world.settle()
    assert not provider.emails
    await world.let_pass(timedelta(seconds=300))
    [email] = provider.emails
    assert email.created_at >= (began + timedelta(seconds=300)).isoformat()
    assert not provider.faults
    assert provider.repeats == 0


async def test_a_key_that_is_over_is_not_relied_on() -> None:
    """The answer was lost, and nobody looked for a day: the provider has forgotten the key, and
    would send again.
    """
    world, provider = await open_mail(
        Faults(), Fault("lost_after"), *[Fault("lost_before") for _ in range(20)]
    )
    await disable_endpoint(world)
    await world.settle()
    provider.faults = []
    world.host.pieces.clock.advance(timedelta(hours=25))
    await world.retry()
    await world.settle()
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run == {"state": "addressed_send_failed", "failure_class": FailureClass.EXTERNAL_UNKNOWN}
    assert len(provider.emails) == 1
    assert (
        "may" in (await explained(world)).what_happened or (await explained(world)).must_not_repeat
    )
    await world.abandon()
    await world.settle()
    assert [row["state"] for row in await world.rows("SELECT state FROM runs")] == ["abandoned"]


async def test_nothing_is_sent_where_mail_came_back() -> None:
    world, provider = await open_mail(Faults())
    await disable_endpoint(world)
    await world.tick()  # the mail is begun; then its address is closed
    [message] = await world.rows("SELECT id FROM messages")
    closed = suppress(
        hash_of_address(ADDRESS), "bounced", str(message["id"]), "2026-03-01T09:00:00.000Z"
    )
    await world.host.database.batch([closed])
    await world.settle()
    assert [row["state"] for row in await world.rows("SELECT state FROM runs")] == ["withheld"]
    await disable_endpoint(world, "end_2")
    await world.settle()
    assert not provider.emails
    rows = await world.rows(
        "SELECT in_app, by_mail FROM notification_recipients WHERE notification_id LIKE 'end_2%'"
    )
    assert rows == [{"in_app": 1, "by_mail": 0}]


async def test_notices_of_ten_minutes_come_in_one_mail() -> None:
    world, provider = await open_mail(Faults())
    await disable_endpoint(world)
    await world.turn()
    await world.turn()
    for number in range(30):
        await disable_endpoint(world, f"end_more_{number}")
    await world.turn()
    assert len(provider.emails) == 1
    world.host.pieces.clock.advance(timedelta(minutes=11))
    await world.turn()
    await world.turn()
    first, second = provider.emails
    assert first.subject.endswith("(Books)")
    assert "books.example.com" in first.text
    assert second.subject == "30 notices for you (Books)"
    assert second.text.count("books.example.com") == 20
    assert "And 10 more." in second.text
    rows = await world.rows(
        "SELECT count(*) AS n FROM notification_recipients WHERE message_id IS NULL"
    )
    assert rows == [{"n": 0}]


async def test_what_waited_for_a_day_is_told_in_the_app_only() -> None:
    world, provider = await open_mail(Faults())
    await disable_endpoint(world)
    world.host.pieces.clock.advance(timedelta(hours=25))
    await world.settle()
    assert not provider.emails
    assert not await world.rows("SELECT id FROM messages")
