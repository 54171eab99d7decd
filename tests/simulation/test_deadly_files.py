"""A file whose reading ends the Worker each time is a person's after the second time, and takes
nobody with it.
"""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.simulation.receipts import check_receipts, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tests.support.invoice import invoice_pdf
from tests.support.receipts import clear_receipt
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll.receipts.repository import noted
from tillroll_durable._record.deaths import MOST_DEATHS as MOST_ATTEMPTS
from tillroll_durable._record.deaths import Watch
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import Run, find_run
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

DEADLY = invoice_pdf(clear_receipt("PAPER SHOP SDN BHD", "12.90"))
MOST_DEATHS = 20
KILLS = 10
HARMLESS = invoice_pdf(clear_receipt("GREEN GARDEN SDN BHD", "47.10"))


class Reaper:
    """The process dies in a pause of the reading of the deadly file, up to MOST_DEATHS times."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.deaths = 0
        self.is_harmless = False
        self._read = b""
        objects = world.host.pieces.objects
        get_bytes = objects.get_bytes

        async def noting(key: str) -> bytes | None:
            self._read = await get_bytes(key) or b""
            return self._read

        objects.get_bytes = noting
        world.host.platform = replace(world.host.platform, pause=self._pause)

    async def _pause(self) -> None:
        if self._read == DEADLY and not self.is_harmless and self.deaths < MOST_DEATHS:
            self.deaths += 1
            await self.world.faults.kill()


async def hand_in(world: World, content: bytes) -> str:
    file = MemoryFile(content, world.host.pieces.objects, "invoice.pdf")
    reply = await receive(
        world.host.platform, MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"})
    )
    return str(reply.body["runId"])


async def shown(world: World, run_id: str) -> JsonObject:
    async with api_client(world.host.platform) as client:
        return (await client.get(f"/api/runs/{run_id}")).raise_for_status().json()


async def retry(world: World, run_id: str) -> None:
    async with api_client(world.host.platform) as client:
        answer = await client.post(f"/api/runs/{run_id}/retry", json={"reason": "once more"})
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    await world.settle()


@pytest.mark.parametrize("order", [(DEADLY, HARMLESS), (HARMLESS, DEADLY)], ids=["first", "last"])
async def test_after_two_deaths_the_file_is_a_dead_letter_and_nobody_else_suffers(
    order: tuple[bytes, bytes],
) -> None:
    world = await open_receipts(Faults(), webhook=False)
    reaper = Reaper(world)
    photo = await upload(world)
    runs = {content: await hand_in(world, content) for content in order}
    await world.settle()
    assert reaper.deaths == 2
    dead = await shown(world, runs[DEADLY])
    assert (dead["state"], dead["nextSafeAction"], dead["safeToRetry"]) == (
        "received_ocr_failed",
        "retry_from_step",
        True,
    )
    assert "Twice the reading of this file began and did not end" in str(dead["whatHappened"])
    assert "with the values typed in" in str(dead["message"])
    for other in (photo, runs[HARMLESS]):
        assert (await shown(world, other))["status"] == "complete"
    await check_receipts(world)


async def test_who_retries_it_has_it_read_once_more() -> None:
    world = await open_receipts(Faults(), webhook=False)
    reaper = Reaper(world)
    run_id = await hand_in(world, DEADLY)
    await world.settle()
    await retry(world, run_id)
    assert (reaper.deaths, (await shown(world, run_id))["state"]) == (3, "received_ocr_failed")
    reaper.is_harmless = True
    await retry(world, run_id)
    assert (await shown(world, run_id))["status"] == "complete"
    assert await world.rows("SELECT unended_readings FROM receipts") == [{"unended_readings": 0}]
    await check_receipts(world)


async def test_what_failed_otherwise_is_no_death() -> None:
    """A file that is refused has ended its reading, however often."""
    world = await open_receipts(Faults(), webhook=False)
    await hand_in(world, b"%PDF-1.7\nno table")
    await world.settle()
    assert await world.rows("SELECT unended_readings FROM receipts") == [{"unended_readings": 0}]


async def _die_while_reading(world: World, run: Run) -> None:
    """A reading begins, and its process ends."""
    reading = noted(world.host.platform.database, run.subject, run.account_id)
    await reading.__aenter__()


async def _handed_in(world: World) -> list[Run]:
    """The runs of a deadly file and of another, a minute after they were begun."""
    runs: list[Run] = []
    for content in (DEADLY, HARMLESS):
        run = await find_run(world.host.platform.database, await hand_in(world, content))
        assert run is not None
        runs.append(run)
    world.host.pieces.clock.advance(timedelta(minutes=1))
    return runs


async def _attempt(world: World, run: Run, times: int = 1) -> None:
    """Attempts of a step begin, each in a new process."""
    for _ in range(times):
        await Watch(run).begin(world.host.platform, run, "ocr-extract")


async def test_a_reading_that_ended_beside_others_is_no_death_of_the_file() -> None:
    world = await open_receipts(Faults(), webhook=False)
    [run, other] = await _handed_in(world)
    await _die_while_reading(world, other)
    for _ in range(MOST_DEATHS):
        await _die_while_reading(world, run)
    alone = "UPDATE receipts SET unended_readings = 0 WHERE id = ?"
    await world.host.platform.database.batch([statement(alone, [other.subject])])
    await _die_while_reading(world, run)
    with pytest.raises(NonRetryable):
        await _die_while_reading(world, run)


async def test_ten_kills_stop_no_attempts_of_several_runs() -> None:
    world = await open_receipts(Faults(), webhook=False)
    [run, other] = await _handed_in(world)
    for _ in range(KILLS):
        for each in (run, other):
            await _attempt(world, each)
    alone = statement("DELETE FROM unended_attempts WHERE run_id = ?", [other.id])
    await world.host.platform.database.batch([alone])
    with pytest.raises(NonRetryable):
        await _attempt(world, run, times=MOST_ATTEMPTS)
