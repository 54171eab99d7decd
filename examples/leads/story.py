"""What can happen to a lead, and other sides that fail nearly every third time."""

from datetime import timedelta

import pytest

from examples.leads.workflow import (
    CHANNEL,
    COMPANIES,
    CONTACTS,
    LEAD,
    LeadParams,
)
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble


def story(name: str, *, is_known: bool, seed: int | None = None) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(LEAD))
        if seed is not None:
            world.other_side.fail_often(seed)

        def know() -> None:
            world.other_side.pages[f"{COMPANIES}/big.example"] = {"employees": 300}

        if is_known:
            know()

        async def begun() -> None:
            params = LeadParams(email="ann@big.example", message="What is the price?")
            await begin(world.host.platform, LEAD, params, ANN, key="form 1")

        async def days_pass() -> None:
            await world.let_pass(timedelta(hours=2))
            know()
            for _ in range(3):
                await world.let_pass(timedelta(hours=80))

        return Scene(world, begun, lambda: check(world), afterwards=days_pass)

    return Story(name, opened, "completed")


async def check(world: World) -> None:
    """A contact is made once, the team hears of it once, and the last score is the company's."""
    contacts = world.other_side.done_at(CONTACTS)
    notices = world.other_side.done_at(CHANNEL)
    run = await world.run()
    assert contacts <= 1, f"the contact was made {contacts} times"
    assert notices <= 1, f"the team was notified {notices} times"
    if run is not None and run.state == "completed":
        assert (contacts, notices) == (1, 1)
        scores = [each.body for each in world.other_side.requests if each.method == "PATCH"]
        was_raised = any('"score":80' in body for body in scores)
        made = [each.body for each in world.other_side.requests if each.url == CONTACTS]
        assert was_raised != any('"score":80' in body for body in made), "the score is not right"


STORIES = (
    story("known at once", is_known=True),
    story("known later", is_known=False),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_other_sides_that_often_fail_make_one_contact(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", is_known=False, seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
