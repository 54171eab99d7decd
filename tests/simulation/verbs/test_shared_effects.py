"""Runs whose call has the key of one subject do it once, and each is given what came of it."""

from collections import Counter

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    Contract,
    ContractError,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NotDone,
    Params,
    Refused,
    Retries,
    RollbackConfig,
    Step,
    StepContext,
    Unknown,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.fixtures import Disturbed, Undisturbed, WorldOf

BOOK = Step("book", Effect.EXTERNAL, gives=str, idempotency_key="{expense}:{revision}")


class BookParams(Params):
    expense: str


class Books:
    """The other side, which does once what comes under a key: so it counts how often it was asked
    for each.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.asked: Counter[str] = Counter()

    def workflow(self) -> Workflow[BookParams, str]:
        async def body(run: WorkflowRun[BookParams]) -> str:
            subject = {"expense": run.params.expense, "revision": "1"}
            return await run.call(
                BOOK,
                ExternalCall({"books": 1}, self.send, self.look_up, honours_key=True),
                subject=subject,
            )

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
            await begin(
                world.host.platform, world.deployed.workflow, BookParams(expense="e1"), ANN, key=key
            )

    async def check() -> None:
        assert not await _have_ended(world) or set(books.asked) == {"acc_first:e1:1"}
        outputs = await world.rows(
            "SELECT output FROM run_steps WHERE step = 'book' AND outcome = 'completed'"
        )
        assert {text(row, "output") for row in outputs} <= {'"booked acc_first:e1:1"'}

    return Scene(world, begun, check)


async def _have_ended(world: World) -> bool:
    rows = await world.rows("SELECT state FROM runs")
    return [row["state"] for row in rows] == ["completed", "completed"]


STORY = Story("two runs of one subject", _opened, "completed")


async def test_an_effect_of_one_subject_is_done_once_for_two_runs(undisturbed: Undisturbed) -> None:
    scene = await undisturbed(STORY)
    assert await _have_ended(scene.world)
    assert [dict(row) for row in await scene.world.rows("SELECT sends FROM effect_intents")] == [
        {"sends": 1}
    ]


async def test_a_shared_effect_is_done_once_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)


class MapParams(Params):
    expenses: list[str]


MAPPED = Step(
    "book",
    Effect.EXTERNAL,
    gives=str,
    idempotency_key="{expense}",
    retries=Retries(limit=1, delay_seconds=1),
)


async def test_items_of_a_map_share_their_effects_with_those_of_other_runs(
    world_of: WorldOf,
) -> None:
    asked: Counter[str] = Counter()
    done = {"e3"}  # whose answer is lost
    fails = {"e2": Refused("not now"), "e3": RuntimeError("no answer")}
    ended: list[list[str | Failed]] = []

    async def send(context: StepContext) -> Done[str]:
        name = context.idempotency_key.rpartition(":")[2]
        asked[name] += 1
        if name in fails:
            raise fails[name]
        done.add(name)
        return Done("id", f"booked {name}")

    async def look_up(context: StepContext) -> Done[str] | NotDone | Unknown:
        name = context.idempotency_key.rpartition(":")[2]
        if name in fails:
            return Unknown("nobody says")
        return Done("id", f"found {name}") if name in done else NotDone()

    async def body(run: WorkflowRun[MapParams]) -> None:
        call = ExternalCall({"books": 1}, send, look_up, honours_key=True)
        ends = await run.map(
            MAPPED,
            lambda _: call,
            run.params.expenses,
            key=str,
            subject=lambda each: {"expense": each},
        )
        ended.append([end if isinstance(end, Failed) else end.output for end in ends])

    workflow = Workflow(Contract("mapping", 1, steps=(MAPPED,)), body, params=MapParams)
    world = await world_of(workflow)

    async def one(key: str, *expenses: str) -> list[str | Failed]:
        await begin(world.host.platform, workflow, MapParams(expenses=[*expenses]), ANN, key=key)
        await world.settle()
        return ended[-1]

    first = await one("one", "e1", "e2", "e3")
    assert first[0] == "booked e1"
    assert [each.failure_class for each in first if isinstance(each, Failed)] == [
        "external_refused",
        "external_unknown",
    ]
    fails.clear()
    # What was refused is sent; of what nobody knew, the other side is asked; what is done is not
    # asked for again.
    assert await one("two", "e1", "e2", "e3") == ["booked e1", "booked e2", "found e3"]
    assert await one("three", "e1", "e2", "e3") == ["booked e1", "found e2", "found e3"]
    assert asked == {"e1": 1, "e2": 2, "e3": 1}


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (
            lambda: Step("act", Effect.WRITE, idempotency_key="{expense}"),
            "only a call has the key of a subject",
        ),
        (
            lambda: Step("act", Effect.EXTERNAL, idempotency_key="{run_id}:{expense}"),
            "without {run_id}",
        ),
        (lambda: Step("act", Effect.EXTERNAL, idempotency_key="fixed"), "needs an idempotency key"),
        (
            lambda: Step(
                "act",
                Effect.EXTERNAL,
                idempotency_key="{expense}",
                rollback_config=RollbackConfig(),
            ),
            "one of them cannot undo it",
        ),
        (lambda: BOOK.of_subject("acc", {"expense": "e1"}), "expense, revision"),
    ],
)
def test_a_key_that_nobody_could_hold_is_refused(step: object, says: str) -> None:
    assert callable(step)
    with pytest.raises(ContractError, match=says):
        step()
