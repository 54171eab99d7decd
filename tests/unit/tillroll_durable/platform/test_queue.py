"""A batch of the queue: a message that waits keeps no other, and one that fails neither."""

import asyncio

import pytest

from tillroll_durable.platform.bindings.engine import take_all


async def test_a_message_that_waits_keeps_no_other_and_one_that_fails_neither(
    caplog: pytest.LogCaptureFixture,
) -> None:
    others_are_done, taken = asyncio.Event(), list[str]()

    async def take(message: str) -> None:
        if message == "slow":
            await others_are_done.wait()
        if message == "broken":
            raise RuntimeError("whatever")
        taken.append(message)
        if message == "last":
            others_are_done.set()

    async with asyncio.timeout(5):
        await take_all(["slow", "broken", "last"], take)
    assert taken == ["last", "slow"]
    assert caplog.text.count("delivery.crashed") == 1
