"""A body says that its run fails: what was done before is undone, once, whatever comes between."""

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    ContractError,
    Effect,
    Outcome,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable._execution import workflow_run
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.play.every_play import play_one, what_it_passes
from tillroll_testing.play.plays import singles

RESERVE = Step("reserve", Effect.WRITE, gives=str, rollback_config=RollbackConfig())
ROOM_V1 = Contract("room", 1, steps=(RESERVE,), failed="failed")
TABLE = statement("CREATE TABLE reserved (run_id TEXT NOT NULL, what TEXT NOT NULL) STRICT")
REASON = "there is no such guest"
_SEED = 7


async def room(run: WorkflowRun) -> None:
    await run.step(RESERVE, reserve, rollback=release)
    await run.fail(REASON)


async def reserve(context: StepContext) -> Outcome[str]:
    insert = statement("INSERT INTO reserved (run_id, what) VALUES (?, 'room')", [context.run.id])
    return Outcome(output="room", statements=[insert])


async def release(context: RollbackContext) -> Outcome:
    return Outcome(
        statements=[statement("DELETE FROM reserved WHERE run_id = ?", [context.run.id])]
    )


ROOM = Workflow(ROOM_V1, room)


async def _opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(ROOM), tables=[TABLE])

    async def begun() -> None:
        await begin(world.host.platform, ROOM, {}, ANN, key="one")

    async def check() -> None:
        run = await world.run()
        if run is not None and run.state == "failed":
            assert await world.rows("SELECT * FROM reserved") == [], "it failed, and is not undone"

    return Scene(world, begun, check)


STORY = Story("a room for nobody", _opened, "failed")


async def test_a_body_says_that_its_run_fails(undisturbed: Undisturbed, repeated: Repeated) -> None:
    world = (await undisturbed(STORY)).world
    [run] = await world.rows("SELECT state, status, error_summary, failed_step FROM runs")
    assert run == {
        "state": "failed",
        "status": "failed",
        "error_summary": REASON,
        "failed_step": "fail",
    }
    await repeated(world)


async def test_it_does_so_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


async def test_without_a_state_for_it_the_run_stands_still_and_says_so() -> None:
    contract = Contract("room", 1, steps=(RESERVE,))
    workflow = Workflow(contract, room)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, {}, ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "reserve"
    assert 'give the contract `failed="failed"`' in str(run["error_summary"])
    with pytest.raises(ContractError, match="failed"):
        _ = contract.failing


async def _passing(_: StepContext, reason: str) -> Outcome:
    del reason
    return Outcome()


def test_a_failing_that_passes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflow_run, "fail_run", _passing)
    passed = what_it_passes([STORY], _SEED)
    if isinstance(passed, list):
        assert any(play_one([STORY], each, _SEED) for each in singles(passed, _SEED)[:20])
