"""What a run that waits tells of it: for what, until when, and that no step is under way
meanwhile.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import (
    A_WEEK,
    CLOSE,
    JOURNEY,
    OPEN,
    REST,
    TABLES,
    THIRTY_DAYS,
    JourneyParams,
    write,
)
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import Actor, Registry, Workflow, WorkflowRun, begin, operations
from tillroll_durable.explanation.children import what_became_of_children
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import load_run
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_REGISTRY = Registry([*WORKFLOWS, JOURNEY])


async def begun(workflow: Workflow) -> tuple[World, str]:
    """A run at its first wait, a sleep of thirty days for a journey; its id."""
    world = await open_world(Faults(), Deployed(workflow), tables=TABLES)
    ann = Actor(ACCOUNT, "user:usr_first")
    run = await begin(world.host.platform, workflow, JourneyParams(), ann, key="journey")
    await world.settle()
    return world, run.id


async def waking(world: World) -> None:
    world.host.pieces.clock.advance(THIRTY_DAYS + timedelta(minutes=11))
    await world.settle()


async def get(world: World, path: str) -> Any:
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        return (await client.get(path)).raise_for_status().json()


async def waits(world: World, run_id: str) -> list[tuple[str, str, str | None, str]]:
    items = (await get(world, f"/api/runs/{run_id}/timeline"))["items"]
    return [
        (item["name"], item["reason"], item["until"], item["outcome"])
        for item in items
        if item["kind"] == "wait"
    ]


async def running(world: World, run_id: str) -> list[str]:
    """What is said to be under way, wherever it is said."""
    run, items = (
        await get(world, f"/api/runs/{run_id}"),
        (await get(world, f"/api/runs/{run_id}/timeline"))["items"],
    )
    [listed] = (await get(world, f"/api/runs?ids={run_id}"))["items"]
    return [
        *(step["name"] for step in run["steps"] if step["outcome"] == "running"),
        *(item["name"] for item in items if item["outcome"] == "running"),
        *(line for line in run["tried"] if "under way" in line),
        *(name for name in (run["step"], listed["step"]) if name),
    ]


async def test_a_run_that_sleeps_says_until_when() -> None:
    world, run_id = await begun(JOURNEY)
    until = to_text(world.host.pieces.clock.now() + THIRTY_DAYS)
    run = await get(world, f"/api/runs/{run_id}")
    assert run["whatHappened"] == f"The run sleeps until {until} (rest); it goes on by itself."
    assert run["waitsFor"] == {"kind": "timer", "name": "rest", "until": until, "send": None}
    assert await waits(world, run_id) == [("timer", "rest", until, "waiting")]
    assert await running(world, run_id) == []


async def test_a_run_that_waits_for_a_signal_says_for_which_and_how_long() -> None:
    world, run_id = await begun(JOURNEY)
    await waking(world)
    until = to_text(world.host.pieces.clock.now() + A_WEEK)
    run = await get(world, f"/api/runs/{run_id}")
    assert (
        run["whatHappened"]
        == f"The run waits for the signal confirm. If none comes by {until}, the run goes on "
        "without one."
    )
    send = {"permission": "operate", "payload": {"by": "…"}}
    assert run["waitsFor"] == {"kind": "signal", "name": "confirm", "until": until, "send": send}
    assert [(name, outcome) for name, _, _, outcome in await waits(world, run_id)] == [
        ("timer", "over"),
        ("signal", "waiting"),
    ]
    items = (await get(world, f"/api/runs/{run_id}/timeline"))["items"]
    assert [item["name"] for item in items if item["kind"] == "act"] == ["run.created"], (
        "a wait is told of twice"
    )
    world.host.pieces.clock.advance(A_WEEK + timedelta(minutes=11))
    await world.settle()
    assert (await waits(world, run_id))[-1] == ("signal", "confirm", until, "timed_out")


async def test_what_is_said_to_be_sent_is_taken() -> None:
    world, run_id = await begun(JOURNEY)
    await waking(world)
    awaited = (await get(world, f"/api/runs/{run_id}"))["waitsFor"]
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        body = {"key": "one", "payload": awaited["send"]["payload"]}
        sent = await client.post(f"/api/runs/{run_id}/signals/{awaited['name']}", json=body)
    assert sent.status_code == 202, sent.text
    await world.settle()
    assert (await get(world, f"/api/runs/{run_id}"))["waitsFor"]["kind"] == "child"


async def test_nobody_is_told_to_send_what_comes_by_itself() -> None:
    world, run_id = await begun(replace(JOURNEY, own_signals=("confirm",)))
    await waking(world)
    own = Registry([replace(JOURNEY, own_signals=("confirm",))])
    async with api_client(world.host.platform, registry=own) as client:
        run = (await client.get(f"/api/runs/{run_id}")).raise_for_status().json()
    assert (run["waitsFor"]["name"], run["waitsFor"]["send"]) == ("confirm", None)


def test_signals_that_come_by_themselves_are_the_contracts() -> None:
    for kind, workflow in Registry(WORKFLOWS).newest.items():
        assert {*workflow.own_signals} <= {signal.name for signal in workflow.contract.signals}, (
            kind
        )


async def joins_a_sleeper(run: WorkflowRun[JourneyParams]) -> JsonObject:
    if run.params.way == "whole":
        await run.step(OPEN, write)
        await run.join(await run.child(JOINING, JourneyParams(way="leg"), "leg"))
        await run.step(CLOSE, write)
    else:
        await run.sleep(REST, THIRTY_DAYS.total_seconds())
    return {}


JOINING = replace(JOURNEY, body=joins_a_sleeper)


async def test_a_run_that_waits_for_another_names_it_and_begins_no_step() -> None:
    world, run_id = await begun(JOINING)
    [child] = await world.rows("SELECT id FROM runs WHERE parent_run_id = ?", run_id)
    run = await get(world, f"/api/runs/{run_id}")
    assert run["whatHappened"] == f"The run waits for the run {child['id']}, which it began."
    assert run["waitsFor"] == {"kind": "child", "name": child["id"], "until": None, "send": None}
    assert await waits(world, run_id) == [("child", child["id"], None, "waiting")]
    assert await running(world, run_id) == []


async def test_a_run_that_was_stopped_in_its_sleep_waits_no_more() -> None:
    world, run_id = await begun(JOURNEY)
    loaded = await load_run(world.host.database, run_id)
    assert loaded is not None
    await operations.cancel(world.host.platform, loaded[0], world.request)
    await world.settle()
    run = await get(world, f"/api/runs/{run_id}")
    assert (run["status"], "sleeps" in run["whatHappened"], "waitsFor" in run) == (
        "cancelled",
        False,
        False,
    )
    assert [outcome for *_, outcome in await waits(world, run_id)] == ["over"]


@pytest.mark.parametrize("child_ends", [False, True])
async def test_a_run_that_was_stopped_says_what_became_of_those_it_began(child_ends: bool) -> None:
    world, run_id = await begun(JOINING)
    [child] = await world.rows("SELECT id FROM runs WHERE parent_run_id = ?", run_id)
    if child_ends:
        ended = "UPDATE runs SET state = 'closed', status = 'complete' WHERE id = ?"
        await world.rows(ended, str(child["id"]))
        intent = """
            INSERT INTO effect_intents (idempotency_key, run_id, step, effect, request_digest,
                outcome, created_at)
            VALUES ('one', ?, 'pay', 'external', 'x', 'done', '2026-11-01T00:00:00Z')
        """
        await world.rows(intent, str(child["id"]))
    loaded = await load_run(world.host.database, run_id)
    assert loaded is not None
    await operations.cancel(world.host.platform, loaded[0], world.request)
    await world.settle()
    said = (await get(world, f"/api/runs/{run_id}"))["whatHappened"]
    began = f"The run {child['id']} (journey), which it began,"
    became = "is complete and still stands." if child_ends else "was cancelled."
    assert f"{began} {became}" in said


def test_one_that_is_still_to_be_undone_is_not_said_to_stand() -> None:
    child: Row = {
        "id": "run_1",
        "kind": "stay",
        "status": "complete",
        "undoing": "undoing",
        "stands": "book",
    }
    stands = "The run run_1 (stay), which it began, is complete and still stands."
    waits = "The run run_1 (stay), which it began, is complete, and is still to be undone."
    assert what_became_of_children([child], has_ended=False) == waits
    assert what_became_of_children([child], has_ended=True) == stands
    assert what_became_of_children([{**child, "undoing": None}], has_ended=False) == stands
