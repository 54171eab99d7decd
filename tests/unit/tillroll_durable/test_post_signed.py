"""What a receiver's answer to a signed post means: taken, or tried again, and how long to wait."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.host_platform import WEBHOOK_SECRET
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.webhooks.deliveries import Message, Posted, post_signed
from tillroll_testing.host.memory import WebhookReceiver

URL = "https://receiver.example/events"
MESSAGE = Message("evt_1", '{"type":"a"}', datetime(2026, 3, 1, 9, tzinfo=UTC))
NO_WAIT = timedelta()


async def posted(answer: int | HttpAnswer | None) -> Posted:
    return await post_signed(WebhookReceiver([answer]), URL, [WEBHOOK_SECRET], MESSAGE)


@pytest.mark.parametrize("status", [200, 204, 299])
async def test_each_success_is_taken(status: int) -> None:
    assert await posted(status) == Posted(status, None, answer="")


@pytest.mark.parametrize(("status", "is_redirect"), [(300, True), (399, True), (400, False)])
async def test_a_redirect_is_a_failure_with_its_own_words(status: int, is_redirect: bool) -> None:
    result = await posted(status)
    words = " with a redirect, which is not followed" if is_redirect else ""
    assert result.error == f"the receiver answered {status}{words}"


async def test_a_refusal_keeps_the_beginning_of_its_answer() -> None:
    result = await posted(HttpAnswer(500, "x" * 2_000))
    assert result.answer == "x" * 1_000
    assert result.wait == NO_WAIT


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", NO_WAIT),
        ("soon", NO_WAIT),
        ("9999999", timedelta(days=1)),
    ],
)
async def test_a_receiver_says_how_long_to_wait(retry_after: str, wait: timedelta) -> None:
    result = await posted(HttpAnswer(503, "", retry_after=retry_after))
    assert result.wait == wait


async def test_no_answer_has_no_status() -> None:
    assert (await posted(None)).status is None
