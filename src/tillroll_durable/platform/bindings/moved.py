"""Which accounts have left a database, or have come from another: statements about the table
`moved_accounts`.

An id keeps saying the database that it was made in. So a database knows where its accounts went.
"""

from collections.abc import Collection, Iterable
from typing import Final

from tillroll_durable.platform.bindings.database import (
    MOVING,
    Database,
    DatabaseError,
    DatabaseUnavailable,
    Statement,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.tables import of_nobody

LIVES_HERE: Final = "here"
HAS_LEFT: Final = "gone"
IS_FROZEN: Final = "frozen"


class OtherDatabase(DatabaseError):
    """A write is about an account of another database. Nothing was written: an account's rows lie
    together, so that a batch is one transaction."""


def all_live_here(home: Collection[str], guests: Collection[str]) -> Statement:
    """The guard that accounts live in the database, and are not being moved. `home` were made in
    it, `guests` were not."""
    all_here = """
      NOT EXISTS (
        SELECT 1 FROM json_each(?1) AS named
        JOIN moved_accounts ON moved_accounts.account_id = named.value
        WHERE moved_accounts.stands <> 'here'
      ) AND NOT EXISTS (
        SELECT 1 FROM json_each(?2) AS named WHERE NOT EXISTS (
          SELECT 1 FROM moved_accounts WHERE account_id = named.value AND stands = 'here'
        )
      )
    """
    return must_hold(all_here, dump([*home]), dump([*guests]))


async def standings(database: Database, account_ids: Iterable[str]) -> dict[str, str]:
    """How those of the accounts stand that have come or gone."""
    query = """
      SELECT account_id, stands FROM moved_accounts
      WHERE account_id IN (SELECT value FROM json_each(?))
    """
    rows = await database.all(statement(query, [dump([*account_ids])]))
    return {text(row, "account_id"): text(row, "stands") for row in rows}


async def check_all_live_here(
    database: Database, shard: int, home: Collection[str], guests: Collection[str]
) -> None:
    """Raises OtherDatabase, DatabaseUnavailable: one of the accounts never lived here, or is being
    moved just now. One that has left was here a moment ago: the next attempt finds it.
    """
    by_account = await standings(database, [*home, *guests])
    for account_id in (*home, *guests):
        stands = by_account.get(account_id)
        if stands is None and account_id in home:
            stands = LIVES_HERE
        if stands is None:
            raise OtherDatabase(
                f"a write in database {shard} is about {account_id[:40]}, which lives in another "
                "database"
            )
        if stands == HAS_LEFT:
            raise DatabaseUnavailable(f"{MOVING}: {account_id[:40]} has left a database", "moving")
        if stands != LIVES_HERE:
            raise DatabaseUnavailable(f"{MOVING}: {account_id[:40]} goes to a database", "moving")


async def departure(database: Database, account_id: str) -> str | None:
    """How far the account has left the database for another one: `frozen`, `leaving` or `gone`;
    None where it lives here."""
    query = """
      SELECT stands FROM moved_accounts
      WHERE account_id = ?1 AND stands IN ('frozen', 'leaving', 'gone')
    """
    row = await database.first(statement(query, [account_id]))
    if row is None:
        return None
    return text(row, "stands")


async def is_home(database: Database, account_id: str) -> bool:
    """Whether the account lives in the database: its rows may have come, or may still be there,
    where it lives elsewhere."""
    query = """
      SELECT 1 FROM accounts WHERE id = ?1 AND NOT EXISTS (
        SELECT 1 FROM moved_accounts
        WHERE account_id = ?1 AND stands IN ('arriving', 'leaving', 'gone')
      )
    """
    return await database.first(statement(query, [account_id])) is not None


async def led_to(database: Database, among: Iterable[int]) -> list[int]:
    """The databases among these to which accounts have gone, or from which they are coming."""
    query = """
      SELECT CAST(value AS INTEGER) AS number FROM json_each(?) AS asked
      WHERE EXISTS (
        SELECT 1 FROM moved_accounts
        WHERE other = asked.value AND stands IN ('arriving', 'leaving', 'gone')
      )
    """
    rows = await database.all(statement(query, [dump([*among])]))
    return [integer(row, "number") for row in rows]


TABLES: Final = (
    of_nobody("moved_accounts", "an id, and in which database the account is; its rows are there"),
)
