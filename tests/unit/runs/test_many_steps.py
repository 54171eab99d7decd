"""A run of many items answers with bounded lists, which say how many lines they leave out and where
these are.
"""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tests.simulation.verbs.test_long_maps import ROUND, RoundParams
from tests.support.host_api import api_client
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable import begin
from tillroll_durable.explanation.attempts import MOST_LINES
from tillroll_durable.registry import Registry
from tillroll_durable.workflow import Allowed

_ITEMS = 230
_ROUND = replace(ROUND, allowed=Allowed())
_REGISTRY = Registry([*WORKFLOWS, _ROUND])


async def _done() -> tuple[World, str]:
    """A world in which a run has mailed to all, and the run's id."""
    world = await open_world(Faults(), Deployed(_ROUND))
    await begin(world.host.platform, _ROUND, RoundParams(count=_ITEMS), ANN, key="one")
    await world.settle()
    run = await world.run()
    assert run is not None
    assert run.state == "completed"
    return world, run.id


async def _all_steps(client: httpx.AsyncClient, run_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(_ITEMS):
        params = {"limit": "40"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"/api/runs/{run_id}/steps", params=params)).json()
        found += page["items"]
        cursor = page["nextCursor"]
        if cursor is None:
            break
    return found


async def test_lists_are_bounded_and_every_line_is_found() -> None:
    world, run_id = await _done()
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        shown = (await client.get(f"/api/runs/{run_id}")).json()
        steps = await _all_steps(client, run_id)
    for name in ("tried", "mustNotRepeat", "externalIds"):
        assert len(shown[name]) == MOST_LINES
    lines = len(steps)
    assert shown["leftOut"] == {
        "tried": lines - MOST_LINES,
        "mustNotRepeat": _ITEMS - MOST_LINES,
        "externalIds": _ITEMS - MOST_LINES,
    }
    names = [each["name"] for each in steps]
    assert names == sorted({*names})
    items = [each for each in steps if each["name"].startswith("mail[")]
    assert {each["externalId"] for each in items} == {str(number) for number in range(_ITEMS)}
    assert all("was done as" in each["mustNotRepeat"] for each in items)
    # What the run itself shows is in the list, word for word.
    assert {*shown["tried"]} <= {each["tried"] for each in steps}
    assert {*shown["mustNotRepeat"]} <= {each["mustNotRepeat"] for each in steps}


async def test_what_is_in_doubt_is_shown_first() -> None:
    world, run_id = await _done()
    last = f"mail[{_ITEMS - 1}]"
    await world.rows("UPDATE effect_intents SET outcome = NULL WHERE step = ?", last)
    await world.rows(
        "UPDATE run_steps SET outcome = 'failed', error_summary = 'lost' WHERE step = ?", last
    )
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        shown = (await client.get(f"/api/runs/{run_id}")).json()
    assert [
        line
        for line in shown["mustNotRepeat"]
        if line.startswith(last) and "outcome is unknown" in line
    ]
    assert [line for line in shown["tried"] if line.startswith(f"{last}: failed")]
    assert len(shown["mustNotRepeat"]) == len(shown["tried"]) == MOST_LINES


@pytest.mark.parametrize("cursor", ["!", "enp6", "w7_Dvw"])
async def test_a_cursor_that_was_not_handed_out_is_refused(cursor: str) -> None:
    world, run_id = await _done_nothing()
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        answer = await client.get(f"/api/runs/{run_id}/steps", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:tillroll:problem:invalid-cursor",
    )


async def test_another_accounts_run_has_no_steps_here() -> None:
    world, _ = await _done_nothing()
    async with api_client(world.host.platform, registry=_REGISTRY) as client:
        assert (await client.get("/api/runs/run_none/steps")).status_code == httpx.codes.NOT_FOUND


async def _done_nothing() -> tuple[World, str]:
    world = await open_world(Faults(), Deployed(_ROUND))
    begun = await begin(world.host.platform, _ROUND, RoundParams(count=0), ANN, key="one")
    return world, begun.id
