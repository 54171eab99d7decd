"""Bulk operations over HTTP: looked at before, asked for once, followed, and nobody else's."""

from typing import Any

import httpx
import pytest

from tests.simulation.bulk.street import Street
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, migrated_database
from tillroll.bulk.service import SELECT_OPERATIONS
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.world import World


async def closed_street(couriers: int) -> tuple[Street, World]:
    street = Street()
    return street, await street.open(couriers)


async def asked(
    street: Street, world: World, path: str, body: dict[str, Any] | None = None, **more: Any
) -> httpx.Response:
    async with api_client(world.host.platform, registry=street.registry, **more) as client:
        path = f"/api/bulk-operations{path}"
        return await client.get(path) if body is None else await client.post(path, json=body)


async def test_a_preview_counts_and_shows_the_newest_and_begins_nothing() -> None:
    street, world = await closed_street(12)
    found = (
        await asked(street, world, "/preview", {"act": "retry", "filter": {"kind": "courier"}})
    ).json()
    assert (found["count"], found["isMore"], len(found["sample"])) == (12, False, 10)
    assert (found["sample"][0]["kind"], found["sample"][0]["status"]) == ("courier", "failed")
    none = (await asked(street, world, "/preview", {"act": "cancel", "filter": {}})).json()
    assert (none["count"], none["sample"]) == (0, [])
    assert not await world.rows("SELECT id FROM bulk_operations")


async def test_it_finds_runs_by_their_attributes_from_page_to_page() -> None:
    street, world = await closed_street(102)
    sql = (
        "INSERT INTO run_attributes SELECT id, 'way', 'open', account_id FROM runs "
        "WHERE begin_key <> 'courier 1'"
    )
    await world.rows(sql)
    chosen = {"act": "retry", "filter": {"kind": "courier", "attribute": ["way:open"]}}
    found = (await asked(street, world, "/preview", chosen)).json()
    assert (found["count"], len(found["sample"])) == (101, 10)
    begun = (await asked(street, world, "", {**chosen, "reason": "the street is open"})).json()
    assert (begun["found"], begun["filter"]["attribute"]) == (101, ["way:open"])
    await world.settle()
    ended = (await asked(street, world, f"/{begun['id']}")).json()
    assert (ended["done"], ended["leftOut"]) == (101, 0)


async def test_it_is_asked_for_and_followed_to_its_end() -> None:
    street, world = await closed_street(3)
    await world.rows("UPDATE runs SET contract_version = 99 WHERE begin_key = 'courier 1'")
    body = {
        "act": "retry",
        "filter": {"kind": "courier", "from": "2026-01-01"},
        "reason": "the street is open",
    }
    begun = await asked(street, world, "", body)
    assert begun.status_code == 202, begun.text
    operation = begun.json()
    assert (operation["found"], operation["done"], operation["status"]) == (3, 0, "processing")
    assert operation["filter"] | {"to": ""} == {
        "kind": "courier",
        "status": "failed",
        "from": "2026-01-01T00:00:00Z",
        "to": "",
    }
    await world.settle()
    path = f"/{operation['id']}"
    ended = (await asked(street, world, path)).json()
    assert (ended["done"], ended["leftOut"], ended["status"], ended["inLine"]) == (
        2,
        1,
        "complete",
        False,
    )
    [left_out] = (await asked(street, world, f"{path}/left-out")).json()["items"]
    assert "not deployed" in left_out["reason"]
    [listed] = (await asked(street, world, "")).json()["items"]
    assert listed == ended
    assert (await asked(street, world, path, token=OTHER_TOKEN)).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"act": "retry", "filter": {"status": "complete"}, "reason": "why not"}, "filter.status"),
        (
            {"act": "cancel", "filter": {"kind": "bulk-operation"}, "reason": "why not"},
            "filter.kind",
        ),
        ({"act": "pause", "filter": {}, "reason": "why not"}, "act"),
        ({"act": "retry", "filter": {"knid": "courier"}, "reason": "why not"}, "filter.knid"),
        ({"act": "retry", "filter": {}, "reason": ""}, "reason"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_its_field(
    body: dict[str, Any], field: str
) -> None:
    street, world = await closed_street(0)
    answer = await asked(street, world, "", body)
    assert answer.status_code == 422
    assert field in answer.text
    assert not await world.rows("SELECT id FROM bulk_operations")


async def test_the_newest_run_is_the_one_that_goes_on() -> None:
    """Whatever the clock was that its id was made by."""
    database = await migrated_database()
    await database.all(
        statement(
            "INSERT INTO bulk_operations (id, account_id, act, filter, kinds, reason, actor, "
            "found, created_at) "
            "VALUES ('blk_1', ?, 'retry', '{}', '[]', '', 'user:usr_first', 2, "
            "'2026-03-01T09:00:00.000Z')",
            [ACCOUNT],
        )
    )
    for run_id, previous in (("run_2", None), ("run_1", "run_2")):
        await database.all(
            statement(
                "INSERT INTO runs (id, account_id, kind, contract_version, subject, "
                "previous_run_id, state, status, "
                "next_safe_action, created_at, updated_at) "
                "VALUES (?1, ?2, 'bulk-operation', 1, 'blk_1', ?3, 'asked', 'processing', 'none', "
                "'', '')",
                [run_id, ACCOUNT, previous],
            )
        )
    [found] = await database.all(statement(SELECT_OPERATIONS, [ACCOUNT, "blk_1", "~", 2]))
    assert found["run_id"] == "run_1"
