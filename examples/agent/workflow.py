"""An agent: a model plans calls of tools, a person allows the dangerous ones, and it answers."""

from decimal import Decimal
from functools import partial

from pydantic import BaseModel, Field

from tillroll_durable import (
    Bound,
    Chat,
    Contract,
    Effect,
    ExternalCall,
    Model,
    NextSafeAction,
    Params,
    Price,
    ReviewStates,
    RollbackConfig,
    RollbackContext,
    RunBudget,
    State,
    Status,
    Step,
    StepContext,
    Tool,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.json import JsonObject

SOURCE = "https://developers.cloudflare.com/workers-ai/platform/pricing/, September 2026"
GLM = Model("@cf/zai-org/glm-5.3-flash", Price(Decimal("0.15"), Decimal("0.50"), SOURCE))
BUDGET = RunBudget(10_000)  # one US cent
SEARCHES = "https://search.example/queries"
HOLDS = "https://shop.example/holds"
REFUNDS = "https://payments.example/refunds"
MOST_CALLS = 8


class AgentParams(Params):
    question: str


class Query(BaseModel):
    text: str


class Order(BaseModel):
    order: str


class Refund(Order):
    cents: int = Field(gt=0)


class Text(BaseModel):
    text: str


def calling(url: str, arguments: BaseModel) -> ExternalCall[StepContext, Text]:
    return http.post(url, arguments, gives=Text, look_up=url + "/{key}")


def release(order: Order) -> ExternalCall[RollbackContext, None]:
    request = {"order": order.order, "release": True}
    return http.post(HOLDS, request, look_up=HOLDS + "/{key}")


class Reply(Text):
    is_settled: bool


PLAN = Step("plan", Effect.READ)
ANSWER = Step("answer", Effect.READ)
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
    allowed_by="refunds",
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


async def answer(run: WorkflowRun[AgentParams]) -> Reply:
    tools = await run.offer(SEARCH, HOLD, REFUND, at_most=MOST_CALLS)
    messages: list[JsonObject] = [{"role": "user", "content": run.params.question}]
    plan = await run.model(PLAN, Chat(GLM, messages, tools=tools), budget=BUDGET)
    ends = [await run.tool(call) for call in plan.calls]
    said = [*messages, plan.message, *(end.message for end in ends)]
    return await run.model(ANSWER, Chat(GLM, said), gives=Reply, budget=BUDGET)


AGENT = Workflow(AGENT_V1, answer, params=AgentParams, gives=Reply)
