"""A receipt whose reading failed for good can be filled in by hand, by its owner, through the
API.
"""

import httpx
import pytest

from tests.simulation.receipts import check_receipts, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults

WHOLE: JsonObject = {
    "merchant": "Green Garden",
    "date": "2026-02-14",
    "total": "12.90",
    "currency": "MYR",
}


@pytest.mark.parametrize("copies", [1, 2])
async def test_what_was_typed_in_takes_the_place_of_a_reading_that_failed(copies: int) -> None:
    """Of two receipts that say the same, the second is asked about, as one that was read would
    be.
    """
    world = await open_receipts(Faults(), webhook=False)
    refusal = "the daily quota is used up"
    world.host.pieces.models.failures = [ModelError(3036, refusal) for _ in range(99)]
    for copy in range(copies):
        run_id = await upload(world, copy)
        await world.settle()
        async with api_client(world.host.platform) as client:
            failed = (await client.get(f"/api/runs/{run_id}")).json()
            assert (failed["status"], failed["nextSafeAction"]) == ("failed", "retry_from_step")
            assert "with the values typed in" in failed["message"]
            body = {"reason": "read by eye", "values": WHOLE}
            answer = await client.post(f"/api/runs/{run_id}/retry", json=body)
            assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        await world.settle({})
    run = await world.run()
    assert run is not None
    rows = await world.rows("SELECT status FROM runs ORDER BY id")
    assert [row["status"] for row in rows] == ["complete"] * copies
    reviews = await world.rows("SELECT reason FROM reviews")
    assert [row["reason"] for row in reviews] == ["possible_duplicate"] * (copies - 1)
    expenses = await world.rows("SELECT merchant, total_minor, currency FROM expenses")
    assert (
        expenses == [{"merchant": "Green Garden", "total_minor": 1290, "currency": "MYR"}] * copies
    )
    await check_receipts(world)
