"""Expenses handed on in a simulated world, and what must hold of the files."""

import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from tests.simulation.opening import open_world
from tests.support.drawing import smallest_jpeg
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tests.support.pdf_reading import read_strictly
from tillroll.exports import workflow
from tillroll.exports.models import ExportFilter, ExportRequest
from tillroll.exports.service import request_export
from tillroll.exports.workflow import EXPORT
from tillroll.exports.writers.formats import FormatName
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Actor, statement
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

_ANN: Final = Actor(ACCOUNT, "user:usr_first")
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
_BANK = (
    """INSERT INTO bank_accounts (id, account_id, name, currency, created_by, created_at)
       VALUES ('ban_1', 'acc_first', 'Giro', 'EUR', 'usr_first', '')""",
    """INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
                         next_safe_action, created_at, updated_at)
       VALUES ('run_bst', 'acc_first', 'statement', 1, 'bst_1', 'matched', 'complete', 'none', '',
       '')""",
    """INSERT INTO bank_statements (id, account_id, run_id, sha256, object_key, size, source, by,
    created_at)
       VALUES ('bst_1', 'acc_first', 'run_bst', 's', 'k', 1, 'upload', 'usr_first', '')""",
    """INSERT INTO bank_entries (id, account_id, bank_account_id, statement_id, status, day, amount,
    currency,
                                 created_at)
       VALUES ('ent_1', 'acc_first', 'ban_1', 'bst_1', 'booked', '2026-03-05', -1290, 'EUR', '')""",
)
_MARCH = ExportFilter.model_validate({"from": "2026-03-01", "to": "2026-03-31"})


def opened(file_format: str = "jsonl") -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which March is handed on; it is asked for twice, as where an answer was lost. Of a
    format that holds documents, only what is new.
    """

    async def open_scene(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(EXPORT, {}, REGISTRY.objects_in_use))
        await add_expenses(world.host.database, *_GIVEN)
        if file_format not in _DOCUMENTS:
            await world.host.database.batch([statement(each) for each in _BANK])
        if file_format in _DOCUMENTS:
            for row in await world.rows("SELECT object_key FROM receipts"):
                key = text(row, "object_key")
                world.host.pieces.objects.content[key] = smallest_jpeg(key.encode())
        wanted = ExportRequest(
            format=FormatName(file_format), filter=_MARCH, only_new=file_format in _DOCUMENTS
        )
        ask = partial(request_export, world.host.platform, EXPORT, _ANN, wanted, "march")

        async def ask_twice() -> None:
            first, again = await ask(), await ask()
            assert again.id == first.id, "asked for again under its key, it was another export"

        checked = partial(check_documents, file_format) if file_format in _DOCUMENTS else check
        return Scene(world, ask_twice, partial(checked, world))

    return open_scene


async def check(world: World) -> None:
    """The file is there where the run says so: each expense once, in its order, and nothing of its
    parts is left. The bank's month lies behind it, as it is noted.
    """
    [export] = await world.rows("SELECT * FROM exports")
    newest = (
        await world.rows("SELECT * FROM runs WHERE kind = 'export' ORDER BY id DESC LIMIT 1")
    )[0]
    files = await world.rows("SELECT object_key, sha256, month FROM export_files ORDER BY number")
    assert (newest["state"] == "written") == (export["finished_at"] is not None) == bool(files)
    if not files:
        return
    assert [file["month"] for file in files] == [None, "2026-03"]
    for file in files[1:]:
        month = world.host.pieces.objects.content[text(file, "object_key")]
        assert hashlib.sha256(month).hexdigest() == file["sha256"]
        assert b"Giro,2026-03-05,-12.90,EUR" in month
    lines = _lines(world, text(files[0], "object_key"))
    assert [line["id"] for line in lines] == _EXPECTED
    parts = await world.rows("SELECT * FROM export_parts ORDER BY number")
    assert [(part["number"], part["expenses"]) for part in parts] == _parts()
    is_disturbed = world.faults.has_died or world.faults.has_stalled or world.faults.raised
    assert is_disturbed or len(world.host.pieces.objects.content) == len(files), (
        "the parts are still there"
    )
    finished = await world.rows(
        "SELECT run_id FROM run_steps WHERE step = 'write-file' AND outcome = 'completed'"
    )
    assert len(finished) == 1, "the file was written twice"


async def check_documents(file_format: str, world: World) -> None:
    """Where all are written, each document stands in one file, and each expense in the export
    once.
    """
    [export] = await world.rows("SELECT * FROM exports")
    newest = (
        await world.rows("SELECT * FROM runs WHERE kind = 'export' ORDER BY id DESC LIMIT 1")
    )[0]
    if newest["state"] != "written":
        return
    objects = world.host.pieces.objects.content
    files = await world.rows(
        "SELECT number, object_key, expenses FROM export_files ORDER BY number"
    )
    assert [(file["number"], file["expenses"]) for file in files] == _parts()
    documents = [
        each
        for file in files
        for each in _DOCUMENTS[file_format](objects[text(file, "object_key")])
    ]
    assert len(documents) == len(set(documents)) == len(_EXPECTED)
    query = "SELECT expense_id FROM export_items WHERE export_id = ? ORDER BY part, place"
    assert [item["expense_id"] for item in await world.rows(query, text(export, "id"))] == _EXPECTED
    finished = await world.rows(
        "SELECT run_id FROM run_steps WHERE step = 'write-file' AND outcome = 'completed'"
    )
    assert len(finished) == len(files), "a file was written twice"


def _parts() -> list[tuple[int, int]]:
    """The parts' numbers, and how many expenses are in each."""
    most, whole = workflow.PAGE_EXPENSES * workflow.PART_PAGES, len(_EXPECTED)
    return [
        (number, min(most, whole - first))
        for number, first in enumerate(range(0, whole, most), start=1)
    ]


def _lines(world: World, key: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in world.host.pieces.objects.content[key].decode().splitlines()
    ]


def _originals(content: bytes) -> list[bytes]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return [archive.read(name) for name in archive.namelist() if name != "index.csv"]


def _pictures(content: bytes) -> list[bytes]:
    return [image.data for page in read_strictly(content).pages for image in page.images]


_DOCUMENTS = {"zip": _originals, "pdf": _pictures}
