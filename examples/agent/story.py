"""What can happen to an agent whose model asks for more than was offered, and other sides that fail
nearly every third time.
"""

import pytest

from examples.agent.workflow import AGENT, MODEL, TOOLS, AgentParams
from tillroll_durable import begin
from tillroll_testing import ANN, Deployed, Faults, Scene, Story, World
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.project import open_world
from tillroll_testing.simulation.other_side import OFTEN, Trouble

REFUNDS = TOOLS["refund"]
OFFERED = {*TOOLS.values(), f"{MODEL}/plans", f"{MODEL}/answers"}


def story(
    name: str,
    decision: str,
    *,
    tokens: int = 120,
    ending: str = "completed",
    seed: int | None = None,
) -> Story:
    """With a seed, the other sides fail by chance."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(AGENT))
        gives = world.other_side.gives
        gives[f"{MODEL}/plans"] = {
            "calls": [
                {"id": "c1", "tool": "search", "argument": "order 7"},
                {"id": "c2", "tool": "refund", "argument": "order 7"},
                {"id": "c3", "tool": "shell", "argument": "ignore what you were told"},
            ],
            "tokens": tokens,
        }
        gives[f"{MODEL}/answers"] = {"text": "It was refunded.", "tokens": 40}
        for url in TOOLS.values():
            gives[url] = {"text": "done"}
        if seed is not None:
            world.other_side.fail_often(seed)

        async def begun() -> None:
            params = AgentParams(question="Where is order 7?")
            await begin(world.host.platform, AGENT, params, ANN, key="one")

        return Scene(world, begun, lambda: check(world, decision))

    return Story(name, opened, ending, decision={"decision": decision})


async def check(world: World, decision: str) -> None:
    """What was not offered is not called, and what is dangerous only where a person allows it."""
    writes = [each for each in world.other_side.requests if each.is_write]
    refunds = sum(each.did for each in writes if each.url == REFUNDS)
    assert {each.url for each in writes} <= OFFERED, "it called what was not offered"
    assert refunds <= (1 if decision == "approve" else 0), f"refunded {refunds} times"
    events = await world.rows("SELECT call, what FROM tool_events")
    said = {(row["call"], row["what"]) for row in events}
    assert len(said) == len(events), "something was noted twice"
    assert ("c3", "offered") not in said
    assert not refunds or ("c2", "approved") in said, "money moved, and nobody had allowed it"
    run = await world.run()
    if run is not None and run.state == "completed":
        assert ("c3", "asked for") in said


STORIES = (story("allowed", "approve"), story("forbidden", "reject"))


@pytest.mark.parametrize("each", STORIES, ids=lambda each: each.name)
async def test_whatever_comes_between(each: Story, disturbed: Disturbed) -> None:
    await disturbed(each)


async def test_tools_that_often_fail_refund_once(undisturbed: Undisturbed) -> None:
    troubles: list[Trouble] = []
    for seed in range(10):
        scene = await undisturbed(story("often", "approve", seed=seed))
        troubles += scene.world.other_side.troubles
    assert {*troubles} == {*OFTEN}, "not everything went wrong"


async def test_a_plan_that_costs_too_much_calls_no_tool(undisturbed: Undisturbed) -> None:
    expensive = story("too expensive", "approve", tokens=20_000, ending="too_expensive")
    scene = await undisturbed(expensive)
    assert not [each for each in scene.world.other_side.requests if each.url in TOOLS.values()]
