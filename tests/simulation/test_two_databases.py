"""Two databases: what lies of both in one bucket is swept by each, and no text is taken for an
account.
"""

from dataclasses import replace

import pytest

from tests.simulation.moving import open_two
from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import CLEAR_RECEIPT, TOKEN, migrated_database
from tillroll.moving.workflow import ACCOUNT_MOVE
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import statement
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.invocation import invocation, over_all
from tillroll_durable.platform.services import Platform
from tillroll_durable.upkeep.quarantine import sweep_objects
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_LOOKS_LIKE_AN_ACCOUNT = "acc_01JD0C3YF8W7AAAAAAAAAAAAAA002 Ltd"


@pytest.fixture(autouse=True)
def _in_the_first() -> None:
    shards.make_here(shards.FIRST)


def _over_two(world: World, second: Database) -> Platform:
    platform = world.host.platform
    return replace(platform, databases={1: platform.database, 2: second})


async def _positions(platform: Platform) -> list[str]:
    query = "SELECT position FROM reconciler_cursors WHERE name = 'orphaned objects'"
    return [str(row["position"]) for row in await platform.database.all(statement(query))]


async def test_a_page_that_ends_at_an_object_of_elsewhere_does_not_stop_the_sweep() -> None:
    world, _ = await open_two(Faults(), Deployed(ACCOUNT_MOVE))
    shards.make_here(2)
    elsewhere = new_id("acc")
    shards.make_here(shards.FIRST)
    for number in range(150):
        key = f"{elsewhere}/{number:064x}/original"
        await world.host.platform.objects.put_bytes(key, b"x", "image/jpeg")
    for platform in over_all(invocation(world.host.platform)):
        positions: list[str] = []
        for _ in range(4):
            await sweep_objects(platform, REGISTRY.objects_in_use)
            positions += await _positions(platform)
        # It goes on page by page, comes to the end, and begins anew.
        assert len(set(positions)) > 1, platform.shard
        assert positions[-1] in {"", positions[0]}, platform.shard


async def test_a_client_may_be_called_like_an_account_of_elsewhere() -> None:
    world, _ = await open_two(Faults(), Deployed(ACCOUNT_MOVE))
    async with api_client(world.host.platform, TOKEN) as client:
        made = await client.post("/api/clients", json={"name": _LOOKS_LIKE_AN_ACCOUNT})
        assert made.is_success, made.text
        path = f"/api/clients/{made.json()['id']}"
        changed = await client.patch(path, json={"reference": _LOOKS_LIKE_AN_ACCOUNT})
        assert changed.is_success, changed.text
        assert (await client.delete(path)).is_success


async def test_a_receipt_of_a_shop_that_is_called_like_an_account_is_read() -> None:
    transcript = CLEAR_RECEIPT.replace("GREEN GARDEN CAFE SDN BHD", _LOOKS_LIKE_AN_ACCOUNT)
    world = await open_receipts(Faults(), transcript)
    world.host.platform = _over_two(world, await migrated_database())
    await upload(world)
    await world.settle()
    assert await world.rows("SELECT state, error_summary FROM runs") == [
        {"state": "notified", "error_summary": None}
    ]
    [expense] = await world.rows("SELECT merchant FROM expenses")
    assert str(expense["merchant"]).startswith("acc_")
