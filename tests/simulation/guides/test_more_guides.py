"""The samples for those who come from Restate, Step Functions and Durable Functions do what
docs/migrating.md says, whatever comes between.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.guides.from_durable_functions import (
    ANSWER,
    APPROVAL,
    ESCALATIONS,
    PROCESSED,
    Answer,
    ApprovalParams,
)
from tests.simulation.guides.from_restate import CLICK, SIGNUP, Clicked, SignupParams
from tests.simulation.guides.from_step_functions import CONVERSIONS, CONVERT_FILES, ConvertParams
from tillroll_durable import Params, Workflow, begin
from tillroll_durable.contract import RETURNED
from tillroll_durable.platform.json import Json, load, load_object
from tillroll_testing import send
from tillroll_testing.fixtures import Disturbed, Undisturbed

_MAILS = "https://mail.example/messages"
Act = Callable[[World], Awaitable[None]]


async def _nothing(_world: World) -> None:
    """Nobody acts."""


async def _output(world: World) -> Json:
    run = await world.run()
    assert run is not None
    sql = "SELECT output FROM run_steps WHERE run_id = ? AND step = ?"
    rows = await world.rows(sql, run.id, RETURNED)
    return load(str(rows[0]["output"])) if rows else None


def _story(
    workflow: Workflow,
    params: Params,
    check: Act,
    *,
    also: Act = _nothing,
    afterwards: Act = _nothing,
    name: str = "",
) -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))

        async def begun() -> None:
            await begin(world.host.platform, workflow, params, ANN, key="one")
            await also(world)

        return Scene(world, begun, lambda: check(world), afterwards=lambda: afterwards(world))

    return Story(name or workflow.contract.kind, opened, "completed")


async def _clicks(world: World) -> None:
    mails = [each for each in world.other_side.requests if each.url == _MAILS and each.did]
    if mails:
        await send(world, CLICK, Clicked(secret=str(load_object(mails[-1].body)["secret"])))


async def _each_once(world: World) -> None:
    done = [each for each in world.other_side.requests if each.did and each.method == "PATCH"]
    assert len(done) <= 1, "activated twice"


async def _each_file_once(world: World) -> None:
    assert world.other_side.done_at(CONVERSIONS) <= 3, "converted twice"


async def _answered(world: World) -> None:
    assert world.other_side.done_at(PROCESSED) <= 1, "processed twice"
    assert not world.other_side.done_at(ESCALATIONS) or not world.other_side.done_at(PROCESSED)


async def _approves(world: World) -> None:
    await send(world, ANSWER, Answer(approves=True))


async def _waits(world: World) -> None:
    await world.let_pass(timedelta(hours=73))


_FILES = ConvertParams(files=["a.mov", "b.mov", "c.mov"])
_ASKED = ApprovalParams(request="r1")
SIGNED_UP = _story(SIGNUP, SignupParams(email="ann@mail.example"), _each_once, afterwards=_clicks)
CONVERTED = _story(CONVERT_FILES, _FILES, _each_file_once)
APPROVED = _story(APPROVAL, _ASKED, _answered, also=_approves, name="approved")
ESCALATED = _story(APPROVAL, _ASKED, _answered, afterwards=_waits, name="escalated")


@pytest.mark.parametrize(
    ("story", "gives"),
    [
        (SIGNED_UP, True),
        (CONVERTED, {"done": 3, "failed": []}),
        (APPROVED, "approved"),
        (ESCALATED, "escalated"),
    ],
    ids=lambda each: each.name if isinstance(each, Story) else "",
)
async def test_a_sample_gives_what_it_says(
    story: Story, gives: Json, undisturbed: Undisturbed
) -> None:
    scene = await undisturbed(story)
    assert await _output(scene.world) == gives


@pytest.mark.parametrize("story", [CONVERTED, APPROVED], ids=lambda each: each.name)
async def test_each_effect_happens_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)
