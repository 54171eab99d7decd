"""What one item of a map meets while another goes on: an abort of the engine comes first, and an
attempt that was given up takes the run nowhere back.
"""

from collections.abc import Sequence
from functools import partial

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    NoParams,
    NotDone,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play_disturbed, trace_of

_TO = ("ann", "ben")
LETTER = Step("letter", Effect.EXTERNAL, gives=str)
COUNT = Step("count", Effect.WRITE, gives=int)
COPY = Step("copy", Effect.WRITE, gives=str)
POST_V1 = Contract("post", 1, steps=(LETTER, COUNT, COPY))


class Post:
    """The other side: it sends once what comes under a key."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.sent: list[str] = []

    def letter(self, to: str) -> ExternalCall[StepContext, str]:
        async def send(context: StepContext) -> Done[str]:
            await self.faults.point("other side: before the letter")
            if context.idempotency_key not in self.sent:
                self.sent.append(context.idempotency_key)
            await self.faults.point("other side: the letter is sent")
            return Done("id", to)

        async def look_up(context: StepContext) -> Done[str] | NotDone:
            if context.idempotency_key in self.sent:
                return Done("id", to)
            return NotDone()

        return ExternalCall({"to": to}, send, look_up, honours_key=True)

    async def write_to_all(self, run: WorkflowRun[NoParams]) -> None:
        sent = await run.map(LETTER, self.letter, _TO, key=str)
        counted = await run.step(COUNT, count, len(sent))
        await run.map(COPY, copy, _TO[:counted], key=str)


async def count(_context: StepContext, letters: int) -> int:
    return letters


async def copy(_context: StepContext, to: str) -> str:
    return to


async def _opened(faults: Faults) -> Scene:
    post = Post(faults)
    workflow = Workflow(POST_V1, post.write_to_all)
    world = await open_world(faults, Deployed(workflow))
    begun = partial(begin, world.host.platform, workflow, NoParams(), ANN, key="one")

    async def check() -> None:
        assert len(post.sent) <= len(_TO)

    return Scene(world, begun, check)


STORY = Story("letters to two, side by side", _opened, "completed")


async def _let_go(world: World) -> None:
    await world.faults.let_go()


LET_GO = Disturbance("what hung goes on", _let_go, keeps_ending=False)


async def _play_pairs(
    first: Disturbance, at: tuple[str, str], second: Disturbance, *, within: int
) -> None:
    """Play the story with the first at every point between these two names, and the second at every
    one that is at most `within` points behind it.
    """
    points: Sequence[str] = (await trace_of(STORY)).points
    begin_at, end_at = (points.index(name) + 1 for name in at)
    firsts = [number for number in range(begin_at, end_at) if first.fits(points[number - 1])]
    assert firsts
    for number in firsts:
        for behind in range(1, within + 1):
            with first.at(number, points[number - 1]), second.at(number + behind, "behind it"):
                await play_disturbed(STORY, {number: first, number + behind: second})


@pytest.mark.parametrize("abort", [by.PAUSE, by.TERMINATE], ids=lambda each: each.name)
async def test_an_abort_comes_before_a_cancellation_that_another_item_meets(
    abort: Disturbance,
) -> None:
    before_the_copies = ("map: copy 1: before attempt 1", "copy[ben]: before attempt 1")
    await _play_pairs(by.CANCEL, before_the_copies, abort, within=10)


async def test_an_attempt_that_was_given_up_does_not_take_the_run_back() -> None:
    before_the_letters = ("map: letter 1: before attempt 1", "letter[ann]: before attempt 1")
    await _play_pairs(by.HANG_TO_THE_END, before_the_letters, LET_GO, within=40)
