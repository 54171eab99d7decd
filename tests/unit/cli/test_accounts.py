"""A new account: its rows, its audit event, and a token of which only the hash is stored."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from cli.operations.accounts import new_account
from local.places import MIGRATIONS
from tests.support.sql import sql
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_testing.host.sqlite import SqliteDatabase

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
async def database() -> AsyncIterator[SqliteDatabase]:
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    yield database
    database.close()


async def test_an_owner_with_a_token_is_stored(database: SqliteDatabase) -> None:
    account = new_account("Ann's; DROP TABLE accounts; --", "Ann", NOW)
    await database.all(Statement(sql(account.sql)))
    row = await database.first(
        statement(
            """
            SELECT a.name AS account, u.name AS user, r.role, u.is_operator, t.hash, t.expires_at,
                t.revoked_at
            FROM accounts a JOIN users u ON u.account_id = a.id JOIN tokens t ON t.user_id = u.id
            JOIN user_roles r ON r.user_id = u.id
            WHERE a.id = ? AND u.id = ?
            """,
            [account.account_id, account.user_id],
        )
    )
    assert row == {
        "account": "Ann's; DROP TABLE accounts; --",
        "user": "Ann",
        "role": "owner",
        "is_operator": 0,
        "hash": secret_hash(account.token),
        "expires_at": None,
        "revoked_at": None,
    }


async def test_it_is_in_the_audit_without_the_names(database: SqliteDatabase) -> None:
    account = new_account("Secretive Ltd", "Ann Example", NOW)
    await database.all(Statement(sql(account.sql)))
    event, *others = await database.all(
        statement("SELECT stream, seq, action, at, detail FROM audit_events")
    )
    assert [each["action"] for each in others] == ["category.set_taken", "policy.created"]
    assert (event["stream"], event["seq"]) == (f"account:{account.account_id}", 1)
    assert (event["action"], event["at"]) == ("account.created", "2026-03-01T09:30:00.000Z")
    assert "Secretive" not in str(event["detail"])
    assert "Example" not in str(event["detail"])


def test_the_token_is_new_each_time_and_not_in_the_sql() -> None:
    accounts = [new_account("A", "B", NOW) for _ in range(2)]
    assert len({account.token for account in accounts}) == 2
    for account in accounts:
        assert re.fullmatch(r"till_[A-Za-z0-9_-]{43}", account.token)
        assert account.token not in account.sql


async def test_it_has_categories_and_a_policy_from_the_first_moment(
    database: SqliteDatabase,
) -> None:
    """Onboarding gave them a minute later, and to the account of `make dev` never: 35 of 35
    receipts had none.
    """
    account = new_account("Books Ltd", "Ann", NOW)
    await database.all(Statement(sql(account.sql)))
    named = await database.all(
        statement("SELECT name FROM categories WHERE account_id = ?", [account.account_id])
    )
    assert {"Meals", "Travel", "Fuel", "Other"} <= {str(row["name"]) for row in named}
    [policy] = await database.all(
        statement("SELECT effect FROM approval_policies WHERE account_id = ?", [account.account_id])
    )
    assert policy["effect"] == "warn"
