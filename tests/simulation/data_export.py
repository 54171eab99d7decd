"""Somebody's data handed out in a simulated world, and what must hold when it is."""

import hashlib
import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, USER
from tillroll.privacy.data_export.workflow import DATA_EXPORT, sweep_data_exports
from tillroll.privacy.repository import DataExport, What
from tillroll.privacy.service import request_data_export
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

ACTOR: Final = Actor(ACCOUNT, f"user:{USER}")
BOB: Final = "usr_bob"
TARGETS: Final = {What.PERSON: USER, What.ACCOUNT: ACCOUNT}
_DOCUMENTS: Final = {What.PERSON: {1, 2}, What.ACCOUNT: {1, 2, 3}}


async def open_kept(faults: Faults) -> World:
    """Two receipts of the person who asks, and one of another; each with its document."""
    world = await open_world(
        faults, Deployed(DATA_EXPORT, {}, REGISTRY.objects_in_use, (sweep_data_exports,))
    )
    await world.host.database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Bob', '')",
                [BOB, ACCOUNT],
            )
        ]
    )
    await add_expenses(world.host.database, Given(1), Given(2), Given(3))
    await world.rows("UPDATE receipts SET uploaded_by = ? WHERE id = 'rec_000003'", BOB)
    await world.rows("UPDATE expenses SET person = ? WHERE id = 'exp_000003'", BOB)
    await world.rows("UPDATE receipts SET media_type = 'application/pdf'")
    for row in await world.rows("SELECT object_key FROM receipts"):
        await world.host.pieces.objects.put_text(
            text(row, "object_key"), text(row, "object_key"), "application/pdf"
        )
    return world


async def ask(world: World, what: What) -> DataExport:
    return await request_data_export(world.host.platform, ACTOR, what, TARGETS[what])


def opened(what: What) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which somebody's data is asked for; it is asked for twice, as where an answer was
    lost.
    """

    async def open_scene(faults: Faults) -> Scene:
        world = await open_kept(faults)

        async def ask_twice() -> None:
            await ask(world, what)
            await ask(world, what)

        return Scene(world, ask_twice, partial(check, world, what))

    return open_scene


async def check(world: World, what: What) -> None:
    """It is gathered once and wholly, or given up."""
    [row] = await world.rows("SELECT finished_at, given_up_at FROM data_exports")
    if row["finished_at"] is not None:
        await check_whole(world, what)
    else:
        assert row["given_up_at"] is not None or await world.rows(
            "SELECT id FROM runs WHERE status = 'failed'"
        )


async def check_whole(world: World, what: What) -> None:
    """Each row and document of it stands in its files once, and nothing of others."""
    tables, documents = await unpacked(world)
    expected = {f"documents/rec_00000{number}.pdf" for number in _DOCUMENTS[what]}
    assert documents == {name: f"{ACCOUNT}/{name[10:20]}/original".encode() for name in expected}
    assert sorted(row["id"] for row in tables["receipts"]) == [
        f"rec_00000{number}" for number in _DOCUMENTS[what]
    ]
    assert sorted(row["id"] for row in tables["expenses"]) == [
        f"exp_00000{number}" for number in _DOCUMENTS[what]
    ]
    assert len(tables["users"]) == (1 if what is What.PERSON else 2)
    finished = await world.rows(
        "SELECT count(*) AS n FROM audit_events WHERE action = 'data_export.finished'"
    )
    assert finished == [{"n": 1}]


async def unpacked(world: World) -> tuple[dict[str, list[dict[str, Any]]], dict[str, bytes]]:
    """The rows by their tables, and the documents, of all files."""
    tables: dict[str, list[dict[str, Any]]] = {}
    documents: dict[str, bytes] = {}
    for file in await world.rows(
        "SELECT object_key, size, sha256 FROM data_export_files ORDER BY number"
    ):
        content = world.host.pieces.objects.content[text(file, "object_key")]
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        archive = zipfile.ZipFile(io.BytesIO(content))
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith(".jsonl"):
                lines = [json.loads(line) for line in archive.read(name).decode().splitlines()]
                table = name.removeprefix("rows/").removesuffix(".jsonl").partition("-")[0]
                tables.setdefault(table, []).extend(lines)
            elif not name.startswith(("rows/", "manifest")):
                assert name not in documents, "a document stands in two files"
                documents[name] = archive.read(name)
    return tables, documents
