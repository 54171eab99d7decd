"""What failed for good stays so for the body: an attempt that comes late completes nothing, and
what it has done elsewhere is on record.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.planted.planted import without
from tillroll_durable import (
    CallContext,
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NeedsReview,
    NonRetryable,
    NoParams,
    OnFailure,
    ReviewStates,
    Step,
    StepContext,
    Then,
    Unknown,
    Workflow,
    WorkflowRun,
    begin,
    http,
    statement,
)
from tillroll_durable._execution.steps import Commit, record_failed
from tillroll_durable._record.changes import RunChange
from tillroll_durable.audit import Audited
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.clock import to_text
from tillroll_testing.stories.disturbances import (
    HANG_TO_THE_END,
    OVERLAP,
    OVERLAP_LATE,
    Disturbance,
)
from tillroll_testing.stories.playing import play, points_of

URL = "https://once.example/things"
WITHOUT = Step("without", Effect.READ, gives=str)
WITH = Step("with", Effect.READ, gives=str)
IS_LATE = [OVERLAP, OVERLAP_LATE, HANG_TO_THE_END]


class Thing(BaseModel):
    id: str


async def find(context: CallContext) -> Done[Thing] | Unknown:
    await context.platform.http.get(f"{URL}/{context.idempotency_key}", 20, max_bytes=4096)
    return Unknown("it cannot tell")


def sending(what: str) -> ExternalCall[StepContext, Thing]:
    return http.post(URL, {"what": what}, gives=Thing, look_up=find)


async def word(_: StepContext) -> str:
    return "yes"


async def only_at_first(context: StepContext, _what: str) -> str:
    """A write that only a first attempt can do."""
    if context.attempt > 1:
        raise NonRetryable("too late")
    return "done"


async def refused_later(context: StepContext, _what: str) -> str:
    """A write that a later attempt leaves to a person."""
    if context.attempt > 1:
        raise NeedsReview("odd", "somebody must look")
    return "done"


async def followed(run: WorkflowRun[NoParams], *, is_without: bool) -> str:
    """Go on by what became of the step: a body that sees it otherwise later stands still."""
    if is_without:
        return await run.step(WITHOUT, word)
    return await run.step(WITH, word)


async def tells_what_was_done(world: World, contract: Contract) -> None:
    """Where the other side has done it, whatever the body saw, its answer is not lost."""
    if not world.other_side.done_at(URL):
        return
    [run] = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps")
    intents = await world.rows("SELECT * FROM effect_intents")
    told = explain(contract, run, steps, intents)
    assert [intent["outcome"] for intent in intents] == ["done"]
    assert "The other side did it after all: id-1." in told.what_happened
    assert [line.endswith("was done as id-1") for line in told.must_not_repeat] == [True]


def story(body: Callable[[WorkflowRun[NoParams]], Awaitable[str]], step: Step[Any]) -> Story:
    contract = Contract("late", 1, steps=(step, WITHOUT, WITH), review=ReviewStates())
    workflow = Workflow(contract, body, params=NoParams, gives=str)

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))

        async def begun() -> None:
            await begin(world.host.platform, workflow, NoParams(), ANN, key="one")

        async def check() -> None:
            names = "SELECT step FROM run_steps WHERE outcome = 'completed'"
            completed = {str(row["step"]) for row in await world.rows(names)}
            done = {name for name in completed if name.partition("[")[0] == step.name}
            if WITHOUT.name in completed:
                assert not done, "the body went on without it"
                await tells_what_was_done(world, contract)
            assert world.other_side.done_at(URL) <= 1

        return Scene(world, begun, check)

    return Story("late", opened, "completed")


SEND = Step("send", Effect.EXTERNAL)
WRITE = Step("write", Effect.WRITE, gives=str)
ASKED = Step("asked", Effect.WRITE, gives=str, reviews=("odd",))
SEND_ON = Step(
    "send",
    Effect.EXTERNAL,
    gives=TypeAdapter(Thing | None),
    on_failure=OnFailure("unsent", then=Then.CONTINUE, says="Without it."),
)
WRITE_ON = Step(
    "write",
    Effect.WRITE,
    gives=TypeAdapter(str | None),
    on_failure=OnFailure("unwritten", then=Then.CONTINUE, says="Without it."),
)


async def mapped_calls(run: WorkflowRun[NoParams]) -> str:
    ends = await run.map(SEND, sending, ["one"], key=str, may_fail="all")
    return await followed(run, is_without=any(isinstance(end, Failed) for end in ends))


async def mapped_steps(
    step: Step[str], function: Callable[..., Awaitable[str]], run: WorkflowRun[NoParams]
) -> str:
    ends = await run.map(step, function, ["one"], key=str, may_fail="all")
    return await followed(run, is_without=any(isinstance(end, Failed) for end in ends))


async def called(run: WorkflowRun[NoParams]) -> str:
    sent = await run.call(SEND_ON, sending("one"))
    return await followed(run, is_without=sent is None)


async def called_by_key(run: WorkflowRun[NoParams]) -> str:
    sent = await run.call(SEND_ON, sending("one"), key="one")
    return await followed(run, is_without=sent is None)


async def beside(run: WorkflowRun[NoParams]) -> str:
    written, sent = await run.together(
        run.step(WRITE_ON, only_at_first, "one", key="one"),
        run.step(WRITE_ON, only_at_first, "two", key="two"),
    )
    return await followed(run, is_without=written is None and sent is None)


STORIES = {
    "calls of a map": story(mapped_calls, SEND),
    "writes of a map": story(partial(mapped_steps, WRITE, only_at_first), WRITE),
    "refusals of a map": story(partial(mapped_steps, ASKED, refused_later), ASKED),
    "a call": story(called, SEND_ON),
    "a call by key": story(called_by_key, SEND_ON),
    "beside each other": story(beside, WRITE_ON),
}


@pytest.mark.parametrize("thing", IS_LATE, ids=lambda each: each.name)
@pytest.mark.parametrize("name", STORIES)
async def test_what_failed_is_not_done_after_all(name: str, thing: Disturbance) -> None:
    played = STORIES[name]
    for at, point in enumerate(await points_of(played), start=1):
        if thing.fits(point):
            with thing.at(at, point):
                await play(played, thing, at)


async def test_the_fence_is_what_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    fence = "OR outcome = 'failed' AND run_steps.generation = ?a"
    without(RunChange, "completed", fence)(monkeypatch)
    with pytest.raises(AssertionError, match="failed for good, and was done after all"):
        await test_what_failed_is_not_done_after_all("calls of a map", OVERLAP_LATE)


async def test_an_attempt_that_fails_late_tells_no_error_of_the_run() -> None:
    """Two instances are at the same step, in a loop that stays in its state. One has completed it,
    and the other fails.
    """
    late: list[StepContext] = []
    left: list[Row | None] = []

    async def write(context: StepContext, key: str) -> str:
        if key == "b":
            late.append(context)
        if key == "c":
            [other] = late
            now = to_text(other.platform.clock.now())
            commit = Commit(other.step, Audited.STEP_COMPLETED, 1, started_at=now, now=now)
            is_written = await record_failed(
                context.platform,
                other,
                step=WRITE.keyed("b"),
                commit=commit,
                error=NonRetryable("too late"),
            )
            assert is_written
            told = "SELECT error_class, next_retry_at, attempt_count FROM runs"
            left.append(await context.platform.database.first(statement(told)))
        return key

    async def body(run: WorkflowRun[NoParams]) -> None:
        for key in ("a", "b", "c"):
            await run.step(WRITE, write, key, key=key)

    workflow = Workflow(Contract("late", 1, steps=(WRITE,)), body)
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    assert left == [{"error_class": None, "next_retry_at": None, "attempt_count": 1}]
