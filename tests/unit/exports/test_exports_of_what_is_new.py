"""What an export held is remembered, so that the next holds what is new, and corrects what was
changed since.
"""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.approving import as_seen
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.support.roles import MEMBER, roles_given
from tests.unit.exports.exporting import change, content_of, exported, lines_of
from tillroll.conversion.entered import enter_rate
from tillroll.conversion.expenses import convert_expenses
from tillroll.exports import lines, workflow
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_FIRST, _SECOND, _THIRD = "exp_000001", "exp_000002", "exp_000003"
_GIVEN = (
    Given(1, date="2026-03-05"),
    Given(2, date="2026-03-06", total_minor=-500),
    Given(3, date="2026-04-01"),
)
_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *_GIVEN)
    world.host.pieces.clock.advance(timedelta(days=90))
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def test_what_was_in_it_is_written_down(world: World, client: httpx.AsyncClient) -> None:
    export = await exported(world, client, filter=_MARCH)
    page = (await client.get(f"/api/exports/{export['id']}/items", params={"limit": 1})).json()
    line = {
        "merchant": "Green Garden Cafe",
        "date": "2026-03-05",
        "total": "12.90",
        "currency": "EUR",
    }
    about = {"expenseId": _FIRST, "version": 1, "corrects": None, "afterClosing": None}
    assert page["items"] == [{**about, **line}]
    rest = await client.get(
        f"/api/exports/{export['id']}/items", params={"cursor": page["nextCursor"]}
    )
    assert [item["expenseId"] for item in rest.json()["items"]] == [_SECOND]
    assert rest.json()["nextCursor"] is None
    assert (await client.get("/api/exports/xpt_none/items")).status_code == httpx.codes.NOT_FOUND
    assert (
        await client.get(f"/api/exports/{export['id']}/items?cursor=eA")
    ).status_code == httpx.codes.BAD_REQUEST


async def test_the_next_holds_what_is_new(world: World, client: httpx.AsyncClient) -> None:
    first = await exported(world, client, onlyNew=True, filter=_MARCH)
    assert [line[0] for line in await lines_of(world, first)] == [_FIRST, _SECOND]
    assert (await exported(world, client, onlyNew=True, filter=_MARCH))["count"] == 0
    asked = {"format": "jsonl", "onlyNew": True, "filter": _MARCH}
    empty = await client.post("/api/exports/count", json=asked)
    assert empty.json() == {"count": 0, "corrections": 0, "isEmpty": True, "warnings": []}
    await add_expenses(world.host.database, Given(4, date="2026-03-02"))
    counted = await client.post(
        "/api/exports/count", json={"format": "jsonl", "onlyNew": True, "filter": _MARCH}
    )
    assert counted.json() == {"count": 1, "corrections": 0, "isEmpty": False, "warnings": []}
    later = await exported(world, client, onlyNew=True)
    assert [line[0] for line in await lines_of(world, later)] == ["exp_000004", _THIRD]
    # Another format is another book.
    assert (await exported(world, client, format="csv", onlyNew=True))["count"] == 4


async def test_what_was_changed_is_taken_back_by_name_and_comes_anew(
    world: World, client: httpx.AsyncClient
) -> None:
    first = await exported(world, client, onlyNew=True, filter=_MARCH)
    await change(world, "total_minor = 2000 WHERE id = ?", _FIRST)
    await change(world, "status = 'voided' WHERE id = ?", _SECOND)
    asked = {"format": "jsonl", "onlyNew": True, "filter": _MARCH}
    counted = (await client.post("/api/exports/count", json=asked)).json()
    assert (counted["count"], counted["corrections"]) == (1, 2), "one of them comes anew"
    assert counted["isEmpty"] is False
    world.host.pieces.clock.advance(timedelta(minutes=1))
    second = await exported(world, client, onlyNew=True, filter=_MARCH)
    assert second["fileName"] != first["fileName"], "each is saved beside the other"
    assert [file["fileName"] for file in second["files"]] == [second["fileName"]]
    assert await lines_of(world, second) == [
        (_FIRST, "-12.90", first["id"]),
        (_SECOND, "5.00", first["id"]),
        (_FIRST, "20.00", None),
    ]
    assert (second["count"], second["corrections"]) == (3, 2)
    assert second["totals"] == [{"currency": "EUR", "total": "12.10"}]
    assert (await exported(world, client, onlyNew=True, filter=_MARCH))["count"] == 0
    # Restored, it is new again; changed back, it is taken back once more.
    await change(world, "status = 'ready' WHERE id = ?", _SECOND)
    await change(world, "total_minor = 1290 WHERE id = ?", _FIRST)
    third = await exported(world, client, onlyNew=True, filter=_MARCH)
    assert await lines_of(world, third) == [
        (_FIRST, "-20.00", second["id"]),
        (_FIRST, "12.90", None),
        (_SECOND, "-5.00", None),
    ]


