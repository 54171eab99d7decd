"""An exception in a body is shown at once, by its type, its text and its line, and without a value
of the run.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.simulation.payout.contract import CHECK
from tests.simulation.stories.payouts import PayoutPlan
from tests.simulation.verbs.journey import CLOSE, JOURNEY, OPEN, TABLES, write
from tests.support.host_api import api_client
from tillroll_durable import NeedsReview, Outcome, Registry, StepContext, WorkflowRun, begin
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.json import Json, JsonObject

Body = Callable[[WorkflowRun], Awaitable[JsonObject]]
SECRET = "ann@example.org"


async def unsure(_: StepContext) -> Outcome:
    raise NeedsReview("employee_unknown")


async def found(_: StepContext) -> Outcome:
    return Outcome(output={"payee": SECRET, "iban": "DE89370400440532013000"})


async def missing_member(run: WorkflowRun) -> JsonObject:
    output: Any = await run.step(OPEN, found)
    return {"amount": output["amount"]}


async def looked_up_by_value(run: WorkflowRun) -> JsonObject:
    output: Any = await run.step(OPEN, found)
    return {"amount": {}[output["payee"]]}


async def no_number(run: WorkflowRun) -> JsonObject:
    output: Any = await run.step(OPEN, found)
    return {"amount": int(output["iban"])}


async def of_nothing(_: WorkflowRun) -> JsonObject:
    nothing: Any = None
    return {"amount": nothing.amount}


async def in_the_authors_words(run: WorkflowRun) -> JsonObject:
    output: Any = await run.step(OPEN, found)
    raise ValueError(f"the payee {output['payee']} is not on the list")


class Payee(BaseModel):
    payee: int


async def of_a_model(run: WorkflowRun) -> JsonObject:
    output: Any = await run.step(OPEN, found)
    Payee.model_validate(output)
    return {}


async def before_any_step(_: WorkflowRun) -> JsonObject:
    raise RuntimeError("nothing works")


CRASHES: list[tuple[Body, str]] = [
    (missing_member, "KeyError: 'amount' at tests/simulation/test_crashes.py:"),
    (looked_up_by_value, "KeyError: '…' at tests/simulation/test_crashes.py:"),
    (no_number, "ValueError: invalid literal for int() with base 10: '…' at tests/"),
    (of_nothing, "AttributeError: 'NoneType' object has no attribute 'amount' at tests/"),
    (in_the_authors_words, "ValueError: the payee … is not on the list at tests/"),
    (of_a_model, "ValidationError: payee: Send a whole number at tests/"),
    (before_any_step, "RuntimeError: nothing works at tests/"),
]


async def crashed(body: Body) -> World:
    """A run whose body fails; nothing but the engine has had its turn since."""
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=body)), tables=TABLES)
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="journey")
    await world.instances_only()
    return world


async def shown(world: World) -> JsonObject:
    run = await world.run()
    assert run is not None
    async with api_client(
        world.host.platform, registry=Registry([world.deployed.workflow])
    ) as client:
        return (await client.get(f"/api/runs/{run.id}")).raise_for_status().json()


@pytest.mark.parametrize(("body", "says"), CRASHES, ids=[body.__name__ for body, _ in CRASHES])
async def test_a_crash_of_a_body_is_shown_at_once(
    body: Body, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    world = await crashed(body)
    run = await shown(world)
    line = body.__code__.co_firstlineno
    assert f"its body failed: {says}" in str(run["whatHappened"])
    assert str(run["whatHappened"]).endswith("Mend and deploy it, then resume.")
    number = int(str(run["whatHappened"]).partition("test_crashes.py:")[2].partition(".")[0])
    assert line < number <= line + 3
    assert (run["status"], run["nextSafeAction"], run["requiresHumanReview"]) == (
        "processing",
        "resume",
        True,
    )
    assert "under way" not in str(run["tried"]), "no attempt is"
    assert run["step"] is None
    records = [
        await world.rows(query) for query in ("SELECT * FROM runs", "SELECT * FROM audit_events")
    ]
    everything = f"{records} {caplog.text}"
    assert SECRET not in everything
    assert "DE89" not in everything
    [event] = await world.rows("SELECT detail FROM audit_events WHERE action = 'run.escalated'")
    assert str(number) in str(event["detail"]), "the audit has no line"


async def test_a_resumption_picks_up_the_fixed_code_at_once() -> None:
    world = await crashed(missing_member)
    world.deployed = Deployed(JOURNEY)
    await world.revive()
    await world.instances_only()
    [run] = await world.rows("SELECT state, error_summary, requires_human_review FROM runs")
    assert run == {"state": "resting", "error_summary": None, "requires_human_review": 0}


async def test_an_attempt_that_fails_behind_it_does_not_hide_it() -> None:
    is_marked, is_again = asyncio.Event(), asyncio.Event()
    beside: list[asyncio.Task[Json]] = []

    async def late(context: StepContext) -> Outcome:
        if context.attempt > 1:
            is_again.set()
            await asyncio.Event().wait()
        await is_marked.wait()
        raise DatabaseError("it does not answer")

    async def two_at_once(run: WorkflowRun) -> JsonObject:
        beside.append(asyncio.create_task(run.step(OPEN, late)))
        await asyncio.sleep(0)
        raise RuntimeError("nothing works")

    world = await crashed(two_at_once)
    is_marked.set()
    await is_again.wait()
    beside[0].cancel()
    assert await world.rows("SELECT 1 FROM step_attempts"), "the attempt is kept"
    assert "RuntimeError: nothing works" in str((await shown(world))["whatHappened"])
    world.deployed = Deployed(JOURNEY)
    await world.revive()
    await world.instances_only()
    assert [row["state"] for row in await world.rows("SELECT state FROM runs")] == ["resting"]


async def test_nobody_tries_it_again_meanwhile() -> None:
    world = await crashed(before_any_step)
    for _ in range(12):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=11))
    actions = [
        row["action"] for row in await world.rows("SELECT action FROM audit_events ORDER BY id")
    ]
    assert actions == ["run.created", "run.escalated"]


async def test_a_review_that_the_body_does_not_catch_is_told() -> None:
    scene = await PayoutPlan().open(Faults())
    workflow = scene.world.deployed.workflow

    async def body(run: WorkflowRun) -> JsonObject:
        await run.step(CHECK, unsure)
        return {}

    scene.world.deployed = Deployed(replace(workflow, body=body))
    await scene.begin()
    await scene.world.instances_only()
    says = str((await shown(scene.world))["whatHappened"])
    assert (
        "ReviewNeeded: a step asked for a review (employee_unknown), and the body does not catch "
        "it at tests/" in says
    )


async def test_what_the_database_fails_at_is_no_fault_of_the_body() -> None:
    failing = {"is": True}

    async def body(run: WorkflowRun) -> JsonObject:
        await run.step(OPEN, write)
        if failing["is"]:
            raise DatabaseError("D1_ERROR: Network connection lost.")
        await run.step(CLOSE, write)
        return {}

    world = await crashed(body)
    [run] = await world.rows("SELECT requires_human_review FROM runs")
    assert run["requires_human_review"] == 0
    failing["is"] = False
    for _ in range(6):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=11))
    assert (await shown(world))["state"] == "closed", "the reconciler did not resume it"


async def test_a_run_that_is_paused_is_not_taken_for_one_that_failed() -> None:
    world = await open_world(Faults(), Deployed(JOURNEY), tables=TABLES)
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="journey")
    world.faults.when.append((lambda name: name == "open: stored", world.pause))
    await world.turn()
    assert (await shown(world))["nextSafeAction"] == "resume"
    assert not await world.rows("SELECT id FROM audit_events WHERE action = 'run.escalated'")
