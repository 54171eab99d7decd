"""What was archived is handed out with the rest: all of it, once, whatever is moved while it is
gathered.
"""

import io
import json
import re
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.host_platform import ACCOUNT, USER
from tests.unit.tillroll_durable.test_archiving import ended, note, rounds
from tillroll.archiving import archiving
from tillroll.privacy import files, rows
from tillroll.privacy.repository import DataExport, What
from tillroll_durable.archive.files import TABLES, ArchiveLost
from tillroll_durable.archive.unarchiving import restore_run
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.runs import find_run
from tillroll_testing.simulation.world import World

Given = dict[str, list[dict[str, Any]]]
_TARGETS = {What.ACCOUNT: ACCOUNT, What.PERSON: USER}


async def nothing() -> None:
    """Nobody moves anything."""


def export_of(what: What) -> DataExport:
    return DataExport(
        f"dex_{what}", ACCOUNT, what, _TARGETS[what], "run_x", "2026-03-01T00:00:00.000Z", "2027"
    )


async def gathered(
    world: World, what: What, between: Callable[[], Awaitable[object]] = nothing
) -> Given:
    """All files of a data export, by table; what happens between two of them."""
    export = export_of(what)
    given: Given = {}
    place: files.Place | None = files.Place()
    number = 0
    while place is not None:
        number += 1
        stored, _, place = await files.write(world.host.platform, export, number, place)
        archive = zipfile.ZipFile(io.BytesIO(world.host.pieces.objects.content[stored.key]))
        for name in archive.namelist():
            if name.endswith(".jsonl"):
                table = name.removeprefix("rows/").removesuffix(".jsonl").partition("-")[0]
                given.setdefault(table, []).extend(
                    map(json.loads, archive.read(name).decode().splitlines())
                )
        await between()
    return given


def of_runs(given: Given) -> dict[str, list[str]]:
    """What runs left and did, without what tells of moving them."""
    return {
        table: sorted(
            str(sorted(row.items()))
            for row in given.get(table, [])
            if not str(row.get("action")).startswith(("archive.", "run.restored"))
        )
        for table in [*TABLES, *(each.name for each in archiving().tables)]
    }


async def restore_one(world: World) -> None:
    for row in await world.rows("SELECT run_id FROM archived_runs ORDER BY run_id DESC LIMIT 1"):
        run = await find_run(world.host.database, text(row, "run_id"))
        assert run is not None
        await restore_run(world.host.platform, run, "user:usr_first")


@pytest.mark.parametrize("what", list(_TARGETS))
async def test_what_was_archived_is_handed_out_as_before(what: What) -> None:
    world = await ended(3)
    before = of_runs(await gathered(world, what))
    assert before["audit_events"]
    assert bool(before["run_steps"]) == (what is What.ACCOUNT)
    assert len(before["extractions"]) == 3
    assert await rounds(world) == 3
    assert (
        await world.rows("SELECT run_id FROM run_steps UNION ALL SELECT run_id FROM extractions")
        == []
    )
    assert of_runs(await gathered(world, what)) == before


@pytest.mark.parametrize("what", list(_TARGETS))
@pytest.mark.parametrize("asked", [3, 7, 40])
async def test_nothing_is_missed_or_comes_twice_while_it_is_moved(
    what: What, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A piece is archived, or a run brought back, between any two files."""
    monkeypatch.setattr(rows, "PAGE_ROWS", 2)
    monkeypatch.setattr(files, "MOST_ASKED", asked)
    monkeypatch.setattr(rows, "MOST_RUNS", 1)
    world = await ended(3)
    before = of_runs(await gathered(world, what))

    async def archive_on() -> None:
        await rounds(world, 1)

    assert of_runs(await gathered(world, what, archive_on)) == before
    await rounds(world)
    assert await world.rows("SELECT 1 FROM run_steps") == []
    await note(world)
    assert of_runs(await gathered(world, what, lambda: restore_one(world))) == before


async def test_runs_of_one_bundle_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await ended(3)
    await rounds(world)
    asked: list[str] = []
    get = world.host.pieces.objects.get_bytes

    async def counting(key: str) -> bytes | None:
        asked.append(key)
        return await get(key)

    monkeypatch.setattr(world.host.pieces.objects, "get_bytes", counting)
    await gathered(world, What.ACCOUNT)
    assert len([key for key in asked if "/archive/arc_" in key]) == 1


async def test_runs_that_left_much_come_on_pages_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows, "_MOST_BYTES", 1)
    world = await ended(3)
    ids = [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]
    after: list[str | None] = [""]
    while after[-1] is not None:
        page = await rows.next_runs(
            world.host.platform, export_of(What.ACCOUNT), ["run_steps"], "0", after[-1]
        )
        assert len({row["run_id"] for row in page.there["run_steps"]}) <= 1
        after.append(page.after)
    assert after == ["", *ids[:-1], None]


@pytest.mark.parametrize("place", ["/archive/arc_", "audit/archive/"])
async def test_what_cannot_be_read_is_not_left_out(place: str) -> None:
    world = await ended()
    await rounds(world)
    objects = world.host.pieces.objects.content
    [key] = [key for key in objects if place in key]
    content = objects[key]
    for lost in (None, content[:-9], content[:40] + bytes([content[40] ^ 1]) + content[41:]):
        objects.pop(key)
        if lost is not None:
            objects[key] = lost
        says = "is gone from the object store" if lost is None else "was changed"
        with pytest.raises(ArchiveLost, match=rf"{re.escape(key)} {says}"):
            await gathered(world, What.ACCOUNT)
        objects[key] = content
    assert (await gathered(world, What.ACCOUNT))["run_steps"]
