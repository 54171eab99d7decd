"""A step is done once in a run, and a child begun once under a key: asked for with other inputs,
neither answers.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.simulation.bank import Bank
from tests.support.host_api import api_client
from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    ExternalCall,
    NoParams,
    OnFailure,
    Outcome,
    Params,
    Registry,
    State,
    Status,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.json import JsonObject

_ONCE = Retries(limit=1, delay_seconds=1, backoff="constant")
BOOK = Step(
    "book",
    Effect.WRITE,
    ("booked",),
    OnFailure("stuck"),
    retries=_ONCE,
    begins_in=("begun", "booked"),
    withheld=("pin",),
)
CHARGE = Step(
    "charge",
    Effect.EXTERNAL,
    ("charged",),
    OnFailure("not_charged", then=Then.CONTINUE),
    retries=_ONCE,
    begins_in=("begun", "booked"),
)
CLOSE = Step(
    "close",
    Effect.WRITE,
    ("completed",),
    OnFailure("stuck"),
    begins_in=("booked", "charged", "not_charged", "begun"),
)
BOOKING = Contract(
    kind="booking",
    version=1,
    initial="begun",
    states=(
        *(State.processing(name, ".") for name in ("begun", "booked", "charged", "not_charged")),
        State.ended("completed", Status.COMPLETE, "."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("stuck", "."),
    ),
    steps=(BOOK, CHARGE, CLOSE),
)
ALLOWED = Allowed(decide="review")
Body = Callable[[WorkflowRun], Awaitable[JsonObject]]


def _workflow(body: Body) -> Workflow:
    return Workflow(BOOKING, body, allowed=ALLOWED)


class Amount(Params):
    amount: int


async def book(context: StepContext, booking: Mapping[str, int | str]) -> Outcome:
    return Outcome(output={"booked": booking["amount"], "attempt": context.attempt})


async def close(_: StepContext) -> Outcome:
    return Outcome(output="closed")


async def twice(run: WorkflowRun) -> JsonObject:
    """A loop that was to book each amount."""
    for amount in (100, 250):
        await run.step(BOOK, book, {"amount": amount, "to": "ann", "pin": f"secret {amount}"})
    await run.step(CLOSE, close)
    return {}


async def begun(body: Body, *beside: Workflow) -> World:
    world = await open_world(Faults(), Deployed(_workflow(body), beside=beside))
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.settle()
    return world


async def said(world: World) -> tuple[str, str]:
    """What the run says of itself, and what anybody else is told of it: audit, alerts and log."""
    run = await world.run()
    assert run is not None
    async with api_client(world.host.platform, registry=Registry(world.workflows)) as client:
        shown = (await client.get(f"/api/runs/{run.id}")).raise_for_status().json()
    assert (shown["status"], shown["nextSafeAction"]) == ("processing", "resume")
    [event] = await world.rows("SELECT detail FROM audit_events WHERE action = 'run.escalated'")
    return str(shown["whatHappened"]), str(event["detail"])


async def test_a_step_that_is_called_again_with_other_inputs_stands_still_and_shows_both() -> None:
    world = await begun(twice)
    says, told = await said(world)
    assert "'book' was done with other inputs: a step is done once in a run" in says
    assert (
        'It was given [{"amount":100,"pin":{"$withheld":true},"to":"ann"}], and is given '
        '[{"amount":250'
    ) in says
    assert "secret" not in says
    assert "100" not in told, "the audit has a value of the run"
    assert [row["step"] for row in await world.rows("SELECT step FROM run_steps")] == ["book"]


async def test_called_again_with_the_same_inputs_it_answers_again() -> None:
    async def body(run: WorkflowRun) -> JsonObject:
        first = await run.step(BOOK, book, {"amount": 100, "to": "ann"})
        assert await run.step(BOOK, book, {"to": "ann", "amount": 100}) == first
        await run.step(CLOSE, close)
        return {}

    world = await begun(body)
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "completed"}]


async def test_what_differs_only_in_what_is_withheld_is_told_without_it() -> None:
    async def body(run: WorkflowRun) -> JsonObject:
        for pin in ("1111", "2222"):
            await run.step(BOOK, book, {"amount": 100, "pin": pin})
        return {}

    says, _ = await said(await begun(body))
    assert "They differ in what is withheld, or too large to be kept" in says
    assert "1111" not in says


async def test_a_run_whose_completed_step_gets_another_input_stops_and_can_be_cancelled() -> None:
    amount = {"is": 100}

    async def body(run: WorkflowRun) -> JsonObject:
        await run.step(BOOK, book, {"amount": amount["is"]})
        if amount["is"] == 100:
            amount["is"] = 120
            await world.faults.kill()
        await run.step(CLOSE, close)
        return {}

    world = await open_world(Faults(), Deployed(_workflow(body)))
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.settle()
    says, _ = await said(world)
    assert 'It was given [{"amount":100}], and is given [{"amount":120}] now' in says
    await world.cancel()
    await world.settle()
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "cancelled"}]


@pytest.mark.parametrize("dies", [False, True], ids=["", "the process died in between"])
async def test_a_child_of_the_same_key_with_other_params_is_refused(*, dies: bool) -> None:
    async def quick(run: WorkflowRun[Amount]) -> JsonObject:
        await run.step(CLOSE, close)
        return {}

    child = Workflow(replace(BOOKING, kind="part"), quick, params=Amount, allowed=ALLOWED)
    amounts = [100, 250]

    async def body(run: WorkflowRun) -> JsonObject:
        await run.child(child, {"amount": amounts[0]}, "part")
        if dies and len(amounts) > 1:
            amounts.pop(0)
            await world.faults.kill()
        await run.child(child, {"amount": amounts[-1]}, "part")
        await run.step(CLOSE, close)
        return {}

    world = await open_world(Faults(), Deployed(_workflow(body), beside=[child]))
    world.aims_at = "booking"
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.settle()
    says, told = await said(world)
    assert "'child: part' was done with other inputs: give each child a key of its own" in says
    assert 'It was given {"amount":100}, and is given {"amount":250} now' in says
    assert "250" not in told
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'part'")) == 1


async def test_another_request_under_a_key_that_may_be_done_never_passes_for_not_done() -> None:
    """The step's failure lets the run go on, and it was charged: only the body is wrong."""
    faults = Faults()
    bank, amounts = Bank(faults), [100, 250]

    async def body(run: WorkflowRun[NoParams]) -> JsonObject:
        async def send(context: StepContext) -> Any:
            done = await bank.act("charge", context.idempotency_key)
            amounts.pop(0)
            await faults.kill()
            return done

        async def ask(context: StepContext) -> Any:
            return await bank.ask("charge", context.idempotency_key)

        await run.call(CHARGE, ExternalCall({"amount": amounts[0]}, send, ask, honours_key=True))
        await run.step(CLOSE, close)
        return {}

    world = await open_world(faults, Deployed(_workflow(body)))
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.settle()
    says, _ = await said(world)
    assert (
        "charge asks for something else under the same idempotency key, and it may be done" in says
    )
    [run] = await world.rows("SELECT state FROM runs")
    assert run["state"] == "begun", "it went on without what was done"
    # The request is put back as it was: the other side is asked, and has it.
    amounts.insert(0, 100)
    await world.revive()
    await world.settle()
    [run] = await world.rows("SELECT state FROM runs")
    assert (run["state"], len(bank.effects)) == ("completed", 1)
