"""A lent database is as the first was, whatever an earlier borrower did to it, and is worth lending
again.
"""

import gc

import pytest

from tillroll_durable.platform.bindings.database import ConstraintFailed, DatabaseError, statement
from tillroll_testing.host.sqlite import Lender, SqliteDatabase

_COUNT = statement("SELECT count(*) AS n FROM notes")


@pytest.fixture
async def lender() -> Lender:
    database = SqliteDatabase()
    await database.batch(
        [
            statement("CREATE TABLE notes (id TEXT PRIMARY KEY) STRICT"),
            statement("INSERT INTO notes VALUES ('first')"),
        ]
    )
    return Lender(database)


async def count(database: SqliteDatabase) -> object:
    return (await database.all(_COUNT))[0]["n"]


async def test_nothing_is_left_of_an_earlier_borrower(lender: Lender) -> None:
    database = lender.lend()
    connection = database.connection
    await database.batch(
        [statement("INSERT INTO notes VALUES ('more')"), statement("CREATE TABLE other (id TEXT)")]
    )
    assert await count(database) == 2
    del database
    gc.collect()
    again = lender.lend()
    assert again.connection is connection
    assert await count(again) == 1
    with pytest.raises(DatabaseError, match="no such table"):
        await again.all(statement("SELECT * FROM other"))


async def test_two_borrowers_have_two_databases(lender: Lender) -> None:
    one, other = lender.lend(), lender.lend()
    await one.all(statement("INSERT INTO notes VALUES ('more')"))
    assert (await count(one), await count(other)) == (2, 1)


async def test_a_batch_that_fails_takes_back_only_itself(lender: Lender) -> None:
    database = lender.lend()
    await database.all(statement("INSERT INTO notes VALUES ('kept')"))
    with pytest.raises(ConstraintFailed):
        await database.batch(
            [statement("INSERT INTO notes VALUES (?)", [key]) for key in ("taken back", "first")]
        )
    assert await count(database) == 2


async def test_a_copy_has_what_its_borrower_wrote(lender: Lender) -> None:
    database = lender.lend()
    await database.all(statement("INSERT INTO notes VALUES ('more')"))
    assert await count(database.copy()) == 2


async def test_one_that_was_closed_is_not_lent_again(lender: Lender) -> None:
    lender.lend().close()
    gc.collect()
    assert await count(lender.lend()) == 1
