"""What a run says to a query of its kind: by its record, whatever has become of it, and nothing is
touched by it.
"""

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, SIGNING_KEY
from tests.unit.tillroll_durable.test_archiving import note, rounds
from tillroll_durable import (
    Allowed,
    Contract,
    ContractError,
    Effect,
    NonRetryable,
    Outcome,
    Params,
    Query,
    Registry,
    RunRecord,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
    query,
)
from tillroll_durable import queries as asked_queries
from tillroll_durable.explanation import queries as of_record
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.signing import HostSigner

LARGE = 70_000


class Page(BaseModel):
    items: list[str]


class Progress(BaseModel):
    pages: int
    items: list[str]
    state: str
    status: str
    shop: str


class FetchParams(Params):
    shop: str = "corner"
    fails_at: int = 0


PLAN = Step("plan", Effect.READ, gives=int)
FETCH = Step("fetch", Effect.READ, gives=Page)
AFTER = Step("after", Effect.READ, gives=str)
FETCH_V1 = Contract("fetching", 1, steps=(PLAN, FETCH, AFTER))


async def fetch_all(run: WorkflowRun[FetchParams]) -> str:
    count = await run.step(PLAN, plan)
    for number in range(1, count + 1):
        await run.step(FETCH, fetch, number, run.params.fails_at, key=str(number))
    return "fetched"


async def plan(_context: StepContext) -> Outcome[int]:
    return Outcome(2)


async def fetch(_context: StepContext, number: int, fails_at: int) -> Page:
    if number == fails_at:
        raise NonRetryable("the shop is shut")
    return Page(items=[f"item {number}" + "." * (LARGE if number == 2 else 0)])


@query
async def how_far(record: RunRecord[FetchParams]) -> Progress:
    pages = await record.outputs(FETCH)
    items = [item[:6] for page in pages for item in page.items]
    return Progress(
        pages=len(pages),
        items=items,
        state=record.state,
        status=record.status,
        shop=record.params.shop,
    )


@query
async def one(record: RunRecord[FetchParams]) -> dict[str, object]:
    page = await record.output(FETCH, "1")
    return {
        "plan": await record.output(PLAN),
        "first": page and page.items,
        "after": await record.output(AFTER),
        "third": await record.output(FETCH, "3"),
        "id": record.id,
    }


@query
async def breaks(record: RunRecord[FetchParams]) -> str:
    return {"corner shop": record.state}[record.params.shop]


@query
async def lasts(_record: RunRecord[FetchParams]) -> str:
    await asyncio.sleep(60)
    return ""


@query
async def says_otherwise(record: RunRecord[FetchParams]) -> int:
    return record.state  # pyright: ignore[reportReturnType] - it is found out


@query
async def too_much(_record: RunRecord[FetchParams]) -> str:
    return "x" * (4 * 2**20 + 1)


@query
async def of_another(record: RunRecord[FetchParams]) -> str | None:
    return await record.output(Step("elsewhere", Effect.READ, gives=str))


QUERIES: Sequence[Query[FetchParams, Any]] = (
    how_far,
    one,
    breaks,
    lasts,
    says_otherwise,
    too_much,
    of_another,
)
FETCHING = Workflow(
    FETCH_V1,
    fetch_all,
    params=FetchParams,
    gives=str,
    allowed=Allowed(decide="review", operate="operate"),
    queries=QUERIES,
)
_ALL = "SELECT * FROM runs; SELECT * FROM run_steps; SELECT * FROM audit_events"


async def ran(params: FetchParams | None = None) -> tuple[World, str]:
    world = await open_world(Faults(), Deployed(FETCHING))
    run = await begin(world.host.platform, FETCHING, params or FetchParams(), ANN, key="one")
    await world.settle()
    return world, run.id


async def ask(
    world: World, run_id: str, name: str, workflow: Workflow = FETCHING, **more: Any
) -> httpx.Response:
    async with api_client(world.host.platform, registry=Registry([workflow]), **more) as client:
        return await client.get(f"/api/runs/{run_id}/queries/{name}")


async def all_rows(world: World) -> list[Any]:
    return [await world.rows(sql) for sql in _ALL.split(";")]


async def test_a_completed_run_answers_by_the_outputs_of_its_steps() -> None:
    world, run_id = await ran()
    before = await all_rows(world)
    found = await ask(world, run_id, "how-far")
    result = {
        "pages": 2,
        "items": ["item 1", "item 2"],
        "state": "completed",
        "status": "complete",
        "shop": "corner",
    }
    assert found.json() == {"runId": run_id, "name": "how-far", "result": result}
    single = (await ask(world, run_id, "one")).json()["result"]
    assert single == {"plan": 2, "first": ["item 1"], "after": None, "third": None, "id": run_id}
    assert await all_rows(world) == before


