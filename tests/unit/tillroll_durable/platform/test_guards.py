"""A batch whose guard does not hold writes nothing."""

from typing import LiteralString

import pytest

from tests.support.host_platform import migrated_database
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    GuardFailed,
    RowConflict,
    integer,
    statement,
)
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_testing.host.sqlite import SqliteDatabase

_ACCOUNTS = "SELECT COUNT(*) AS n FROM accounts WHERE name = 'renamed'"
_BOTH = statement("UPDATE accounts SET name = 'renamed'")
_NONE = statement("UPDATE accounts SET name = 'renamed' WHERE id = 'acc_nobody'")
_INSERT = statement(
    "INSERT INTO accounts (id, name, created_at) VALUES ('acc_new', 'renamed', '2026-01-01')"
)


async def _renamed(database: SqliteDatabase) -> int:
    row = await database.first(statement(_ACCOUNTS))
    assert row is not None
    return integer(row, "n")


async def test_a_change_that_hits_no_row_fails_the_whole_batch() -> None:
    database = await migrated_database()
    with pytest.raises(GuardFailed):
        await database.batch([_INSERT, *must_hit(_NONE)])
    assert await _renamed(database) == 0


@pytest.mark.parametrize("rows", [0, 1, 3])
async def test_a_change_that_hits_another_number_of_rows_fails_the_batch(rows: int) -> None:
    database = await migrated_database()
    with pytest.raises(GuardFailed):
        await database.batch([*must_hit(_BOTH, rows=rows)])
    assert await _renamed(database) == 0


async def test_a_change_that_hits_what_it_must_is_written() -> None:
    database = await migrated_database()
    await database.batch([*must_hit(_BOTH, rows=2), *must_hit(_INSERT)])
    assert await _renamed(database) == 3


@pytest.mark.parametrize("condition", ["?1 = 2", "?1 = NULL"])
async def test_a_condition_that_is_not_true_fails_the_batch(condition: LiteralString) -> None:
    database = await migrated_database()
    with pytest.raises(GuardFailed):
        await database.batch([_INSERT, must_hold(condition, 1)])
    assert await _renamed(database) == 0


async def test_a_condition_sees_what_the_batch_wrote_before_it() -> None:
    database = await migrated_database()
    await database.batch(
        [_INSERT, must_hold("EXISTS (SELECT 1 FROM accounts WHERE id = ?1)", "acc_new")]
    )
    assert await _renamed(database) == 1


async def test_a_row_that_exists_is_no_guard() -> None:
    database = await migrated_database()
    with pytest.raises(RowConflict):
        await database.batch([_INSERT, _INSERT])
    with pytest.raises(ConstraintFailed) as refused:
        await database.batch([statement("UPDATE accounts SET name = NULL")])
    assert type(refused.value) is ConstraintFailed
