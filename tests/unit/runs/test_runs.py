"""The list of runs shows what was read until there is an expense."""

from typing import Any

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def listed(world: World) -> dict[str, Any]:
    async with api_client(world.host.platform) as client:
        [run] = (await client.get("/api/runs")).json()["items"]
    return run


async def test_what_was_read_is_listed_until_a_person_confirms_it() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    assert (await listed(world))["read"] is None
    await world.settle()
    run = await listed(world)
    assert run["expense"] is None
    read = {"merchant": "GREEN GARDEN CAFE", "registeredName": None, "date": "2026-02-14"}
    unread = dict.fromkeys(
        ("total", "currency", "documentKind", "receiptNumber", "dueDate", "amountDue", "buyer")
    )
    assert run["read"] == read | unread
    async with api_client(world.host.platform) as client:
        assert (await client.get(f"/api/runs/{run_id}")).json()["read"] == run["read"]
    await world.settle(CORRECTION)
    run = await listed(world)
    assert (run["read"], run["expense"]["total"]) == (None, "12.90")
