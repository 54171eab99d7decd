"""Each customer is pushed once, whatever comes between; what fails is a value, and what was pushed
can be undone.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import unquote

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.author.crm_sync.workflow import (
    APPROVE,
    FETCH,
    PUSH,
    SYNC,
    SYNC_V1,
    Customer,
    Synced,
    SyncParams,
    pushing,
    removing,
)
from tests.support.host_api import api_client
from tillroll_durable import Done, OnFailure, Registry, Then, WorkflowRun, begin
from tillroll_durable._execution import items
from tillroll_durable._record import loading
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import Json, JsonObject, dump, load, load_object
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing import invariants
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.host.memory import WebhookReceiver
from tillroll_testing.stories.disturbances import CANCEL, KILL, TERMINATE, Disturbance
from tillroll_testing.stories.playing import play, trace_of

_A_PAGE = 5
SHOP, CRM = SyncParams().shop, SyncParams().crm


class Shop(WebhookReceiver):
    """The shop and the CRM. `answers` are given first to what is pushed: a status, or None where it
    is lost.
    """

    def __init__(self, faults: Faults, count: int) -> None:
        super().__init__()
        self._faults = faults
        self.customers: list[Json] = [
            {"id": f"c{number}", "name": f"Customer {number}"} for number in range(count)
        ]
        self.pushed: dict[str, str] = {}
        self.removed: dict[str, str] = {}
        self.refuses: set[str] = set()
        self.looked_up: list[str] = []
        self.at_once = self.most_at_once = 0
        self.is_silent = False  # to whoever asks for the first one

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        key = headers["idempotency-key"]
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        try:
            await self._faults.point("provider: before")
            for _ in range(20):
                await asyncio.sleep(0)  # others have their turn, as over a network
            if removal := re.fullmatch(rf"{CRM}/(\w+)/removal", url):
                self.removed.setdefault(key, removal[1])
                return HttpAnswer(201, dump({"id": removal[1]}))
            customer = str(load_object(body)["id"])
            if customer in self.refuses:
                return HttpAnswer(422, "no such country")
            answer = self.answers.pop(0) if self.answers else 201
            if answer in {201, None}:
                self.pushed.setdefault(key, customer)
            await self._faults.point("provider: after")
        finally:
            self.at_once -= 1
        if answer is None:
            raise HttpFailed("cut off")
        if answer == 429:
            return HttpAnswer(429, "", retry_after="120")
        return HttpAnswer(answer, dump({"id": f"contact-{customer}"}))

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes, headers
        if url.startswith(SHOP):
            begin = int(url.partition("cursor=")[2] or 0)
            end = begin + _A_PAGE
            following = str(end) if end < len(self.customers) else None
            return HttpAnswer(
                200, dump({"customers": self.customers[begin:end], "next": following})
            )
        key = unquote(url.removeprefix(f"{CRM}/"))
        self.looked_up.append(key)
        if self.is_silent and key.endswith("[c0]"):
            raise HttpFailed("no answer")
        found = self.pushed.get(key) or self.removed.get(key)
        return (
            HttpAnswer(404, "")
            if found is None
            else HttpAnswer(200, dump({"id": f"contact-{found}"}))
        )


async def _opened(faults: Faults, count: int = 7) -> tuple[World, Shop]:
    world, shop = await open_world(faults, Deployed(SYNC)), Shop(faults, count)
    world.host.platform = replace(world.host.platform, http=shop)
    return world, shop


async def _ask(world: World, *, approves: bool) -> None:
    await begin(world.host.platform, SYNC, SyncParams(), ANN, key="one")
    run = await world.run()
    assert run is not None
    try:
        payload: JsonObject = {"approves": approves}
        await send_signal(
            world.host.platform, SYNC_V1, run, APPROVE.name, "one", payload, "user:usr_first"
        )
    except NotListening:
        pass  # it was cancelled before


async def _output(world: World) -> object:
    run = await world.run()
    assert run is not None
    sql = "SELECT output FROM run_steps WHERE run_id = ? AND step = 'return: the result'"
    [row] = await world.rows(sql, run.id)
    return load(text(row, "output"))


def _story(name: str, *, approves: bool) -> Story:
    async def opened(faults: Faults) -> Scene:
        world, shop = await _opened(faults)

        async def check() -> None:
            """Pushed once each; all of it, or what was pushed is removed, also where nobody knows
            whether it was.
            """
            run = await world.run()
            assert all(count == 1 for count in Counter(shop.pushed.values()).values())
            if run is not None and run.state == "completed":
                assert len(shop.pushed) == (len(shop.customers) if approves else 0)
                assert not shop.removed
            if run is not None and run.state in {"cancelled", "abandoned"}:
                assert set(shop.removed.values()) >= set(shop.pushed.values())

        return Scene(world, lambda: _ask(world, approves=approves), check)

    return Story(name, opened, "completed")


STORIES = (_story("approved", approves=True), _story("declined", approves=False))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_each_is_pushed_once(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    scene = await undisturbed(story)
    await repeated(scene.world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_each_customer_is_pushed_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


@pytest.mark.parametrize("at", [45, 60, 80])
async def test_a_cancelled_map_is_undone_and_repeated(at: int, repeated: Repeated) -> None:
    scene = await play(STORIES[0], CANCEL, at)
    await repeated(scene.world)


@pytest.mark.parametrize("disturbance", [KILL, CANCEL, TERMINATE], ids=lambda each: each.name)
async def test_each_customer_is_pushed_once_where_items_are_read_in_pages(
    disturbance: Disturbance, repeated: Repeated, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of a map of thousands, whose rows no instance reads in whole."""
    monkeypatch.setattr(loading, "MOST_LOADED", 2)
    monkeypatch.setattr(items, "PAGE", 2)
    points = (await trace_of(STORIES[0])).points
    for at in range(30, len(points), 7):
        scene = await play(STORIES[0], disturbance, at)
        await repeated(scene.world)


