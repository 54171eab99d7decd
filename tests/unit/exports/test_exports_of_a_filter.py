"""An export holds what the list shows by the same filter, of what is handed on at all."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.unit.exports.exporting import exported, lines_of
from tillroll.expenses.search.words import index_waiting
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

GIVEN = [
    Given(
        number,
        date=f"2026-0{1 + number % 3}-{1 + number:02}",
        merchant=("Café Müller", "Cafe Central", "Zebra", "Office World")[number % 4],
        total_minor=number * 137 - 500,
        currency="JPY" if number % 5 == 0 else "EUR",
        category=("Meals", "Office", None)[number % 3],
    )
    for number in range(1, 19)
]
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(
            ["cafe", "caf", "ca", "zebra", "muller café", 'merchant:"Zebra"', "paper"]
        ),
        "from": st.sampled_from(["2026", "2026-02", "2026-02-05"]),
        "to": st.sampled_from(["2026-03", "2026-03-10"]),
        "min": st.sampled_from(["-5", "0", "1.37"]),
        "max": st.sampled_from(["12.33", "100"]),
        "currency": st.lists(st.sampled_from(["EUR", "JPY", "USD"]), min_size=1, max_size=2),
        "category": st.lists(st.sampled_from(["Meals", "Office", "Other"]), min_size=1, max_size=2),
        "tag": st.lists(st.sampled_from(["trip", "none"]), min_size=1),
        "person": st.just(["usr_first"]),
        "status": st.lists(
            st.sampled_from(["ready", "approved", "voided"]), min_size=1, max_size=3
        ),
        "missing": st.lists(
            st.sampled_from(["category", "tax", "rate", "number"]), min_size=1, max_size=2
        ),
    },
)


async def _unread(_platform: Platform, _run_id: str) -> list[str]:
    return []


async def opened() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *GIVEN)
    changes = [
        statement(
            "UPDATE expenses SET status = 'approved' WHERE id IN (?, ?)", [GIVEN[1].id, GIVEN[6].id]
        ),
        statement("UPDATE expenses SET status = 'voided' WHERE id = ?", [GIVEN[2].id]),
        statement("UPDATE expenses SET status = 'in_review' WHERE id = ?", [GIVEN[3].id]),
        statement(
            "UPDATE expenses SET person = 'usr_first' WHERE id IN (?, ?)",
            [GIVEN[4].id, GIVEN[5].id],
        ),
        statement("UPDATE expenses SET note = 'paper' WHERE id = ?", [GIVEN[7].id]),
        statement(
            "INSERT INTO expense_tags VALUES (?, 'trip'), (?, 'trip')", [GIVEN[0].id, GIVEN[8].id]
        ),
    ]
    await world.host.database.batch(changes)
    await index_waiting(world.host.platform, _unread)
    return world


async def shown(client: httpx.AsyncClient, asked: dict[str, Any]) -> set[str]:
    answer = await client.get("/api/expenses", params={**asked, "limit": "100"})
    assert answer.status_code == httpx.codes.OK, answer.text
    return {
        each["id"] for each in answer.json()["items"] if each["status"] in {"ready", "approved"}
    }


@pytest.fixture(scope="module")
def books() -> Iterator[tuple[asyncio.Runner, World]]:
    with asyncio.Runner() as runner:
        yield runner, runner.run(opened())


@given(asked=FILTERS)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_the_list_shows_is_what_is_handed_on(
    books: tuple[asyncio.Runner, World], asked: dict[str, Any]
) -> None:
    runner, world = books

    async def both() -> tuple[set[str], int]:
        async with api_client(world.host.platform) as client:
            answer = await client.post(
                "/api/exports/count", json={"format": "jsonl", "filter": asked}
            )
            if asked.get("status") and {*asked["status"]} <= {"voided"}:
                assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
                return set(), 0
            return await shown(client, asked), answer.json()["count"]

    found, count = runner.run(both())
    assert len(found) == count


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "cafe", "min": "0"},
        {"tag": "trip"},
        {"category": ["Meals", "Office"], "currency": "eur", "from": "2026-02", "to": "2026"},
        {"status": ["approved", "voided"]},
        {"missing": "category", "max": "12.33"},
    ],
)
async def test_its_lines_are_these_expenses(asked: dict[str, Any]) -> None:
    world = await opened()
    async with api_client(world.host.platform) as client:
        found = await shown(client, asked)
        export = await exported(world, client, filter=asked)
        assert {expense for expense, _, _ in await lines_of(world, export)} == found
        assert found
        # What an export answers is a filter that it takes.
        count = await client.post(
            "/api/exports/count", json={"format": "jsonl", "filter": export["filter"]}
        )
        assert count.json()["count"] == len(found)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"filter": {"status": ["in_review", "voided"]}}, "filter.status"),
        ({"filter": {"q": "cafe"}, "onlyNew": True}, "filter"),
        ({"filter": {"min": "cheap"}}, "filter.min"),
        ({"filter": {"tag": []}}, "filter.tag"),
        ({"filter": {"q": " ".join(f"word{number}" for number in range(21))}}, "filter.q"),
        ({"filter": {"least": "1"}}, "filter.least"),
        ({"format": "quickbooks", "filter": {"currency": ["EUR", "USD"]}}, "filter.currency"),
    ],
)
async def test_what_cannot_be_together_is_refused(asked: dict[str, Any], field: str) -> None:
    world = await opened()
    async with api_client(world.host.platform) as client:
        answer = await client.post("/api/exports", json={"format": "jsonl", **asked})
        assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        assert field in [error["field"] for error in answer.json()["errors"]]


async def test_closed_days_take_what_is_known_of_them_alone() -> None:
    world = await opened()
    days = {"from": "2026-01-01", "to": "2026-01-31"}
    async with api_client(world.host.platform) as client:
        closed = await client.post("/api/closed-periods", json=days)
        assert closed.is_success, closed.text
        await world.settle()
        whole = await exported(world, client, filter={**days, "category": ["Meals", "Office"]})
        assert whole["asClosed"]
        refused = await client.post(
            "/api/exports", json={"format": "jsonl", "filter": {**days, "tag": "trip"}}
        )
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "filter")
