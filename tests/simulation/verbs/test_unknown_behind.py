"""What a run says of a call whose outcome nobody knows, where it has gone on without it: no retry
is possible, so none is spoken of, and what a person decided is told.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    NoParams,
    OnFailure,
    Registry,
    ReviewStates,
    Step,
    StepContext,
    Then,
    Unknown,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.json import JsonObject, dump

Body = Callable[[WorkflowRun[NoParams]], Awaitable[str]]
UNKNOWN = "Whether the other side did it is unknown."
CHARGE = Step("charge", Effect.EXTERNAL)
CHARGE_ON = Step(
    "charge",
    Effect.EXTERNAL,
    on_failure=OnFailure("charge_unknown", then=Then.CONTINUE, says="A person finds out."),
)


def charging() -> ExternalCall[StepContext]:
    async def send(_: StepContext) -> Done:
        raise TimeoutError("its answer was lost")

    async def look_up(_: StepContext) -> Unknown:
        return Unknown("it cannot tell")

    return ExternalCall({"amount": 5}, send, look_up)


async def charged(run: WorkflowRun[NoParams]) -> str:
    await run.call(CHARGE_ON, charging())
    decision = await run.review(1, "was_it_charged", proposed={}, deadline_hours=24)
    return "yes" if decision.is_approved else "no"


async def mapped(run: WorkflowRun[NoParams]) -> str:
    def call(_: str) -> ExternalCall[StepContext]:
        return charging()

    await run.map(CHARGE, call, ["ann"], key=str, may_fail="all")
    decision = await run.review(1, "was_it_charged", proposed={}, deadline_hours=24)
    return "yes" if decision.is_approved else "no"


async def stops(run: WorkflowRun[NoParams]) -> str:
    await run.call(CHARGE, charging())
    return "charged"


async def _begun(body: Body, step: Step) -> World:
    contract = Contract("charging", 1, steps=(step,), review=ReviewStates())
    workflow = Workflow(contract, body, params=NoParams, gives=str)
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    return world


async def _told(world: World) -> JsonObject:
    [run] = await world.rows("SELECT id FROM runs")
    registry = Registry([world.deployed.workflow])
    async with api_client(world.host.platform, registry=registry) as client:
        answer = await client.get(f"/api/runs/{run['id']}")
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("body", "step"), [(charged, CHARGE_ON), (mapped, CHARGE)], ids=["a call", "a map"]
)
async def test_it_speaks_of_no_retry_where_none_is_possible(body: Body, step: Step) -> None:
    world = await _begun(body, step)
    waits = await _told(world)
    assert waits["nextSafeAction"] == "review"
    assert waits["safeToRetry"] is False
    assert str(waits["whatHappened"]).endswith(
        f"{UNKNOWN} The run went on without it. The run waits for a person's decision "
        "(was_it_charged)."
    )
    await world.settle({})
    over = await _told(world)
    assert over["status"] == "complete"
    assert str(over["whatHappened"]).endswith(
        f"{UNKNOWN} The run went on without it. A person was asked then (was_it_charged), and "
        "approved."
    )
    assert "was sent, its outcome is unknown" in dump(over["mustNotRepeat"])


async def test_a_run_that_has_stopped_says_what_a_retry_does() -> None:
    told = await _told(await _begun(stops, CHARGE))
    assert told["nextSafeAction"] == "retry_from_step"
    assert str(told["whatHappened"]).endswith(
        f"{UNKNOWN} A retry asks there first, by key, before it sends again."
    )