async def test_a_failed_run_answers_by_what_was_completed() -> None:
    world, run_id = await ran(FetchParams(fails_at=2))
    result = (await ask(world, run_id, "how-far")).json()["result"]
    assert (result["pages"], result["state"], result["status"]) == (1, "fetch_failed", "failed")


async def test_an_archived_run_answers_from_its_file() -> None:
    world, run_id = await ran()
    before = (await ask(world, run_id, "how-far")).json()
    world.host.platform = replace(world.host.platform, signer=HostSigner(SIGNING_KEY))
    await seal_new_events(world.host.platform)
    world.host.pieces.clock.advance(timedelta(days=100))
    await world.rows(
        "UPDATE reconciler_cursors SET position = '9999' "
        "WHERE name IN ('observed events', 'told events')"
    )
    await note(world)
    assert await rounds(world) == 1
    assert await world.rows("SELECT * FROM run_steps") == []
    assert (await ask(world, run_id, "how-far")).json() == before


async def test_nobody_else_is_answered() -> None:
    world, run_id = await ran()
    assert (await ask(world, run_id, "how-far", token=OTHER_TOKEN)).status_code == 404


async def test_a_name_that_there_is_not_lists_those_that_there_are() -> None:
    world, run_id = await ran()
    answer = await ask(world, run_id, "how-fast")
    assert answer.status_code == 404
    says = "There is no `how-fast`: did you mean how-far? There are how-far, one,"
    assert answer.json()["detail"].startswith(says)
    none = await ask(world, run_id, "how-far", replace(FETCHING, queries=()))
    assert (none.status_code, none.json()["detail"]) == (
        404,
        "Runs of the kind fetching answer no queries.",
    )


async def test_an_older_version_answers_while_it_is_deployed() -> None:
    world, run_id = await ran()
    second = replace(FETCHING, contract=replace(FETCH_V1, version=2), queries=())
    async with api_client(world.host.platform, registry=Registry([FETCHING, second])) as client:
        answered = await client.get(f"/api/runs/{run_id}/queries/how-far")
    assert answered.json()["result"]["pages"] == 2
    gone = await ask(world, run_id, "how-far", second)
    assert (gone.status_code, "fetching version 1 is not deployed" in gone.json()["detail"]) == (
        409,
        True,
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("breaks", "It failed: KeyError: '…' at tests/unit/runs/test_queries.py:"),
        ("lasts", "It takes longer than 0.05 s: let it read less."),
        (
            "says-otherwise",
            "the query 'says-otherwise' returns what its annotation does not declare",
        ),
        ("too-much", "exceeds 4 MiB"),
        ("of-another", "fetching version 1 has no step 'elsewhere'"),
    ],
)
async def test_one_that_fails_says_what_to_put_right_and_touches_nothing(
    name: str, says: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world, run_id = await ran()
    before = await all_rows(world)
    monkeypatch.setattr(asked_queries, "SECONDS", 0.05)
    caplog.set_level(logging.INFO)
    answer = await ask(world, run_id, name)
    problem = answer.json()
    assert (answer.status_code, problem["type"].rpartition(":")[2]) == (500, "query-failed")
    assert says in problem["detail"]
    assert await all_rows(world) == before
    logged = [record.getMessage() for record in caplog.records if record.name == "tillroll"]
    [line] = [line for line in map(json.loads, logged) if line["event"] == "query.failed"]
    assert (line["run"], line["code"]) == (run_id, name)
    assert "corner" not in json.dumps([line, problem])


async def test_one_that_reads_more_than_a_worker_holds_is_stopped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, run_id = await ran()
    monkeypatch.setattr(of_record, "MOST_BYTES", LARGE)
    answer = await ask(world, run_id, "how-far")
    assert answer.status_code == 500
    assert f"reads more than {LARGE} bytes of outputs" in answer.json()["detail"]


async def test_what_can_be_asked_stands_with_the_kind() -> None:
    world, _ = await ran()
    async with api_client(world.host.platform, registry=Registry([FETCHING])) as client:
        [kind] = (await client.get("/api/workflows")).json()["items"]
    assert [each["name"] for each in kind["queries"]] == [each.name for each in QUERIES]
    assert [*kind["queries"][0]["result"]["properties"]] == [
        "pages",
        "items",
        "state",
        "status",
        "shop",
    ]


def test_what_is_no_query_is_refused() -> None:
    def at_once(record: RunRecord[FetchParams]) -> str:
        return record.state

    async def unsaid(record: RunRecord[FetchParams]):
        return record.state

    with pytest.raises(ContractError, match="'at-once' is no coroutine"):
        query(at_once)  # pyright: ignore[reportArgumentType] - it is refused
    with pytest.raises(ContractError, match="'unsaid' does not say what it returns"):
        query(unsaid)
    with pytest.raises(ContractError, match="a name of its own"):
        replace(FETCHING, queries=(one, one))
