"""Tools that a model calls: held to the record, undone with their run, and never beyond a bound."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Bound,
    Contract,
    ContractError,
    Effect,
    ExternalCall,
    NextSafeAction,
    NoParams,
    ReviewStates,
    RollbackConfig,
    RollbackContext,
    State,
    Status,
    Step,
    StepContext,
    Tool,
    ToolCall,
    ToolEnd,
    Workflow,
    WorkflowRun,
    begin,
    http,
)
from tillroll_durable.platform.json import Json, load

HOLDS = "https://shop.example/holds"
RELEASES = "https://shop.example/releases"


class Order(BaseModel):
    order: str
    cents: int = 0


async def look(_: StepContext, asked: Order) -> str:
    return f"{asked.order} is on its way"


def hold(asked: Order) -> ExternalCall[StepContext, None]:
    return http.post(HOLDS, asked, look_up=HOLDS + "/{key}")


def release(asked: Order) -> ExternalCall[RollbackContext, None]:
    return http.post(RELEASES, asked, look_up=RELEASES + "/{key}")


LOOK = Tool(Step("look", Effect.READ, gives=str), "Look at an order.", Order, look)
HOLD = Tool(
    Step("hold", Effect.EXTERNAL, rollback_config=RollbackConfig(), at_most=2),
    "Keep an order.",
    Order,
    hold,
    undoes=release,
    bound=Bound("cents", at_most=100),
)
DANGEROUS = replace(LOOK, is_dangerous=True)
ASKED = State("asked", Status.NEEDS_REVIEW, "{reason}", next_safe_action=NextSafeAction.REVIEW)
TOOLED_V1 = Contract(
    "tooled",
    1,
    steps=(LOOK.step, HOLD.step),
    states=(
        ASKED,
        State.processing("allowed", "A call was allowed."),
        State.processing("forbidden", "A call was forbidden."),
    ),
    review=ReviewStates("asked", approved="allowed", rejected="forbidden"),
    failed="failed",
)

Body = Callable[[WorkflowRun], Awaitable[list[str]]]


def call(name: str, arguments: Any) -> ToolCall:
    return ToolCall(name=name, arguments=arguments, id="same")


async def played(body: Body, contract: Contract = TOOLED_V1, **decision: Json) -> World:
    workflow = Workflow(contract, body, params=NoParams, gives=list[str])
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle({"decision": "approve", **decision})
    return world


def calling(*calls: ToolCall, offered: tuple[Tool[Any, Any], ...] = (LOOK, HOLD)) -> Body:
    async def body(run: WorkflowRun) -> list[str]:
        await run.offer(*offered, at_most=6)
        return [said(await run.tool(each)) for each in calls]

    return body


def said(end: ToolEnd) -> str:
    return f"{end.state}: {end.why or end.output}"


async def verdicts(world: World) -> list[str]:
    run = await world.run()
    assert run is not None
    assert run.state == "completed"
    told = await world.rows(
        "SELECT detail ->> 'why' AS why FROM audit_events WHERE action = 'tool.asked' ORDER BY seq"
    )
    return [str(each["why"] or "offered") for each in told]


async def test_what_a_hostile_model_asks_for_is_answered_and_not_done() -> None:
    world = await played(
        calling(
            call("shell", "rm -rf /"),
            call("hold", '{"order": "7", "cen'),
            call("hold", "[" * 100_000),
            call("hold", {"order": "7", "cents": -5}),
            call("hold", {"order": "7", "cents": 101}),
            call("look", {"order": "7"}),
            call("look", {"order": "8"}),
            call("look", {"order": "9"}),
        )
    )
    assert await verdicts(world) == [
        "not-offered",
        "arguments",
        "arguments",
        "arguments",
        "bound",
        "offered",
        "all-calls-spent",
    ]
    assert not [each for each in world.other_side.requests if each.is_write]


async def test_each_tool_is_bounded_by_calls_and_by_its_amount() -> None:
    cheap = call("hold", {"order": "7", "cents": 1})
    dear = call("hold", {"order": "7", "cents": 100})
    world = await played(calling(cheap, dear, cheap, cheap))
    assert await verdicts(world) == ["offered", "bound", "offered", "too-often"]
    assert world.other_side.done_at(HOLDS) == 2


async def test_what_was_called_is_undone_with_its_run() -> None:
    async def body(run: WorkflowRun) -> list[str]:
        await run.offer(HOLD)
        await run.tool(call("hold", {"order": "7"}))
        await run.tool(call("hold", {"order": "8"}))
        await run.fail("the answer is of no use")

    world = await played(body)
    assert (world.other_side.done_at(HOLDS), world.other_side.done_at(RELEASES)) == (2, 2)
    rows = await world.rows("SELECT 1 FROM audit_events WHERE action = 'step.rolled_back'")
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("decision", "verdict"), [("approve", "approved"), ("reject", "forbidden")]
)
async def test_a_person_decides_on_a_dangerous_call_and_is_named(
    decision: str, verdict: str
) -> None:
    world = await played(
        calling(call("look", {"order": "7"}), offered=(DANGEROUS,)), decision=decision
    )
    [row] = await world.rows("SELECT detail FROM audit_events WHERE action = 'tool.decided'")
    detail = load(str(row["detail"]))
    assert isinstance(detail, dict)
    assert (detail["verdict"], detail["tool"], detail["call"]) == (verdict, "look", 1)
    assert str(detail["by"]).startswith("user:")
    looked = await world.rows("SELECT 1 FROM run_steps WHERE step = 'look[1]'")
    assert len(looked) == (1 if decision == "approve" else 0)


async def test_a_review_of_the_body_is_no_calls_review() -> None:
    async def body(run: WorkflowRun) -> list[str]:
        await run.offer(DANGEROUS)
        await run.tool(call("look", {"order": "7"}))
        with pytest.raises(ContractError, match="next_review"):
            await run.review(1, "Is this right?", None, 24)
        decision = await run.review(run.next_review, "Is this right?", None, 24)
        return [str(decision.is_approved)]

    world = await played(body)
    reviews = await world.rows("SELECT number FROM reviews ORDER BY number")
    assert [row["number"] for row in reviews] == [1, 2]


async def test_a_replay_with_other_arguments_is_refused() -> None:
    asked = iter(["7", "8", "9"])

    async def body(run: WorkflowRun) -> list[str]:
        await run.offer(DANGEROUS)
        return [said(await run.tool(call("look", {"order": next(asked)})))]

    workflow = Workflow(TOOLED_V1, body, params=NoParams, gives=list[str])
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    await world.settle({"decision": "approve"})
    [run] = await world.rows("SELECT requires_human_review, error_summary FROM runs")
    assert run["requires_human_review"] == 1
    assert "'tool 1: asked' was done with other inputs" in str(run["error_summary"])
    assert not await world.rows("SELECT 1 FROM run_steps WHERE step = 'look[1]'")


async def test_a_dangerous_tool_needs_a_review_that_goes_on() -> None:
    ends = replace(TOOLED_V1, states=(), review=ReviewStates())
    faults: list[str] = []

    async def body(run: WorkflowRun) -> list[str]:
        try:
            await run.offer(DANGEROUS)
        except ContractError as error:
            faults.append(str(error))
        return []

    await played(body, ends)
    assert "whose `rejected` does not end" in faults[0]


def test_a_tool_contradicts_itself() -> None:
    with pytest.raises(ContractError, match="none of its arguments"):
        replace(LOOK, bound=Bound("dollars", 5))
    with pytest.raises(ContractError, match="rollback"):
        replace(HOLD, undoes=None)
