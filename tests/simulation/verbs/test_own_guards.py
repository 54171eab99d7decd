"""What a step changes was changed meanwhile, so its own statements are refused: it looks again. Its
run is nobody else's, so nobody waits until it is found.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Contract,
    Effect,
    Outcome,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable.platform.bindings.guards import must_hold

BOOK = Step("book", Effect.WRITE, gives=str, rollback_config=RollbackConfig())
STAY_V1 = Contract("stay", 1, steps=(BOOK,), failed="failed")
TABLES = (
    statement(
        "CREATE TABLE rooms (name TEXT PRIMARY KEY, guest TEXT, day INTEGER NOT NULL) STRICT"
    ),
    statement("INSERT INTO rooms (name, day) VALUES ('attic', 1)"),
)
_LOOK = statement("SELECT day FROM rooms")
_MOVE = statement("UPDATE rooms SET day = 2")
_IS_AS_SEEN = "(SELECT day FROM rooms) = ?1"

Meanwhile = Callable[[str], Awaitable[None]]


def stay(meanwhile: Meanwhile, *, fails: bool) -> Workflow:
    """Books the room on the day at which it has looked, and fails behind that where it is to."""

    async def booked(context: StepContext | RollbackContext, guest: str | None) -> Outcome[str]:
        row = await context.platform.database.first(_LOOK)
        assert row is not None
        await meanwhile("undo" if isinstance(context, RollbackContext) else "book")
        update = statement("UPDATE rooms SET guest = ?", [guest])
        return Outcome("booked", statements=[must_hold(_IS_AS_SEEN, row["day"]), update])

    async def book(context: StepContext) -> Outcome[str]:
        return await booked(context, "Ann")

    async def leave(context: RollbackContext) -> Outcome[str]:
        return await booked(context, None)

    async def body(run: WorkflowRun) -> None:
        await run.step(BOOK, book, rollback=leave)
        if fails:
            await run.fail("there is no such guest")

    return Workflow(STAY_V1, body)


async def played(at: str, *, fails: bool = False) -> World:
    """A world in which somebody else changes the room once, while the step or its rollback is
    done.
    """
    worlds: list[World] = []
    places = [at]

    async def meanwhile(place: str) -> None:
        if places == [place]:
            places.clear()
            await worlds[0].host.database.batch([_MOVE])

    workflow = stay(meanwhile, fails=fails)
    world = await open_world(Faults(), Deployed(workflow), tables=TABLES)
    worlds.append(world)
    await begin(world.host.platform, workflow, {}, ANN, key="one")
    await world.settle()
    assert places == [], "nobody came between"
    resumed = await world.rows("SELECT seq FROM audit_events WHERE action = 'run.resumed'")
    assert resumed == [], "the run stood still until the reconciler found it"
    return world


@pytest.mark.parametrize(
    ("at", "state", "guest"), [("book", "completed", "Ann"), ("undo", "failed", None)]
)
async def test_it_is_tried_again(at: str, state: str, guest: str | None) -> None:
    world = await played(at, fails=at == "undo")
    assert await world.rows("SELECT guest, day FROM rooms") == [{"guest": guest, "day": 2}]
    assert await world.rows("SELECT state FROM runs") == [{"state": state}]


async def test_the_record_says_why_it_was_tried_again() -> None:
    world = await played("book")
    [attempt] = await world.rows("SELECT attempt, error_class, error_summary FROM step_attempts")
    assert attempt == {
        "attempt": 1,
        "error_class": "ChangedMeanwhile",
        "error_summary": "what it looked at was changed meanwhile",
    }
