"""What can happen to an onboarding, and a platform that fails nearly every third time."""

from datetime import timedelta

import pytest

from examples.onboarding.workflow import (
    ACCEPT,
    ONBOARDING,
    REMINDERS,
    USERS,
    WORKSPACES,
    Acceptance,
    OnboardingParams,
)
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World, send
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble


def story(name: str, *, accepts: bool, ending: str, seed: int | None = None) -> Story:
    """With a seed, the platform fails by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(ONBOARDING))
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = OnboardingParams(company="Tea Ltd", email="ann@example.com")
            await begin(world.host.platform, ONBOARDING, params, ANN, key="one")
            if accepts:
                await send(world, ACCEPT, Acceptance(by="Ann"))

        async def weeks_pass() -> None:
            for patience in REMINDERS.values():
                # A platform that asked to be left alone is asked again before the time is up.
                await world.let_pass(timedelta(hours=1))
                await world.let_pass(patience)

        return Scene(world, begun, lambda: check(world), afterwards=weeks_pass)

    return Story(name, opened, ending)


async def check(world: World) -> None:
    """A customer has one workspace and one user, or none is left behind."""
    workspaces = world.other_side.done_at(WORKSPACES)
    removals = world.other_side.deleted_below(WORKSPACES)
    customers = await world.rows("SELECT is_active FROM customers")
    refused = await world.rows("SELECT id FROM runs WHERE failure_class = 'rollback_failed'")
    run = await world.run()
    assert workspaces <= 1, f"the workspace was made {workspaces} times"
    assert world.other_side.done_at(USERS) <= 1, "the user was added twice"
    if run is not None and run.state == "completed":
        assert (workspaces, removals, world.other_side.done_at(USERS)) == (1, 0, 1)
        assert customers == [{"is_active": 1}]
    if run is not None and run.state in {"not_accepted", "cancelled"}:
        assert removals == workspaces or refused, "a workspace is left that nobody uses"
        assert not customers or refused, "a customer is recorded who has no workspace"


STORIES = (
    story("accepted", accepts=True, ending="completed"),
    story("nobody accepts", accepts=False, ending="not_accepted"),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_a_platform_that_often_fails_makes_one_workspace(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(16):
        scene = await undisturbed(story("often", accepts=True, ending="completed", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
