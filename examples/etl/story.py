"""What can happen in two nights of loading, and other sides that fail nearly every third time."""

from collections import Counter
from datetime import timedelta

import pytest

from examples.etl.workflow import NIGHT_LOAD, ORDERS, REFRESHES, LoadParams
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble


def order(name: str, version: int) -> dict[str, object]:
    return {"id": name, "version": version, "cents": 100 * version}


def story(name: str, *, seed: int | None = None) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(NIGHT_LOAD))
        pages = world.other_side.pages
        # The second order is changed while the pages are read, so it stands on both.
        pages[ORDERS] = {"orders": [order("o1", 1), order("o2", 1)], "next": "2"}
        pages[f"{ORDERS}?cursor=2"] = {"orders": [order("o2", 2), order("o3", 1)]}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun(night: str = "first") -> None:
            await begin(world.host.platform, NIGHT_LOAD, LoadParams(), ANN, key=night)

        async def next_night() -> None:
            await world.let_pass(timedelta(hours=24))
            await world.surviving(lambda: begun("second"))
            await world.let_pass(timedelta(hours=1))
            await world.let_pass(timedelta(hours=1))

        return Scene(world, begun, lambda: check(world), afterwards=next_night)

    return Story(name, opened, "completed")


async def check(world: World) -> None:
    """After two whole nights the warehouse has each order once, in its newest version."""
    requests = [each for each in world.other_side.requests if each.did]
    refreshed = [each for each in requests if each.url == REFRESHES]
    nights = await world.rows("SELECT state FROM runs")
    assert len(refreshed) <= len(nights), "a night refreshed twice"
    if [row["state"] for row in nights] == ["completed", "completed"]:
        put = Counter((each.url, each.body) for each in requests if each.method == "PUT")
        assert len(put) == 3, f"the warehouse lacks some, or has an old one: {put}"
        assert {*put.values()} == {1}, f"loaded again in the second night: {put}"
        assert refreshed, "the reports are those of yesterday"
        loaded = await world.rows("SELECT id, version FROM loaded ORDER BY id")
        assert [row["version"] for row in loaded] == [1, 2, 1]


STORIES = (story("two nights"),)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_other_sides_that_often_fail_load_each_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
