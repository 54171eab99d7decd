"""A charge at a service that honours no key and takes its time: a request that may still arrive is
not sent a second time.

The scene is one that an author met. The other side took 15 s, the process died after one of them,
and its successor was told that there is no charge.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    CallContext,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    Params,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    http,
)
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.json import JsonObject, dump, load_object
from tillroll_testing.simulation.other_side import Trouble
from tillroll_testing.stories.disturbances import (
    CANCEL,
    KILL,
    LOST_ANSWERS,
    Disturbance,
    of_the_other_side,
)
from tillroll_testing.stories.playing import play_disturbed, points_of

CHARGES, REFUNDS = "https://cards.example/charges", "https://cards.example/refunds"
CHARGE = Step("charge", Effect.EXTERNAL, rollback_config=RollbackConfig(timeout_seconds=300))
LATE = of_the_other_side("done late", Trouble.LATE)
LOST = next(each for each in LOST_ANSWERS if each.name == "the request is lost")


class Order(Params):
    order: str


Make: TypeAlias = Callable[[str], ExternalCall[StepContext, Any]]


async def _find(order: str, context: CallContext) -> Done | NotDone:
    answer = await context.platform.http.get(f"{CHARGES}?order={order}", 20, 4096)
    if not answer.is_success:
        raise HttpFailed(f"the search answered {answer.status}")
    items = load_object(answer.body)["items"]
    assert isinstance(items, list)
    return Done(order) if items else NotDone()


def by_look_up(order: str) -> ExternalCall[StepContext, Any]:
    place = http.LookUp(CHARGES + "?order={order}", at="items", by="order")
    return http.post(CHARGES, {"order": order}, look_up=place)


def by_function(order: str) -> ExternalCall[StepContext, Any]:
    return http.post(CHARGES, {"order": order}, look_up=partial(_find, order))


def by_hand(order: str) -> ExternalCall[StepContext, Any]:
    request: JsonObject = {"order": order}

    async def send(context: StepContext) -> Done:
        answer = await context.platform.http.post(CHARGES, {}, dump(request), 20)
        if not answer.is_success:
            raise HttpFailed(f"it answered {answer.status}")
        return Done(order)

    return ExternalCall(request, send, partial(_find, order))


def refunding(order: str) -> ExternalCall[RollbackContext, Any]:
    place = http.LookUp(REFUNDS + "?order={order}", at="items", by="order")
    return http.post(REFUNDS, {"order": order}, look_up=place)


def story_of(make: Make, *, step: Step[Any] = CHARGE) -> Story:
    async def body(run: WorkflowRun[Order]) -> None:
        order = run.params.order
        await run.call(step, make(order), rollback=refunding(order))

    contract = Contract("charging", 1, steps=(step,))
    workflow = Workflow(contract, body, params=Order)

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(workflow))
        world.other_side.search(CHARGES, by="order")
        world.other_side.search(REFUNDS, by="order")

        async def begun() -> None:
            await begin(world.host.platform, workflow, Order(order="o2"), ANN, key="one")

        async def check() -> None:
            assert world.other_side.done_at(CHARGES) <= 1, "charged twice"
            assert world.other_side.done_at(REFUNDS) <= 1, "refunded twice"

        return Scene(world, begun, check)

    return Story("a charge", opened, "completed")


def _posts(points: list[str]) -> list[int]:
    return [at for at, name in enumerate(points, start=1) if LATE.fits(name)]


def _slow_and_killed(at: int) -> dict[int, Disturbance]:
    """The other side is at it, and the process dies meanwhile."""
    return {at: LATE, at + 1: KILL}


@pytest.mark.parametrize("make", [by_look_up, by_function, by_hand])
async def test_a_process_that_dies_while_the_other_side_is_at_it_charges_once(make: Make) -> None:
    story = story_of(make)
    [at] = _posts(await points_of(story))
    scene = await play_disturbed(story, _slow_and_killed(at))
    asked = [each.method for each in scene.world.other_side.requests]
    assert asked == ["POST", "GET", "GET"]
    assert scene.world.other_side.done_at(CHARGES) == 1


async def test_a_refund_that_comes_late_is_waited_for_too() -> None:
    story = story_of(by_look_up)
    [charge] = _posts(await points_of(story))
    cancelled = await play_disturbed(story, {charge + 1: CANCEL})
    refund = _posts(cancelled.world.faults.passed)[-1]
    assert refund > charge + 1
    scene = await play_disturbed(story, {charge + 1: CANCEL, refund: LATE, refund + 1: KILL})
    assert scene.world.other_side.done_at(REFUNDS) == 1
    assert await _sends(scene.world) == [1, 1]


async def _sends(world: World) -> list[object]:
    rows = await world.rows("SELECT sends FROM effect_intents ORDER BY created_at")
    return [row["sends"] for row in rows]


async def test_a_request_that_is_lost_each_time_ends_with_a_person() -> None:
    """A wait begins the retries anew, and the number of sends ends it all the same."""
    world_of: list[World] = []

    async def opened(faults: Faults) -> Scene:
        scene = await story_of(by_look_up).open(faults)
        world_of.append(scene.world)
        hear = faults.hear

        def lose(point: str) -> None:
            hear(point)
            if point == "other side: before the POST":
                scene.world.other_side.trouble = Trouble.REQUEST_LOST

        faults.hear = lose
        return scene

    await play_disturbed(Story("a charge", opened, "charge_failed"), {})
    [world] = world_of
    [run] = await world.rows("SELECT failure_class FROM runs")
    assert run == {"failure_class": "external_unknown"}
    assert await _sends(world) == [CHARGE.retries.limit + 1]
