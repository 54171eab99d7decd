"""onboarding under what can happen to its process.

Wherever it dies, hangs or is asked to stop, what must hold, holds.
"""

import pytest

from tests.simulation.author import Story
from tests.simulation.author.fixtures import Disturbed, Repeated, Undisturbed
from tests.simulation.kinds.onboarding import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_undisturbed(story: Story, undisturbed: Undisturbed, repeated: Repeated) -> None:
    scene = await undisturbed(story)
    [run] = await scene.world.rows("SELECT state FROM runs WHERE kind = 'onboarding'")
    assert run["state"] == story.ending
    await repeated(scene.world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_whatever_comes_between(story: Story, disturbed: Disturbed) -> None:
    await disturbed(story)
