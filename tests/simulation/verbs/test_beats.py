"""A long step says how far it is: a later attempt goes on from there, and a run that is to end ends
it early.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.support.host_api import api_client
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NonRetryable,
    NotDone,
    Params,
    Registry,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    operations,
)
from tillroll_durable._record.beats import Beat, Pulse
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.bindings.database import DatabaseError, integer, statement, text
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.host.memory import ManualClock

ITEMS = 10
SECONDS = timedelta(seconds=3)

READ = Step("read", Effect.READ, gives=int)
SEND = Step("send", Effect.EXTERNAL, gives=str, rollback_config=RollbackConfig())
LONG_V1 = Contract("long", 1, steps=(READ, SEND))


class LongParams(Params):
    """`is_silent`: nothing beats."""

    is_silent: bool = False


async def long(run: WorkflowRun[LongParams]) -> str:
    await run.step(READ, read, run.params.is_silent)
    return await run.call(SEND, sending(is_silent=run.params.is_silent), rollback=undoing())


async def read(context: StepContext, is_silent: bool) -> int:
    """Looks at the items one by one; each takes its time, and leaves an object."""
    return ITEMS if is_silent else await _work(context, "items")


def sending(*, is_silent: bool) -> ExternalCall[StepContext, str]:
    async def send(context: StepContext) -> Done[str]:
        if not is_silent:
            await _work(context, "parts")
        await context.platform.objects.put_text_if_absent(_sent(context), "sent", "text/plain")
        return Done("sent", "sent")

    return ExternalCall({"send": "all"}, send, _look_up, honours_key=True)


def undoing() -> ExternalCall[RollbackContext]:
    async def send(context: RollbackContext) -> Done:
        await context.platform.objects.put_text_if_absent(_sent(context), "undone", "text/plain")
        return Done("undone")

    async def look_up(context: RollbackContext) -> Done | NotDone:
        return (
            NotDone()
            if await context.platform.objects.get_text(_sent(context)) is None
            else Done("undone")
        )

    return ExternalCall({"undo": "all"}, send, look_up, honours_key=True)


async def _look_up(context: StepContext) -> Done[str] | NotDone:
    found = await context.platform.objects.get_text(_sent(context))
    return NotDone() if found is None else Done("sent", "sent")


def _sent(context: StepContext | RollbackContext) -> str:
    return f"{context.run.account_id}/sent/{context.idempotency_key}"


async def _work(context: StepContext, what: str) -> int:
    last = await context.last_beat()
    first = last.cursor if last else 0
    assert isinstance(first, int)
    for item in range(first, ITEMS):
        await context.platform.objects.put_text_if_absent(
            f"acc_first/{what}/{item}", "seen", "text/plain"
        )
        cast("ManualClock", context.platform.clock).advance(SECONDS)
        await context.beat(done=item + 1, of=ITEMS, cursor=item + 1)
    return ITEMS


LONG = Workflow(LONG_V1, long, params=LongParams, gives=str, allowed=Allowed())


def _seen(world: World, what: str) -> int:
    return sum(f"/{what}/" in key for key in world.host.pieces.objects.content)


def _story(*, is_silent: bool) -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(LONG))

        async def begun() -> None:
            await begin(world.host.platform, LONG, LongParams(is_silent=is_silent), ANN, key="one")

        async def check() -> None:
            done = await world.rows("SELECT step FROM run_steps WHERE outcome = 'completed'")
            completed = {text(row, "step") for row in done}
            for step, what in (("read", "items"), ("send", "parts")):
                if step in completed and not is_silent:
                    assert _seen(world, what) == ITEMS, "what came behind the cursor was left out"
            for row in await world.rows(
                "SELECT b.*, r.created_at FROM step_beats b JOIN runs r ON r.id = b.run_id"
            ):
                assert not is_silent, "a step without beats has written one"
                assert 0 < integer(row, "done") <= ITEMS
                assert row["cursor"] == str(row["done"])

        return Scene(world, begun, check)

    return Story("silent" if is_silent else "beating", opened, "completed")


STORIES = (_story(is_silent=False), _story(is_silent=True))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_long_step_comes_to_its_end(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    await repeated((await undisturbed(story)).world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_long_step_comes_to_its_end_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


async def opened(faults: Faults | None = None) -> World:
    world = await open_world(faults or Faults(), Deployed(LONG))
    await begin(world.host.platform, LONG, LongParams(), ANN, key="one")
    return world


async def test_a_long_step_writes_at_most_each_five_seconds() -> None:
    faults = Faults()
    world = await opened(faults)
    await world.settle()
    assert sum("write INSERT INTO step_beats" in each for each in faults.called) == ITEMS
    assert (await world.rows("SELECT done FROM step_beats ORDER BY step")) == [
        {"done": 9},
        {"done": 9},
    ]


def put(number: int) -> Callable[[str], bool]:
    """The point behind the `number`th object."""
    left = iter(range(1, 1000))
    return lambda name: name == "objects: after put" and next(left) == number


async def test_a_later_attempt_goes_on_from_the_last_beat() -> None:
    faults = Faults()
    world = await opened(faults)
    faults.when.append((put(7), faults.kill))
    await world.settle()
    assert faults.has_died
    assert (_seen(world, "items"), _seen(world, "parts"), _seen(world, "sent")) == (ITEMS, ITEMS, 1)
    # Beats of the first, third and fifth item were written: the sixth and seventh are done again.
    assert faults.passed.count("objects: after put") == 2 * ITEMS + 1 + 2
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "completed"}]


@pytest.mark.parametrize(("what", "before"), [("items", 0), ("parts", ITEMS)])
async def test_a_run_that_is_to_end_ends_its_step_early(what: str, before: int) -> None:
    faults = Faults()
    world = await opened(faults)

    async def cancel() -> None:
        run = await world.run()
        assert run is not None
        await operations.cancel(world.host.platform, run, world.request)

    faults.when.append((put(before + 5), cancel))
    await world.settle()
    assert 5 <= _seen(world, what) <= 7
    if what == "parts":
        # It may have been sent, and may still come: the other side is asked once more.
        world.host.pieces.clock.advance(timedelta(seconds=SEND.timeout_seconds))
        await world.settle()
    assert _seen(world, "sent") == 0, "what was never sent was undone"
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "cancelled"}]
    assert await world.rows("SELECT 1 FROM step_attempts") == [], "it has not failed"


async def test_how_far_it_is_is_shown_with_the_run() -> None:
    faults = Faults()
    world = await opened(faults)
    shown: list[dict[str, object]] = []

    async def look() -> None:
        run = await world.run()
        assert run is not None
        async with api_client(world.host.platform, registry=Registry([*WORKFLOWS, LONG])) as client:
            shown.extend(
                (await client.get(f"/api/runs/{run.id}")).raise_for_status().json()["steps"]
            )

    faults.when.append((put(7), look))
    await world.settle()
    [reading, sending] = shown
    assert (reading["outcome"], reading["progress"]) == (
        "running",
        {"completed": 5, "failed": 0, "total": ITEMS},
    )
    assert reading["aliveAt"] == "2026-03-01T09:00:15.000Z"
    assert "progress" not in sending
    assert "aliveAt" not in sending


async def test_who_waits_for_a_change_of_the_run_hears_of_a_beat() -> None:
    world = await opened()
    run = await world.run()
    assert run is not None
    async with api_client(world.host.platform, registry=Registry([*WORKFLOWS, LONG])) as client:
        before = await client.get(f"/api/runs/{run.id}")
        await (await context_of(world)).beat(1)
        known = {"if-none-match": before.headers["etag"]}
        assert (
            await client.get(f"/api/runs/{run.id}", headers=known)
        ).status_code == httpx.codes.OK


async def context_of(world: World, step: str = "read", given: str = "x") -> StepContext:
    run = await world.run()
    assert run is not None
    return StepContext(world.host.platform, run, 1, "key", step, pulse=Pulse(given))


async def test_with_other_inputs_nothing_goes_on() -> None:
    world = await opened()
    await (await context_of(world)).beat(cursor={"page": 7})
    assert await (await context_of(world, given="y")).last_beat() is None
    assert await (await context_of(world, step="send")).last_beat() is None
    last = await (await context_of(world)).last_beat()
    assert isinstance(last, Beat)
    assert last.cursor == {"page": 7}


async def test_an_earlier_generation_does_not_beat() -> None:
    world = await opened()
    old = await context_of(world)
    await world.host.database.batch([statement("UPDATE runs SET generation = generation + 1")])
    with pytest.raises(LostGuard):
        await old.beat(1)
    assert await world.rows("SELECT 1 FROM step_beats") == []


async def test_a_beat_that_the_database_does_not_take_is_lost() -> None:
    faults = Faults()
    world = await opened(faults)
    context = await context_of(world)
    faults.errs[len(faults.called) + 1] = 1
    await context.beat(1)
    assert isinstance(faults.raised[0], DatabaseError)
    assert await context.last_beat() is None


@pytest.mark.parametrize("cursor", ["x" * 999, {"at": object()}, float("nan")])
async def test_a_cursor_is_small_json(cursor: Any) -> None:
    world = await opened()
    with pytest.raises(NonRetryable):
        await (await context_of(world)).beat(cursor=cursor)