async def test_a_day_that_left_the_filter_is_taken_back_and_comes_with_its_own(
    world: World, client: httpx.AsyncClient
) -> None:
    first = await exported(world, client, onlyNew=True, filter=_MARCH)
    await change(world, "date = '2026-04-02' WHERE id = ?", _FIRST)
    march = await exported(world, client, onlyNew=True, filter=_MARCH)
    assert await lines_of(world, march) == [(_FIRST, "-12.90", first["id"])]
    april = await exported(
        world, client, onlyNew=True, filter={"from": "2026-04-01", "to": "2026-04-30"}
    )
    assert [line[0] for line in await lines_of(world, april)] == [_THIRD, _FIRST]


async def test_a_note_is_no_correction(world: World, client: httpx.AsyncClient) -> None:
    await exported(world, client, onlyNew=True)
    await change(world, "note = 'lunch' WHERE id = ?", _FIRST)
    assert (await exported(world, client, onlyNew=True))["count"] == 0


async def test_what_is_not_ready_is_not_handed_on(world: World, client: httpx.AsyncClient) -> None:
    await change(world, "status = 'in_review' WHERE id = ?", _FIRST)
    await change(world, "status = 'voided' WHERE id = ?", _SECOND)
    assert [line[0] for line in await lines_of(world, await exported(world, client))] == [_THIRD]


async def test_one_at_a_time_hands_on_what_is_new(world: World, client: httpx.AsyncClient) -> None:
    asked = {"format": "jsonl", "onlyNew": True}
    first = (await client.post("/api/exports", json=asked)).json()
    refused = await client.post("/api/exports", json=asked)
    assert refused.status_code == httpx.codes.CONFLICT
    assert refused.json()["type"].endswith(":export-unfinished")
    assert (
        await client.post("/api/exports", json={"format": "csv", "onlyNew": True})
    ).status_code == 202
    await client.post(f"/api/runs/{first['runId']}/cancel", json={"reason": "the wrong month"})
    await world.settle()
    # What was cancelled has handed on nothing.
    assert (await exported(world, client, onlyNew=True))["count"] == 3


async def test_the_record_is_the_same_over_many_parts(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_expenses(
        world.host.database, *(Given(number, date="2026-03-07") for number in range(10, 20))
    )
    await exported(world, client, onlyNew=True)
    await change(world, "total_minor = total_minor + 1")
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 2)
    monkeypatch.setattr(workflow, "PART_PAGES", 2)
    export = await exported(world, client, onlyNew=True)
    lines = await lines_of(world, export)
    assert len(lines) == 26
    assert sorted(line[0] for line in lines if line[2]) == sorted(
        line[0] for line in lines if not line[2]
    )
    assert (export["count"], export["corrections"], export["progress"]) == (
        26,
        13,
        {"done": 26, "of": 26},
    )


async def test_what_is_taken_back_and_comes_anew_is_expected(
    world: World, client: httpx.AsyncClient
) -> None:
    await exported(world, client, onlyNew=True)
    await change(world, "total_minor = total_minor + 1 WHERE id <> ?", _FIRST)
    await change(world, "status = 'voided' WHERE id = ?", _FIRST)
    asked = await client.post("/api/exports", json={"format": "jsonl", "onlyNew": True})
    # Three are taken back, and two of them come anew.
    assert asked.json()["progress"] == {"done": 0, "of": 5}
    await world.settle()
    export = (await client.get(asked.headers["location"])).json()
    assert export["progress"] == {"done": 5, "of": 5}


async def test_more_corrections_than_are_counted_are_expected_once_they_are_gathered(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await exported(world, client, onlyNew=True)
    await change(world, "total_minor = total_minor + 1")
    monkeypatch.setattr(lines, "MOST_COUNTED", 1)
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 2)
    monkeypatch.setattr(workflow, "PART_PAGES", 1)
    asked = await client.post("/api/exports", json={"format": "jsonl", "onlyNew": True})
    progress: list[JsonObject] = []

    async def look() -> None:
        progress.append((await client.get(asked.headers["location"])).json()["progress"])
        world.faults.when.append((lambda name: name.startswith("instance"), look))

    await look()
    await world.settle()
    # Of three that are taken back one was counted before.
    assert [each for number, each in enumerate(progress) if each not in progress[:number]] == [
        {"done": 0, "of": 2},
        {"done": 2, "of": 2},
        {"done": 3, "of": 6},
        {"done": 5, "of": 6},
    ]


