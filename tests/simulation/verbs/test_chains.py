"""What a run has accepted is its chain's: nothing is lost where it goes on as another run, and each
id that was once given means the run that goes on.
"""

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tests.unit.tillroll_durable.server.test_server import Client, body_of
from tillroll_durable import (
    Contract,
    Effect,
    Outcome,
    Params,
    Registry,
    RunRecord,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    query,
)
from tillroll_durable.operations import Request, mark_paused
from tillroll_durable.runs import find_run
from tillroll_durable.server.access import create_token
from tillroll_durable.server.app import server_of
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing.fixtures import Disturbed
from tillroll_testing.host.platform import ACCOUNT
from tillroll_testing.simulation.world import World

CHARGE = Step("charge", Effect.WRITE, gives=int)
ASK = Step("ask", Effect.WRITE, gives=int)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
MONTHS = 3


class Word(Params):
    by: str = "Ann"


class Months(Params):
    month: int = 1


STOP = Signal("stop", Word)
GO = Signal("go", Word)
CONTRACT = Contract(
    "subscription",
    1,
    steps=(CHARGE, ASK),
    signals=(STOP, GO),
    attributes=("month", "plan"),
    continued="continued",
)


async def charge(_context: StepContext) -> Outcome[int]:
    return Outcome(1, attributes={"plan": "gold"})


async def subscribe(run: WorkflowRun[Months]) -> str:
    """Charge each month until somebody stops it; the word may come while nothing waits for it."""
    await run.step(CHARGE, charge)
    if run.params.month == MONTHS:
        return "whole"
    if await run.wait(GO, MONTH) is None:
        await run.step(ASK, charge)
    if run.params.month > 1 and await run.wait(STOP, DAY) is not None:
        return "stopped"
    return await run.continue_as(Months(month=run.params.month + 1))


@query
async def month(record: RunRecord[Months]) -> int:
    """The month that it has come to."""
    return record.params.month


SUBSCRIPTION = Workflow(CONTRACT, subscribe, params=Months, gives=str, queries=(month,))
BEGIN = "/api/workflows/subscription/trigger"


async def opened(permissions: tuple[str, ...] = ("read", "run", "operate")) -> Client:
    world = await open_world(Faults(), Deployed(SUBSCRIPTION))
    token = await create_token(world.host.platform, ACCOUNT, "ci", permissions, "user:usr_1")
    return Client(world, server_of(Registry([SUBSCRIPTION])), token.secret)


async def begun(client: Client) -> str:
    run_id = body_of(await client.ask("POST", BEGIN, {}))["id"]
    await client.world.settle()
    return run_id


async def sent(client: Client, run_id: str, name: str, key: str = "one") -> tuple[int, Any]:
    path = f"/api/runs/{run_id}/signals/{name}"
    reply = await client.ask("POST", path, {"key": key, "payload": {"by": "Ann"}})
    await client.world.settle()
    return reply.status, body_of(reply)


async def runs_of(world: World) -> list[tuple[int, str]]:
    rows = await world.rows("SELECT params ->> 'month' AS month, state FROM runs ORDER BY id")
    return [(int(str(row["month"])), str(row["state"])) for row in rows]


async def status_of(client: Client, run_id: str) -> Any:
    return body_of(await client.ask("GET", f"/api/workflows/subscription/status/{run_id}"))


async def test_a_signal_that_nobody_waits_for_goes_on_with_the_chain() -> None:
    client = await opened()
    run_id = await begun(client)
    assert (await sent(client, run_id, "stop"))[0] == 202
    assert await runs_of(client.world) == [(1, "go_awaited")]
    await sent(client, run_id, "go")
    assert [month for month, _ in await runs_of(client.world)] == [1, 2]
    await client.world.let_pass(MONTH * 2)
    assert (await status_of(client, run_id))["output"] == "stopped"


async def test_an_id_of_before_reaches_the_run_that_goes_on() -> None:
    client = await opened()
    run_id = await begun(client)
    await sent(client, run_id, "go")
    assert await sent(client, run_id, "go", "two") == (
        202,
        {"runId": run_id, "signal": "go", "key": "two"},
    )
    assert (await sent(client, run_id, "stop"))[0] == 202
    assert (await status_of(client, run_id))["output"] == "stopped"


