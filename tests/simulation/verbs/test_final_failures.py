"""A step that has failed for good stops its body, whatever is lost while that is recorded; a map
goes on.
"""

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Contract,
    Effect,
    Failed,
    NonRetryable,
    NoParams,
    Outcome,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)

CHECK = Step("check", Effect.READ)
_BEHIND: list[object] = []


async def stops(run: WorkflowRun[NoParams]) -> None:
    await run.step(CHECK, check, "no")
    _BEHIND.append("behind the step")


async def goes_on(run: WorkflowRun[NoParams]) -> None:
    [end] = await run.map(CHECK, check, ["no"], key=str, may_fail="all")
    _BEHIND.append(end)


async def check(_context: StepContext, said: str) -> Outcome:
    raise NonRetryable(said)


async def _played(workflow: Workflow, errs: dict[int, int]) -> World:
    faults = Faults()
    world = await open_world(faults, Deployed(workflow))
    faults.errs = errs
    _BEHIND.clear()
    await world.surviving(lambda: begin(world.host.platform, workflow, NoParams(), ANN, key="one"))
    await world.settle()
    return world


_FAILING_V1 = Contract("failing", 1, steps=(CHECK,))
_FAILED = Failed("no", "no", "read_failed")


@pytest.mark.parametrize(
    ("workflow", "state", "behind"),
    [
        (Workflow(_FAILING_V1, stops), "check_failed", set[Failed]()),
        (Workflow(_FAILING_V1, goes_on), "completed", {_FAILED}),
    ],
    ids=["a step", "an item of a map"],
)
async def test_a_lost_answer_changes_nothing(
    workflow: Workflow, state: str, behind: set[Failed]
) -> None:
    calls = len((await _played(workflow, {})).faults.called)
    for call in range(1, calls + 1):
        world = await _played(workflow, {call: 1})
        [run] = await world.rows("SELECT state FROM runs")
        assert run["state"] == state, f"an error of call {call}"
        assert {*_BEHIND} == behind, f"an error of call {call}"
