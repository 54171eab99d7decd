"""What can happen to a document, and other sides that fail nearly every third time."""

from datetime import timedelta

import pytest

from examples.documents.workflow import CHANNEL, DOCUMENT, PAPERS, READER, DocumentParams
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble

NAMES = ["lease/1", "lease/2", "lease/3"]


def story(name: str, *, seed: int | None = None) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(DOCUMENT))
        world.other_side.pages[f"{PAPERS}/lease"] = {"pages": len(NAMES)}
        for number, each in enumerate(NAMES):
            values = [float(number), 1.0]
            world.other_side.gives[f"{READER}/{each}"] = {"text": each, "values": list(values)}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = DocumentParams(document="lease")
            await begin(world.host.platform, DOCUMENT, params, ANN, key="lease")

        async def minutes_pass() -> None:
            for seconds in (6, 31, 301, 3600):
                await world.let_pass(timedelta(seconds=seconds))

        return Scene(world, begun, lambda: check(world), afterwards=minutes_pass)

    return Story(name, opened, "completed")


async def check(world: World) -> None:
    """A page is read once and written under its name. Nobody hears of it before it is found."""
    told = world.other_side.done_at(CHANNEL)
    assert told <= 1, f"told of {told} times"
    for name in NAMES:
        times = world.other_side.done_at(f"{READER}/{name}")
        assert times <= 1, f"{name} was read, and paid, {times} times"
    vectors = world.host.pieces.vectors
    for each in world.other_side.requests:
        if each.url == CHANNEL and each.did:
            seen = max((len(answer) for answer in vectors.answers), default=0)
            assert f"{seen} of 3" in each.body, f"{seen} pages were found when it said {each.body}"
    for upsert in vectors.upserts:
        assert {*upsert} <= {*NAMES}, f"written under another name: {upsert}"
    run = await world.run()
    if run is not None and run.state == "completed":
        assert told == 1


STORIES = (story("a lease of three pages"),)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_other_sides_that_often_fail_read_each_page_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
