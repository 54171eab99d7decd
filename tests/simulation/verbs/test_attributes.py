"""What a run is found by is what its params and its completed steps say, whatever comes between."""

from datetime import timedelta
from functools import partial

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Outcome,
    Params,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, play, trace_of

CHECK = Step("check", Effect.READ, gives=str)
SEND = Step("send", Effect.EXTERNAL, gives=str)
APPROVE = Step("approve", Effect.WRITE)
CLOSE = Step("close", Effect.WRITE)
LEAVES = {"approve": "approved", "close": "closed"}


class LoanParams(Params):
    """`left` is how often it goes on as another run; one that does begins a run, too."""

    customer: int
    stage: str | None = None
    left: int | None = None


LOAN_V1 = Contract(
    "loan",
    1,
    steps=(CHECK, SEND, APPROVE, CLOSE),
    attributes=("customer", "stage"),
    continued="continued",
)


async def lend(run: WorkflowRun[LoanParams]) -> str:
    await run.step(CHECK, check)
    await run.call(SEND, ExternalCall({}, send))
    await run.step(APPROVE, leave)
    if run.params.left is None:
        await run.step(CLOSE, leave)
        return "lent"
    if run.params.left:
        rest = run.params.left - 1
        await run.continue_as(
            LoanParams(customer=run.params.customer + 1, stage=f"{rest} left", left=rest)
        )
    child = await run.child(LOAN_OF_CHILD, LoanParams(customer=99), "child")
    await run.join(child)
    await run.step(CLOSE, leave)
    return "lent"


async def lend_once(run: WorkflowRun[LoanParams]) -> str:
    return await run.step(CHECK, check)


async def check(_context: StepContext) -> str:
    return "fine"


async def send(_context: StepContext) -> Done[str]:
    return Done("sent", "sent")


async def leave(context: StepContext) -> Outcome:
    return Outcome(attributes={"stage": LEAVES[context.step]})


LOAN = Workflow(LOAN_V1, lend, params=LoanParams, gives=str)
LOAN_OF_CHILD = Workflow(
    Contract("part-loan", 1, steps=(CHECK,), attributes=("customer",)),
    lend_once,
    params=LoanParams,
    gives=str,
)
_RUNS = """
  SELECT params ->> 'customer' AS customer, params ->> 'stage' AS stage, kind,
    (SELECT json_group_object(name, value) FROM run_attributes
        WHERE run_id = runs.id) AS attributes,
    (SELECT step FROM run_steps WHERE run_id = runs.id AND outcome = 'completed'
        AND step IN ('approve', 'close')
     ORDER BY step DESC LIMIT 1) AS done
  FROM runs
"""


async def opened(left: int | None, faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(LOAN, beside=[LOAN_OF_CHILD]))

    async def begun() -> None:
        await begin(world.host.platform, LOAN, LoanParams(customer=7, left=left), ANN, key="one")

    async def check() -> None:
        for run in await world.rows(_RUNS):
            stage = (
                LEAVES[str(run["done"])]
                if run["done"]
                else run["stage"]
                if run["kind"] == "loan"
                else None
            )
            staged = f',"stage":"{stage}"' if stage else ""
            assert run["attributes"] == f'{{"customer":"{run["customer"]}"{staged}}}'

    async def later() -> None:
        """Where the child's word is lost, the reconciler has its parent look."""
        await world.let_pass(timedelta(minutes=30))

    return Scene(world, begun, check, afterwards=later)


STORY = Story("a loan that goes on as another run, and begins one", partial(opened, 1), "completed")
SHORT = Story("a loan", partial(opened, None), "completed")


async def test_a_run_is_found_by_what_its_steps_say(
    undisturbed: Undisturbed, repeated: Repeated
) -> None:
    world = (await undisturbed(STORY)).world
    await repeated(world)
    rows = await world.rows("SELECT name, value FROM run_attributes ORDER BY run_id, name")
    assert [(row["name"], row["value"]) for row in rows] == [
        ("customer", "7"),
        ("stage", "approved"),
        ("customer", "8"),
        ("stage", "closed"),
        ("customer", "99"),
    ]


async def test_a_run_is_found_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


@pytest.mark.parametrize("thing", [by.KILL, by.CANCEL], ids=lambda thing: thing.name)
async def test_a_step_that_is_stopped_has_set_no_attribute(thing: Disturbance) -> None:
    """A step that is killed, or cancelled, before its batch has set nothing."""
    trace = await trace_of(SHORT)
    for at, point in enumerate(trace.points, start=1):
        if thing.fits(point):
            with thing.at(at, point):
                await play(SHORT, thing, at)