async def test_an_expense_that_moves_while_it_is_gathered_is_in_it_once(
    world: World, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "PAGE_EXPENSES", 1)
    monkeypatch.setattr(workflow, "PART_PAGES", 1)

    async def move() -> None:
        await change(world, "date = '2026-05-01' WHERE id = ?", _FIRST)

    async def parts() -> int:
        return len(await world.host.database.all(statement("SELECT number FROM export_parts")))

    asked = await client.post("/api/exports", json={"format": "jsonl"})
    world.faults.when.append((lambda name: name.startswith("instance"), move))
    await world.settle()
    export = (await client.get(asked.headers["location"])).json()
    assert await parts() > 1
    assert sorted(line[0] for line in await lines_of(world, export)) == [_FIRST, _SECOND, _THIRD]


async def test_a_closed_period_is_handed_on_as_it_was(
    world: World, client: httpx.AsyncClient
) -> None:
    closed = await client.post("/api/closed-periods", json=_MARCH)
    assert closed.status_code == httpx.codes.ACCEPTED, closed.text
    refused = await client.post("/api/exports", json={"format": "csv", "filter": _MARCH})
    assert "being closed" in refused.json()["errors"][0]["message"]
    await world.settle()
    before = await exported(world, client, format="csv", filter=_MARCH)
    sheet = await exported(world, client, format="xlsx", filter=_MARCH)
    assert (before["asClosed"], before["count"]) == (True, 2)
    await change(world, "total_minor = 1 WHERE id = ?", _FIRST)
    await add_expenses(world.host.database, Given(4, date="2026-03-07"))
    after = await exported(world, client, format="csv", filter=_MARCH)
    assert await content_of(world, after) == await content_of(world, before)
    assert (await exported(world, client, format="xlsx", filter=_MARCH))["sha256"] == sheet[
        "sha256"
    ]
    one = await exported(world, client, filter={**_MARCH, "to": "2026-03-05"})
    assert await lines_of(world, one) == [(_FIRST, "12.90", None)]
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert (period["isReady"], period["late"], period["firstDay"]) == (True, 2, "2026-03-01")


async def test_what_comes_after_closing_is_named_in_the_next(
    world: World, client: httpx.AsyncClient
) -> None:
    march = await exported(world, client, onlyNew=True, filter=_MARCH)
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    await change(world, "total_minor = 1300 WHERE id = ?", _FIRST)
    await add_expenses(
        world.host.database, Given(4, date="2026-03-07", created_at="2026-02-01T00:00:00.000Z")
    )
    april = await exported(
        world, client, onlyNew=True, filter={"from": "2026-04-01", "to": "2026-04-30"}
    )
    lines = [json.loads(line) for line in (await content_of(world, april)).splitlines()]
    named = [(line["id"], line["total"], line["afterClosing"]) for line in lines]
    period = "2026-03-01/2026-03-31"
    assert named == [
        (_FIRST, "-12.90", period),
        (_FIRST, "13.00", period),
        ("exp_000004", "12.90", period),
        (_THIRD, "12.90", None),
    ]
    assert lines[0]["corrects"] == march["id"]
    assert (april["afterClosing"], april["corrections"]) == (3, 1)


async def test_a_late_expense_in_another_currency_comes_with_its_base_amount(
    world: World, client: httpx.AsyncClient
) -> None:
    platform = world.host.platform
    await platform.database.all(
        statement("UPDATE accounts SET base_currency = 'EUR' WHERE id = ?", [ACCOUNT])
    )
    owner = Actor(ACCOUNT, "user:usr_first")
    march = (date(2026, 3, 1), date(2026, 3, 31))
    await enter_rate(platform, owner, "MYR", "0.2", *march, source="Bank")
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    late = Given(4, date="2026-03-02", total_minor=7190, currency="MYR")
    await add_expenses(world.host.database, late)
    await convert_expenses(platform)
    april = await exported(
        world, client, onlyNew=True, filter={"from": "2026-04-01", "to": "2026-04-30"}
    )
    lines = [json.loads(line) for line in (await content_of(world, april)).splitlines()]
    assert [
        (line["total"], line["baseTotal"], line["rate"]) for line in lines if line["id"] == late.id
    ] == [("71.90", "14.38", "0.2")]