async def test_customers_that_fail_are_values_and_so_many_go_at_once(repeated: Repeated) -> None:
    world, shop = await _opened(Faults(), 230)
    shop.refuses = {"c3", "c200"}
    shop.answers += [None, 503, None]
    await _ask(world, approves=True)
    await world.settle()
    assert await _output(world) == {"pushed": 228, "failed": ["c3", "c200"]}
    assert len(shop.pushed) == 228
    assert shop.most_at_once == 10
    await repeated(world)


async def test_a_failed_item_is_a_value_also_where_its_step_compensates(repeated: Repeated) -> None:
    """In a map the body decides; another instance finds the item failed, and goes on as the first
    did.
    """
    push = replace(PUSH, on_failure=OnFailure(then=Then.COMPENSATE))

    async def body(run: WorkflowRun[SyncParams]) -> Synced:
        customers = [Customer(id=f"c{number}", name="") for number in range(3)]
        crm = run.params.crm
        undo = partial(removing, crm)
        ends = await run.map(
            push, partial(pushing, crm), customers, key=lambda each: each.id, rollback=undo
        )
        await run.wait(APPROVE, timedelta(days=1))
        return Synced(pushed=sum(isinstance(end, Done) for end in ends), failed=[])

    shop = Shop(Faults(), 3)
    contract = replace(SYNC_V1, steps=(FETCH, push), states=())
    world = await open_world(Faults(), Deployed(replace(SYNC, contract=contract, body=body)))
    world.host.platform = replace(world.host.platform, http=shop)
    shop.refuses = {"c1"}
    await begin(world.host.platform, world.deployed.workflow, SyncParams(), ANN, key="one")
    await world.settle()
    run = await world.run()
    assert run is not None
    world.instances.forget(run.instance_id)
    await world.let_pass(timedelta(days=2))
    assert await _output(world) == {"pushed": 2, "failed": []}
    assert not shop.removed
    await repeated(world)


