"""What can happen to a post, and other sides that fail nearly every third time."""

import pytest

from examples.moderation.workflow import (
    DECISIONS,
    MODELS,
    MODERATION,
    ModerationParams,
    Verdict,
)
from tillroll_durable import begin
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble


def story(name: str, harm: tuple[float, float], decided: str, *, seed: int | None = None) -> Story:
    """With a seed, the other sides fail by chance. A person decides as the story says."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(MODERATION))
        for url, of_model in zip(MODELS.values(), harm, strict=True):
            world.other_side.gives[url] = {"harm": of_model, "tokens": 40}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = ModerationParams(post="p1", text="Tea is better than coffee.")
            await begin(world.host.platform, MODERATION, params, ANN, key="p1")

        return Scene(world, begun, lambda: check(world, decided))

    person: JsonObject = {"decision": "approve" if decided == "release" else "reject"}
    return Story(name, opened, "completed", decision=person)


async def check(world: World, decided: str) -> None:
    """A post is decided on once, as its models or a person said, and hidden before."""
    requests = world.other_side.requests
    decisions = [each for each in requests if each.url == DECISIONS and each.did]
    assert len(decisions) <= 1, f"decided {len(decisions)} times"
    assert all(load_object(each.body)["decision"] == decided for each in decisions)
    asked = [number for number, each in enumerate(requests) if each.url in MODELS.values()]
    hidden = [number for number, each in enumerate(requests) if each.method == "PUT" and each.did]
    assert not asked or hidden[0] < asked[0], "people saw it while the models looked"
    run = await world.run()
    if run is not None and run.state == "completed":
        [row] = await world.rows("SELECT output FROM run_steps WHERE step = 'return: the result'")
        verdict = Verdict.model_validate_json(str(row["output"]))
        assert len(decisions) == 1
        assert (verdict.is_released, verdict.tokens) == (decided == "release", 80)


STORIES = (
    story("both find it harmless", (0.1, 0.2), "release"),
    story("both find it harmful", (0.9, 0.8), "quarantine"),
    story("a person releases it", (0.1, 0.8), "release"),
    story("a person quarantines it", (0.8, 0.1), "quarantine"),
)


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_models_that_often_fail_decide_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", (0.9, 0.1), "release", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"