async def test_what_leaves_a_closed_period_is_taken_back_in_the_next(
    world: World, client: httpx.AsyncClient
) -> None:
    """Voided, or moved to another month: nobody hands the closed month on again, so the next one's
    export says it.
    """
    march = await exported(world, client, onlyNew=True, filter=_MARCH)
    period = (await client.post("/api/closed-periods", json=_MARCH)).json()
    await world.settle()
    await client.post(f"/api/expenses/{_FIRST}/void", json={"reason": "paid twice"})
    await client.patch(
        f"/api/expenses/{_SECOND}",
        json={"date": "2026-04-02", "reason": "read wrongly"},
        headers={"if-match": '"1"'},
    )
    late = (await client.get(f"/api/closed-periods/{period['id']}/late")).json()["items"]
    assert [(each["expenseId"], each["how"], each["date"]) for each in late] == [
        (_SECOND, "moved", "2026-04-02"),
        (_FIRST, "voided", "2026-03-05"),
    ]
    assert await late_of(client) == (2, 2)
    april = await exported(
        world, client, onlyNew=True, filter={"from": "2026-04-01", "to": "2026-04-30"}
    )
    items = (await client.get(f"/api/exports/{april['id']}/items")).json()["items"]
    days = "2026-03-01/2026-03-31"
    assert [
        (each["expenseId"], each["total"], each["corrects"], each["afterClosing"]) for each in items
    ] == [
        (_FIRST, "-12.90", march["id"], days),
        (_SECOND, "5.00", march["id"], days),
        (_THIRD, "12.90", None, None),
        (_SECOND, "-5.00", None, None),
    ]
    assert (await exported(world, client, onlyNew=True, filter=_MARCH))["count"] == 0
    assert (await exported(world, client, onlyNew=True))["count"] == 0
    assert await late_of(client) == (2, 0)


async def late_of(client: httpx.AsyncClient) -> tuple[int, int]:
    """How many are late in the one closed period, and how many of them no export has yet."""
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    return period["late"], period["lateUnexported"]


async def test_what_is_late_waits_until_an_export_has_it(
    world: World, client: httpx.AsyncClient
) -> None:
    await exported(world, client, onlyNew=True, filter=_MARCH)
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    assert await late_of(client) == (0, 0)
    await change(world, "total_minor = 1300 WHERE id = ?", _FIRST)
    await add_expenses(world.host.database, Given(4, date="2026-03-07"))
    assert await late_of(client) == (2, 2)
    await exported(world, client, onlyNew=True, filter=_MARCH)
    assert await late_of(client) == (2, 0)
    # All of the closed days, as they were closed, has nothing of it.
    await change(world, "total_minor = 1400 WHERE id = ?", _FIRST)
    await exported(world, client, filter=_MARCH)
    assert await late_of(client) == (2, 1)


async def test_what_only_the_closing_had_needs_no_export_once_it_is_voided(
    world: World, client: httpx.AsyncClient
) -> None:
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    await client.post(f"/api/expenses/{_FIRST}/void", json={"reason": "paid twice"})
    assert await late_of(client) == (1, 0)


async def test_what_is_late_is_named_one_by_one(world: World, client: httpx.AsyncClient) -> None:
    period = (await client.post("/api/closed-periods", json=_MARCH)).json()
    address = f"/api/closed-periods/{period['id']}/late"
    await change(world, "total_minor = 1 WHERE id = ?", _FIRST)
    assert (await client.get(address)).json()["items"] == []  # it is not written down yet
    await world.settle()
    assert (await client.get(address)).json()["items"] == []  # it was closed as it was written down
    await change(world, "total_minor = 2 WHERE id = ?", _FIRST)
    await add_expenses(world.host.database, Given(4, date="2026-03-07"))
    first = (await client.get(address, params={"limit": 1})).json()
    rest = (await client.get(address, params={"cursor": first["nextCursor"]})).json()
    named = [
        (each["expenseId"], each["how"], each["total"])
        for each in [*first["items"], *rest["items"]]
    ]
    assert named == [("exp_000004", "added", "12.90"), (_FIRST, "changed", "0.02")]
    assert (
        await client.get("/api/closed-periods/per_none/late")
    ).status_code == httpx.codes.NOT_FOUND


