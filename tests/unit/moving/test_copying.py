"""All that an account has comes along, once, and nothing of it is left."""

import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, migrated_database
from tests.unit.moving.filling import two_databases
from tillroll.moving.copying import copy, delete, digest, missing_events, with_rows
from tillroll.moving.freezing import expect, freeze
from tillroll.moving.layout import MovedTable, layout_of
from tillroll.moving.tables import SEALED, STAYING, taken_along
from tillroll_durable.platform.bindings.database import (
    DatabaseUnavailable,
    GuardFailed,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.bindings.standing import (
    be_gone,
    forget,
    leave,
    live_here,
    standing_of,
    stands_so,
    stay,
)
from tillroll_testing.host.sqlite import SqliteDatabase

_RUN = "run_moves"
_NOW = "2026-11-29T00:00:00.000Z"


async def _begin(source: SqliteDatabase, target: SqliteDatabase) -> None:
    await target.batch(expect(ACCOUNT, 1, _RUN, _NOW))
    await source.batch(freeze(ACCOUNT, 2, _RUN, _NOW))


async def _copy_all(source: SqliteDatabase, target: SqliteDatabase) -> dict[str, int]:
    """How many rows of each table came along; each is what it was."""
    copied: dict[str, int] = {}
    for table in (await layout_of(source)).tables:
        name = table.rows.table
        sent = await copy(source, target, table, ACCOUNT, _RUN)
        assert await digest(target, table, ACCOUNT) == sent, name
        copied[name] = sent.rows
    return copied


async def _delete_all(database: SqliteDatabase, stands: str) -> None:
    guard = stands_so(ACCOUNT, stands, _RUN)
    for table in reversed((await layout_of(database)).tables):
        if table.rows.table == SEALED and stands == "leaving":
            continue
        await delete(database, table, ACCOUNT, guard)


async def _left(database: SqliteDatabase) -> set[str]:
    left: set[str] = set()
    for rows in taken_along():
        query = Statement(f"SELECT 1 FROM {rows.table} WHERE {rows.where}", (ACCOUNT,))
        if await database.all(query):
            left.add(rows.table)
    return left


async def _audit(database: SqliteDatabase) -> MovedTable:
    tables = (await layout_of(database)).tables
    [audit] = [table for table in tables if table.rows.table == SEALED]
    return audit


async def test_each_table_says_what_of_it_comes_along() -> None:
    database = await migrated_database()
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    names = {text(row, "name") for row in await database.all(statement(query))}
    moved = {rows.table for rows in taken_along()}
    assert moved.isdisjoint(STAYING)
    assert names == moved | STAYING.keys()


async def test_each_row_of_each_table_comes_along_once() -> None:
    source, target = await two_databases()
    await _begin(source, target)
    copied = await _copy_all(source, target)
    assert [table for table, rows in copied.items() if rows == 0] == []
    # Again, as after an attempt that was lost.
    assert await _copy_all(source, target) == copied
    await source.batch(leave(ACCOUNT, 2, _RUN, _NOW))
    await target.batch(live_here(ACCOUNT, 1, _RUN, _NOW))
    await _delete_all(source, "leaving")
    await source.batch(be_gone(ACCOUNT, 2, _RUN, _NOW))
    # Seals are of the events as they stand there.
    assert await _left(source) == {SEALED}
    assert await standing_of(source, ACCOUNT, _RUN) == "gone"
    assert await standing_of(target, ACCOUNT, _RUN) == "here"


async def test_numbers_of_the_audit_have_no_gap() -> None:
    """A gap looks like an event that somebody deleted."""
    source, target = await two_databases()
    await _begin(source, target)
    table = await _audit(source)
    for _ in range(3):
        await copy(source, target, table=table, account_id=ACCOUNT, run_id=_RUN)
    another = statement("SELECT seq FROM sqlite_sequence WHERE name = 'audit_events'")
    last = statement("SELECT MAX(id) AS seq FROM audit_events")
    assert await target.first(another) == await target.first(last)


async def test_events_that_the_target_has_beside_are_none_that_it_lacks() -> None:
    source, target = await two_databases()
    await _begin(source, target)
    table = await _audit(source)
    assert await missing_events(source, target, table=table, account_id=ACCOUNT) == 2
    await copy(source, target, table=table, account_id=ACCOUNT, run_id=_RUN)
    assert await missing_events(source, target, table=table, account_id=ACCOUNT) == 0
    assert await missing_events(target, source, table=table, account_id=ACCOUNT) == 0
    # The source has archived them.
    await _delete_all(source, "frozen")
    assert await missing_events(source, target, table=table, account_id=ACCOUNT) == 0


async def test_only_tables_with_rows_are_copied() -> None:
    source, target = await two_databases()
    tables = (await layout_of(source)).tables
    assert await with_rows(source, tables, ACCOUNT) == [*tables]
    assert await with_rows(target, tables, ACCOUNT) == []


async def test_a_move_that_is_undone_leaves_nothing() -> None:
    source, target = await two_databases()
    await _begin(source, target)
    await _copy_all(source, target)
    await _delete_all(target, "arriving")
    await target.batch(forget(ACCOUNT, 1, _RUN, _NOW))
    await source.batch(stay(ACCOUNT, _RUN, _NOW))
    assert await _left(target) == set()
    assert await standing_of(target, ACCOUNT, _RUN) == "gone"
    assert await standing_of(source, ACCOUNT, _RUN) == "here"
    # It can be moved again, by another run.
    await target.batch(expect(ACCOUNT, 1, "run_second", _NOW))
    await source.batch(freeze(ACCOUNT, 2, "run_second", _NOW))


async def test_an_index_by_numbers_means_the_same_there() -> None:
    source = await migrated_database()
    target = await migrated_database()
    # The other database has given the first numbers to somebody else.
    await add_expenses(target, Given(9, account=OTHER_ACCOUNT, merchant="Theirs"))
    await add_expenses(source, Given(1, merchant="Ours"), Given(2, merchant="Ours too"))
    await _without_the_account(target)
    await _begin(source, target)
    await _copy_all(source, target)
    found = """
      SELECT finds.expense_id FROM expense_terms AS terms
      JOIN expense_postings AS postings ON postings.term = terms.id
      JOIN expense_finds AS finds ON finds.n = postings.n
      WHERE terms.account_id = ? AND terms.term = 'merchant:' || ?
    """
    assert await target.all(statement(found, [ACCOUNT, "Ours too"])) == [
        {"expense_id": "exp_000002"}
    ]
    assert await target.all(statement(found, [OTHER_ACCOUNT, "Theirs"])) == [
        {"expense_id": "exp_000009"}
    ]


async def _without_the_account(database: SqliteDatabase) -> None:
    await database.batch(expect(ACCOUNT, 1, _RUN, _NOW))
    await _delete_all(database, "arriving")


async def test_each_write_is_refused_while_an_account_moves() -> None:
    source = await migrated_database()
    target = await migrated_database()
    await add_expenses(source, Given(1), Given(2, account=OTHER_ACCOUNT))
    by_id = [
        statement("UPDATE runs SET state = 'other' WHERE id = 'run_000001'"),
        statement("UPDATE tokens SET name = 'other' WHERE user_id = 'usr_first'"),
        statement("DELETE FROM expenses WHERE id = 'exp_000001'"),
        statement(
            "INSERT INTO run_attributes (run_id, name, value) VALUES ('run_000001', 'a', '1')"
        ),
    ]
    theirs = statement("UPDATE runs SET state = 'other' WHERE id = 'run_000002'")
    before = await _dump(source)
    await _begin(source, target)
    for write in by_id:
        with pytest.raises(DatabaseUnavailable) as refused:
            await source.batch([theirs, write])
        assert refused.value.reason == "moving"
    assert await _dump(source) == before
    await source.batch([theirs])
    await source.batch(stay(ACCOUNT, _RUN, _NOW))
    await source.batch([by_id[0]])


async def _dump(database: SqliteDatabase) -> list[object]:
    queries = ("SELECT * FROM runs", "SELECT * FROM tokens", "SELECT * FROM expenses")
    return [await database.all(Statement(query)) for query in queries]


async def test_only_the_run_that_moves_it_copies_and_its_triggers_stay() -> None:
    source = await migrated_database()
    target = await migrated_database()
    await _begin(source, target)
    with pytest.raises(GuardFailed):
        await source.batch(freeze(ACCOUNT, 2, "run_other", _NOW))
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    before = await target.all(statement(triggers))
    await _copy_all(source, target)
    assert await target.all(statement(triggers)) == before
    layout = await layout_of(source)
    [users] = [table for table in layout.tables if table.rows.table == "users"]
    with pytest.raises(GuardFailed):
        await copy(source, target, users, ACCOUNT, "run_other")
    assert await target.all(statement(triggers)) == before
