"""Where a run comes from and what comes of it: shown in both, and a request to end passes down at
once.
"""

from dataclasses import replace
from typing import Any

from cli.pages.contract_page import contract_page
from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import JOURNEY, JOURNEY_V1, OPEN, TABLES, JourneyParams, write
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable import (
    Actor,
    Contract,
    Effect,
    OnFailure,
    Outcome,
    Registry,
    Step,
    Then,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


async def parent(run: WorkflowRun[JourneyParams]) -> JsonObject | Outcome[JsonObject]:
    """Begins a run of its own kind, which begins another; the last one sleeps."""
    await run.step(OPEN, write)
    if run.params.left:
        await run.join(await run.child(JOURNEY, JourneyParams(left=run.params.left - 1), "next"))
    return await JOURNEY.body(run)


async def three_generations() -> tuple[World, list[str]]:
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=parent)), tables=TABLES)
    actor = Actor(ACCOUNT, "user:usr_first")
    await begin(
        world.host.platform, world.deployed.workflow, JourneyParams(left=2), actor, key="journey"
    )
    for _ in range(4):
        await world.work()
    return world, [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]


async def shown(world: World, path: str) -> Any:
    async with api_client(world.host.platform, registry=Registry([JOURNEY])) as client:
        answer = await client.get(path)
        assert answer.is_success, answer.text
        return answer.json()


async def test_it_is_shown_in_both() -> None:
    world, (first, second, third) = await three_generations()
    top, middle, last = [await shown(world, f"/api/runs/{run}") for run in (first, second, third)]
    assert "parentRunId" not in top
    assert top["childRuns"] == [
        {"runId": second, "kind": "journey", "state": "opened", "status": "processing"}
    ]
    assert (middle["parentRunId"], middle["childRuns"][0]["runId"]) == (first, third)
    assert (last["parentRunId"], "childRuns" in last) == (second, False)
    items = (await shown(world, f"/api/runs/{first}/timeline"))["items"]
    assert next(item for item in items if item["name"] == "child.begun")["detail"]["run"] == second


async def test_a_chain_names_what_goes_on_in_its_place() -> None:
    world = await open_world(Faults(), Deployed(JOURNEY), tables=TABLES)
    actor = Actor(ACCOUNT, "user:usr_first")
    run = await begin(
        world.host.platform, JOURNEY, JourneyParams(way="chain", left=1), actor, key="journey"
    )
    await world.settle()
    detail = await shown(world, f"/api/runs/{run.id}")
    following = await shown(world, f"/api/runs/{detail['continuedAs']}")
    assert (following["previousRunId"], following["state"]) == (run.id, "closed")
    assert "continuedAs" not in following


async def test_a_request_to_end_passes_down_at_once() -> None:
    world, runs = await three_generations()
    async with api_client(world.host.platform, registry=Registry([JOURNEY])) as client:
        answer = await client.post(
            f"/api/runs/{runs[0]}/cancel", json={"reason": "it is not needed any more"}
        )
        assert answer.is_success, answer.text
    asked = await world.rows(
        "SELECT id, cancel_reason FROM runs WHERE cancel_requested_at IS NOT NULL ORDER BY id"
    )
    assert [row["id"] for row in asked] == runs, "a child waits for the reconciler"
    assert asked[2]["cancel_reason"] == f"the run {runs[1]} that began it was cancelled"
    for _ in range(3):
        await world.work()
    assert {text(row, "state") for row in await world.rows("SELECT state FROM runs")} == {
        "cancelled"
    }


def test_the_contracts_page_shows_what_is_waited_for_and_told() -> None:
    page = contract_page([JOURNEY_V1])
    for line in (
        "| `rest` | `resting` | `rested` |",
        "| `confirm` | `by` | `awaiting` | `confirmed` | `late` |",
        "| `journey.progress` | `percent` |",
        "  awaiting --> late: confirm in vain",
        "  resting --> rested: rest is over",
    ):
        assert line in page


def test_the_contracts_page_draws_steps_of_any_order_as_they_are_declared() -> None:
    steps = (Step("fetch", Effect.READ), Step("record", Effect.WRITE))
    page = contract_page([Contract("count", 1, steps=steps)])
    drawn = [line.strip() for line in page.splitlines() if " --> " in line and "[*]" not in line]
    assert drawn == [
        "begun --> fetch: fetch",
        "begun --> fetch_failed: fetch fails",
        "fetch --> record: record",
        "fetch --> record_failed: record fails",
        "record --> completed: the body returns",
    ]


def test_the_contracts_page_draws_where_a_run_stops_since_nobody_knows() -> None:
    steps = (Step("pay", Effect.EXTERNAL, on_failure=OnFailure(then=Then.COMPENSATE)),)
    page = contract_page([Contract("order", 1, steps=steps)])
    assert "  begun --> outcome_unknown: pay may be done" in page.splitlines()
    assert "| `outcome_unknown` | failed |" in page
    says = "`pay_failed`, then compensate; `outcome_unknown` while nobody knows whether it was done"
    assert f"| {says} |" in page
