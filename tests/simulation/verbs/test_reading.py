"""A step that makes no call reads the world outside, and changes nothing there."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Contract,
    Effect,
    NonRetryable,
    NoParams,
    OnFailure,
    Outcome,
    Retries,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest

FETCH = Step("fetch", Effect.READ, gives=int)


async def fetch(context: StepContext, method: str) -> int:
    http = context.platform.http
    send = {"POST": http.post, "PUT": http.put, "PATCH": http.patch}[method]
    return (await send("https://shop.example", {}, "{}", 5)).status


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_what_would_change_something_is_not_sent(method: str) -> None:
    async def body(run: WorkflowRun[NoParams]) -> int:
        return await run.step(FETCH, fetch, method)

    world = await open_world(
        Faults(), Deployed(Workflow(Contract("fetching", 1, steps=(FETCH,)), body, gives=int))
    )
    await begin(world.host.platform, world.deployed.workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "fetch_failed"
    assert f"this step sends a {method}" in str(run["error_summary"])
    assert "make it by `run.call`" in str(run["error_summary"])
    assert not world.host.pieces.receiver.received


class Outside:
    """What was sent by `exchange`; all is answered with 200."""

    def __init__(self) -> None:
        self.methods: list[str] = []

    async def send(self, request: HttpRequest) -> HttpReply:
        self.methods.append(request.method)
        return HttpReply(200, "{}")


Send = Callable[[StepContext, HttpRequest], Awaitable[HttpReply]]


async def by_exchange(context: StepContext, request: HttpRequest) -> HttpReply:
    return await context.platform.exchange.send(request)


async def past_the_counts(context: StepContext, request: HttpRequest) -> HttpReply:
    """By the platform behind the step's own, where there is one."""
    bare = context.platform.bare or context.platform
    return await bare.exchange.send(request)


async def test_nor_by_the_platform_of_the_body() -> None:
    async def body(run: WorkflowRun[NoParams]) -> None:
        async def fetch_it(_context: StepContext) -> int:
            request = HttpRequest("POST", "https://shop.example")
            return (await run.platform.exchange.send(request)).status

        await run.step(FETCH, fetch_it)

    contract = Contract("fetching", 1, steps=(FETCH,))
    world = await open_world(Faults(), Deployed(Workflow(contract, body)))
    outside = Outside()
    world.host.platform = replace(world.host.platform, exchange=outside)
    await begin(world.host.platform, world.deployed.workflow, NoParams(), ANN, key="one")
    await world.settle()
    assert outside.methods == []
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "fetch_failed"}]


async def _fetched(send: Send, request: HttpRequest) -> tuple[World, Outside]:
    async def fetch_it(context: StepContext) -> int:
        return (await send(context, request)).status

    async def body(run: WorkflowRun[NoParams]) -> int:
        return await run.step(FETCH, fetch_it)

    contract = Contract("fetching", 1, steps=(FETCH,))
    world = await open_world(Faults(), Deployed(Workflow(contract, body, gives=int)))
    outside = Outside()
    world.host.platform = replace(world.host.platform, exchange=outside)
    await begin(world.host.platform, world.deployed.workflow, NoParams(), ANN, key="one")
    await world.settle()
    return world, outside


@pytest.mark.parametrize("send", [by_exchange, past_the_counts])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "MERGE", "post"])
async def test_nor_is_it_sent_as_bytes(send: Send, method: str) -> None:
    world, outside = await _fetched(send, HttpRequest(method, "https://shop.example", body=b"{}"))
    assert outside.methods == []
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "fetch_failed"
    assert f"this step sends a {method}" in str(run["error_summary"])
    assert "make it by `run.call`" in str(run["error_summary"])


@pytest.mark.parametrize(
    "request_",
    [
        HttpRequest("GET", "https://shop.example"),
        HttpRequest("HEAD", "https://shop.example"),
        HttpRequest("POST", "https://shop.example/search", body=b"{}", only_reads=True),
    ],
    ids=lambda each: each.method,
)
async def test_what_only_reads_is_sent(request_: HttpRequest) -> None:
    world, outside = await _fetched(by_exchange, request_)
    assert outside.methods == [request_.method]
    assert (await world.rows("SELECT state FROM runs")) == [{"state": "completed"}]


async def test_nor_by_what_undoes_a_step() -> None:
    keep = Step("keep", Effect.WRITE, rollback_config=RollbackConfig(Retries(limit=0)))
    fail = Step("fail", Effect.READ, on_failure=OnFailure(then=Then.COMPENSATE))

    async def keep_it(_context: StepContext) -> Outcome:
        return Outcome()

    async def failing(_context: StepContext) -> Outcome:
        raise NonRetryable("it goes no further")

    async def undo(context: RollbackContext) -> Outcome:
        await context.platform.exchange.send(HttpRequest("POST", "https://shop.example"))
        return Outcome()

    async def body(run: WorkflowRun[NoParams]) -> None:
        await run.step(keep, keep_it, rollback=undo)
        await run.step(fail, failing)

    contract = Contract("keeping", 1, steps=(keep, fail))
    world = await open_world(Faults(), Deployed(Workflow(contract, body)))
    outside = Outside()
    world.host.platform = replace(world.host.platform, exchange=outside)
    await begin(world.host.platform, world.deployed.workflow, NoParams(), ANN, key="one")
    await world.settle()
    assert outside.methods == []
    [run] = await world.rows("SELECT failure_class, error_summary FROM runs")
    assert run["failure_class"] == "rollback_failed"
    assert "make it by `run.call`" in str(run["error_summary"])
