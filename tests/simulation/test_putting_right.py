"""What a person does with a run that a broken body brought on, and that only such a run is given
up.
"""

from dataclasses import replace
from typing import LiteralString

import pytest

from tests.simulation.kinds.claim import HANDED_OVER
from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.payouts import PayoutPlan
from tillroll_durable import ContractError, WorkflowRun
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.json import JsonObject
from tillroll_testing import invariants
from tillroll_testing.simulation.astray import Mutation
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.disturbances import broken
from tillroll_testing.stories.playing import Disturbance, play, play_disturbed
from tillroll_testing.stories.story import Scene, Story

_TOO_LATE = (
    "what may fail fails before a person is asked",
    ("check: stored", broken(Mutation.DEFER, 3)),
)
_IN_VAIN = ("run.resumed", "run.resumed")
_STORIES = {story.name: story for story in (*PAYOUTS, *HANDED_OVER)}


async def played(story: str, *disturbed: tuple[str, Disturbance]) -> World:
    """The world behind a story that is disturbed at the first points of these names, one after the
    other.
    """
    plan: dict[int, Disturbance] = {}
    world = (await play(_STORIES[story])).world
    for name, disturbance in disturbed:
        plan[world.faults.passed.index(name) + 1] = disturbance
        world = (await play_disturbed(_STORIES[story], plan)).world
    return world


async def ended(world: World, kind: str) -> tuple[object, ...]:
    [run] = await world.rows(
        "SELECT state, failure_class, requires_human_review FROM runs WHERE kind = ?", kind
    )
    return tuple(run.values())


async def done(world: World) -> list[str]:
    query = (
        "SELECT action FROM audit_events WHERE action IN ('run.resumed', 'run.cancel_requested', "
        "'run.abandoning')"
    )
    return [str(row["action"]) for row in await world.rows(f"{query} ORDER BY id")]


async def test_a_body_that_leaves_a_step_out_does_not_come_to_a_person() -> None:
    world = await played("approved, then cancelled", ("step: in check", broken(Mutation.OMIT, 2)))
    query = (
        "SELECT action || ' ' || COALESCE(detail ->> 'step', '') AS what FROM audit_events "
        "ORDER BY id"
    )
    told = [str(row["what"]) for row in await world.rows(query)]
    assert told.index("run.escalated ") < told.index("step.completed debit")
    assert told.index("step.completed debit") < told.index("review.requested review-1: request")


async def test_what_came_too_late_is_cancelled_then_ended_as_it_stands() -> None:
    world = await played(*_TOO_LATE)
    assert await ended(world, "disbursement") == ("abandoned", FailureClass.ROLLBACK_FAILED, 1)
    assert await done(world) == [
        *_IN_VAIN,
        "run.cancel_requested",
        "run.resumed",
        *_IN_VAIN,
        "run.abandoning",
    ]


@pytest.mark.parametrize("story", HANDED_OVER, ids=lambda story: story.name)
async def test_a_claim_that_a_broken_body_did_not_issue_is_retried_and_comes_to_its_end(
    story: Story,
) -> None:
    world = await played(story.name, ("instance: created", broken(Mutation.CHANGE, 2)))
    assert await ended(world, "claim") == (story.ending, None, 0)
    assert len(await world.rows("SELECT id FROM audit_events WHERE action = 'run.retried'")) == 1


@pytest.mark.parametrize(
    "disturbance", [by.GO_ASTRAY, broken(Mutation.FORGET, 2)], ids=lambda each: each.name
)
async def test_a_run_that_no_such_body_brought_on_is_not_given_up(disturbance: Disturbance) -> None:
    """The deployed body never goes on, and that is its own fault."""

    async def open_broken(faults: Faults) -> Scene:
        scene = await PayoutPlan().open(faults)

        async def body(_: WorkflowRun) -> JsonObject:
            raise ContractError("it goes nowhere")

        workflow = replace(scene.world.deployed.workflow, body=body)
        scene.world.deployed = replace(scene.world.deployed, workflow=workflow)
        return scene

    with pytest.raises(AssertionError, match="cannot be resumed"):
        await play_disturbed(Story("it goes nowhere", open_broken, "closed"), {1: disturbance})


@pytest.mark.parametrize(
    "untrue", ["failure_class = NULL", "requires_human_review = 0, escalated_at = NULL"]
)
async def test_what_was_ended_as_it_stands_must_say_so(untrue: LiteralString) -> None:
    world = await played(*_TOO_LATE)
    await invariants.check(world)
    await world.rows(f"UPDATE runs SET {untrue}")
    with pytest.raises(AssertionError, match=r"stands?, and"):
        await invariants.check(world)
