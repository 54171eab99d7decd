"""What pytest gives an author's tests: a story with nothing between, and one with each thing that
can come between.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeAlias

import pytest

from tillroll_durable import Workflow, runs
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_testing.play.plays import ALL, Passed
from tillroll_testing.replaying.history import histories
from tillroll_testing.replaying.replay import replayed
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.ground import Ground
from tillroll_testing.simulation.opening import open_world
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.disturbances import ANSWER_LOST, KILL
from tillroll_testing.stories.playing import (
    Disturbance,
    play,
    play_at_some_points,
    play_disturbed,
    some_of,
    trace_of,
)
from tillroll_testing.stories.story import Scene, Story

Undisturbed: TypeAlias = Callable[[Story], Awaitable[Scene]]
Disturbed: TypeAlias = Callable[[Story], Awaitable[None]]
Repeated: TypeAlias = Callable[[World], Awaitable[None]]
WorldOf: TypeAlias = Callable[[Workflow], Awaitable[World]]
_OBJECT_IS_THERE: Final = "objects: after put"


@pytest.fixture
def undisturbed() -> Undisturbed:
    """Plays a story to its end and checks what must hold; the scene, to look into."""
    return play


@pytest.fixture(params=[*ALL, None], ids=lambda each: each.name if each else "an error of a call")
def disturbed(request: pytest.FixtureRequest) -> Disturbed:
    """Plays a story with one of the things that can come between, in a test of its own for each: at
    some of its points, each beginning with another; `make points` plays its SHARE of them.
    """
    thing: Disturbance | None = request.param

    async def play_with(story: Story) -> None:
        if thing is None:
            trace = await trace_of(story)
            for at, name in some_of(trace.calls, turn=0):
                try:
                    await play_disturbed(story, {}, {at: 1})
                except AssertionError as error:
                    raise AssertionError(f"an error of call {at}, {name}: {error}") from error
            return
        if thing is ANSWER_LOST:
            await play_lost_answers(story)
        else:
            await play_at_some_points(story, thing, ALL.index(thing))

    return play_with


async def play_lost_answers(story: Story) -> None:
    """Play a story once for each step that sends something, whose answer is lost: so every effect
    that can happen twice is found. Where the bucket stands in for the other side, an answer is lost
    by a death behind the object.
    """
    trace = await trace_of(story)
    met: set[str] = set()
    places = Passed(trace.points, trace.calls).places
    for at, (name, place) in enumerate(zip(trace.points, places, strict=True), start=1):
        if ANSWER_LOST.fits(name):
            lost = ANSWER_LOST
        elif name == _OBJECT_IS_THERE:
            lost = KILL
        else:
            continue
        if place in met:
            continue
        met.add(place)
        with lost.at(at, name):
            await play(story, lost, at)


@pytest.fixture
def repeated() -> Repeated:
    """Replays the world's workflow over what its runs have done: it must do the same again, and ask
    for the same.
    """

    async def replay_all(world: World) -> None:
        workflow = world.deployed.workflow
        rows = await world.rows("SELECT id FROM runs WHERE kind = ?", workflow.contract.kind)
        objects = world.host.pieces.objects.content

        def read(key: str) -> str | None:
            return objects[key].decode() if key in objects else None

        ids = [text(row, "id") for row in rows]
        found, _ = histories(
            lambda asked: [world.host.database.at_once(statement(sql)) for sql in asked],
            ids,
            objects.get,
        )
        assert found, "there is no run to replay"
        for history in found:
            done = await replayed(workflow, history, read)
            assert done.difference is None, (
                f"{done.run_id} at {done.difference.place}: {done.difference.says}"
            )

    return replay_all


@pytest.fixture
def world_of(ground: Ground) -> WorldOf:
    """Opens a world in which a workflow is deployed, and nothing goes wrong. The project's own
    fixture `ground` says what it stands on.
    """

    async def opened(workflow: Workflow) -> World:
        return await open_world(ground, Faults(), Deployed(workflow))

    return opened


@pytest.fixture(scope="session", autouse=True)
def no_pause_in_real_time() -> Iterator[None]:
    """A read that fails is repeated without a pause: the simulation has a clock of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "_PAUSES", (0.0, 0.0))
        yield
