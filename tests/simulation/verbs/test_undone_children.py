"""A run that ends early undoes what it began as other runs, where their kinds say so, whatever comes between; what
stands is told."""

from collections.abc import Awaitable, Callable

import pytest

from tests.simulation.author import Faults, Scene, Story
from tests.simulation.author.fixtures import Disturbed, Repeated, Undisturbed
from tests.simulation.verbs.trips import CHECK, Travel, opened


def _story(name: str, ending: str, *, fails: bool = False) -> Story:
    async def open_scene(faults: Faults) -> Scene:
        travel = await opened(faults)

        async def later() -> None:
            await travel.pass_time()

        return Scene(travel.world, lambda: travel.begin(fails=fails), travel.check, afterwards=later)

    return Story(name, open_scene, ending)


STORIES = (
    _story("a trip that fails", CHECK.on_failure.state, fails=True),
    _story("a trip that is made", "completed"),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_what_it_began_is_undone_with_it(story: Story, undisturbed: Undisturbed, repeated: Repeated) -> None:
    scene = await undisturbed(story)
    await repeated(scene.world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_so_it_is_whatever_comes_between(story: Story, disturbed: Disturbed) -> None:
    await disturbed(story)
