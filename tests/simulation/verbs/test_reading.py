"""A step that makes no call reads the world outside, and changes nothing there."""

import pytest

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tillroll.durable import Contract, Effect, NoParams, Step, StepContext, Workflow, WorkflowRun, begin

FETCH = Step("fetch", Effect.READ, gives=int)


async def fetch(context: StepContext, method: str) -> int:
    http = context.platform.http
    send = {"POST": http.post, "PUT": http.put, "PATCH": http.patch}[method]
    return (await send("https://shop.example", {}, "{}", 5)).status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_what_would_change_something_is_not_sent(method: str) -> None:
    async def body(run: WorkflowRun[NoParams]) -> int:
        return await run.step(FETCH, fetch, method)

    world = await open_world(Faults(), Deployed(Workflow(Contract("fetching", 1, steps=(FETCH,)), body, gives=int)))
    await begin(world.host.platform, world.deployed.workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "fetch_failed"
    assert f"this step sends a {method}" in str(run["error_summary"])
    assert "make it by `run.call`" in str(run["error_summary"])
    assert not world.host.pieces.receiver.received
