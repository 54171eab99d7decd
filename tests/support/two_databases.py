"""A second database beside the one that a test has, with an account that was made in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from cli.operations.accounts import NewAccount, new_account
from tests.support.host_platform import migrated_database
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.sqlite import SqliteDatabase

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def second_account(
    name: str = "Second", *, is_operator: bool = False
) -> tuple[SqliteDatabase, NewAccount]:
    """A second database, with an account that was made in it."""
    database = await migrated_database()
    shards.make_here(2)
    account = new_account(name, "Bea", _NOW, is_operator=is_operator)
    shards.make_here(shards.FIRST)
    database.connection.execute(account.sql)
    return database, account


def over_both(platform: Platform, second: SqliteDatabase) -> Platform:
    return replace(platform, databases={1: platform.database, 2: second})


class SilentDatabase:
    """A database that does not answer."""

    async def all(self, query: Statement) -> list[Row]:
        del query
        raise DatabaseError("it does not answer")

    async def first(self, query: Statement) -> Row | None:
        del query
        raise DatabaseError("it does not answer")

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        del statements
        raise DatabaseError("it does not answer")
