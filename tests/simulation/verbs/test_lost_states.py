"""A run stands in a state that the deployed version of its workflow lacks: it says so, and which
edit does that.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Contract,
    Effect,
    NonRetryable,
    NoParams,
    Registry,
    ReviewStates,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._execution.contract_checks import check_declared
from tillroll_testing.stories.disturbances import forget

GONE = (
    "the run stands in in_review, a state that version 1 of asking lacks: put back the step, the "
    "review or the wait that led there, or give the changed body a new version"
)
READ = Step("read", Effect.READ, gives=str)
MAIL = Step("mail", Effect.READ, gives=str)


async def word(_: StepContext) -> str:
    return "yes"


async def asks(run: WorkflowRun[NoParams]) -> str:
    await run.step(READ, word)
    await run.review(1, "is_it_right", proposed={}, deadline_hours=24)
    return await run.step(MAIL, word)


async def asks_no_more(run: WorkflowRun[NoParams]) -> str:
    await run.step(READ, word)
    return await run.step(MAIL, word)


def _workflow(
    body: Callable[[WorkflowRun[NoParams]], Awaitable[str]], review: ReviewStates | None
) -> Workflow[NoParams]:
    contract = Contract("asking", 1, steps=(READ, MAIL), review=review)
    return Workflow(contract, body, params=NoParams, gives=str)


async def test_a_run_whose_state_was_taken_from_its_version_says_so() -> None:
    asking = _workflow(asks, ReviewStates())
    world = await open_world(Faults(), Deployed(asking))
    await begin(world.host.platform, asking, NoParams(), ANN, key="one")
    await world.settle()
    world.deployed = Deployed(_workflow(asks_no_more, None))
    [run] = await world.rows("SELECT id FROM runs")
    registry = Registry([world.deployed.workflow])
    async with api_client(world.host.platform, registry=registry) as client:
        shown = (await client.get(f"/api/runs/{run['id']}")).json()
    assert shown["message"] == "The deployed version 1 lacks the state in_review of this run."
    await forget(world)
    await world.let_pass(timedelta(hours=1))
    [stands] = await world.rows("SELECT error_summary FROM runs")
    assert stands["error_summary"] == GONE
    async with api_client(world.host.platform, registry=registry) as client:
        path = f"/api/runs/{run['id']}/resume"
        refused = await client.post(path, json={"reason": "it is to go on"})
    assert refused.status_code == 409
    assert refused.json()["detail"] == f"T{GONE[1:]}. Nothing was changed."


async def test_a_body_in_a_state_that_its_version_lacks_says_so() -> None:
    with pytest.raises(NonRetryable, match=re.escape(GONE)):
        check_declared(_workflow(asks_no_more, None).contract, "in_review", MAIL)


async def test_of_many_states_a_step_begins_in_some_are_named() -> None:
    contract = _workflow(asks, ReviewStates()).contract
    with pytest.raises(NonRetryable) as raised:
        check_declared(contract, "in_review", MAIL)
    assert "'mail' begins in " in str(raised.value)
    assert " more states, and the run stands in in_review" in str(raised.value)
