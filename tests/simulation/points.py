"""Things that are no story, disturbed at each of their points."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

from tests.support.campaigns import IS_WHOLE
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.playing import Disturbance

Subject = TypeVar("Subject")


async def at_every_point(
    opened: Callable[[], Awaitable[tuple[World, Subject]]],
    act: Callable[[World, Subject], Awaitable[object]],
    play_all: Callable[[World, Subject], Awaitable[None]],
    disturbance: Disturbance,
    least: int,
    every: int = 1 if IS_WHOLE else 4,
) -> None:
    """For what is no story: `play_all` of it in a world of its own for each of the points that
    `act` passes, at least `least`, with the disturbance there. It does so at one of `every` points:
    all in `make points`. Raises AssertionError.
    """
    world, subject = await opened()
    before = len(world.faults.passed)
    await act(world, subject)
    points = world.faults.passed[before:]
    assert len(points) >= least
    numbered = [*enumerate(points, start=1)]
    for at, name in numbered[every // 2 :: every]:
        world, subject = await opened()
        world.faults.plan[len(world.faults.passed) + at] = partial(disturbance.act, world)
        with disturbance.at(at, name):
            await play_all(world, subject)
