"""Listing the quarantine, and having objects kept: each in the audit, all of them or none."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.operations import objects, where
from local.places import MIGRATIONS
from tests.support.sql import sql
from tillroll_command import main as command
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, statement
from tillroll_durable.platform.bindings.objects import StoredObject
from tillroll_durable.upkeep.quarantine import put_in
from tillroll_testing.host.sqlite import SqliteDatabase

SINCE, NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
FIRST, SECOND = "acc_1/a'b/original", "acc_2/ff/original"


@pytest.fixture
async def database() -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    for key in (FIRST, SECOND):
        assert await put_in(database, StoredObject(key, SINCE, "etag"), "2026-03-01T09:30:00.000Z")
    yield database
    database.close()


async def restore(database: SqliteDatabase, *keys: str) -> None:
    restored = objects.restored(keys, NOW)
    await database.batch([statement(sql(each)) for each in restored.split(";\n") if each])


async def states(database: SqliteDatabase) -> list[Row]:
    return await database.all(statement("SELECT state FROM object_quarantine ORDER BY object_key"))


async def test_what_is_restored_is_kept_and_in_the_audit(database: SqliteDatabase) -> None:
    await restore(database, FIRST, SECOND, FIRST)
    assert [row["state"] for row in await states(database)] == ["restored", "restored"]
    events = await database.all(
        statement(
            "SELECT account_id, actor FROM audit_events WHERE action = 'object.restored' "
            "ORDER BY id"
        )
    )
    assert events == [
        {"account_id": account, "actor": "operator"} for account in ("acc_1", "acc_2")
    ]


@pytest.mark.parametrize("state", ["restored", "deleting", "gone"])
async def test_what_cannot_be_restored_leaves_the_others_too(
    database: SqliteDatabase, state: str
) -> None:
    if state == "gone":
        await database.all(
            statement("DELETE FROM object_quarantine WHERE object_key = ?", [SECOND])
        )
    else:
        await database.all(
            statement(
                "UPDATE object_quarantine SET state = ? WHERE object_key = ?", [state, SECOND]
            )
        )
    with pytest.raises(ConstraintFailed):
        await restore(database, FIRST, SECOND)
    assert (await states(database))[0] == {"state": "quarantined"}
    assert not await database.all(
        statement("SELECT id FROM audit_events WHERE action = 'object.restored'")
    )


async def test_the_list_says_what_becomes_of_each(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await restore(database, SECOND)
    rows = await database.all(statement(objects.LIST))

    def answer(sql: str, _: Path, _database: str) -> list[Row]:
        assert sql == objects.LIST
        return rows

    monkeypatch.setattr(where, "query_remotely", answer)
    assert command.main(["objects", "quarantine", "list", "--remote"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{FIRST}  uploaded 2026-03-01 09:30 UTC, deleted from 2026-03-31 09:30 UTC on",
        f"{SECOND}  uploaded 2026-03-01 09:30 UTC, kept",
        "2 objects.",
    ]


def test_restoring_runs_on_this_machines_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    executed: list[str] = []

    def execute(sql: str, state: Path, configuration: Path, _database: str) -> None:
        assert (state, configuration.exists()) == (tmp_path, True)
        executed.append(sql)

    monkeypatch.setattr(where, "execute_locally", execute)
    restoring = ["objects", "quarantine", "restore", SECOND, "--local", "--state", str(tmp_path)]
    assert command.main(restoring) == 0
    assert f"'{SECOND}'" in executed[0]


@pytest.mark.parametrize("key", ["", "acc_1", "acc_1/", "acc_1/a\nb"])
def test_a_key_is_one_of_an_account(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command.main(["objects", "quarantine", "restore", key, "--remote"])
    assert "objects quarantine list" in capsys.readouterr().err
