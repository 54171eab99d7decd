"""Exports by HTTP: asked for, followed, and what is refused."""

import gc
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, OTHER_TOKEN, TOKEN
from tillroll.exports import workflow
from tillroll.exports.native import show_file
from tillroll.exports.repository import NoSuchExport
from tillroll.exports.service import NotWritten
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings import objects
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

GIVEN = (
    Given(1, date="2026-03-20", merchant="=Cafe", category="Meals"),
    Given(2, date="2026-03-01", total_minor=-500),
    Given(3, date="2026-03-05", currency="JPY", total_minor=800),
    Given(4, date="2026-02-05"),
    Given(5, date="2026-03-05", account=OTHER_ACCOUNT),
)
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *GIVEN)
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def export(
    world: World,
    client: httpx.AsyncClient,
    asked: JsonObject,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    answer = await client.post("/api/exports", json=asked, headers=headers)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    assert answer.headers["location"] == f"/api/exports/{answer.json()['id']}"
    await world.settle()
    return (await client.get(answer.headers["location"])).json()


async def file_of(world: World, export_id: str, token: str = TOKEN) -> tuple[bytes, str]:
    reply = await show_file(
        world.host.platform, {"authorization": f"Bearer {token}"}.get, export_id
    )
    return world.host.pieces.objects.content[reply.key], reply.headers["content-disposition"]


async def test_a_month_is_exported(world: World, client: httpx.AsyncClient) -> None:
    asked = await client.post("/api/exports", json={"format": "jsonl", "filter": MARCH})
    assert (asked.json()["status"], asked.json()["progress"]) == (
        "processing",
        {"done": 0, "of": 3},
    )
    assert asked.json()["fileUrl"] is None
    await world.settle()
    shown = (await client.get(f"/api/exports/{asked.json()['id']}")).json()
    assert (shown["status"], shown["state"], shown["count"]) == ("complete", "written", 3)
    assert shown["progress"] == {"done": 3, "of": 3}
    assert shown["totals"] == [
        {"currency": "EUR", "total": "7.90"},
        {"currency": "JPY", "total": "800"},
    ]
    assert (shown["firstDay"], shown["lastDay"]) == ("2026-03-01", "2026-03-20")
    assert shown["filter"] == {name: MARCH.get(name) for name in shown["filter"]}
    content, disposition = await file_of(world, shown["id"])
    assert shown["size"] == len(content)
    assert disposition == 'attachment; filename="expenses_2026-03-01_2026-03-31.jsonl"'
    assert [json.loads(line)["id"] for line in content.splitlines()] == [
        GIVEN[place].id for place in (1, 2, 0)
    ]
    assert (await client.get("/api/exports")).json()["items"] == [shown]
    run = (await client.get(f"/api/runs/{shown['runId']}")).json()
    assert (run["kind"], run["export"]) == ("export", shown)


@pytest.mark.parametrize("file_format", ["xlsx", "zip"])
async def test_a_file_that_is_left_half_written_is_closed(
    world: World, client: httpx.AsyncClient, file_format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ZIP that is collected while an entry is open says so on stderr, where nobody can act."""
    said: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    async def nothing(_key: str) -> None:
        return None

    monkeypatch.setattr(world.host.pieces.objects, "get_text", nothing)
    shown = await export(world, client, {"format": file_format})
    assert shown["status"] == "failed"
    gc.collect()
    assert said == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, (4, 2, 3, 1)),
        ({"currency": "JPY"}, (3,)),
        ({"category": "Meals"}, (1,)),
        ({"to": "2026-03-01"}, (4, 2)),
        ({"from": "2030-01-01"}, ()),
    ],
)
async def test_a_filter_chooses(
    world: World, client: httpx.AsyncClient, chosen: JsonObject, expected: tuple[int, ...]
) -> None:
    shown = await export(world, client, {"format": "jsonl", "filter": chosen})
    content, _ = await file_of(world, shown["id"])
    assert [json.loads(line)["id"] for line in content.splitlines()] == [
        f"exp_{number:06}" for number in expected
    ]
    assert shown["count"] == len(expected)


async def test_the_same_again_is_another_export_but_under_its_key(
    world: World, client: httpx.AsyncClient
) -> None:
    asked: JsonObject = {"format": "csv"}
    first, second = await export(world, client, asked), await export(world, client, asked)
    assert first["id"] != second["id"]
    key = {"idempotency-key": "march-1"}
    third, again = await export(world, client, asked, key), await export(world, client, asked, key)
    assert third == again
    refused = await client.post("/api/exports", json={"format": "jsonl"}, headers=key)
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tillroll:problem:key-reused")
    assert len((await client.get("/api/exports")).json()["items"]) == 3
    page = (await client.get("/api/exports?limit=2")).json()
    assert [each["id"] for each in page["items"]] == [third["id"], second["id"]]
    rest = (await client.get(f"/api/exports?limit=2&cursor={page['nextCursor']}")).json()
    assert [each["id"] for each in rest["items"]] == [first["id"]]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "format"),
        ({"format": "docx"}, "format"),
        ({"format": "quickbooks"}, "filter.currency"),
        ({"format": "csv", "profile": "x"}, "profile"),
        ({"format": "csv", "filter": {"merchant": "x"}}, "filter.merchant"),
        ({"format": "csv", "filter": {"first_day": "2026-03-01"}}, "filter.first_day"),
        ({"format": "csv", "filter": {"from": "yesterday"}}, "filter.from"),
        ({"format": "csv", "filter": {"from": "2026-03-02", "to": "2026-03-01"}}, "filter"),
        ({"format": "csv", "filter": {"currency": "EURO"}}, "filter"),
        ({"format": "csv", "filter": {"category": ""}}, "filter.category"),
    ],
)
async def test_what_cannot_be_exported_is_said(
    client: httpx.AsyncClient, asked: JsonObject, field: str
) -> None:
    answer = await client.post("/api/exports", json=asked)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert (await client.get("/api/exports")).json()["items"] == []


async def test_another_account_sees_nothing_of_it(world: World, client: httpx.AsyncClient) -> None:
    shown = await export(world, client, {"format": "csv"})
    async with api_client(world.host.platform, OTHER_TOKEN) as other:
        assert (await other.get(f"/api/exports/{shown['id']}")).status_code == httpx.codes.NOT_FOUND
        assert (await other.get("/api/exports")).json()["items"] == []
    with pytest.raises(NoSuchExport) as refused:
        await file_of(world, shown["id"], OTHER_TOKEN)
    assert "There is no export" in refused.value.detail


async def test_without_a_file_it_says_where_to_ask(world: World, client: httpx.AsyncClient) -> None:
    asked = await client.post("/api/exports", json={"format": "csv"})
    with pytest.raises(NotWritten, match="no such file yet"):
        await file_of(world, asked.json()["id"])


async def test_one_that_fails_says_so_and_is_retried(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put_bytes(_key: str, _content: bytes, _content_type: str) -> None:
        raise ObjectsUnavailable("the store did not answer")

    with monkeypatch.context() as broken:
        broken.setattr(world.host.pieces.objects, "put_bytes", put_bytes)
        failed = await export(world, client, {"format": "csv"})
    assert (failed["status"], failed["state"], failed["fileUrl"]) == (
        "failed",
        "gathered_write_failed",
        None,
    )
    assert (
        failed["message"]
        == "We could not finish your export; nothing was lost. Retry it, or ask for it again."
    )
    retried = await client.post(
        f"/api/runs/{failed['runId']}/retry", json={"reason": "the store is back"}
    )
    assert retried.status_code == httpx.codes.ACCEPTED
    await world.settle()
    shown = (await client.get(f"/api/exports/{failed['id']}")).json()
    assert (shown["status"], shown["count"], shown["totals"]) == ("complete", 4, failed["totals"])
    content, _ = await file_of(world, shown["id"])
    assert content.count(b"\r\n") == 5


async def test_one_that_was_cancelled_says_why(world: World, client: httpx.AsyncClient) -> None:
    asked = (await client.post("/api/exports", json={"format": "csv"})).json()
    await client.post(f"/api/runs/{asked['runId']}/cancel", json={"reason": "the wrong month"})
    await world.settle()
    shown = (await client.get(f"/api/exports/{asked['id']}")).json()
    assert (shown["status"], shown["fileUrl"]) == ("cancelled", None)
    assert shown["message"] == "This was stopped: the wrong month"


async def test_an_expense_that_comes_later_is_not_in_it(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = await client.post("/api/exports", json={"format": "csv"})
    await add_expenses(world.host.database, Given(9, created_at="2027-01-01T00:00:00.000Z"))
    await world.settle()
    assert (await client.get(asked.headers["location"])).json()["count"] == 4


async def test_a_large_file_is_written_in_pieces(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = await export(world, client, {"format": "csv"})
    whole, _ = await file_of(world, small["id"])
    monkeypatch.setattr(objects, "PIECE_BYTES", 100)
    monkeypatch.setattr("tillroll_testing.host.memory._SMALLEST_PIECE_BYTES", 100)
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 1)
    monkeypatch.setattr(workflow, "PART_PAGES", 1)
    large = await export(world, client, {"format": "csv"})
    pieces, _ = await file_of(world, large["id"])
    assert len(pieces) > 200
    assert (pieces, large["sha256"]) == (whole, small["sha256"])


async def test_a_part_is_in_use_until_the_file_is_there(
    world: World, client: httpx.AsyncClient
) -> None:
    async def in_use() -> set[str]:
        keys: list[Any] = [*world.host.pieces.objects.content]
        assert all(map(REGISTRY.objects_in_use.claims, keys))
        rows = await world.host.database.all(statement(REGISTRY.objects_in_use.query, [dump(keys)]))
        return {str(row["object_key"]) for row in rows}

    asked = await client.post("/api/exports", json={"format": "csv"})
    world.faults.when.append(
        (lambda name: "after put" in name and len(world.host.pieces.objects.content) == 2, stop)
    )
    with pytest.raises(_Stopped):
        await world.instances_only()
    [part, file] = world.host.pieces.objects.content
    assert await in_use() == {part}
    await world.surviving(world.turn)
    await world.settle()
    assert [*world.host.pieces.objects.content] == [file], "the parts are still there"
    assert await in_use() == {file}
    stored = (await client.get(asked.headers["location"])).json()
    assert file.startswith(f"{ACCOUNT}/exports/{stored['id']}/")


class _Stopped(BaseException):
    """The process ends here."""


async def stop() -> None:
    raise _Stopped


async def test_it_says_whose_an_expense_is_and_who_approved_it(
    world: World, client: httpx.AsyncClient
) -> None:
    database = world.host.platform.database
    expense = "exp_000001"
    await database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Sam', '')",
                ["usr_sam", ACCOUNT],
            ),
            statement(
                "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Petra', '')",
                ["usr_petra", ACCOUNT],
            ),
            statement(
                "UPDATE expenses SET person = 'usr_sam', status = 'approved', "
                "version = version + 1 WHERE id = ?",
                [expense],
            ),
            statement("INSERT INTO expense_tags (expense_id, tag) VALUES (?, 'trip')", [expense]),
            statement(
                "INSERT INTO approval_decisions (expense_id, from_version, decision, actor, at) "
                "VALUES (?, 90, 'approved', 'user:usr_sam', '2026-03-06T09:00:00.000Z'), "
                "(?, 91, 'unapproved', 'user:usr_petra', '2026-03-06T10:00:00.000Z'), "
                "(?, 92, 'approved', 'user:usr_petra', '2026-03-07T09:00:00.000Z')",
                [expense, expense, expense],
            ),
        ]
    )
    found = await export(world, client, {"format": "jsonl"})
    content, _ = await file_of(world, found["id"])
    lines = {line["id"]: line for line in map(json.loads, content.splitlines())}
    line = lines[expense]
    assert (line["employee"], line["tags"]) == ("Sam", ["trip"])
    assert (line["approver"], line["approvedOn"]) == ("Petra", "2026-03-07")
    others = [each for each in lines.values() if each["id"] != expense]
    assert {each["approver"] for each in others} == {None}
