"""Runs whose call has the key of one subject do it once, and each is given what came of it."""

from collections import Counter

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.author.fixtures import Disturbed, Undisturbed
from tillroll.durable import (
    Contract,
    ContractError,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    Params,
    RollbackConfig,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll.platform.bindings.database import text

BOOK = Step("book", Effect.EXTERNAL, gives=str, idempotency_key="{expense}:{revision}")


class BookParams(Params):
    expense: str


class Books:
    """The other side, which does once what comes under a key: so it counts how often it was asked for each."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.asked: Counter[str] = Counter()

    def workflow(self) -> Workflow[BookParams, str]:
        async def body(run: WorkflowRun[BookParams]) -> str:
            subject = {"expense": run.params.expense, "revision": "1"}
            return await run.call(BOOK, ExternalCall({"books": 1}, self.send, self.look_up), subject=subject)

        return Workflow(Contract("booking", 1, steps=(BOOK,)), body, params=BookParams, gives=str)

    async def send(self, context: StepContext) -> Done[str]:
        await self.faults.point("books: before")
        self.asked[context.idempotency_key] += 1
        await self.faults.point("books: after")
        return Done("id", f"booked {context.idempotency_key}")

    async def look_up(self, context: StepContext) -> Done[str] | NotDone:
        key = context.idempotency_key
        return Done("id", f"booked {key}") if self.asked[key] else NotDone()


async def _opened(faults: Faults) -> Scene:
    books = Books(faults)
    world = await open_world(faults, Deployed(books.workflow()))

    async def begun() -> None:
        for key in ("one", "two"):
            await begin(world.host.platform, world.deployed.workflow, BookParams(expense="e1"), ANN, key=key)

    async def check() -> None:
        assert not await _have_ended(world) or set(books.asked) == {"acc_first:e1:1"}
        outputs = await world.rows("SELECT output FROM run_steps WHERE step = 'book' AND outcome = 'completed'")
        assert {text(row, "output") for row in outputs} <= {'"booked acc_first:e1:1"'}

    return Scene(world, begun, check)


async def _have_ended(world: World) -> bool:
    rows = await world.rows("SELECT state FROM runs")
    return [row["state"] for row in rows] == ["completed", "completed"]


STORY = Story("two runs of one subject", _opened, "completed")


async def test_it_is_done_once_for_both(undisturbed: Undisturbed) -> None:
    scene = await undisturbed(STORY)
    assert await _have_ended(scene.world)
    assert [dict(row) for row in await scene.world.rows("SELECT sends FROM effect_intents")] == [{"sends": 1}]


async def test_so_it_is_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (lambda: Step("act", Effect.WRITE, idempotency_key="{expense}"), "only a call has the key of a subject"),
        (lambda: Step("act", Effect.EXTERNAL, idempotency_key="{run_id}:{expense}"), "without {run_id}"),
        (lambda: Step("act", Effect.EXTERNAL, idempotency_key="fixed"), "needs an idempotency key"),
        (
            lambda: Step("act", Effect.EXTERNAL, idempotency_key="{expense}", rollback_config=RollbackConfig()),
            "one of them cannot undo it",
        ),
        (lambda: BOOK.of_subject("acc", {"expense": "e1"}), "expense, revision"),
    ],
)
def test_a_key_that_nobody_could_hold_is_refused(step: object, says: str) -> None:
    assert callable(step)
    with pytest.raises(ContractError, match=says):
        step()
