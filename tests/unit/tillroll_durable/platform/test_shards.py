"""Ids and secrets say in which database they were made, and nothing else says it."""

import asyncio
from dataclasses import replace

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.platform import shards
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.ids import new_id, new_unguessable_id
from tillroll_durable.platform.invocation import enter, invocation
from tillroll_testing.host.sqlite import SqliteDatabase

_ULID = "01JD0C3YF8W7AAAAAAAAAAAAAA"


@pytest.fixture(autouse=True)
def _in_the_first() -> None:
    shards.make_here(shards.FIRST)


def test_databases_are_found_by_the_names_of_their_bindings_in_their_order() -> None:
    bindings = [
        "DB_10",
        "BUCKET",
        "DB_2",
        "DB",
        "DB_1",
        "DB_02",
        "DBX",
        "DB_x",
        "MY_DB",
        "DB_40000",
    ]
    assert shards.numbers_of(bindings) == {1: "DB", 2: "DB_2", 10: "DB_10"}
    assert [*shards.numbers_of(bindings)] == [1, 2, 10]
    assert [shards.binding_of(number) for number in (1, 2, 10)] == ["DB", "DB_2", "DB_10"]


def test_ids_and_secrets_of_the_first_database_are_as_they_would_be_without_others() -> None:
    made = new_id("run")
    assert len(made) == len("run_") + 26
    assert (shards.of_id(made), shards.marked("till_abc")) == (1, "till_abc")


@pytest.mark.parametrize("number", [2, 31, 32, 33, 1023, shards.LARGEST])
def test_what_is_made_in_another_database_says_so(number: int) -> None:
    shards.make_here(number)
    made = new_id("run")
    assert len(made) == len("run_") + 29
    assert shards.of_id(made) == number
    secret = shards.marked("till_a-b_c.d")
    assert shards.of_secret(secret) == number
    # What is derived from an id says the same.
    assert shards.of_id(f"evt_{made.removeprefix('run_')}_run.completed_3") == number
    assert shards.of_id(f"{made}-1") == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "acc_first",
        f"run_{_ULID}",
        f"run_{_ULID}-2",
        f"run_{_ULID}0",
        f"run_{_ULID}0002",
        f"evt_{_ULID}_run.completed_002",
        f"{_ULID}002",
        f"run_{_ULID}00a",
        f"run_{_ULID[:-1]}U002",
    ],
)
def test_other_ids_are_of_the_first_database(text: str) -> None:
    assert shards.of_id(text) == shards.FIRST


@pytest.mark.parametrize("secret", ["", "till_abc", "till_abc.", "a.02", "a.x", ".2", "a.2\n", "2"])
def test_other_secrets_are_of_the_first_database(secret: str) -> None:
    assert shards.of_secret(secret) == shards.FIRST


async def test_an_id_that_nobody_guesses_says_its_database_too() -> None:
    assert shards.of_id(new_unguessable_id("src")) == shards.FIRST
    shards.make_here(7)
    made = new_unguessable_id("src")
    assert shards.of_id(made) == 7
    assert len(made) == len("src_") + 32 + 3


def test_ids_of_all_databases_sort_by_their_time() -> None:
    made: list[str] = []
    for number in (1, 2, 1, 3, 2, 1):
        shards.make_here(number)
        made.append(new_id("run"))
    assert made == sorted(made)


async def test_who_enters_a_database_asks_that_one_and_counts_on() -> None:
    host = assemble(await migrated_database(), {})
    second = SqliteDatabase()
    databases = {1: host.platform.database, 2: second}
    platform = invocation(replace(host.platform, databases=databases))
    there = enter(platform, 2)
    assert await there.database.all(statement("SELECT name FROM sqlite_master")) == []
    assert await enter(there, 1).database.all(statement("SELECT id FROM accounts"))
    assert platform.spending.statements == 2
    # An invocation within keeps to the database.
    assert await invocation(there).database.all(statement("SELECT name FROM sqlite_master")) == []
    assert enter(there, 7).shard == 1
    assert shards.current() == 1


async def test_tasks_beside_each_other_make_ids_of_their_own_databases() -> None:
    async def make(number: int) -> list[int]:
        shards.make_here(number)
        found: list[int] = []
        for _ in range(3):
            await asyncio.sleep(0)
            found.append(shards.of_id(new_id("run")))
        return found

    assert await asyncio.gather(make(1), make(2), make(3)) == [[1] * 3, [2] * 3, [3] * 3]
    assert shards.current() == shards.FIRST