async def test_a_signal_that_was_taken_before_the_run_went_on_is_not_taken_again() -> None:
    client = await opened()
    run_id = await begun(client)
    first = await sent(client, run_id, "go")
    assert await sent(client, run_id, "go") == first
    assert [month for month, _ in await runs_of(client.world)] == [1, 2]
    other = await client.ask(
        "POST", f"/api/runs/{run_id}/signals/go", {"key": "one", "payload": {"by": "Ben"}}
    )
    assert other.status == 409


@pytest.mark.parametrize("operation", ["pause", "cancel"])
async def test_an_operation_by_an_id_of_before_is_the_newest_runs(operation: str) -> None:
    client = await opened()
    run_id = await begun(client)
    await sent(client, run_id, "go")
    reply = await client.ask("POST", f"/api/runs/{run_id}/{operation}", {"reason": "enough"})
    assert reply.status == 202, reply.body
    await client.world.settle()
    assert body_of(reply)["runId"] != run_id
    expected = {"pause": "paused", "cancel": "cancelled"}[operation]
    assert (await status_of(client, run_id))["status"] == expected
    if operation == "pause":
        resumed = await client.ask("POST", f"/api/runs/{run_id}/resume", {"reason": "goes on"})
        assert resumed.status == 202, resumed.body
        assert (await status_of(client, run_id))["status"] == "waiting"


async def test_a_pause_that_comes_while_a_run_goes_on_is_the_next_runs() -> None:
    """The engine lets a step end before it pauses, and the step may be the last one."""
    client = await opened()
    run_id = await begun(client)
    platform = client.world.host.platform
    run = await find_run(platform.database, run_id)
    assert run is not None
    await mark_paused(platform, run, Request("user:usr_1", "holidays"))
    await sent(client, run_id, "go")
    assert await runs_of(client.world) == [(1, "continued"), (2, "begun")]
    assert (await status_of(client, run_id))["status"] == "paused"
    resumed = await client.ask("POST", f"/api/runs/{run_id}/resume", {"reason": "goes on"})
    assert resumed.status == 202, resumed.body
    await client.world.settle()
    assert await runs_of(client.world) == [(1, "continued"), (2, "go_awaited")]


async def test_a_query_by_an_id_of_before_is_answered_by_the_newest_run() -> None:
    client = await opened()
    run_id = await begun(client)
    await sent(client, run_id, "go")
    answer = body_of(await client.ask("GET", f"/api/runs/{run_id}/queries/month"))
    assert answer["result"] == 2
    assert answer["runId"] != run_id


async def test_what_a_step_sets_goes_on_and_what_params_say_is_said_anew() -> None:
    client = await opened()
    run_id = await begun(client)
    await sent(client, run_id, "go")
    rows = await client.world.rows(
        "SELECT name, value FROM run_attributes WHERE run_id <> ? ORDER BY name", run_id
    )
    assert [(row["name"], row["value"]) for row in rows] == [("month", "2"), ("plan", "gold")]


async def opened_story(faults: Faults) -> Scene:
    """The word to stop comes while the first month waits for another."""
    world = await open_world(faults, Deployed(SUBSCRIPTION))

    async def begun() -> None:
        first = await begin(world.host.platform, SUBSCRIPTION, Months(), ANN, key="one")
        await world.work()
        run = await find_run(world.host.platform.database, first.id)
        assert run is not None
        for name in ("stop", "go"):
            with contextlib.suppress(NotListening):
                await send_signal(
                    world.host.platform, CONTRACT, run, name, "one", {"by": "Ann"}, ANN.name
                )

    async def check() -> None:
        assert (3, "completed") not in await runs_of(world)

    async def later() -> None:
        await world.let_pass(MONTH * 3)

    return Scene(world, begun, check, afterwards=later)


STORY = Story("a subscription that is stopped while it goes on", opened_story, "completed")


async def test_a_word_to_stop_is_heard_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)