async def test_an_approval_is_neither_a_correction_nor_late(
    world: World, client: httpx.AsyncClient
) -> None:
    await exported(world, client, onlyNew=True, filter=_MARCH)
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    both = await as_seen(world.host.database, [_FIRST, _SECOND])
    await client.post("/api/expenses/approve", json=both)
    approved = await as_seen(world.host.database, [_FIRST, _SECOND])
    refused = {**approved, "reason": "Whose lunch?"}
    await client.post("/api/expenses/reject", json=refused)
    await client.post(f"/api/expenses/{_FIRST}/confirm", json={})
    await client.post(f"/api/expenses/{_SECOND}/confirm", json={})
    await client.post("/api/expenses/approve", json=await as_seen(world.host.database, [_FIRST]))
    assert (await exported(world, client, onlyNew=True, filter=_MARCH))["count"] == 0
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert period["late"] == 0
    # Nor in another series, which takes what is late although its days come before the filter's.
    april = {"from": "2026-04-01", "to": "2026-04-30"}
    later = await exported(world, client, onlyNew=True, format="csv", filter=april)
    assert (later["count"], later["afterClosing"]) == (1, 0)
    # What is booked anew is late all the same.
    await client.patch(f"/api/expenses/{_SECOND}", json={"category": "Travel"})
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert period["late"] == 1


async def test_what_was_merged_and_told_apart_again_is_not_late(
    world: World, client: httpx.AsyncClient
) -> None:
    """Neither merging nor telling apart was a change of it, so it counted as late and was handed on
    a second time.
    """
    await exported(world, client, onlyNew=True, filter=_MARCH)
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    await client.post("/api/duplicates/merge", json={"keep": _SECOND, "drop": _FIRST})
    await client.post("/api/duplicates/apart", json={"first": _FIRST, "second": _SECOND})
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert period["late"] == 0
    april = {"from": "2026-04-01", "to": "2026-04-30"}
    assert (await exported(world, client, onlyNew=True, format="csv", filter=april))[
        "afterClosing"
    ] == 0


async def test_a_period_is_closed_once_and_opened_for_a_reason(
    world: World, client: httpx.AsyncClient
) -> None:
    period = (await client.post("/api/closed-periods", json=_MARCH)).json()
    again = await client.post(
        "/api/closed-periods", json={"from": "2026-03-31", "to": "2026-04-02"}
    )
    assert again.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "closed already" in again.json()["errors"][0]["message"]
    for days in (
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2026-03-01", "to": "2999-01-01"},
        {"to": "x"},
    ):
        assert (await client.post("/api/closed-periods", json=days)).status_code == 422
    await world.settle()
    opening = f"/api/closed-periods/{period['id']}/reopen"
    assert (await client.post(opening, json={"reason": " "})).status_code == 422
    opened = (await client.post(opening, json={"reason": "an invoice was missing"})).json()
    assert (opened["reopenReason"], opened["reopenedBy"]) == (
        "an invoice was missing",
        "token:tok_usr_first",
    )
    assert (await client.post(opening, json={"reason": "again"})).json() == opened
    assert (await exported(world, client, filter=_MARCH))["asClosed"] is False
    assert (
        await client.post("/api/closed-periods/per_none/reopen", json={"reason": "x"})
    ).status_code == 404
    actions = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'period.%' ORDER BY id"
    )
    assert [row["action"] for row in actions] == ["period.closed", "period.reopened"]


async def test_only_an_owner_closes(world: World, client: httpx.AsyncClient) -> None:
    await world.host.database.batch(roles_given("usr_first", *MEMBER))
    for path, body in (
        ("/api/closed-periods", _MARCH),
        ("/api/closed-periods/per_x/reopen", {"reason": "x"}),
    ):
        assert (await client.post(path, json=body)).status_code == httpx.codes.FORBIDDEN


async def test_an_expense_names_the_export_that_was_chosen(
    world: World, client: httpx.AsyncClient
) -> None:
    body: JsonObject = {"name": "For our adviser", "format": "csv", "options": {}}
    profile = (await client.post("/api/export-profiles", json=body)).json()["id"]
    await exported(world, client, format="csv", profile=profile, filter=_MARCH)
    await exported(world, client, format="xlsx", filter=_MARCH)
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    stages = (await client.get(f"/api/expenses/{_FIRST}/progress")).json()["stages"]
    [facts] = [stage["facts"] for stage in stages if stage["stage"] == "exported"]
    assert sorted((each["name"], each["state"]) for each in facts) == [
        ("For our adviser", None),
        ("jsonl", "closing"),
        ("xlsx", None),
    ]
