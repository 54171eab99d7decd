"""How an account stands while it moves: what `moved_accounts` says at the source and at the
target. A move's run writes it, and only the run that began it.
"""

from typing import Final, LiteralString

from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    statement,
    text,
    word,
)
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump

# An account is handed in within a JSON array: it moves. A plain value in a column `account_id` has
# the platform hold that it lives here.
_ACCOUNT: Final = "?1 ->> '$[0]'"


def of(account_id: str) -> str:
    """The account as these statements take it."""
    return dump([account_id])


def stands_so(account_id: str, stands: str, run_id: str) -> Statement:
    """The guard that an account stands so, for this run."""
    stands_there = f"""
      EXISTS (
        SELECT 1 FROM moved_accounts WHERE account_id = {_ACCOUNT} AND stands = ?2 AND run_id = ?3
      )
    """
    values = (of(account_id), stands, run_id)
    return must_hold(stands_there, *values)


def not_moving(account_id: str, run_id: str) -> Statement:
    """The guard that no other run moves the account from or to this database, and that this one
    has not let it be."""
    no_other_moves_it = f"""
      NOT EXISTS (
        SELECT 1 FROM moved_accounts
        WHERE account_id = {_ACCOUNT}
          AND NOT (run_id = ?2 AND stands IN ('frozen', 'arriving'))
          AND NOT (run_id <> ?2 AND stands IN ('here', 'gone'))
      )
    """
    return must_hold(no_other_moves_it, of(account_id), run_id)


def stand(
    account_id: str, stands: LiteralString, *, other: int, run_id: str, now: str
) -> Statement:
    """Say how the account stands from `now` on; `other` is the other database of the move."""
    note = f"""
      INSERT INTO moved_accounts (account_id, stands, other, run_id, since)
      VALUES ({_ACCOUNT}, '{word(stands)}', CAST(?2 AS INTEGER), ?3, ?4)
      ON CONFLICT (account_id) DO UPDATE SET
        stands = excluded.stands, other = excluded.other, run_id = excluded.run_id,
        since = excluded.since
    """
    return Statement(note, (of(account_id), other, run_id, now))


def lives_here(account_id: str) -> Statement:
    """The guard that an account lives in the database."""
    is_there = f"""
      EXISTS (
        SELECT 1 FROM accounts WHERE id = {_ACCOUNT}
      ) AND NOT EXISTS (
        SELECT 1 FROM moved_accounts WHERE account_id = {_ACCOUNT} AND stands = 'gone'
      )
    """
    return must_hold(is_there, of(account_id))


def never_freeze(account_id: str, target: int, run_id: str, now: str) -> list[Statement]:
    """At the source, where a move is undone that has not frozen the account: it never will."""
    return [_let_be(account_id, "here", other=target, run_id=run_id, now=now)]


def never_expect(account_id: str, source: int, run_id: str, now: str) -> list[Statement]:
    """At the target, where a move is undone that has not come so far: no row will come."""
    return [_let_be(account_id, "gone", other=source, run_id=run_id, now=now)]


def _let_be(
    account_id: str, stands: LiteralString, *, other: int, run_id: str, now: str
) -> Statement:
    """Note that this run has let the account be, unless a move is under way there: this one, or
    another."""
    note = f"""
      INSERT INTO moved_accounts (account_id, stands, other, run_id, since)
      VALUES ({_ACCOUNT}, '{word(stands)}', CAST(?2 AS INTEGER), ?3, ?4)
      ON CONFLICT (account_id) DO UPDATE SET run_id = excluded.run_id
      WHERE stands IN ('here', 'gone')
    """
    return Statement(note, (of(account_id), other, run_id, now))


def stay(account_id: str, run_id: str, now: str) -> list[Statement]:
    """At the source, where a move is undone: the account lives here, as it did."""
    thaw = f"""
      UPDATE moved_accounts SET stands = 'here', since = ?3
      WHERE account_id = {_ACCOUNT} AND stands = 'frozen' AND run_id = ?2
    """
    return [Statement(thaw, (of(account_id), run_id, now))]


def forget(account_id: str, source: int, run_id: str, now: str) -> list[Statement]:
    """At the target, where a move is undone and its rows are deleted: the account lives at the
    source."""
    departure = f"""
      UPDATE moved_accounts SET stands = 'gone', other = CAST(?3 AS INTEGER), since = ?4
      WHERE account_id = {_ACCOUNT} AND stands = 'arriving' AND run_id = ?2
    """
    return [Statement(departure, (of(account_id), run_id, source, now))]


def leave(account_id: str, target: int, run_id: str, now: str) -> list[Statement]:
    """At the source: the account lives at the target from here on."""
    return [
        stands_so(account_id, "frozen", run_id),
        stand(account_id, "leaving", other=target, run_id=run_id, now=now),
    ]


def live_here(account_id: str, source: int, run_id: str, now: str) -> list[Statement]:
    """At the target: the account lives here from here on."""
    return [
        stands_so(account_id, "arriving", run_id),
        stand(account_id, "here", other=source, run_id=run_id, now=now),
    ]


def be_gone(account_id: str, target: int, run_id: str, now: str) -> list[Statement]:
    """At the source: none of its rows is left."""
    return [
        stands_so(account_id, "leaving", run_id),
        stand(account_id, "gone", other=target, run_id=run_id, now=now),
    ]


async def standing_of(database: Database, account_id: str, run_id: str) -> str | None:
    """How the account stands for this run; None where no row of the run's says so."""
    query = "SELECT stands FROM moved_accounts WHERE account_id = ?1 AND run_id = ?2"
    row = await database.first(statement(query, [account_id, run_id]))
    if row is None:
        return None
    return text(row, "stands")
