"""What a model cannot take waits for a person; what it refuses for another cause is a dead letter."""

import httpx
import pytest

from tests.simulation.faults import Faults
from tests.simulation.receipts import UNSURE, open_receipts, upload
from tests.support.host_api import api_client
from tillroll.platform.bindings.models import ModelError


@pytest.mark.parametrize(
    ("code", "status", "reasons"),
    [
        (5004, "needs_review", ["unreadable"]),
        (3006, "needs_review", ["unreadable"]),
        (3010, "needs_review", ["unreadable"]),
        (5007, "failed", None),
        (3036, "failed", None),
    ],
)
async def test_a_picture_that_the_model_cannot_take_waits_for_a_person(
    code: int, status: str, reasons: list[str] | None
) -> None:
    world = await open_receipts(Faults(), UNSURE, webhook=False)
    world.host.pieces.models.failures = [ModelError(code, "no")]
    await upload(world, 0)
    await world.settle()
    async with api_client(world.host.platform) as client:
        answer = await client.get("/api/runs")
        assert answer.status_code == httpx.codes.OK, answer.text
        (item,) = answer.json()["items"]
        run = (await client.get(f"/api/runs/{item['id']}")).json()
    assert run["status"] == status
    assert (run["review"] and run["review"]["reasons"]) == reasons
