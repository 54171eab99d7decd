"""A parent and two children, of which the one that was begun first failed: that one is retried, as plays retry it,
whichever runs are aimed at, and the parent goes on."""

from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll.durable import (
    Allowed,
    Contract,
    Effect,
    NonRetryable,
    OnFailure,
    Outcome,
    Params,
    Retries,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll.platform.json import JsonObject

CLOSED: set[str] = set()
"""Streets that nobody can be reached in."""


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
DELIVER = Step("deliver", Effect.WRITE, ("done",), OnFailure("stuck"), retries=_ONCE, begins_in=("begun",))


async def deliver(context: StepContext, street: str) -> Outcome:
    del context
    if street in CLOSED:
        raise NonRetryable("the street is closed")
    return Outcome(output=street)


async def parcel(run: WorkflowRun[Parcel]) -> JsonObject:
    await run.step(DELIVER, deliver, run.params.street)
    return {"state": run.state}


async def round_of_two(run: WorkflowRun[Parcel]) -> JsonObject:
    children = [await run.child(PARCEL, Parcel(street=street), street) for street in ("closed", "open")]
    for child in children:
        await run.join(child)
    await run.step(DELIVER, deliver, "home")
    return {"state": run.state}


ALLOWED = Allowed(decide="review", operate="operate")
PARCEL = Workflow(_contract("parcel"), parcel, params=Parcel, allowed=ALLOWED)
ROUND = Workflow(_contract("round"), round_of_two, params=Parcel, allowed=ALLOWED)


@pytest.mark.parametrize("aims_at", [None, "round", "parcel"])
async def test_of_a_parent_and_two_children_the_one_that_failed_is_retried(aims_at: str | None) -> None:
    CLOSED.add("closed")
    world = await open_world(Faults(), Deployed(ROUND, beside=[PARCEL]))
    world.aims_at = aims_at
    await begin(world.host.platform, ROUND, {}, ANN, key="one")
    await world.settle()
    assert await states(world) == [("round", "begun"), ("parcel", "stuck"), ("parcel", "done")]
    CLOSED.clear()
    await world.retry()
    await world.settle()
    await world.let_pass(timedelta(hours=1))
    assert await states(world) == [("round", "done"), ("parcel", "done"), ("parcel", "done")]
    [retried] = await world.rows("SELECT stream FROM audit_events WHERE action = 'run.retried'")
    [first] = await world.rows("SELECT id FROM runs WHERE kind = 'parcel' ORDER BY id LIMIT 1")
    assert retried["stream"] == first["id"]


async def states(world: World) -> list[tuple[object, object]]:
    return [(row["kind"], row["state"]) for row in await world.rows("SELECT kind, state FROM runs ORDER BY id")]
