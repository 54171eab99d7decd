"""Calls of models in a run: in the ledger whatever comes between, and within a budget."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Chat,
    Contract,
    Effect,
    Model,
    NextSafeAction,
    NoParams,
    Price,
    ReviewStates,
    RunBudget,
    State,
    Status,
    Step,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.ai.ledger import settle_interrupted
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_testing import Scene, Story
from tillroll_testing.fixtures import Disturbed

# A call costs 10 * 2 + 5 * 4 = 40 micro-US-dollars by what it says that it has read and written.
PRICE = Price(Decimal(2), Decimal(4), "made up for this test")
OWN = Model("own", PRICE)
ELSEWHERE = Model("big", PRICE, url="https://models.example/v1/chat/completions")
THINK = Step("think", Effect.READ)
ASKED = State("asked", Status.NEEDS_REVIEW, "{reason}", next_safe_action=NextSafeAction.REVIEW)
ASKING_V1 = Contract(
    "asking",
    1,
    steps=(THINK,),
    states=(
        ASKED,
        State.processing("granted", "A person has granted more."),
        State.processing("refused", "A person has not granted more."),
    ),
    review=ReviewStates("asked", approved="granted", rejected="refused"),
    failed="too_expensive",
)
ANSWER: JsonObject = {
    "choices": [{"message": {"content": "Yes."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 5},
}

Body = Callable[[WorkflowRun], Awaitable[str]]


def chat(model: Model = OWN, most_tokens: int = 5) -> Chat:
    return Chat(model, [{"role": "user", "content": "Is it?"}], most_tokens=most_tokens)


def asking(
    budget: RunBudget | None, *, times: int = 1, model: Model = OWN, most_tokens: int = 5
) -> Body:
    async def body(run: WorkflowRun) -> str:
        texts: list[str] = []
        for number in range(1, times + 1):
            asked = chat(model, most_tokens)
            answer = await run.model(THINK, asked, key=str(number), budget=budget)
            texts.append(answer.text)
        return " ".join(texts)

    return body


def workflow(body: Body, contract: Contract = ASKING_V1) -> Workflow:
    return Workflow(contract, body, params=NoParams, gives=str)


def answer(_model: str, _request: JsonObject) -> JsonObject:
    return ANSWER


async def played(body: Body, contract: Contract = ASKING_V1, **decision: Json) -> World:
    asked = workflow(body, contract)
    world = await open_world(Faults(), Deployed(asked))
    world.models.says = answer
    world.other_side.gives[ELSEWHERE.url] = ANSWER
    await begin(world.host.platform, asked, NoParams(), ANN, key="one")
    await world.settle({"decision": "approve", **decision})
    return world


async def state_of(world: World) -> str:
    run = await world.run()
    assert run is not None
    return run.state


async def calls(world: World) -> list[str]:
    rows = await world.rows(
        "SELECT step, state, COALESCE(reason, '') AS reason, cost_micro_usd AS cost FROM ai_calls "
        "ORDER BY created_at, id"
    )
    return [
        f"{row['step']} {row['state']} {row['reason']} {row['cost']}".replace("  ", " ")
        for row in rows
    ]


@pytest.mark.parametrize("model", [OWN, ELSEWHERE], ids=["binding", "address"])
async def test_a_call_is_in_the_ledger_and_on_the_step(model: Model) -> None:
    world = await played(asking(None, model=model))
    assert await state_of(world) == "completed"
    assert await calls(world) == ["think[1] completed 40"]
    told = await world.rows(
        "SELECT detail ->> 'model' AS model, detail ->> 'microUsd' AS cost, "
        "detail ->> 'inputTokens' AS read, detail ->> 'outputTokens' AS wrote FROM audit_events "
        "WHERE action = 'step.completed' AND detail ->> 'step' = 'think[1]'"
    )
    assert [dict(each) for each in told] == [
        {"model": model.name, "cost": 40, "read": 10, "wrote": 5}
    ]


async def test_what_a_budget_does_not_allow_ends_the_run_with_the_reason() -> None:
    world = await played(asking(RunBudget(130), times=3))
    assert await state_of(world) == "too_expensive"
    assert await calls(world) == [
        "think[1] completed 40",
        "think[2] completed 40",
        "think[3] offered run_budget None",
    ]
    assert world.models.answered == 2
    [row] = await world.rows("SELECT error_summary AS why FROM runs")
    assert "the run's budget of US$0.00013" in str(row["why"])


async def test_a_person_grants_as_much_again() -> None:
    world = await played(asking(RunBudget(130, asks=True), times=3))
    assert await state_of(world) == "completed"
    assert await calls(world) == [
        "think[1] completed 40",
        "think[2] completed 40",
        "think[3] offered run_budget None",
        "think[3, again 2] completed 40",
    ]
    [review] = await world.rows("SELECT proposed FROM reviews")
    assert '"more":"US$0.00013"' in str(review["proposed"])


async def test_a_person_who_grants_nothing_ends_the_run() -> None:
    world = await played(asking(RunBudget(130, asks=True), times=3), decision="reject")
    assert await state_of(world) == "too_expensive"
    assert world.models.answered == 2


async def test_the_account_s_budget_of_the_day_ends_the_run_too() -> None:
    asked = workflow(asking(None))
    world = await open_world(Faults(), Deployed(asked))
    world.models.says = answer
    insert = "INSERT INTO ai_budgets (account_id, daily_micro_usd) SELECT id, 1 FROM accounts"
    await world.host.database.batch([statement(insert)])
    await begin(world.host.platform, asked, NoParams(), ANN, key="one")
    await world.settle({"decision": "approve"})
    assert await state_of(world) == "too_expensive"
    assert world.models.answered == 0


@pytest.mark.parametrize(
    ("body", "contract", "says"),
    [
        (asking(RunBudget(1), model=Model("free")), ASKING_V1, "the price of free is unknown"),
        (
            asking(None),
            Contract("asking", 1, steps=(THINK,)),
            "give the contract `failed`",
        ),
        (
            asking(RunBudget(1, asks=True)),
            Contract("asking", 1, steps=(THINK,), failed="failed"),
            "a person is asked for more budget",
        ),
    ],
)
async def test_what_could_not_hold_is_refused(body: Body, contract: Contract, says: str) -> None:
    world = await played(body, contract)
    [row] = await world.rows("SELECT status, error_summary AS why FROM runs")
    assert row["status"] == "processing"
    assert says in str(row["why"])
    assert world.models.answered == 0


def story(model: Model) -> Story:
    async def opened(faults: Faults) -> Scene:
        asked = workflow(asking(RunBudget(1_000), times=2, model=model))
        world = await open_world(faults, Deployed(asked, more_ticks=[settle_interrupted]))
        world.models.says = answer
        world.other_side.gives[ELSEWHERE.url] = ANSWER

        async def begun() -> None:
            await begin(world.host.platform, asked, NoParams(), ANN, key="one")

        return Scene(world, begun, lambda: check_nothing_is_lost(world, model))

    return Story(f"asking {model.name}", opened, "completed")


async def check_nothing_is_lost(world: World, model: Model) -> None:
    """Each answer that may be paid for has a row, with its cost or with what was set aside."""
    rows = await world.rows("SELECT * FROM ai_calls WHERE state <> 'offered'")
    paid = world.models.answered
    if model.url:
        paid = sum(each.did for each in world.other_side.requests if each.url == model.url)
    may_be_paid = [row for row in rows if row["reason"] != "refused"]
    assert len(may_be_paid) >= paid, "a model was paid, and no row says so"
    for row in may_be_paid:
        is_known = row["cost_micro_usd"] == 40
        is_said = row["is_unpriced"] == 1 or row["state"] == "started"
        assert is_known or is_said, f"the cost of {row['id']} is lost"
        assert is_known or row["counted_micro_usd"] == row["reserved_micro_usd"]


@pytest.mark.parametrize("model", [OWN, ELSEWHERE], ids=["binding", "address"])
async def test_no_cost_is_lost_whatever_comes_between(model: Model, disturbed: Disturbed) -> None:
    await disturbed(story(model))
