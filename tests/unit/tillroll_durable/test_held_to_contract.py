"""A body is held against its contract while it runs: where it departs, a person is told at once,
and can end it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.opening import open_world
from tests.simulation.verbs.journey import (
    CLOSE,
    CONFIRM,
    JOURNEY,
    OPEN,
    PROGRESS,
    REST,
    TABLES,
    write,
)
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable import (
    Actor,
    Effect,
    ExternalCall,
    Outcome,
    Registry,
    StepContext,
    Topic,
    WorkflowRun,
    begin,
)
from tillroll_durable.errors import RunCancelled
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

Body = Callable[[WorkflowRun], Awaitable[JsonObject]]


async def _astray(context: StepContext) -> Outcome:
    return replace(await write(context), state="resting")


async def unknown_step(run: WorkflowRun) -> JsonObject:
    await run.step(replace(OPEN, name="enter"), write)
    return {}


async def changed_step(run: WorkflowRun) -> JsonObject:
    await run.step(replace(OPEN, timeout_seconds=61), write)
    return {}


async def from_elsewhere(run: WorkflowRun) -> JsonObject:
    await run.step(CLOSE, write)
    return {}


async def leads_elsewhere(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, _astray)
    return {}


async def ends_on_the_way(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    return {}


async def external_as_a_step(run: WorkflowRun) -> JsonObject:
    await run.step(replace(OPEN, effect=Effect.EXTERNAL), write)
    return {}


async def write_as_a_call(run: WorkflowRun) -> JsonObject:
    # It is no coroutine, which is refused.
    await run.call(OPEN, ExternalCall(request={}, send=lambda _: None))  # pyright: ignore[reportArgumentType]
    return {}


async def unknown_timer(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.sleep(replace(REST, name="nap"), 60)
    return {}


async def unknown_signal(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.wait(replace(CONFIRM, name="applaud"), timedelta(days=1))
    return {}


async def unknown_topic(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.tell(Topic("journey.news", PROGRESS.payload), {"percent": 1})
    return {}


async def misfitting_event(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, write)
    await run.tell(PROGRESS, {"per cent": 1})
    return {}


async def hands_back_a_dict(run: WorkflowRun) -> JsonObject:
    async def plain(_: StepContext) -> JsonObject:
        return {"done": True}

    await run.step(OPEN, plain)
    return {}


async def hands_back_nothing(run: WorkflowRun) -> JsonObject:
    async def forgetful(_: StepContext) -> None: ...

    await run.step(OPEN, forgetful)
    return {}


async def no_coroutine(run: WorkflowRun) -> JsonObject:
    await run.step(OPEN, lambda _: Outcome())  # pyright: ignore[reportArgumentType] - it is found out
    return {}


WRONG: list[tuple[Body, str]] = [
    (unknown_step, "journey has no step 'enter' as the body begins it: declare it in `steps`"),
    (changed_step, "no step 'open' as the body begins it"),
    (
        from_elsewhere,
        (
            "'close' begins in opened, confirmed, and the run stands in begun: call it elsewhere, "
            "or declare"
        ),
    ),
    (leads_elsewhere, "'open' leads to opened, and its outcome to resting"),
    (
        hands_back_a_dict,
        (
            "the function of 'open' returns a dict: declare it in the step's `gives`, or return "
            "`Outcome(output=…)`"
        ),
    ),
    (
        hands_back_nothing,
        (
            "the function of 'open' returns nothing: declare it in the step's `gives`, or return "
            "`Outcome(output=…)`"
        ),
    ),
    (no_coroutine, "the function of 'open' is no coroutine: write it with `async def`"),
    (
        ends_on_the_way,
        "the body has ended, and the run stands in 'opened', so the body never begins 'close'",
    ),
    (external_as_a_step, "make it by `run.call`, which asks first"),
    (write_as_a_call, "make it by `run.step`"),
    (unknown_timer, "declare it in the contract's `timers`"),
    (unknown_signal, "declare it in the contract's `signals`"),
    (unknown_topic, "declare it in the contract's `topics`"),
    (misfitting_event, "'journey.progress': percent: It is missing"),
]


async def standing(body: Body) -> tuple[World, str]:
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=body)), tables=TABLES)
    workflow = world.deployed.workflow
    run = await begin(
        world.host.platform, workflow, {}, Actor(ACCOUNT, "user:usr_first"), key="journey"
    )
    for _ in range(12):  # the reconciler has looked at it, and left it alone
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=11))
    return world, run.id


async def act(world: World, run: str, operation: str) -> None:
    async with api_client(world.host.platform, registry=Registry([JOURNEY])) as client:
        answer = await client.post(
            f"/api/runs/{run}/{operation}", json={"reason": "the code was put right"}
        )
        assert answer.is_success, answer.text
    await world.settle()


@pytest.mark.parametrize(("body", "why"), WRONG, ids=[body.__name__ for body, _ in WRONG])
async def test_a_person_is_told_at_once_and_for_good(body: Body, why: str) -> None:
    world, run = await standing(body)
    async with api_client(world.host.platform, registry=Registry([JOURNEY])) as client:
        shown = (await client.get(f"/api/runs/{run}")).json()
    assert why in shown["whatHappened"]
    assert (shown["nextSafeAction"], shown["status"]) == ("resume", "processing")
    events = await world.rows(
        "SELECT actor, action FROM audit_events WHERE action LIKE 'run.%' ORDER BY id"
    )
    assert [event["action"] for event in events] == ["run.created", "run.escalated"], (
        "it was tried again in vain"
    )
    assert events[1]["actor"] == "workflow:journey"
    await act(world, run, "cancel")
    (row,) = await world.rows("SELECT state FROM runs")
    assert row["state"] == "cancelled", "it could not be ended"


async def test_it_goes_on_when_its_code_is_put_right() -> None:
    world, run = await standing(ends_on_the_way)
    world.deployed = Deployed(JOURNEY)
    await act(world, run, "resume")
    (row,) = await world.rows("SELECT state, requires_human_review, error_summary FROM runs")
    assert row == {"state": "resting", "requires_human_review": 0, "error_summary": None}
    assert [row["what"] for row in await world.rows("SELECT what FROM entries")] == ["open"]


async def test_nothing_is_begun_behind_the_end() -> None:
    said: list[str] = []

    async def body(run: WorkflowRun) -> JsonObject:
        await run.step(OPEN, write)
        await run.step(CLOSE, write)
        try:
            await run.tell(PROGRESS, {"percent": 100})
        except RunCancelled:
            raise
        except Exception as error:
            said.append(str(error))
            raise
        return {}

    world, _ = await standing(body)
    assert said
    assert "is begun in closed, where the run has ended: begin it before the end" in said[0]
    (row,) = await world.rows("SELECT state, requires_human_review FROM runs")
    assert row == {"state": "closed", "requires_human_review": 0}
