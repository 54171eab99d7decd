"""What can happen while a page is published, and other sides that fail nearly every third time."""

from datetime import timedelta

import pytest

from examples.publishing.workflow import (
    BUILDS,
    BUILT,
    COMMITS,
    NOT_LIVE,
    PUBLISHING,
    PURGES,
    REVERTS,
    SITE,
    TIME_TO_BUILD,
    Finished,
    PublishingParams,
)
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World, send
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble

PAGE, OLD, NEW = "prices", "Tea costs 3.", "Tea costs 4."


def story(
    name: str,
    *,
    build: str = "passed",
    ending: str = "completed",
    is_cached: bool = False,
    is_heard: bool = True,
    seed: int | None = None,
) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(PUBLISHING))
        pages = world.other_side.pages
        pages[f"{BUILDS}/id-1"] = {"status": build}
        pages[f"{SITE}{PAGE}"] = OLD if is_cached else NEW
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = PublishingParams(page=PAGE, text=NEW)
            await begin(world.host.platform, PUBLISHING, params, ANN, key="one")
            if is_heard:
                await send(world, BUILT, Finished(commit="id-1"))

        async def time_passes() -> None:
            await world.let_pass(TIME_TO_BUILD + timedelta(minutes=15))
            # A builder that asked to be left alone is asked again.
            await world.let_pass(timedelta(minutes=15))

        async def mend() -> None:
            pages[f"{SITE}{PAGE}"] = NEW

        return Scene(world, begun, lambda: check(world), mend, time_passes)

    if is_cached:
        return Story(name, opened, ending, operator="retry", final="completed")
    return Story(name, opened, ending)


async def check(world: World) -> None:
    """A page is pushed once. What is complete is live, and what was not built is reverted."""
    pushed = world.other_side.done_at(COMMITS)
    reverted = world.other_side.done_at(REVERTS)
    refused = await world.rows("SELECT id FROM runs WHERE failure_class = 'rollback_failed'")
    run = await world.run()
    assert pushed <= 1, f"pushed {pushed} times"
    assert reverted <= pushed, "what nobody has pushed was reverted"
    if run is not None and run.state in {"completed", NOT_LIVE}:
        assert (pushed, reverted, world.other_side.done_at(PURGES)) == (1, 0, 1)
    if run is not None and run.state == "completed":
        assert world.other_side.pages[f"{SITE}{PAGE}"] == NEW, "people see the old page"
    if run is not None and run.state in {"reverted", "cancelled"}:
        assert reverted == pushed or refused, "what was not built stands"


STORIES = (
    story("published"),
    story("nobody hears that it failed", build="failed", is_heard=False, ending="reverted"),
    story("not live", is_cached=True, ending=NOT_LIVE),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_other_sides_that_often_fail_publish_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
