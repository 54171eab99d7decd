"""What a body returns ends its run where the body says, with what it writes, once, whatever comes
between.
"""

from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Effect,
    Outcome,
    Params,
    Signal,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed


class Approval(Params):
    approves: bool


OPEN = Step("open", Effect.WRITE, gives=str)
APPROVE = Signal("approve", Approval)
EXPIRED = State.ended("expired", Status.REJECTED, "It was not approved: {reason}")
ORDER_V1 = Contract("order", 1, steps=(OPEN,), signals=(APPROVE,), states=(EXPIRED,))
TABLE = statement("CREATE TABLE releases (run_id TEXT NOT NULL, what TEXT NOT NULL)")


async def order(run: WorkflowRun) -> str | Outcome[str]:
    opened = await run.step(OPEN, open_it)
    if await run.wait(APPROVE, timedelta(days=7)) is not None:
        return opened
    released = statement("INSERT INTO releases (run_id, what) VALUES (?, ?)", [run.id, opened])
    return Outcome(state="expired", reason="nobody came", statements=[released])


async def open_it(_: StepContext) -> str:
    return "the goods"


ORDER = Workflow(ORDER_V1, order, gives=str)


async def _opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(ORDER), tables=[TABLE])

    async def begun() -> None:
        await begin(world.host.platform, ORDER, {}, ANN, key="one")

    async def later() -> None:
        await world.settle()
        await world.let_pass(timedelta(days=8))

    async def check() -> None:
        run = await world.run()
        released = [row["what"] for row in await world.rows("SELECT what FROM releases")]
        is_expired = run is not None and run.state == "expired"
        assert released == (["the goods"] if is_expired else [])
        assert run is None or not is_expired or run.reason == "nobody came"

    return Scene(world, begun, check, afterwards=later)


STORY = Story("an order that nobody approves", _opened, "expired")


async def test_a_run_ends_where_its_body_says(undisturbed: Undisturbed, repeated: Repeated) -> None:
    await repeated((await undisturbed(STORY)).world)


async def test_a_run_ends_where_its_body_says_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


@pytest.mark.parametrize(
    ("state", "says"), [("open", "where nothing ends"), ("elsewhere", "has no state")]
)
async def test_where_nothing_ends_a_person_is_called(state: str, says: str) -> None:
    async def body(run: WorkflowRun) -> Outcome[str]:
        await run.step(OPEN, open_it)
        return Outcome(state=state)

    wrong = Workflow(ORDER_V1, body, gives=str)
    world = await open_world(Faults(), Deployed(wrong), tables=[TABLE])
    await begin(world.host.platform, wrong, {}, ANN, key="one")
    await world.settle()
    [row] = await world.rows("SELECT status, error_summary FROM runs")
    assert row["status"] == "processing"
    assert says in str(row["error_summary"])
