"""Where words stand in a picture goes with the transcript, from the reader to the run's answer."""

import json
from typing import Any

from tests.simulation.receipts import UNSURE, open_receipts, upload
from tests.support.drawing import draw_receipt
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.scans import jpeg_scan, scanned_pdf
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

CORNERS: list[Json] = [100, 500, 900, 500, 900, 600, 100, 600]
TOTAL: Json = [5, 0, 5, *CORNERS]
AMOUNT: Json = [5, 7, 12, *CORNERS]
TOLD: JsonObject = {"version": 1, "pages": [{"page": 1, "words": [TOTAL, AMOUNT]}]}
DIGITAL = "A page of text that somebody wrote\nwith a second line of words on it"


async def world_with(boxes: JsonObject | None) -> World:
    world = await open_receipts(Faults(), UNSURE, webhook=False)
    world.host.pieces.models.boxes = boxes
    return world


async def shown(world: World, run_id: str) -> dict[str, Any]:
    async with api_client(world.host.platform) as client:
        found: dict[str, Any] = (await client.get(f"/api/runs/{run_id}")).json()
    return found


def stored(world: World) -> dict[str, dict[str, Any]]:
    """Transcripts, by key."""
    content = world.host.pieces.objects.content
    return {key: json.loads(content[key]) for key in content if "/transcript/" in key}


async def test_boxes_are_stored_and_answered_with_the_transcript() -> None:
    world = await world_with(TOLD)
    run_id = await upload(world)
    await world.settle()
    [transcript] = stored(world).values()
    assert transcript["boxes"] == TOLD
    run = await shown(world, run_id)
    assert run["transcript"]["boxes"] == [{"page": 1, "words": [TOTAL, AMOUNT]}]
    evidence = run["extraction"]["total"]["evidence"]
    assert (evidence["line"], run["transcript"]["lines"][5][7:12]) == (5, "£9.00")
    async with api_client(world.host.platform) as client:
        assert "boxes" not in (await client.get("/api/runs")).text


async def test_a_reader_that_knows_no_boxes_leaves_none() -> None:
    world = await world_with(None)
    run_id = await upload(world)
    await world.settle()
    assert all(transcript["boxes"] is None for transcript in stored(world).values())
    assert (await shown(world, run_id))["transcript"]["boxes"] == []


async def test_boxes_that_do_not_fit_the_transcript_are_dropped_and_the_receipt_is_read() -> None:
    world = await world_with(
        {"version": 1, "pages": [{"page": 1, "words": [[99, 0, 5, *CORNERS], "TOTAL"]}]}
    )
    run_id = await upload(world)
    await world.settle()
    run = await shown(world, run_id)
    assert run["transcript"]["boxes"] == []
    assert run["extraction"]["total"]["value"] == "9.00"


async def test_the_pages_of_a_pdf_count_its_lines() -> None:
    world = await world_with(TOLD)
    scan = jpeg_scan(draw_receipt(["SCAN"]))
    content = scanned_pdf([scan], DIGITAL, [scan])
    objects = world.host.pieces.objects
    reply = await receive(
        world.host.platform,
        MemoryUpload([MemoryFile(content, objects)], {"authorization": f"Bearer {TOKEN}"}),
    )
    await world.settle()
    transcript = (await shown(world, str(reply.body["runId"])))["transcript"]
    assert [page["page"] for page in transcript["boxes"]] == [1, 3]
    for page in transcript["boxes"]:
        texts = [transcript["lines"][word[0]][word[1] : word[2]] for word in page["words"]]
        assert texts == ["TOTAL", "£9.00"]
