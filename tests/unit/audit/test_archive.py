"""The archive's routes: what they refuse, and that archived runs are found by an index however many
there are.
"""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tillroll_durable.archive.files import where_kept
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.selection import Chosen, query_of
from tillroll_testing.host.platform import HostPlatform

_ROUND = {"olderThanDays": 90}


async def ask(host: HostPlatform, path: str, body: object, **headers: str) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.post(path, json=body, headers=headers)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/archive/rounds", {}, 422),
        ("/api/archive/rounds", {"olderThanDays": -1}, 422),
        ("/api/archive/rounds", {"olderThanDays": 40_000}, 422),
        ("/api/archive/rounds", {"olderThanDays": 1, "before": "2026-01-01T00:00:00Z"}, 422),
        ("/api/archive/rounds", {"before": "9000-01-01T00:00:00Z"}, 422),
        ("/api/archive/restore", {}, 422),
        ("/api/archive/restore", {"runs": ["run_a"], "range": 1}, 422),
        ("/api/archive/restore", {"runs": [f"run_{number}" for number in range(21)]}, 422),
        ("/api/archive/restore", {"runs": ["run_a"]}, 404),
        ("/api/archive/restore", {"range": 1}, 404),
    ],
)
async def test_what_is_refused(
    host: HostPlatform, path: str, body: dict[str, Any], status: int
) -> None:
    assert (await ask(host, path, body)).status_code == status


@pytest.mark.parametrize(("path", "body"), [("rounds", _ROUND), ("restore", {"range": 1})])
async def test_only_whoever_runs_the_deployment_may(
    host: HostPlatform, path: str, body: object
) -> None:
    refused = await ask(host, f"/api/archive/{path}", body, authorization=f"Bearer {OTHER_TOKEN}")
    assert refused.json()["type"] == "urn:tillroll:problem:operator-only"


async def test_there_is_nothing_at_first(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        shown = (await client.get("/api/archive")).json()
    assert shown == {
        "ranges": {},
        "events": 0,
        "runs": 0,
        "nextSeals": 0,
        "nextEvents": 0,
        "oldRuns": 0,
        "flaws": [],
    }
    assert (await ask(host, "/api/archive/rounds", _ROUND)).json()["isIdle"] is True


@pytest.mark.parametrize(
    ("chosen", "index"),
    [
        (Chosen(subject="rec_a"), "runs_by_subject"),
        (
            Chosen(since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 4, 1, tzinfo=UTC)),
            "runs_by_account",
        ),
    ],
)
async def test_a_run_is_found_by_an_index(host: HostPlatform, chosen: Chosen, index: str) -> None:
    """A month is the part of the account's ids between two that `runs_by_time` leads to."""
    query = query_of(chosen, "acc_first", None, "~", 20)
    # Ours.
    plan = f"EXPLAIN QUERY PLAN SELECT * FROM {query.tables} WHERE {query.where}"
    steps = [
        text(row, "detail") for row in await host.database.all(statement(plan, [*query.values]))
    ]
    assert f"USING INDEX {index} (account_id=?" in steps[0]
    assert not any("SCAN" in step and "CONSTANT ROW" not in step for step in steps)
    bounds = [step for step in steps if "runs_by_time" in step]
    assert len(bounds) == (0 if chosen.since is None else 2)


async def test_where_it_lies_is_found_by_its_key(host: HostPlatform) -> None:
    kept = where_kept("run_a")
    plan = statement(f"EXPLAIN QUERY PLAN {kept.sql}", [*kept.parameters])
    steps = [text(row, "detail") for row in await host.database.all(plan)]
    assert [step.split(" ")[0] for step in steps] == ["SEARCH"] * 3
