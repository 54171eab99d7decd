"""A tool says who may decide on its calls, and no route is a way around it."""

from dataclasses import replace

import pytest

from tests.simulation.author import Deployed, Faults, open_world
from tests.simulation.author.test_tools import HOLD, TOOLED_V1
from tests.unit.tillroll_durable.server.test_server import Client, body_of
from tillroll_durable import ContractError, NoParams, Registry, ToolCall, Workflow, WorkflowRun
from tillroll_durable.platform.json import load
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_testing.host.platform import ACCOUNT

GUARDED = replace(HOLD, is_dangerous=True, allowed_by="refunds")
GENERAL = ("read", "run", "operate", "approve")


async def hold(run: WorkflowRun) -> str:
    await run.offer(GUARDED)
    end = await run.tool(ToolCall(name="hold", arguments={"order": "7", "cents": 5}))
    return end.state


TOOLED = Workflow(TOOLED_V1, hold, params=NoParams, gives=str)


async def opened() -> tuple[Client, Client, str]:
    """Who has the general permissions, who has the tool's besides, and the run that waits."""
    world = await open_world(Faults(), Deployed(TOOLED))
    platform = world.host.platform
    server = server_of(Registry([TOOLED]))
    clients: list[Client] = []
    for name, permissions in (("general", GENERAL), ("refunds", (*GENERAL, "refunds"))):
        token = await create_token(platform, ACCOUNT, name, permissions, "user:usr_1")
        clients.append(Client(world, server, token.secret))
    begun = await clients[0].ask("POST", "/api/workflows/tooled/trigger", {})
    await world.settle()
    return clients[0], clients[1], body_of(begun)["id"]


async def refusals(client: Client) -> list[object]:
    rows = await client.world.rows(
        "SELECT detail FROM audit_events WHERE action = 'tool.approval_refused' ORDER BY seq"
    )
    return [load(str(row["detail"])) for row in rows]


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_a_decision_without_the_tools_permission_is_refused_and_told(decision: str) -> None:
    general, refunder, run_id = await opened()
    path = f"/api/runs/{run_id}/review"
    refusal = await general.ask("POST", path, {"decision": decision})
    assert refusal.status == 403
    assert body_of(refusal)["permission"] == "refunds"
    review = f"{run_id}:review-1"
    assert await refusals(general) == [
        {"tool": "hold", "permission": "refunds", "review": review, "decision": decision}
    ]
    assert not await general.world.rows("SELECT 1 FROM review_decisions")
    assert (await refunder.ask("POST", path, {"decision": decision})).status == 200
    await general.world.settle()
    status = body_of(await general.ask("GET", f"/api/workflows/tooled/status/{run_id}"))
    ends = {"approve": "completed", "reject": "forbidden"}
    assert status["output"] == ends[decision]


async def test_a_restart_repeats_a_call_by_who_could_allow_it() -> None:
    general, refunder, run_id = await opened()
    await refunder.ask("POST", f"/api/runs/{run_id}/review", {"decision": "approve"})
    await general.world.settle()
    body = {"step": "hold[1]", "repeats": ["hold[1]"], "reason": "It was sent to the wrong shop."}
    path = f"/api/runs/{run_id}/restart"
    refusal = await general.ask("POST", path, body)
    assert refusal.status == 403
    assert await refusals(general) == [
        {"tool": "hold", "permission": "refunds", "decision": "repeat", "step": "hold[1]"}
    ]
    assert (await refunder.ask("POST", path, body)).status == 202


def test_a_tool_that_asks_nobody_needs_no_permission() -> None:
    with pytest.raises(ContractError, match="let it be `is_dangerous`"):
        replace(HOLD, allowed_by="refunds")
