"""The timeline and the trace of a run of many items are read by pages; what a person looks for is
on the first.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.simulation.verbs.test_long_maps import ROUND, RoundParams
from tests.support.host_api import api_client
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import begin
from tillroll_durable.registry import Registry
from tillroll_durable.workflow import Allowed

_ROUND = replace(ROUND, allowed=Allowed())
_REGISTRY = Registry([*WORKFLOWS, _ROUND])
_ITEMS = 90
_LIMIT = 40


@pytest.fixture
async def world() -> World:
    """A run that has mailed to all, but for the last one, which failed at last."""
    world = await open_world(Faults(), Deployed(_ROUND))
    await begin(world.host.platform, _ROUND, RoundParams(count=_ITEMS), ANN, key="one")
    await world.settle()
    query = "UPDATE run_steps SET outcome = 'failed', error_summary = 'lost' WHERE step = ?"
    await world.rows(query, _last_name())
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        yield client


def _last_name() -> str:
    return max(f"mail[{number}]" for number in range(_ITEMS))


async def _pages(client: httpx.AsyncClient, path: str) -> list[Any]:
    """All pages of a list, as the Link header of each leads to the next."""
    pages: list[Any] = []
    url = f"{path}?limit={_LIMIT}"
    for _ in range(_ITEMS):
        answer = (await client.get(url)).raise_for_status()
        pages.append(answer.json())
        if "next" not in answer.links:
            return pages
        url = answer.links["next"]["url"]
    raise AssertionError(f"{path} has no last page")


async def _run_id(world: World) -> str:
    run = await world.run()
    assert run is not None
    return run.id


def _mails(items: list[dict[str, Any]], kind: str) -> list[str]:
    return [
        each["step"]
        for each in items
        if each["kind"] == kind and (each["step"] or "").startswith("mail[")
    ]


async def test_each_item_is_on_one_page(world: World, client: httpx.AsyncClient) -> None:
    pages = await _pages(client, f"/api/runs/{await _run_id(world)}/timeline")
    assert len(pages) == 3
    assert [page["nextCursor"] is None for page in pages] == [False, False, True]
    all_mails = {f"mail[{number}]" for number in range(_ITEMS)}
    for kind in ("attempt", "step", "act"):
        found = Counter(name for page in pages for name in _mails(page["items"], kind))
        assert found == Counter(all_mails), kind
    for page in pages:
        starts = [each["startedAt"] for each in page["items"]]
        assert starts == sorted(starts)
        assert len(_mails(page["items"], "attempt")) <= _LIMIT + 1
    assert {page["endedAt"] for page in pages} == {pages[0]["endedAt"]}


async def test_what_failed_is_on_the_first_page(world: World, client: httpx.AsyncClient) -> None:
    pages = await _pages(client, f"/api/runs/{await _run_id(world)}/timeline")
    [failed] = [
        each
        for each in pages[0]["items"]
        if each["kind"] == "attempt" and each["outcome"] == "failed"
    ]
    assert (failed["step"], failed["error"]) == (_last_name(), "lost")
    others = {each["kind"] for page in pages[1:] for each in page["items"]}
    assert others == {"act", "attempt", "step"}


async def test_a_trace_has_the_same_pages(world: World, client: httpx.AsyncClient) -> None:
    pages = await _pages(client, f"/api/runs/{await _run_id(world)}/trace")
    spans: Counter[str] = Counter()
    for page in pages:
        [resource] = page["resourceSpans"]
        [scope] = resource["scopeSpans"]
        spans.update(span["spanId"] for span in scope["spans"])
    [(_, roots), *others] = spans.most_common()
    assert roots == len(pages) == 3
    assert {times for _, times in others} == {1}
    assert len(others) >= 2 * _ITEMS


@pytest.mark.parametrize("what", ["timeline", "trace"])
@pytest.mark.parametrize("cursor", ["!", "enp6"])
async def test_a_cursor_that_was_not_handed_out_is_refused(
    world: World, client: httpx.AsyncClient, what: str, cursor: str
) -> None:
    answer = await client.get(f"/api/runs/{await _run_id(world)}/{what}", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:tillroll:problem:invalid-cursor",
    )


async def test_of_very_many_attempts_the_newest_are_shown(
    world: World, client: httpx.AsyncClient
) -> None:
    run_id = await _run_id(world)
    query = """
      WITH numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers
          WHERE number < 1200)
      INSERT INTO step_attempts
        (run_id, generation, step, attempt, started_at, ended_at, error_class, error_summary)
      SELECT ?1, 7, ?2, number, printf('2027-01-01T00:%02d:%02d.000Z', number / 60, number % 60),
        '2027-01-01T01:00:00.000Z', 'Busy', 'busy' FROM numbers
    """
    await world.rows(query, run_id, _last_name())
    shown = (await client.get(f"/api/runs/{run_id}/timeline")).json()
    assert shown["olderLeftOut"]
    numbers = [
        each["attempt"]
        for each in shown["items"]
        if each["kind"] == "attempt" and each["error"] == "busy"
    ]
    assert numbers == [*range(201, 1201)]
