"""How an end is told that the body chose itself: no step of the core is named, which no author
knows.
"""

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tests.support.host_api import api_client
from tillroll_durable import Contract, NoParams, Registry, Workflow, WorkflowRun, begin


async def refuses(run: WorkflowRun[NoParams]) -> None:
    await run.fail("nobody confirmed it in two days")


async def test_a_body_that_fails_its_run_is_told_by_its_reason() -> None:
    workflow = Workflow(
        Contract("refusing", 1, steps=(), failed="released"), refuses, params=NoParams
    )
    world = await open_world(Faults(), Deployed(workflow))
    run_id = (await begin(world.host.platform, workflow, NoParams(), ANN, key="one")).id
    await world.settle()
    async with api_client(world.host.platform, registry=Registry([workflow])) as client:
        told = (await client.get(f"/api/runs/{run_id}")).json()
    assert told["whatHappened"] == (
        "The workflow ended the run as failed: nobody confirmed it in two days."
    )
