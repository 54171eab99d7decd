"""Every story, with an adapter that errs at one of its calls: a read, a write, or the way back."""

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories.playing import play_disturbed, some_of, trace_of
from tillroll_testing.stories.story import Story

STORIES = [*(("receipt", story) for story in RECEIPTS), *(("payout", story) for story in PAYOUTS)]
# Longer than a step has attempts.
_IN_A_ROW = 4
STORIES_IN_ORDER = [story for _, story in STORIES]


async def _at_its_calls(story: Story, times: int) -> None:
    trace = await trace_of(story)
    for at, name in some_of(trace.calls, STORIES_IN_ORDER.index(story)):
        try:
            await play_disturbed(story, {}, {at: times})
        except AssertionError as error:
            raise AssertionError(f"{times} errors from call {at} on, {name}: {error}") from error


@pytest.mark.parametrize(
    "story", [pytest.param(story, id=f"{kind}: {story.name}") for kind, story in STORIES]
)
async def test_an_error_once(story: Story) -> None:
    await _at_its_calls(story, 1)


@pytest.mark.parametrize(
    "story", [PAYOUTS[0], PAYOUTS[1], RECEIPTS[0]], ids=lambda story: story.name
)
async def test_errors_in_a_row(story: Story) -> None:
    await _at_its_calls(story, _IN_A_ROW)
