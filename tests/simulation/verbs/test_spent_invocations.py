"""A run that asks for more than one invocation may goes on in the next, and does each step once,
forward and back.
"""

from dataclasses import replace
from functools import partial

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Effect,
    NonRetryable,
    OnFailure,
    Outcome,
    Params,
    RollbackConfig,
    RollbackContext,
    Statement,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.platform.limits import PAID
from tillroll_testing.fixtures import Disturbed, Undisturbed

SHELVES = 10
SMALL = replace(PAID, queries=120)


class CountParams(Params):
    fails: bool = False


COUNT = Step("count", Effect.WRITE, rollback_config=RollbackConfig())
CHECK = Step(
    "check",
    Effect.READ,
    on_failure=OnFailure("undone", then=Then.COMPENSATE, says="It was taken back."),
)
TALLY_V1 = Contract("tally", 1, steps=(COUNT, CHECK))
TABLE = statement("CREATE TABLE counted (shelf TEXT NOT NULL, by INTEGER NOT NULL)")


async def tally(run: WorkflowRun[CountParams]) -> None:
    for shelf in range(SHELVES):
        await run.step(
            COUNT, count, shelf, key=str(shelf), rollback=partial(take_back, shelf=shelf)
        )
    await run.step(CHECK, check, run.params.fails)


async def count(context: StepContext, shelf: int) -> Outcome[None]:
    for _ in range(10):
        await context.platform.database.first(statement("SELECT COUNT(*) FROM counted"))
    return Outcome(statements=[_counted(shelf, 1)])


async def take_back(context: RollbackContext, shelf: int) -> Outcome[None]:
    for _ in range(10):
        await context.platform.database.first(statement("SELECT COUNT(*) FROM counted"))
    return Outcome(statements=[_counted(shelf, -1)])


async def check(_: StepContext, fails: bool) -> Outcome[None]:
    if fails:
        raise NonRetryable("the shelves are not in order")
    return Outcome()


def _counted(shelf: int, by: int) -> Statement:
    return statement("INSERT INTO counted (shelf, by) VALUES (?, ?)", [shelf, by])


TALLY = Workflow(TALLY_V1, tally, params=CountParams)


async def _opened(faults: Faults, *, fails: bool) -> Scene:
    world = await open_world(faults, Deployed(TALLY), tables=[TABLE])
    world.plan = SMALL

    async def begun() -> None:
        await begin(world.host.platform, TALLY, CountParams(fails=fails), ANN, key="one")

    async def check() -> None:
        rows = await world.rows("SELECT shelf, by FROM counted")
        assert len({(row["shelf"], row["by"]) for row in rows}) == len(rows), (
            "a step was done twice"
        )
        run = await world.run()
        if run is not None and run.state == "completed":
            assert len(rows) == SHELVES
        if run is not None and run.state == "undone":
            assert len(rows) == 2 * SHELVES

    return Scene(world, begun, check)


STORY = Story("a tally in several invocations", partial(_opened, fails=False), "completed")
UNDONE = Story(
    "a tally that is undone in several invocations", partial(_opened, fails=True), "undone"
)


@pytest.mark.parametrize(("story", "least"), [(STORY, 1), (UNDONE, 2)], ids=["forward", "back"])
async def test_a_run_goes_on_in_the_next_invocation(
    undisturbed: Undisturbed, story: Story, least: int
) -> None:
    world = (await undisturbed(story)).world
    handed = await world.rows("SELECT actor FROM audit_events WHERE action = 'run.handed_on'")
    assert len(handed) >= least
    assert {row["actor"] for row in handed} == {"workflow:tally"}


@pytest.mark.parametrize("story", [STORY, UNDONE], ids=["forward", "back"])
async def test_a_run_goes_on_in_the_next_invocation_whatever_comes_between(
    disturbed: Disturbed, story: Story
) -> None:
    await disturbed(story)
