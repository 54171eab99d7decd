"""A story may send a signal in what comes afterwards, such as an approval behind a reminder; one
that is held back then comes all the same.
"""

from datetime import timedelta

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Effect,
    NoParams,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing.fixtures import Disturbed, Undisturbed
from tillroll_testing.simulation.opening import send

REMIND = Step("remind", Effect.WRITE, gives=int)
PAY = Step("pay", Effect.WRITE, gives=int)
APPROVE = Signal("approve", NoParams)
CONTRACT = Contract("approval", 1, steps=(REMIND, PAY), signals=(APPROVE,))


async def approval(run: WorkflowRun[NoParams]) -> str:
    if await run.wait(APPROVE, timedelta(days=1)) is None:
        await run.step(REMIND, count)
        if await run.wait(APPROVE, timedelta(days=30)) is None:
            return "nobody"
    await run.step(PAY, count)
    return "paid"


async def count(_context: StepContext) -> int:
    return 1


APPROVAL = Workflow(CONTRACT, approval, params=NoParams, gives=str)


async def opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(APPROVAL))

    async def begun() -> None:
        await begin(world.host.platform, APPROVAL, NoParams(), ANN, key="one")

    async def later() -> None:
        await world.let_pass(timedelta(days=2))
        await send(world, APPROVE, NoParams())
        await world.settle()

    async def check() -> None:
        return None

    return Scene(world, begun, check, afterwards=later)


STORY = Story("an approval behind a reminder", opened, "completed")


async def test_it_is_paid(undisturbed: Undisturbed) -> None:
    world = (await undisturbed(STORY)).world
    [row] = await world.rows("SELECT output FROM run_steps WHERE step = 'return: the result'")
    assert row["output"] == '"paid"'


async def test_it_is_paid_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)
