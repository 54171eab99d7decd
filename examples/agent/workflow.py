"""An agent: a model plans calls of tools, a person allows the dangerous ones, and it answers.

It calls only what was offered, so many times, for so many tokens.
"""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Outcome,
    Params,
    ReviewStates,
    State,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    http,
    statement,
)
from tillroll_durable.platform.json import Json, dump

MODEL = "https://models.example"
MOST_CALLS, MOST_TOKENS = 8, 10_000


TOOLS = {
    "search": "https://search.example/queries",
    "refund": "https://payments.example/refunds",
}
DANGEROUS = {"refund"}


class AgentParams(Params):
    question: str


class Call(BaseModel):
    id: str
    tool: str
    argument: str


class Plan(BaseModel):
    calls: list[Call]
    tokens: int


class Text(BaseModel):
    text: str
    tokens: int = 0


PLAN = Step("plan", Effect.EXTERNAL)
NOTE = Step("note", Effect.WRITE)
TOOL = Step("tool", Effect.EXTERNAL, at_most=MOST_CALLS)
ANSWER = Step("answer", Effect.EXTERNAL)
AGENT_V1 = Contract(
    "agent",
    1,
    steps=(PLAN, NOTE, TOOL, ANSWER),
    states=(
        State.review("asked_a_person"),
        State.processing("allowed", "A person has allowed the dangerous calls."),
        State.processing("forbidden", "This goes on without the dangerous calls."),
    ),
    review=ReviewStates("asked_a_person", approved="allowed", rejected="forbidden"),
    failed="too_expensive",
)


async def answer(run: WorkflowRun[AgentParams]) -> str:
    asking: dict[str, Json] = {"question": run.params.question, "tools": [*TOOLS]}
    plan = await run.call(PLAN, http.post(f"{MODEL}/plans", asking, gives=Plan))
    if plan.tokens > MOST_TOKENS:
        await run.fail(f"the plan took {plan.tokens} tokens")
    # Whatever a text made the model ask for: what was not offered is noted, and never called.
    calls = [call for call in {call.id: call for call in plan.calls}.values() if call.tool in TOOLS]
    calls = calls[:MOST_CALLS]
    await run.step(NOTE, note, "asked for", plan.calls, key="asked for")
    await run.step(NOTE, note, "offered", calls, key="offered")
    dangerous = [call for call in calls if call.tool in DANGEROUS]
    if dangerous:
        shown: Json = [call.model_dump() for call in dangerous]
        decision = await run.review(1, "Are these calls allowed?", {"calls": shown}, 24)
        word = "approved" if decision.is_approved else "forbidden"
        await run.step(NOTE, note, word, dangerous, key=word)
        if not decision.is_approved:
            calls = [call for call in calls if call not in dangerous]
    ends = await run.map(TOOL, calling, calls, key=lambda call: call.id)
    results: Json = [end.output.text if isinstance(end, Done) else "it failed" for end in ends]
    request: dict[str, Json] = {"question": run.params.question, "results": results}
    text = await run.call(ANSWER, http.post(f"{MODEL}/answers", request, gives=Text))
    return text.text


def calling(call: Call) -> ExternalCall[StepContext, Text]:
    url = TOOLS[call.tool]
    return http.post(url, {"argument": call.argument}, gives=Text, look_up=url + "/{key}")


async def note(context: StepContext, what: str, calls: list[Call]) -> Outcome:
    insert = """
      INSERT INTO tool_events (run_id, call, what, tool, argument)
      SELECT ?1, value ->> 'id', ?2, value ->> 'tool', value ->> 'argument' FROM json_each(?3)
    """
    values = dump([call.model_dump() for call in calls])
    return Outcome(statements=[statement(insert, context.run.id, what, values)])


AGENT = Workflow(AGENT_V1, answer, params=AgentParams, gives=str)
