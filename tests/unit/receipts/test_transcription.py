"""What a model cannot take waits for a person; what it refuses for another cause is a dead
letter.
"""

import tracemalloc

import httpx
import pytest

from tests.simulation.receipts import UNSURE, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.reading import MemoryImages
from tillroll_testing.simulation.faults import Faults


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


async def test_no_picture_is_held_while_the_model_thinks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many models think at once, for seconds."""
    world = await open_receipts(Faults(), UNSURE, webhook=False)
    pieces, held = world.host.pieces, list[int]()
    answer, size = pieces.models.run, 5_000_000

    async def shown(*_: object, **__: object) -> str:
        return "data:image/jpeg;base64," + "A" * size

    async def run(model: str, inputs: JsonObject) -> JsonObject:
        answered = await answer(model, inputs)
        del inputs
        held.append(tracemalloc.get_traced_memory()[0])
        return answered

    monkeypatch.setattr(MemoryImages, "as_data_url", shown)
    monkeypatch.setattr(pieces.models, "run", run)
    await upload(world, 0)
    tracemalloc.start()
    try:
        await world.settle()
    finally:
        tracemalloc.stop()
    assert held[0] < size / 2
