"""Whose rows a batch writes is said by its statements, and read off no value."""

from dataclasses import replace
from typing import LiteralString

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import (
    DEPLOYMENT,
    EVERYBODY,
    DatabaseUnavailable,
    Statement,
    insert_row,
    statement,
)
from tillroll_durable.platform.bindings.moved import OtherDatabase
from tillroll_durable.platform.bindings.whose_rows import NoAccountNamed, accounts_of, write_of
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.services import Platform

_OWN = "acc_first"
_FOREIGN = "acc_01JD0C3YF8W7AAAAAAAAAAAAAA002"


@pytest.fixture(autouse=True)
def _in_the_first() -> None:
    shards.make_here(shards.FIRST)


@pytest.mark.parametrize(
    ("sql", "positions"),
    [
        ("INSERT INTO clients (id, account_id, name) VALUES (?, ?, ?)", (1,)),
        ("INSERT INTO clients (id, account_id) VALUES (?2, CAST(?1 AS TEXT))", (0,)),
        ("INSERT INTO clients (id, account_id) SELECT max('(,', ?3), ?1 FROM runs", (0,)),
        ("INSERT OR IGNORE INTO clients (account_id) SELECT ?5 WHERE true", (4,)),
        ("UPDATE clients SET name = ? WHERE id = ? AND account_id = ?", (2,)),
        ("DELETE FROM clients WHERE account_id IS ?1", (0,)),
        ("WITH some AS (SELECT 1) UPDATE clients SET name = ?2 WHERE account_id=?1", (0,)),
        ("INSERT INTO guards (failed) SELECT 1 WHERE account_id = ?1 AND ?1 <> ''", (0,)),
        # What says nothing of the account.
        ("UPDATE clients SET name = ? WHERE id = ?", ()),
        ("UPDATE clients SET name = 'account_id = ?' WHERE id = ?", ()),
        ("DELETE FROM clients WHERE account_id = ?1 ->> '$[0]'", ()),
        ("INSERT INTO clients (id, account_id) SELECT ?1, runs.account_id FROM runs", ()),
        ("INSERT INTO clients (id, bank_account_id) VALUES (?1, ?2)", ()),
    ],
)
def test_a_column_says_whose_rows_are_written(
    sql: LiteralString, positions: tuple[int, ...]
) -> None:
    write = write_of(sql)
    assert write is not None
    assert write.accounts == positions


def test_what_only_reads_writes_nothing() -> None:
    assert write_of("SELECT * FROM clients WHERE account_id = ?1") is None
    assert write_of("WITH some AS (SELECT 1) SELECT * FROM some") is None
    assert write_of("CREATE TRIGGER t BEFORE DELETE ON clients BEGIN SELECT 1; END") is None


def test_a_value_is_no_account_by_how_it_begins() -> None:
    named = insert_row("clients", {"id": "cli_1", "account_id": _OWN, "name": _FOREIGN})
    renamed = statement("UPDATE clients SET name = ?", [_FOREIGN], account=_OWN)
    assert accounts_of([named, renamed]) == {_OWN}
    of_nobody = statement("UPDATE alerts SET at = ? WHERE account_id = ?", ["", DEPLOYMENT])
    of_all = statement("DELETE FROM clients WHERE account_id = ?", [_OWN], account=EVERYBODY)
    assert accounts_of([of_nobody, of_all]) == set()


async def _platform(count: int) -> Platform:
    host = assemble(await migrated_database(), {})
    databases = {1: host.platform.database}
    for number in range(2, count + 1):
        databases[number] = await migrated_database()
    if count > 1:
        return invocation(replace(host.platform, databases=databases))
    return invocation(host.platform)


@pytest.mark.parametrize("count", [1, 2])
async def test_a_write_that_says_nobody_is_refused(count: int) -> None:
    """Also in a deployment of one database: so its tests find what others would meet."""
    platform = await _platform(count)
    renamed = statement("UPDATE clients SET name = 'Forgotten' WHERE id = ?", ["cli_1"])
    for write in (
        renamed,
        statement("DELETE FROM clients WHERE id = ?", ["cli_1"]),
        statement("UPDATE accounts SET name = 'Forgotten'"),
    ):
        with pytest.raises(NoAccountNamed, match="names no account"):
            await platform.database.batch([write])
        with pytest.raises(NoAccountNamed):
            await platform.database.all(write)
        with pytest.raises(NoAccountNamed):
            await platform.database.first(write)
    # One statement of a batch says it for all: an account's rows are written together.
    event = statement("UPDATE runs SET state = state WHERE account_id = ?", [_OWN])
    await platform.database.batch([renamed, event])
    # A table of the deployment is nobody's.
    await platform.database.batch([statement("DELETE FROM reconciler_cursors")])


async def test_a_value_that_looks_like_an_account_of_elsewhere_is_written() -> None:
    platform = await _platform(2)
    cursor = {"name": "sweep", "position": f"{_FOREIGN}/original", "updated_at": ""}
    await platform.database.batch([insert_row("reconciler_cursors", cursor)])
    client = {"id": "cli_1", "account_id": _OWN, "name": _FOREIGN, "name_key": _FOREIGN}
    told = statement("UPDATE runs SET subject = ? WHERE account_id = ?", [_FOREIGN, _OWN])
    await platform.database.batch([told])
    del client


@pytest.mark.parametrize(
    "write",
    [
        statement("DELETE FROM clients WHERE account_id = ?", [_FOREIGN]),
        statement("DELETE FROM clients WHERE id = ?", ["cli_1"], account=_FOREIGN),
        statement(
            "WITH some AS (SELECT ?1 AS id) DELETE FROM clients WHERE account_id = ?1", [_FOREIGN]
        ),
    ],
    ids=["a deletion by its column", "a deletion that names it", "behind WITH"],
)
async def test_no_way_to_write_leads_past_the_guard(write: Statement) -> None:
    platform = await _platform(2)
    with pytest.raises(OtherDatabase):
        await platform.database.batch([write])
    with pytest.raises(OtherDatabase):
        await platform.database.all(write)


async def test_a_deletion_is_refused_while_its_account_moves() -> None:
    platform = await _platform(2)
    row = {"account_id": _OWN, "stands": "frozen", "other": 2, "run_id": "", "since": ""}
    await platform.databases[1].batch([insert_row("moved_accounts", row)])
    with pytest.raises(DatabaseUnavailable):
        await platform.database.all(statement("DELETE FROM clients WHERE account_id = ?", [_OWN]))
