"""An agent: a model plans calls of tools, a person allows the dangerous ones, and it answers."""

from functools import partial

from pydantic import BaseModel, Field

from tillroll_durable import (
    Bound,
    Contract,
    Effect,
    ExternalCall,
    NextSafeAction,
    Params,
    ReviewStates,
    RollbackConfig,
    RollbackContext,
    State,
    Status,
    Step,
    StepContext,
    Tool,
    ToolCall,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.json import Json

MODEL = "https://models.example"
SEARCHES = "https://search.example/queries"
HOLDS = "https://shop.example/holds"
REFUNDS = "https://payments.example/refunds"
MOST_CALLS, MOST_TOKENS = 8, 10_000


class AgentParams(Params):
    question: str


class Query(BaseModel):
    text: str


class Order(BaseModel):
    order: str


class Refund(Order):
    cents: int = Field(gt=0)


class Plan(BaseModel):
    calls: list[ToolCall]
    tokens: int


class Text(BaseModel):
    text: str
    tokens: int = 0


def calling(url: str, arguments: BaseModel) -> ExternalCall[StepContext, Text]:
    return http.post(url, arguments, gives=Text, look_up=url + "/{key}")


def release(order: Order) -> ExternalCall[RollbackContext, None]:
    request = {"order": order.order, "release": True}
    return http.post(HOLDS, request, look_up=HOLDS + "/{key}")


PLAN = Step("plan", Effect.EXTERNAL)
ANSWER = Step("answer", Effect.EXTERNAL)
SEARCH = Tool(
    Step("search", Effect.EXTERNAL, at_most=5), "Search.", Query, partial(calling, SEARCHES)
)
HOLD = Tool(
    Step("hold", Effect.EXTERNAL, rollback_config=RollbackConfig()),
    "Keep an order from being sent.",
    Order,
    partial(calling, HOLDS),
    undoes=release,
)
REFUND = Tool(
    Step("refund", Effect.IRREVERSIBLE, at_most=2),
    "Give money back for an order.",
    Refund,
    partial(calling, REFUNDS),
    is_dangerous=True,
    bound=Bound("cents", at_most=5_000),
)
AGENT_V1 = Contract(
    "agent",
    1,
    steps=(PLAN, SEARCH.step, HOLD.step, REFUND.step, ANSWER),
    states=(
        State("asked", Status.NEEDS_REVIEW, "{reason}", next_safe_action=NextSafeAction.REVIEW),
        State.processing("allowed", "A person has allowed a call."),
        State.processing("forbidden", "This goes on without a call that was forbidden."),
    ),
    review=ReviewStates("asked", approved="allowed", rejected="forbidden"),
    failed="too_expensive",
)


async def answer(run: WorkflowRun[AgentParams]) -> str:
    tools: Json = [*await run.offer(SEARCH, HOLD, REFUND, at_most=MOST_CALLS)]
    asking: dict[str, Json] = {"question": run.params.question, "tools": tools}
    plan = await run.call(PLAN, http.post(f"{MODEL}/plans", asking, gives=Plan))
    if plan.tokens > MOST_TOKENS:
        await run.fail(f"the plan took {plan.tokens} tokens")
    ends = [await run.tool(call) for call in plan.calls]
    results: Json = [end.message for end in ends]
    request: dict[str, Json] = {"question": run.params.question, "results": results}
    text = await run.call(ANSWER, http.post(f"{MODEL}/answers", request, gives=Text))
    return text.text


AGENT = Workflow(AGENT_V1, answer, params=AgentParams, gives=str)
