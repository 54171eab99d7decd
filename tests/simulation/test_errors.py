"""Every story, with an adapter that errs at each of its calls: reads, writes, and the way back."""

import pytest

from tests.simulation.playing import calls_of, play_disturbed
from tests.simulation.stories import PAYOUTS, RECEIPTS, Story

STORIES = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]
# Longer than a step has attempts.
_IN_A_ROW = 4


async def _at_every_call(story: Story, times: int) -> None:
    for at, name in enumerate(await calls_of(story), start=1):
        try:
            await play_disturbed(story, {}, {at: times})
        except AssertionError as error:
            raise AssertionError(f"{times} errors from call {at} on, {name}: {error}") from error


@pytest.mark.parametrize("story", [pytest.param(story, id=f"{kind}: {story.name}") for kind, story in STORIES])
async def test_an_error_once(story: Story) -> None:
    await _at_every_call(story, 1)


@pytest.mark.parametrize("story", [PAYOUTS[0], PAYOUTS[1], RECEIPTS[0]], ids=lambda story: story.name)
async def test_errors_in_a_row(story: Story) -> None:
    await _at_every_call(story, _IN_A_ROW)
