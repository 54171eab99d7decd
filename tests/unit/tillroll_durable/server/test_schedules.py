"""Schedules are listed, paused, resumed and run now by a token."""

from dataclasses import replace

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, Payouts
from tests.unit.tillroll_durable.server.test_server import PARAMS, Client, body_of
from tillroll_durable import Registry, Schedule
from tillroll_durable.schedules.management import Keeper, make_schedule
from tillroll_durable.schedules.rows import Planned
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed


async def opened(*permissions: str) -> tuple[Client, str]:
    """A deployment with one schedule, and its id."""
    faults = Faults()
    payout = Payouts(Bank(faults), needs_approval=False).workflow
    workflow = replace(payout, schedule=Schedule(permission="run"))
    world = await open_world(faults, Deployed(workflow), tables=TABLES)
    platform = world.host.platform
    planned = Planned("nightly", "0 3 * * *", time_zone="UTC", catch_up="latest", params={**PARAMS})
    keeper = Keeper(ACCOUNT, "usr_1", "user:usr_1")
    shown = await make_schedule(
        platform, workflow, keeper=keeper, planned=planned, for_all_accounts=False
    )
    token = await create_token(platform, ACCOUNT, "ci", permissions, "user:usr_1")
    return Client(world, server_of(Registry([workflow])), token.secret), shown.kept.id


async def test_a_schedule_is_paused_resumed_and_run_once_a_key() -> None:
    client, schedule_id = await opened("read", "run", "operate")
    path = f"/api/schedules/{schedule_id}"
    [listed] = body_of(await client.ask("GET", "/api/schedules"))["items"]
    assert (listed["name"], listed["paused"]) == ("nightly", False)
    paused = body_of(await client.ask("PATCH", path, {"paused": True}))
    assert (paused["paused"], paused["nextTick"]) == (True, None)
    resumed = body_of(await client.ask("PATCH", path, {"paused": False}))
    assert resumed["nextTick"] == listed["nextTick"]
    first = await client.ask("POST", f"{path}/run", key="one")
    again = await client.ask("POST", f"{path}/run", key="one")
    assert (first.status, again.status) == (202, 202)
    [run] = body_of(await client.ask("GET", "/api/runs"))["items"]
    [tick] = body_of(await client.ask("GET", f"{path}/ticks"))["items"]
    assert (tick["outcome"], tick["runId"]) == ("begun", run["id"])


async def test_a_schedule_is_kept_with_the_permissions_that_this_needs() -> None:
    reader, schedule_id = await opened("read")
    path = f"/api/schedules/{schedule_id}"
    assert (await reader.ask("GET", path)).status == 200
    assert (await reader.ask("PATCH", path, {"paused": True})).status == 403
    operator, schedule_id = await opened("read", "operate")
    path = f"/api/schedules/{schedule_id}"
    refused = await operator.ask("PATCH", path, {"paused": True})
    assert (refused.status, body_of(refused)["permission"]) == (403, "run")
    assert (await operator.ask("GET", "/api/schedules/sch_unknown")).status == 404
