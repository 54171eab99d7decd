"""Where an account lives: a write that names it goes there alone, and hints that are out of date
lead there.
"""

from dataclasses import replace

import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN, assemble, migrated_database
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    DatabaseUnavailable,
    Row,
    Statement,
    insert_row,
    statement,
)
from tillroll_durable.platform.bindings.moved import OtherDatabase
from tillroll_durable.platform.bindings.moves import find, follow
from tillroll_durable.platform.invocation import enter, invocation
from tillroll_durable.platform.services import Platform

_FOREIGN = "acc_01JD0C3YF8W7AAAAAAAAAAAAAA002"
_FORGET = statement("DELETE FROM moved_accounts")


@pytest.fixture(autouse=True)
def _in_the_first() -> None:
    shards.make_here(shards.FIRST)


async def _several(count: int = 2) -> Platform:
    """One invocation on so many databases, each with the accounts of tests."""
    host = assemble(await migrated_database(), {})
    databases: dict[int, Database] = {1: host.platform.database}
    for number in range(2, count + 1):
        databases[number] = await migrated_database()
    return invocation(replace(host.platform, databases=databases))


def _stands(account_id: str, stands: str, other: int) -> Statement:
    row = {"account_id": account_id, "stands": stands, "other": other, "run_id": "", "since": ""}
    return insert_row("moved_accounts", row)


async def test_no_batch_is_about_accounts_of_two_databases() -> None:
    platform = await _several()
    own = statement("UPDATE accounts SET name = 'Own' WHERE id = ?", ["acc_first"], "acc_first")
    other = statement("UPDATE accounts SET name = 'Other' WHERE id = ?", [_FOREIGN], _FOREIGN)
    names = statement("SELECT DISTINCT name FROM accounts WHERE id = 'acc_first'")
    with pytest.raises(OtherDatabase, match="database 1 is about acc_"):
        await platform.database.batch([own, other])
    assert await platform.database.all(names) == [{"name": "Books"}]
    # To look for one costs nothing but the look.
    looked = statement("SELECT * FROM accounts WHERE id = ?", [_FOREIGN])
    assert await platform.database.first(looked) is None
    with pytest.raises(OtherDatabase, match="database 2 is about acc_first"):
        await enter(platform, 2).database.batch([own])
    with pytest.raises(OtherDatabase, match="database 2 is about acc_first"):
        await enter(platform, 2).database.first(own)
    # A deployment with one database does not ask.
    alone = assemble(await migrated_database(), {}).platform
    assert await invocation(alone).database.batch([own, other]) == [[], []]


@pytest.mark.parametrize("stands", ["frozen", "leaving", "arriving"])
async def test_nothing_of_an_account_is_written_while_it_moves(stands: str) -> None:
    platform = await _several()
    renamed = statement(
        "UPDATE accounts SET name = 'Moved' WHERE id = ?", ["acc_first"], "acc_first"
    )
    name = statement("SELECT name FROM accounts WHERE id = 'acc_first'")
    for number in (1, 2):
        await platform.databases[number].batch([_stands("acc_first", stands, 3 - number)])
        with pytest.raises(DatabaseUnavailable, match="account_is_moving"):
            await enter(platform, number).database.batch([renamed])
        assert await platform.databases[number].all(name) == [{"name": "Books"}]


async def test_an_account_is_written_where_it_lives() -> None:
    platform = await _several()
    renamed = statement(
        "UPDATE accounts SET name = 'Moved' WHERE id = ? RETURNING name",
        ["acc_first"],
        account="acc_first",
    )
    await platform.databases[1].batch([_stands("acc_first", "gone", 2)])
    await platform.databases[2].batch([_stands("acc_first", "here", 1)])
    # The account has left between a look and a write: the next attempt finds it.
    with pytest.raises(DatabaseUnavailable, match="account_is_moving: acc_first has left"):
        await platform.database.batch([renamed])
    there = enter(platform, 2)
    assert await there.database.batch([renamed]) == [[{"name": "Moved"}]]
    assert await there.database.first(renamed) == {"name": "Moved"}
    # Back at home it is written there again.
    await platform.databases[1].batch([_FORGET])
    assert await platform.database.all(renamed) == [{"name": "Moved"}]


async def test_a_hint_leads_on_to_where_accounts_went() -> None:
    platform = await _several(4)
    thing = statement("SELECT id FROM accounts WHERE id = 'acc_moved'")
    account = insert_row("accounts", {"id": "acc_moved", "name": "Moved", "created_at": ""})

    async def look(entered: Platform) -> Row | None:
        return await entered.database.first(thing)

    assert await find(platform, 1, look) == (platform, None)
    await platform.databases[1].batch([_stands("acc_first", "gone", 3)])
    await platform.databases[3].batch([_stands("acc_first", "gone", 4)])
    # It once came back, and left again.
    await platform.databases[4].batch([_stands("acc_none", "gone", 1)])
    entered, found = await find(platform, 1, look)
    assert (entered.shard, found, shards.current()) == (1, None, 1)
    await platform.databases[4].batch([account])
    entered, found = await find(platform, 1, look)
    assert (entered.shard, found, shards.current()) == (4, {"id": "acc_moved"}, 4)
    # What is found at once costs one query, also where accounts have gone.
    await platform.databases[1].batch([account])
    before = platform.spending.statements
    entered, found = await find(platform, 1, look)
    assert (entered.shard, found) == (1, {"id": "acc_moved"})
    assert platform.spending.statements == before + 1


async def test_who_follows_asks_the_other_database_from_then_on() -> None:
    platform = await _several()
    held = platform
    follow(platform, platform)
    assert held.shard == 1
    follow(platform, enter(platform, 2))
    await held.database.batch([statement("UPDATE clients SET name = ''", account=EVERYBODY)])
    assert (held.shard, shards.current()) == (2, 2)
    assert invocation(held).shard == 2


async def test_a_token_lets_its_user_in_where_the_account_went() -> None:
    platform = await _several()
    forgotten = statement("DELETE FROM tokens WHERE hash = ?", [secret_hash(TOKEN)])
    gone = [forgotten, _stands("acc_first", "gone", 2)]
    await platform.databases[1].batch(gone)
    await platform.databases[2].batch([_stands("acc_first", "here", 1)])
    async with api_client(platform) as client:
        session = await client.get("/api/session")
        assert session.json()["account"]["id"] == "acc_first"
        made = await client.post("/api/clients", json={"name": "Made there"})
        assert made.is_success, made.text
    name = statement("SELECT name FROM clients")
    assert await platform.databases[1].all(name) == []
    assert await platform.databases[2].all(name) == [{"name": "Made there"}]
    assert shards.of_id(made.json()["id"]) == 2


async def test_a_token_lets_its_user_in_while_the_account_is_on_its_way_home() -> None:
    """It was made in the first database, lives in the second, and is being moved back."""
    platform = await _several()
    forgotten = statement("DELETE FROM tokens WHERE hash = ?", [secret_hash(TOKEN)])
    await platform.databases[1].batch([forgotten, _stands("acc_first", "arriving", 2)])
    await platform.databases[2].batch([_stands("acc_first", "frozen", 1)])
    async with api_client(platform) as client:
        session = await client.get("/api/session")
        assert session.json()["account"]["id"] == "acc_first"
