"""Every next safe action that is shown is accepted by the API, and leads out of the state: it is
done, as a person would do it who knows nothing but what the API shows.
"""

from collections.abc import Awaitable, Callable
from functools import partial

import httpx

from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.json import GivenObject, JsonObject, as_object, dump
from tillroll_durable.registry import Registry
from tillroll_durable.states import NextSafeAction
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.playing import Disturbance, check
from tillroll_testing.stories.story import Story

_BECAUSE: JsonObject = {"reason": "the API shows it as the next safe action"}
# More than an operator would try before asking somebody.
_MOST_ACTIONS = 5
_OPERATIONS = {
    NextSafeAction.RETRY_FROM_STEP: "retry",
    NextSafeAction.RESUME: "resume",
    NextSafeAction.RESEND_NOTIFICATION: "resend",
}


async def do_what_is_shown(
    world: World, decision: GivenObject | None, begin: Callable[[], Awaitable[object]]
) -> list[NextSafeAction]:
    """Do the next safe action of the world's run, until nothing is left to be done; return what was
    done. A review is decided as `decision` says, and otherwise rejected. `begin` is what a client
    does to begin the run again.

    Raises:
        AssertionError: an action is refused, leads nowhere, or there is no end to them.
    """
    done: list[NextSafeAction] = []
    async with api_client(
        world.host.platform, registry=Registry([world.deployed.workflow])
    ) as client:
        while (action := await _is_shown(world, client)) is not NextSafeAction.NONE:
            assert len(done) < _MOST_ACTIONS, f"the actions that are shown lead to no end: {done}"
            before = await _record(world)
            if action is NextSafeAction.UPLOAD_AGAIN:
                await begin()
                assert await _record(world) != before, "it says to upload again, and nothing begins"
                await world.settle()
                return [*done, action]
            await _do(world, client, action, decision)
            done.append(action)
            await world.settle()
            assert await _record(world) != before, f"{action} was accepted, and changed nothing"
    return done


async def _is_shown(world: World, client: httpx.AsyncClient) -> NextSafeAction:
    """What is to be done now. Who is told to wait does, and what is waited for comes."""
    action = await _shown(world, client)
    if action is NextSafeAction.WAIT:
        await world.settle()
        action = await _shown(world, client)
        assert action is not NextSafeAction.WAIT, "it says to wait, and nothing comes"
    return action


async def _shown(world: World, client: httpx.AsyncClient) -> NextSafeAction:
    run = await world.run()
    assert run is not None
    answer = await client.get(f"/api/runs/{run.id}")
    assert answer.status_code == httpx.codes.OK, f"the run is not shown: {answer.text}"
    return NextSafeAction(answer.json()["nextSafeAction"])


async def _do(
    world: World, client: httpx.AsyncClient, action: NextSafeAction, decision: GivenObject | None
) -> None:
    run = await world.run()
    assert run is not None
    if action is NextSafeAction.INVESTIGATE:
        await _can_be_left(world, client)
        return
    if action is NextSafeAction.REVIEW:
        decided = as_object({"decision": "reject"} if decision is None else decision)
        values = {name: value for name, value in decided.items() if name != "decision"}
        body: JsonObject = {"decision": decided.get("decision", "approve"), "values": values}
        answer = await client.post(f"/api/runs/{run.id}/review", json=body)
    else:
        assert action in _OPERATIONS, (
            f"{action} is shown in {run.state}, and is nothing that can be done"
        )
        answer = await client.post(f"/api/runs/{run.id}/{_OPERATIONS[action]}", json=_BECAUSE)
    assert answer.is_success, f"{action} is shown in {run.state}, and is refused: {answer.text}"


async def _can_be_left(world: World, client: httpx.AsyncClient) -> None:
    """A person has looked: the run can be given up, or be tried again."""
    run = await world.run()
    assert run is not None
    refused: list[str] = []
    for operation in ("abandon", "retry"):
        answer = await client.post(f"/api/runs/{run.id}/{operation}", json=_BECAUSE)
        if answer.is_success:
            return
        refused.append(answer.text)
    raise AssertionError(f"a person is to look at {run.state}, and can do nothing then: {refused}")


async def _record(world: World) -> str:
    """What stands written of the run, and of what it tells others."""
    rows: list[Row] = await world.rows(
        "SELECT state, generation, status, paused_at, failed_step FROM runs"
    )
    rows += await world.rows("SELECT state, attempts FROM outbox ORDER BY id")
    return dump([dict(row) for row in rows])


async def play_as_shown(
    story: Story, disturbance: Disturbance | None = None, at: int = 0
) -> list[NextSafeAction]:
    """Play a story with `disturbance` at point number `at` until nothing more happens by itself,
    mend what was broken, and do the next safe actions that the API shows, to the run's end. Returns
    them.

    Raises:
        AssertionError: an action is refused or leads nowhere, or an invariant is broken.
    """
    faults = Faults()
    scene = await story.open(faults)
    if disturbance:
        faults.plan[at] = partial(disturbance.act, scene.world)
    await scene.world.surviving(scene.begin)
    await scene.world.settle()
    await faults.release()
    faults.plan.clear()
    await scene.afterwards()
    await scene.mend()
    done = await do_what_is_shown(scene.world, story.decision, scene.begin)
    await check(scene)
    return done
