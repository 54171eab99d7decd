"""Exports under what can happen to a process, its engine and its cron: the file is there once, and whole."""

import io
import json
import zipfile
from functools import partial
from typing import Any

import pytest

from tests.simulation import disturbances as by
from tests.simulation import invariants
from tests.simulation.faults import Faults
from tests.simulation.playing import Disturbance
from tests.simulation.verbs.playing import cancel_first
from tests.simulation.world import Deployed, World, open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tests.support.pdf_reading import read_strictly
from tillroll.durable import Actor
from tillroll.platform.bindings.database import text
from tillroll.workflows.export import gathering
from tillroll.workflows.export.service.exporting import Wanted, ask_for_export
from tillroll.workflows.export.shapes import ExportFilter
from tillroll.workflows.export.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY

_ANN = Actor(ACCOUNT, "user:usr_first")
# Out of the order of their ids, three of one day, one of another month.
_GIVEN = (
    Given(1, date="2026-03-20"),
    Given(2, date="2026-03-01", total_minor=-500),
    Given(3, date="2026-03-05"),
    Given(4, date="2026-03-05", currency="JPY", total_minor=800),
    Given(5, date="2026-03-05"),
    Given(6, date="2026-04-01"),
)
_EXPECTED = [_GIVEN[place].id for place in (1, 2, 3, 4, 0)]
_MARCH = ExportFilter.model_validate({"from": "2026-03-01", "to": "2026-03-31"})
_CANCEL = Disturbance("cancel the first run", cancel_first, keeps_ending=False)
_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    _CANCEL,
    by.OVERLAP,
    by.OVERLAP_LATE,
    by.HANG_TO_THE_END,
    by.FORGET,
    by.DOUBLE,
)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two expenses a part, so that five are a chain of three runs."""
    monkeypatch.setattr(gathering, "PAGE_EXPENSES", 1)
    monkeypatch.setattr(gathering, "PART_PAGES", 2)


async def play(disturbance: Disturbance | None = None, at: int = 0) -> World:
    """Have March exported, with `disturbance` at point number `at`."""
    faults = Faults()
    world = await open_world(faults, Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *_GIVEN)
    if disturbance is not None:
        faults.plan[at] = partial(disturbance.act, world)
    ask = partial(ask_for_export, world.host.platform, EXPORT, _ANN, Wanted("jsonl", _MARCH), "march")
    export = (await world.surviving(ask)).export
    await world.settle()
    await faults.release()
    await world.settle()
    await invariants.check(world)
    again = (await world.surviving(ask)).export
    assert again.id == export.id, "asked for again under its key, it was another export"
    await _check(world, must_end=disturbance is None or disturbance.keeps_ending)
    return world


async def _check(world: World, *, must_end: bool) -> None:
    [export] = await world.rows("SELECT * FROM exports")
    newest = (await world.rows("SELECT * FROM runs WHERE kind = 'export' ORDER BY rowid DESC LIMIT 1"))[0]
    assert (newest["state"] == "written") == (export["object_key"] is not None)
    if export["object_key"] is None:
        assert not must_end, f"it ended as {newest['state']}, without a file"
        return
    lines = _lines(world, text(export, "object_key"))
    assert [line["id"] for line in lines] == _EXPECTED
    parts = await world.rows("SELECT * FROM export_parts ORDER BY number")
    assert [(part["number"], part["expenses"]) for part in parts] == [(1, 2), (2, 2), (3, 1)]
    is_disturbed = world.faults.has_died or world.faults.has_stalled
    assert is_disturbed or len(world.host.pieces.objects.content) == 1, "the parts are still there"
    finished = await world.rows("SELECT run_id FROM run_steps WHERE step = 'write-file' AND outcome = 'completed'")
    assert len(finished) == 1, "the file was written twice"


def _lines(world: World, key: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in world.host.pieces.objects.content[key].decode().splitlines()]


async def test_undisturbed() -> None:
    world = await play()
    runs = await world.rows("SELECT state FROM runs WHERE kind = 'export' ORDER BY rowid")
    assert [run["state"] for run in runs] == ["continued", "continued", "written"]
    assert not await world.rows("SELECT seq FROM audit_events WHERE action IN ('run.resumed', 'run.woken')")


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
async def test_at_every_point(disturbance: Disturbance) -> None:
    points = (await play()).faults.passed
    for at, name in enumerate(points, start=1):
        if disturbance.fits(name):
            with disturbance.at(at, name):
                await play(disturbance, at)


async def play_files(file_format: str, disturbance: Disturbance | None = None, at: int = 0) -> World:
    """Have March's documents handed on, two a file, with `disturbance` at point number `at`."""
    faults = Faults()
    world = await open_world(faults, Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(world.host.database, *_GIVEN)
    objects = world.host.pieces.objects.content
    for row in await world.rows("SELECT object_key FROM receipts"):
        objects[text(row, "object_key")] = smallest_jpeg(text(row, "object_key").encode())
    if disturbance is not None:
        faults.plan[at] = partial(disturbance.act, world)
    wanted = Wanted(file_format, _MARCH, only_new=True)
    asked = partial(ask_for_export, world.host.platform, EXPORT, _ANN, wanted, "march")
    export = (await world.surviving(asked)).export
    await world.settle()
    await faults.release()
    await world.settle()
    await invariants.check(world)
    files = await world.rows("SELECT number, object_key, expenses FROM export_files ORDER BY number")
    assert [(file["number"], file["expenses"]) for file in files] == [(1, 2), (2, 2), (3, 1)]
    documents = [each for file in files for each in _DOCUMENTS[file_format](objects[text(file, "object_key")])]
    assert len(documents) == len(set(documents)) == 5
    items = await world.rows("SELECT expense_id FROM export_items WHERE export_id = ? ORDER BY part, place", export.id)
    assert [item["expense_id"] for item in items] == _EXPECTED
    finished = await world.rows("SELECT run_id FROM run_steps WHERE step = 'write-file' AND outcome = 'completed'")
    assert len(finished) == 3, "a file was written twice"
    return world


def _originals(content: bytes) -> list[bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [archive.read(name) for name in archive.namelist() if name != "index.csv"]


def _pictures(content: bytes) -> list[bytes]:
    return [image.data for page in read_strictly(content).pages for image in page.images]


_DOCUMENTS = {"zip": _originals, "pdf": _pictures}


@pytest.mark.parametrize("file_format", _DOCUMENTS)
@pytest.mark.parametrize("disturbance", [by.KILL, by.OVERLAP_LATE], ids=lambda disturbance: disturbance.name)
async def test_several_files_at_every_point(disturbance: Disturbance, file_format: str) -> None:
    points = (await play_files(file_format)).faults.passed
    for at, name in enumerate(points, start=1):
        if disturbance.fits(name):
            with disturbance.at(at, name):
                await play_files(file_format, disturbance, at)
