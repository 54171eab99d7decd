"""What was read of a receipt goes into the archive with its run, and is shown from there as
before.
"""

from typing import Any

import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_platform import CLEAR_RECEIPT
from tests.unit.tillroll_durable.test_archiving import asked, ended, grow_old, rounds
from tillroll_durable.archive import archiving as archive
from tillroll_durable.archive.unarchiving import erase_archived, restore_run
from tillroll_durable.platform.bindings.database import Row
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_READ = "SELECT * FROM extractions ORDER BY run_id"


async def told(world: World, *paths: str) -> list[Any]:
    answers = [await asked(world, path) for path in paths]
    return [each.json() for each in answers if each.raise_for_status()]


async def decided(path: str, **said: object) -> tuple[World, str]:
    """A receipt without a total, and what a person did with it long ago; beside it, the run's
    id.
    """
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    await world.work()
    (await asked(world, f"/api/runs/{run_id}/{path}", "POST", said)).raise_for_status()
    await world.settle({})
    await grow_old(world)
    return world, run_id


async def test_the_history_of_an_archived_expense_says_what_was_corrected() -> None:
    world, run_id = await decided("review", decision="approve", values=CORRECTION)
    paths = [
        f"/api/expenses/{run_id.replace('run_', 'exp_')}/history",
        f"/api/runs/{run_id}",
        "/api/expenses",
    ]
    [history, run, listed] = await told(world, *paths)
    # Who works alone approves by confirming.
    assert [(each["kind"], len(each["values"])) for each in history["items"]] == [
        ("approved", 0),
        ("reviewed", 2),
    ]
    assert run["extraction"]["merchant"]["value"]
    before: list[Row] = await world.rows(_READ)
    assert await rounds(world) == 1
    assert await world.rows(_READ) == []
    assert await told(world, *paths) == [history, {**run, "archived": True}, listed]
    found = await world.run()
    assert found is not None
    assert await restore_run(world.host.platform, found, "user:usr_first")
    assert await world.rows(_READ) == before
    assert await told(world, paths[0]) == [history]


async def test_what_became_no_expense_is_listed_with_what_was_read() -> None:
    world, _ = await decided("cancel", reason="not ours")
    before = await told(world, "/api/runs")
    assert before[0]["items"][0]["read"]["merchant"]
    assert await rounds(world) == 1
    assert len(await world.rows(_READ)) == 1
    assert await told(world, "/api/runs") == before


async def test_what_was_read_is_erased_with_its_bundle_and_told_where_that_is_lost() -> None:
    world, run_id = await decided("review", decision="approve", values=CORRECTION)
    await rounds(world)
    objects = world.host.pieces.objects.content
    [key] = [key for key in objects if "/archive/arc_" in key]
    content = objects.pop(key)
    history = await asked(world, f"/api/expenses/{run_id.replace('run_', 'exp_')}/history")
    assert (history.status_code, history.json()["type"].split(":")[-1]) == (503, "archive-lost")
    objects[key] = content
    assert await erase_archived(world.host.platform, run_id)
    assert [key for key in objects if "/archive/arc_" in key] == []
    assert (await asked(world, f"/api/runs/{run_id}")).json()["extraction"] is None


async def test_a_seller_abroad_is_still_known_from_the_tax_id() -> None:
    world = await open_receipts(
        Faults(), CLEAR_RECEIPT.replace("TOTAL", "VAT No: IE6388047V\nTOTAL")
    )
    await world.rows("UPDATE accounts SET base_currency = 'MYR', tax_ids = '[\"DE136695976\"]'")
    await upload(world)
    await world.settle({})
    await world.rows("UPDATE expenses SET tax_minor = 0")
    await world.rows("UPDATE expense_conversions SET tax_minor = 0")
    await grow_old(world)
    path = "/api/tax/report?from=2026-01-01&to=2026-03-31"
    before = await told(world, path)
    assert "seller_abroad" in [each["reason"] for each in before[0]["open"]]
    assert await rounds(world) == 1
    assert await told(world, path) == before


async def test_what_was_read_counts_for_the_size_of_a_bundle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await ended(2)
    await world.rows("UPDATE extractions SET body = json_set(body, '$.said', ?)", "x" * 60_000)
    monkeypatch.setattr(archive, "_MOST_BYTES", 100_000)
    await rounds(world)
    [bundles] = await world.rows("SELECT count(*) AS n FROM archive_bundles")
    assert bundles["n"] == len(await world.rows("SELECT 1 FROM archived_runs")) == 2
