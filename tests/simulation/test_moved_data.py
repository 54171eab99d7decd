"""What people may ask for of their data is done where their account lives, also when it moved
meanwhile.
"""

import io
import json
import zipfile
from datetime import timedelta

from tests.simulation.moving import MOVES, all_of_it, move_at_once, open_two
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tillroll.moving.tables import SEALED
from tillroll.privacy.data_export.workflow import DATA_EXPORT, sweep_data_exports
from tillroll.privacy.erasure.workflow import ERASURE, GRACE
from tillroll.privacy.repository import What, left_over
from tillroll.privacy.service import request_data_export, request_erasure
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Actor, statement
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_OWNER = Actor(MOVES, "user:usr_other")
_KEPT = f"{ACCOUNT}/rec_000003/original"


async def _open(deployed: Deployed) -> tuple[World, SqliteDatabase]:
    """Two receipts of the account that moves, one of another; each with its document."""
    world, second = await open_two(Faults(), deployed)
    await add_expenses(
        world.host.database, Given(1, account=MOVES), Given(2, account=MOVES), Given(3)
    )
    await world.rows("UPDATE receipts SET media_type = 'application/pdf'")
    for row in await world.rows("SELECT object_key FROM receipts"):
        key = text(row, "object_key")
        await world.host.pieces.objects.put_text(key, key, "application/pdf")
    return world, second


async def test_an_account_that_moves_before_its_day_is_erased_where_it_lives() -> None:
    world, second = await _open(Deployed(ERASURE))
    asked = await request_erasure(world.host.platform, _OWNER, What.ACCOUNT, MOVES)
    await world.settle()
    await move_at_once(world.host.database, second)
    assert "expenses" in await all_of_it(second)
    world.host.pieces.clock.advance(GRACE + timedelta(hours=1))
    await world.settle()
    runs = await second.all(statement("SELECT state FROM runs WHERE id = ?", [asked.run_id]))
    assert runs == [{"state": "erased"}]
    assert await left_over(second, What.ACCOUNT, [MOVES, MOVES, asked.run_id]) == []
    assert (await all_of_it(world.host.database)).keys() <= {SEALED}
    assert set(world.host.pieces.objects.content) == {_KEPT}
    assert await world.rows("SELECT id FROM expenses") == [{"id": "exp_000003"}]


async def test_an_account_that_moves_meanwhile_is_handed_out_whole() -> None:
    deployed = Deployed(DATA_EXPORT, {}, REGISTRY.objects_in_use, (sweep_data_exports,))
    world, second = await _open(deployed)
    asked = await request_data_export(world.host.platform, _OWNER, What.ACCOUNT, MOVES)
    await move_at_once(world.host.database, second)
    await world.settle()
    finished = await second.all(
        statement(
            "SELECT finished_at IS NOT NULL AS is_whole FROM data_exports WHERE id = ?", [asked.id]
        )
    )
    assert finished == [{"is_whole": 1}]
    expenses: list[str] = []
    documents: list[str] = []
    for row in await second.all(statement("SELECT object_key FROM data_export_files")):
        content = world.host.pieces.objects.content[text(row, "object_key")]
        archive = zipfile.ZipFile(io.BytesIO(content))
        for name in archive.namelist():
            if name.startswith("documents/"):
                documents.append(name)
            if name.startswith("rows/expenses") and name.endswith(".jsonl"):
                lines = archive.read(name).decode().splitlines()
                expenses.extend(str(json.loads(line)["id"]) for line in lines)
    assert sorted(expenses) == ["exp_000001", "exp_000002"]
    assert sorted(documents) == ["documents/rec_000001.pdf", "documents/rec_000002.pdf"]
