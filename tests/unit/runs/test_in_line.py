"""A run that waits for its turn: shown with its place, in lists, to programs, and cancelled."""

from typing import Any

from tests.simulation.lines import taxi
from tests.simulation.lines.courier import COURIER, CourierParams
from tests.simulation.lines.playing import ask, open_street
from tests.support.host_api import api_client
from tillroll_durable import Registry
from tillroll_testing.simulation.world import World


async def in_line(number: int) -> tuple[World, list[str]]:
    """A world with so many in one street, of whom two go on."""
    world, params = await open_street(), CourierParams(street="high", way="rest")
    return world, [(await ask(world, f"run {each}", params)).id for each in range(number)]


async def shown(world: World, path: str) -> Any:
    async with api_client(world.host.platform, registry=Registry([COURIER])) as client:
        answer = await client.get(path)
        assert answer.is_success, answer.text
        return answer.json()


async def test_it_says_at_which_place_and_why() -> None:
    world, runs = await in_line(4)
    first, last = [await shown(world, f"/api/runs/{run}") for run in (runs[0], runs[3])]
    assert ("inLine" in first, "queuedAt" in first, first["step"]) == (False, False, "deliver")
    assert last["inLine"] == {"place": 2, "since": last["queuedAt"], "limit": 2, "key": "street"}
    assert (last["step"], last["status"], last["nextSafeAction"]) == (None, "processing", "wait")
    assert (first["tried"], last["tried"]) == (["deliver: attempt 1 is under way"], [])
    assert "at most 2 runs of its kind go on at once for its street" in last["whatHappened"]
    items = (await shown(world, "/api/runs"))["items"]
    assert sorted("queuedAt" in item for item in items) == [False, False, True, True]
    assert (await shown(world, f"/api/workflows/courier/status/{runs[3]}"))["status"] == "started"
    assert (await shown(world, "/api/workflows"))["items"][0]["contract"]["concurrency"] == {
        "limit": 2,
        "key": "street",
    }


async def test_who_waits_for_a_change_hears_that_the_place_is_another() -> None:
    world, runs = await in_line(4)
    async with api_client(world.host.platform, registry=Registry([COURIER])) as client:
        before = (await client.get(f"/api/runs/{runs[3]}")).headers["etag"]
        answer = await client.post(f"/api/runs/{runs[2]}/cancel", json={"reason": "not wanted"})
        assert answer.status_code == 202, answer.text
        after = await client.get(f"/api/runs/{runs[3]}", headers={"If-None-Match": before})
    assert (after.status_code, after.json()["inLine"]["place"]) == (200, 1)
    await world.instances_only()
    assert (await shown(world, f"/api/runs/{runs[2]}"))["state"] == "cancelled"


async def test_it_names_the_run_that_is_paused_in_its_slot() -> None:
    world, runs = await in_line(3)
    before = (await shown(world, f"/api/runs/{runs[2]}"))["whatHappened"]
    assert before.endswith("Nothing is to be done.")
    async with api_client(world.host.platform, registry=Registry([COURIER])) as client:
        answer = await client.post(f"/api/runs/{runs[0]}/pause", json={"reason": "a holiday"})
        assert answer.is_success, answer.text
    after = (await shown(world, f"/api/runs/{runs[2]}"))["whatHappened"]
    assert f"The run {runs[0]} is paused in " in after
    assert runs[1] not in after


async def test_a_rate_and_a_priority_are_shown_too() -> None:
    world = await taxi.open_rank()
    runs = [
        (await taxi.ask(world, f"run {each}", taxi.TaxiParams(urgency=each))).id
        for each in range(4)
    ]
    async with api_client(world.host.platform, registry=Registry([taxi.TAXI])) as client:
        first, last = [(await client.get(f"/api/runs/{run}")).json() for run in (runs[3], runs[2])]
        [kind] = (await client.get("/api/workflows")).json()["items"]
    assert (first["inLine"]["place"], last["inLine"]["place"]) == (1, 2), (
        "the most urgent is the first"
    )
    rate = {"limit": 3, "perSeconds": 300}
    assert last["inLine"] == {
        "place": 2,
        "since": last["queuedAt"],
        "limit": 2,
        "key": "street",
        "rate": rate,
    }
    assert (
        "2 runs of its kind go on at once for its street, and 3 runs of its kind begin in 5 minutes"
        in (last["whatHappened"])
    )
    declared = {name: kind["contract"][name] for name in ("concurrency", "rate", "priority")}
    assert declared == {
        "concurrency": {"limit": 2, "key": "street"},
        "rate": {**rate, "key": "street"},
        "priority": "urgency",
    }
