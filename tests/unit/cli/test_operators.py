"""Making an operator and taking it back: once, in the audit, and only of users that are there."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cli.operations.accounts import NewAccount, new_account
from cli.operations.operators import change_operator
from local.places import MIGRATIONS
from tests.support.sql import sql
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, Statement, statement
from tillroll_testing.host.sqlite import SqliteDatabase

NOW, LATER = datetime(2026, 3, 1, 9, 30, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def database() -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    yield database
    database.close()


async def stored(database: SqliteDatabase, *, is_operator: bool = False) -> NewAccount:
    account = new_account("Books", "Ann", NOW, is_operator=is_operator)
    await database.all(Statement(sql(account.sql)))
    return account


async def run(database: SqliteDatabase, change: str) -> None:
    await database.batch([statement(sql(each)) for each in change.split(";\n") if each])


async def operators(database: SqliteDatabase) -> list[Row]:
    return await database.all(statement("SELECT id FROM users WHERE is_operator = 1"))


async def test_an_account_may_be_made_with_an_operator(database: SqliteDatabase) -> None:
    account = await stored(database, is_operator=True)
    assert await operators(database) == [{"id": account.user_id}]


async def test_granting_and_revoking_are_in_the_audit(database: SqliteDatabase) -> None:
    account = await stored(database)
    await run(database, change_operator(account.account_id, account.user_id, NOW, is_operator=True))
    assert await operators(database) == [{"id": account.user_id}]
    await run(
        database, change_operator(account.account_id, account.user_id, LATER, is_operator=False)
    )
    assert await operators(database) == []
    events = await database.all(statement("SELECT action FROM audit_events ORDER BY id"))
    assert [event["action"] for event in events][-2:] == ["operator.granted", "operator.revoked"]


@pytest.mark.parametrize("is_operator", [True, False])
async def test_what_is_so_already_or_nobody_is_refused(
    database: SqliteDatabase, *, is_operator: bool
) -> None:
    account = await stored(database, is_operator=is_operator)
    other = await stored(database)
    for account_id, user_id in (
        (account.account_id, account.user_id),
        (other.account_id, account.user_id),
        (account.account_id, "usr_nobody"),
    ):
        with pytest.raises(ConstraintFailed):
            await run(
                database, change_operator(account_id, user_id, LATER, is_operator=is_operator)
            )
    query = "SELECT id FROM audit_events WHERE action LIKE 'operator.%'"
    assert await database.all(statement(query)) == []
