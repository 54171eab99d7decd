"""Calls of models in a run: in the ledger whatever comes between, and within a budget."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from pydantic import BaseModel

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
from tillroll_durable.platform.json import Json, JsonObject, dump
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


class Opinion(BaseModel):
    is_so: bool
    why: str = ""


def typed(*, tools: bool = False) -> Body:
    offered: list[JsonObject] = []
    if tools:
        offered = [{"name": "search"}]

    async def body(run: WorkflowRun) -> str:
        asked = Chat(OWN, [{"role": "user", "content": "Is it?"}], tools=offered, most_tokens=5)
        opinion = await run.model(THINK, asked, gives=Opinion, budget=RunBudget(1_000))
        return f"{opinion.is_so}"

    return body


def saying(*texts: str) -> Callable[[str, JsonObject], JsonObject]:
    """A model that says one after the other, and then the last again and again."""
    left = [*texts]

    def says(_model: str, request: JsonObject) -> JsonObject:
        assert "is_so" in dump(request["response_format"])
        text = left.pop(0) if len(left) > 1 else left[0]
        return {**ANSWER, "choices": [{"message": {"content": text}, "finish_reason": "stop"}]}

    return says


async def typed_world(
    says: Callable[[str, JsonObject], JsonObject], faults: Faults | None = None
) -> tuple[World, Workflow]:
    asked = workflow(typed())
    world = await open_world(faults or Faults(), Deployed(asked, more_ticks=[settle_interrupted]))
    world.models.says = says
    return world, asked


@pytest.mark.parametrize(
    "text", ['{"is_so": true}', 'Here it is:\n```json\n{"is_so": true, "why": "It is."}\n```\nYes.']
)
async def test_an_answer_is_read_as_its_type(text: str) -> None:
    world, asked = await typed_world(saying(text))
    await begin(world.host.platform, asked, NoParams(), ANN, key="one")
    await world.settle({})
    assert await state_of(world) == "completed"
    assert await calls(world) == ["think completed 40"]
    [row] = await world.rows("SELECT output FROM run_steps WHERE step = 'return: the result'")
    assert "True" in str(row["output"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Yes, it is.", "the answer is no JSON"),
        ('{"is_so": "perhaps"}', "the answer is not what `gives` says: is_so"),
        ('{"why": "It is."}', "the answer is not what `gives` says: is_so"),
    ],
)
async def test_an_answer_that_does_not_fit_is_paid_for_and_asked_again(
    text: str, says: str
) -> None:
    world, asked = await typed_world(saying(text, '{"is_so": true}'))
    await begin(world.host.platform, asked, NoParams(), ANN, key="one")
    await world.settle({})
    assert await state_of(world) == "completed"
    assert await calls(world) == ["think completed unusable 40", "think completed 40"]
    [error, _] = await world.rows("SELECT error FROM ai_calls ORDER BY created_at, id")
    assert says in str(error["error"])


async def test_answers_that_never_fit_fail_the_step_within_its_retries() -> None:
    world, asked = await typed_world(saying("Yes, it is."))
    await begin(world.host.platform, asked, NoParams(), ANN, key="one")
    await world.settle({})
    [row] = await world.rows("SELECT status, error_summary AS why FROM runs")
    assert row["status"] == "failed"
    assert "the answer is no JSON" in str(row["why"])
    assert world.models.answered == 1 + THINK.retries.limit


async def test_a_type_and_tools_are_refused_together() -> None:
    world = await played(typed(tools=True))
    [row] = await world.rows("SELECT error_summary AS why FROM runs")
    assert "a call of a tool is no such answer" in str(row["why"])
    assert world.models.answered == 0


def typed_story() -> Story:
    async def opened(faults: Faults) -> Scene:
        world, asked = await typed_world(saying("Yes, it is.", '{"is_so": true}'), faults)

        async def begun() -> None:
            await begin(world.host.platform, asked, NoParams(), ANN, key="one")

        return Scene(world, begun, lambda: check_nothing_is_lost(world, OWN))

    return Story("asking for a type", opened, "completed")


async def test_a_type_is_asked_for_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(typed_story())


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
