"""Health, on the surface and beneath it; and the id that every answer has."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tillroll.api import health
from tillroll_durable import statement
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.json import load_object
from tillroll_testing.host.platform import HostPlatform


async def ask(host: HostPlatform, query: str, times: int = 1) -> list[httpx.Response]:
    async with api_client(host.platform, token=None) as client:
        return [await client.get(f"/api/health{query}") for _ in range(times)]


async def test_it_answers_without_a_look_at_anything(host: HostPlatform) -> None:
    host.database.close()
    (answer,) = await ask(host, "")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("query", ["?deep", "?deep=true", "?deep=1"])
async def test_deep_says_of_each_part_how_it_is(host: HostPlatform, query: str) -> None:
    (answer,) = await ask(host, query)
    assert answer.status_code == 200
    assert answer.json()["parts"] == {"database": "ok", "objects": "ok", "queue": "ok"}
    assert answer.json()["status"] == "ok"
    assert answer.json()["checkedAt"]


async def test_a_part_that_fails_is_named_and_the_others_are_not(host: HostPlatform) -> None:
    host.database.close()
    (answer,) = await ask(host, "?deep")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["parts"] == {"database": "failing", "objects": "ok", "queue": "ok"}


@pytest.mark.parametrize("has_ticked", [True, False])
async def test_a_database_that_is_full_or_only_reads_is_failing(
    host: HostPlatform, *, has_ticked: bool
) -> None:
    """One whose cron never ran has no row that an update could write."""
    if not has_ticked:
        await host.database.batch([statement("DELETE FROM reconciler_cursors")])
    connection = host.database.connection
    [[pages]] = connection.execute("PRAGMA page_count").fetchall()
    [[spare]] = connection.execute("PRAGMA freelist_count").fetchall()
    for number in range(spare):
        room = "INSERT INTO reconciler_cursors VALUES (?, ?, '')"
        await host.database.batch([statement(room, [f"room {number}", "0" * 4000])])
    connection.execute(f"PRAGMA max_page_count = {pages}")
    (answer,) = await ask(host, "?deep")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.json()["parts"]["database"] == "failing"
    connection.execute(f"PRAGMA max_page_count = {pages + 1_000}")
    host.pieces.clock.advance(timedelta(seconds=10))
    (answer,) = await ask(host, "?deep")
    assert (answer.status_code, answer.json()["parts"]["database"]) == (200, "ok")
    left = "SELECT name FROM reconciler_cursors WHERE name LIKE 'proof%'"
    assert await host.database.all(statement(left)) == []


async def test_a_part_that_says_nothing_fails_after_a_while(
    host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        async def put_text(self, *_: str) -> Any:
            await asyncio.Event().wait()

    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 0.05)
    silent = replace(host, platform=replace(host.platform, objects=Silent()))
    (answer,) = await ask(silent, "?deep")
    assert answer.json()["parts"] == {"database": "ok", "objects": "failing", "queue": "ok"}


async def test_a_store_that_only_reads_is_failing(host: HostPlatform) -> None:
    class TakesNothing:
        async def put_text(self, *_: str) -> Any:
            raise ObjectsUnavailable("the bucket takes nothing")

    platform = replace(host.platform, objects=TakesNothing())
    (answer,) = await ask(replace(host, platform=platform), "?deep")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": "ok", "objects": "failing", "queue": "ok"}


async def test_however_often_it_is_asked_it_looks_once_in_ten_seconds(host: HostPlatform) -> None:
    async with api_client(host.platform, token=None) as client:
        first = await client.get("/api/health?deep")
        assert all(
            [(await client.get("/api/health?deep")).json() == first.json() for _ in range(20)]
        )
        assert len(host.pieces.queue.messages) == 1
        host.pieces.clock.advance(timedelta(seconds=10))
        await client.get("/api/health?deep")
        assert len(host.pieces.queue.messages) == 2


async def test_an_unknown_depth_is_refused(host: HostPlatform) -> None:
    (answer,) = await ask(host, "?deep=very")
    assert answer.status_code == 422


async def test_every_answer_has_an_id_of_its_own_that_its_log_line_has(
    host: HostPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    async with api_client(host.platform) as client:
        answers = [
            await client.get("/api/session"),
            await client.get("/api/runs/run_none"),
            await client.get("/api/nowhere"),
            await client.post("/api/expense-views", content=b"x" * 70_000),
        ]
        host.database.close()
        answers.append(await client.get("/api/runs"))
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert len({*ids}) == len(answers)
    assert [answer.status_code for answer in answers] == [200, 404, 404, 413, 500]
    assert [answer.json()["requestId"] for answer in answers[1:]] == ids[1:]
    logged = {str(load_object(record.message).get("request")) for record in caplog.records}
    assert {ids[0], ids[1], ids[2], ids[4]} <= logged
