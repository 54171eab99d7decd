"""A parent and two children, of which the one that was begun first failed, or stands still; or the
parent is paused. Plays retry and resume the run that needs it, whichever runs are aimed at, and the
parent goes on.
"""

from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    OnFailure,
    Outcome,
    Params,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    operations,
)
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import load_run

CLOSED: frozenset[str] = frozenset()
"""Streets that nobody can be reached in."""
UNKNOWN: frozenset[str] = frozenset()
"""Streets over which the body of a parcel fails, until its code is put right."""


class Parcel(Params):
    street: str = ""


def _contract(kind: str) -> Contract:
    return Contract(
        kind=kind,
        version=1,
        initial="begun",
        states=(
            State.processing("begun", "."),
            State.ended("done", Status.COMPLETE, "."),
            State.ended("cancelled", Status.CANCELLED, "{reason}"),
            State.ended("abandoned", Status.CANCELLED, "{reason}"),
            State.dead_letter("stuck", "."),
        ),
        steps=(DELIVER,),
    )


_ONCE = Retries(limit=1, delay_seconds=1, backoff="constant")
DELIVER = Step(
    "deliver", Effect.WRITE, ("done",), OnFailure("stuck"), retries=_ONCE, begins_in=("begun",)
)


async def deliver(context: StepContext, street: str) -> Outcome:
    del context
    if street in CLOSED:
        raise NonRetryable("the street is closed")
    return Outcome(output=street)


async def parcel(run: WorkflowRun[Parcel]) -> JsonObject:
    if run.params.street in UNKNOWN:
        raise LookupError("there is no such street")
    await run.step(DELIVER, deliver, run.params.street)
    return {"state": run.state}


async def round_of_two(run: WorkflowRun[Parcel]) -> JsonObject:
    children = [
        await run.child(PARCEL, Parcel(street=street), street) for street in ("closed", "open")
    ]
    for child in children:
        await run.join(child)
    await run.step(DELIVER, deliver, "home")
    return {"state": run.state}


ALLOWED = Allowed(decide="review")
PARCEL = Workflow(_contract("parcel"), parcel, params=Parcel, allowed=ALLOWED)
ROUND = Workflow(_contract("round"), round_of_two, params=Parcel, allowed=ALLOWED)


DONE = [("round", "done"), ("parcel", "done"), ("parcel", "done")]


@pytest.fixture(params=[None, "round", "parcel"])
async def world(request: pytest.FixtureRequest) -> World:
    """With a round that was begun, whichever runs are aimed at."""
    world = await open_world(Faults(), Deployed(ROUND, beside=[PARCEL]))
    world.aims_at = request.param
    await begin(world.host.platform, ROUND, {}, ANN, key="one")
    return world


async def test_of_a_parent_and_two_children_the_one_that_failed_is_retried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"{__name__}.CLOSED", {"closed"})
        await world.settle()
    assert await states(world) == [("round", "begun"), ("parcel", "stuck"), ("parcel", "done")]
    await world.retry()
    await world.settle()
    await world.let_pass(timedelta(hours=1))
    assert await states(world) == DONE
    assert await acted_on(world, "run.retried") == await first(world, "parcel")


async def test_of_a_parent_and_two_children_the_one_that_stands_still_is_resumed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"{__name__}.UNKNOWN", {"closed"})
        await world.settle()
    assert await states(world) == [("round", "begun"), ("parcel", "begun"), ("parcel", "done")]
    assert await world.stands_still()
    await world.revive()
    assert not await world.stands_still()
    await world.settle()
    await world.let_pass(timedelta(hours=1))
    assert await states(world) == DONE
    assert await acted_on(world, "run.resumed") == await first(world, "parcel")


async def test_a_parent_that_was_paused_is_resumed_behind_the_end_of_its_children(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(f"{__name__}.CLOSED", {"closed"})
        await world.settle()
    loaded = await load_run(world.host.database, str((await first(world, "round"))[0]))
    assert loaded is not None
    await operations.pause(world.host.platform, loaded[0], world.request)
    await world.retry()
    await world.settle()
    assert await states(world) == [("round", "begun"), ("parcel", "done"), ("parcel", "done")]
    assert await world.is_paused()
    await world.unpause()
    assert not await world.is_paused()
    await world.settle()
    await world.let_pass(timedelta(hours=1))
    assert await states(world) == DONE
    assert await acted_on(world, "run.unpaused") == await first(world, "round")


async def first(world: World, kind: str) -> list[object]:
    """The id of the run of a kind that was begun first."""
    return [
        row["id"]
        for row in await world.rows("SELECT id FROM runs WHERE kind = ? ORDER BY id LIMIT 1", kind)
    ]


async def acted_on(world: World, action: str) -> list[object]:
    """The runs of which the audit has an act, by their ids."""
    return [
        row["stream"]
        for row in await world.rows("SELECT stream FROM audit_events WHERE action = ?", action)
    ]


async def states(world: World) -> list[tuple[object, object]]:
    """In the order in which they were begun: two ids of one millisecond have none."""
    return [
        (row["kind"], row["state"])
        for row in await world.rows("SELECT kind, state FROM runs ORDER BY id")
    ]