@pytest.mark.parametrize("is_done", [True, False])
async def test_what_may_have_been_done_is_undone_in_its_turn(*, is_done: bool) -> None:
    """An item whose answers were lost counts as failed, and the run goes on. What came behind it is
    undone first; then the other side is asked. What it does not know may still arrive, so it is
    asked once more, and nothing is undone."""
    last = replace(PUSH, name="last", on_success=(), on_failure=OnFailure())

    async def body(run: WorkflowRun[SyncParams]) -> Synced:
        crm = run.params.crm
        undo, two = partial(removing, crm), [Customer(id="c0", name=""), Customer(id="c1", name="")]
        await run.map(
            PUSH, partial(pushing, crm), two, key=lambda each: each.id, rollback=undo, at_most=1
        )
        behind = Customer(id="c9", name="")
        await run.call(last, pushing(crm, behind), rollback=removing(crm, behind))
        await run.wait(APPROVE, timedelta(days=1))
        return Synced(pushed=0, failed=[])

    shop = Shop(Faults(), 3)
    shop.answers += {True: [None], False: [503, 503, 503, 503]}[is_done]
    shop.is_silent = is_done
    contract = replace(SYNC_V1, steps=(FETCH, PUSH, last), states=())
    world = await open_world(Faults(), Deployed(replace(SYNC, contract=contract, body=body)))
    world.host.platform = replace(world.host.platform, http=shop)
    await begin(world.host.platform, world.deployed.workflow, SyncParams(), ANN, key="one")
    await world.settle()
    first = ["c0"] * is_done
    assert [*shop.pushed.values()] == [*first, "c1", "c9"]
    shop.is_silent = False
    await world.cancel()
    await world.settle()
    if not is_done:
        [waiting] = await world.rows("SELECT status FROM runs")
        assert waiting["status"] == "processing"
        world.host.pieces.clock.advance(timedelta(seconds=PUSH.timeout_seconds))
        await world.settle()
    assert [*shop.removed.values()] == ["c9", "c1", *first]
    [intent] = await world.rows("SELECT outcome FROM effect_intents WHERE step = 'push[c0]'")
    assert intent["outcome"] == {True: "done", False: "refused"}[is_done]
    [run] = await world.rows("SELECT state, failure_class FROM runs")
    assert run["state"] == "cancelled"
    await invariants.check(world)


async def test_what_is_shown_of_it() -> None:
    world, shop = await _opened(Faults(), 12)
    shop.refuses = {"c3"}
    await _ask(world, approves=True)
    await world.settle()
    run = await world.run()
    assert run is not None
    async with api_client(world.host.platform, registry=Registry([SYNC])) as client:
        shown = (await client.get(f"/api/runs/{run.id}")).json()
        status = (await client.get(f"/api/workflows/crm-sync/status/{run.id}")).json()
        items = (await client.get(f"/api/runs/{run.id}/timeline")).json()["items"]
        one = (await client.get(f"/api/runs/{run.id}/steps/push[c4]")).json()
    fetched, pushed = shown["steps"]
    assert (fetched["progress"], fetched["outcome"]) == (
        {"completed": 3, "failed": 0, "total": None},
        "completed",
    )
    assert (pushed["progress"], pushed["outcome"]) == (
        {"completed": 11, "failed": 1, "total": 12},
        "completed",
    )
    assert status["output"] == {"pushed": 11, "failed": ["c3"]}
    assert {item["name"] for item in items if item["kind"] == "step"} >= {
        "fetch[1]",
        "fetch[3]",
        "push[c4]",
        "push[c11]",
    }
    assert (one["outcome"], one["output"]) == ("completed", "contact-c4")
    assert "push[c3]" in shown["whatHappened"]


async def test_who_is_throttled_waits_and_does_not_ask() -> None:
    world, shop = await _opened(Faults(), 3)
    shop.answers += [429, 429, 429]
    begun_at = world.host.pieces.clock.now()
    await _ask(world, approves=True)
    await world.settle()
    assert not shop.pushed
    world.host.pieces.clock.advance(timedelta(seconds=120))
    await world.settle()
    assert await _output(world) == {"pushed": 3, "failed": []}
    assert (len(shop.pushed), shop.looked_up) == (3, [])
    assert world.host.pieces.clock.now() - begun_at >= timedelta(seconds=120)


async def test_the_step_that_runs_behind_a_wait_is_shown() -> None:
    assert SYNC_V1.step_from("approve_received") is None, "the state does not tell"
    assert SYNC_V1.step_from("approve_received", {"fetch"}) is PUSH
    assert SYNC_V1.step_from("begun") is FETCH
