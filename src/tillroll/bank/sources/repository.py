"""Rows of bank sources, and of what is fetched from each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, LiteralString

from tillroll.bank.sources.models import (
    BankFetch,
    BankSource,
    OfferedAccount,
    SourceKind,
    SourceState,
)
from tillroll_durable import Statement, statement
from tillroll_durable.jobs.inbox import Inbox
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    Value,
    columns_of,
    insert_row,
    integer,
    of_row,
    optional_text,
    place,
    text,
)
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

INBOX: Final = Inbox("bank_fetches", "bank_fetch", nudge_by="bankFetchId", again=(5, 5))
"""A turn that says nothing more within five minutes is over."""


@dataclass(frozen=True)
class StoredSource:
    """What is needed to ask a source; `credentials` and `granted` are encrypted."""

    id: str
    account_id: str
    bank_account_id: str
    kind: SourceKind
    bank: str
    country: str | None
    credentials: str | None
    granted: str | None
    state: SourceState
    remote_id: str | None
    from_day: date
    created_by: str
    valid_until: str | None


@dataclass(frozen=True)
class StoredFetch:
    """A fetch that is worked on. `attempts` is the number of this turn: another turn's writes
    change nothing.
    """

    id: str
    account_id: str
    source_id: str
    by: str
    from_day: date
    to_day: date
    cursor: str | None
    is_complete: bool
    pages: int
    records: int
    attempts: int
    failures: int
    created_at: str


_SOURCES: Final = "SELECT * FROM bank_sources s WHERE s.account_id = ?1"
_LAST: Final = """
  SELECT f.* FROM bank_fetches f JOIN (
    SELECT source_id, MAX(id) AS id FROM bank_fetches WHERE account_id = ?1
    GROUP BY source_id) l ON l.id = f.id
"""


async def list_sources(database: Database, account_id: str) -> list[BankSource]:
    """All of an account, the oldest first, also ended ones."""
    rows, last = await database.batch(
        [statement(f"{_SOURCES} ORDER BY s.id", [account_id]), statement(_LAST, [account_id])]
    )
    of_source = {text(row, "source_id"): row for row in last}
    return [_source(row, of_source.get(text(row, "id"))) for row in rows]


async def find_source(database: Database, account_id: str, id_: str) -> BankSource | None:
    last = (
        "SELECT * FROM bank_fetches WHERE source_id = ?1 AND account_id = ?2 ORDER BY id DESC "
        "LIMIT 1"
    )
    rows, fetched = await database.batch(
        [
            statement(f"{_SOURCES} AND s.id = ?2", [account_id, id_]),
            statement(last, [id_, account_id]),
        ]
    )
    if rows:
        return _source(rows[0], fetched[0] if fetched else None)
    return None


def _source(row: Row, last: Row | None) -> BankSource:
    accounts: Any = load(text(row, "accounts"))
    return of_row(
        BankSource,
        row,
        accounts=[OfferedAccount.model_validate(each) for each in accounts],
        last=None if last is None else of_row(BankFetch, last),
    )


async def load_source(database: Database, account_id: str, id_: str) -> StoredSource | None:
    row = await database.first(statement(f"{_SOURCES} AND s.id = ?2", [account_id, id_]))
    if row is None:
        return None
    return of_row(StoredSource, row)


@dataclass(frozen=True)
class Asked:
    """A person who is at the bank."""

    source_id: str
    asked_by: str
    asked_until: str


async def find_asked(database: Database, account_id: str, state_hash: str) -> Asked | None:
    query = """
      SELECT id AS source_id, asked_by, asked_until FROM bank_sources
      WHERE account_id = ? AND asked_state = ?
    """
    row = await database.first(statement(query, [account_id, state_hash]))
    if row is None:
        return None
    return of_row(Asked, row)


def insert_source(values: Mapping[str, Value]) -> Statement:
    return insert_row("bank_sources", values)


def change_source(
    account_id: str, id_: str, values: Mapping[str, Value], *, where: LiteralString = "true"
) -> Statement:
    """Set columns of a source that has not ended. `where` is a condition of SQL over its other
    columns.
    """
    names = [*values]
    sets = ", ".join(
        f"{name} = {place(number)}" for number, name in enumerate(columns_of(names), start=3)
    )
    query = (
        f"UPDATE bank_sources SET {sets} WHERE account_id = ?1 AND id = ?2 AND ended_at IS NULL "
        f"AND {where}"
    )
    return statement(query, [account_id, id_, *(values[name] for name in names)])


async def list_fetches(
    database: Database, account_id: str, source_id: str, cursor: str, limit: int
) -> list[BankFetch]:
    """The newest first, after the id `cursor`."""
    query = """
      SELECT * FROM bank_fetches WHERE account_id = ?1 AND source_id = ?2 AND id < ?3
      ORDER BY id DESC LIMIT ?4
    """
    rows = await database.all(statement(query, [account_id, source_id, cursor, limit]))
    return [of_row(BankFetch, row) for row in rows]


async def find_fetch(database: Database, id_: str) -> BankFetch | None:
    row = await database.first(statement("SELECT * FROM bank_fetches WHERE id = ?", [id_]))
    if row is None:
        return None
    return of_row(BankFetch, row)


@dataclass(frozen=True)
class Standing:
    """How far a source is: the last day of what is stored of it; whether a fetch goes on; whether
    the statement of the last one has not ended.
    """

    stored_to: date | None
    is_fetching: bool
    waits_for: str | None


async def standing_of(database: Database, source_id: str) -> Standing:
    query = """
      SELECT
        (SELECT MAX(f.to_day) FROM bank_fetches f WHERE f.source_id = ?1 AND EXISTS (
          SELECT 1 FROM bank_sections c
          WHERE c.statement_id = f.statement_id AND c.is_stored = 1)) AS stored_to,
        EXISTS (SELECT 1 FROM bank_fetches f WHERE f.source_id = ?1
            AND f.state = 'stored') AS is_fetching,
        (SELECT r.status FROM bank_fetches f JOIN bank_statements t ON t.id = f.statement_id
         JOIN runs r ON r.id = t.run_id
         WHERE f.source_id = ?1 AND r.status IN ('processing', 'needs_review') ORDER BY f.id DESC
         LIMIT 1) AS waits_for
    """
    row = await database.first(statement(query, [source_id]))
    assert row is not None  # noqa: S101 - it selects from nothing
    stored = optional_text(row, "stored_to")
    stored_to = None
    if stored is not None:
        stored_to = date.fromisoformat(stored)
    return Standing(
        stored_to,
        integer(row, "is_fetching") == 1,
        optional_text(row, "waits_for"),
    )


def insert_fetch(values: Mapping[str, Value]) -> Statement:
    return insert_row("bank_fetches", values)


def stop_fetches(account_id: str, source_id: str, why: str, now: str) -> Statement:
    """Let go of what is being fetched from a source."""
    query = """
      UPDATE bank_fetches SET state = 'failed', why = ?2, settled_at = ?3, cursor = NULL
      WHERE source_id = ?1 AND state = 'stored'
    """
    return statement(query, [source_id, why, now], account=account_id)


def plan_next(account_id: str, source_id: str, next_at: str) -> Statement:
    return statement(
        "UPDATE bank_sources SET next_at = ?2 WHERE id = ?1 AND state = 'connected'",
        [source_id, next_at],
        account=account_id,
    )


async def claim(database: Database, fetch_id: str, now: str, until: str) -> StoredFetch | None:
    """Begin a turn; None where it is not due, or another turn goes on."""
    query = """
      UPDATE bank_fetches SET attempts = attempts + 1, next_attempt_at = ?3
      WHERE id = ?1 AND state = 'stored' AND next_attempt_at <= ?2 RETURNING *
    """
    # Whose it is comes with its row. A row that moves refuses to be written.
    turn = statement(query, [fetch_id, now, until], account=EVERYBODY)
    row = await database.first(turn)
    if row is None:
        return None
    return of_row(StoredFetch, row)


async def reached(database: Database, fetch: StoredFetch) -> StoredFetch:
    """A fetch as its turn has brought it on; as it was, where another turn has begun."""
    query = "SELECT * FROM bank_fetches WHERE id = ? AND attempts = CAST(? AS INTEGER)"
    row = await database.first(statement(query, [fetch.id, fetch.attempts]))
    if row is None:
        return fetch
    return of_row(StoredFetch, row)


def note_fetch(fetch: StoredFetch, values: Mapping[str, Value]) -> Statement:
    """Set columns of a fetch, if its turn is still this one."""
    names = [*values]
    sets = ", ".join(
        f"{name} = {place(number)}" for number, name in enumerate(columns_of(names), start=3)
    )
    query = f"""
      UPDATE bank_fetches SET {sets}
      WHERE id = ?1 AND attempts = CAST(?2 AS INTEGER) AND state = 'stored'
    """
    bound = [fetch.id, fetch.attempts, *(values[name] for name in names)]
    return statement(query, bound, account=fetch.account_id)


def accounts_json(accounts: list[OfferedAccount]) -> str:
    listed: list[Json] = [each.as_json() for each in accounts]
    return dump(listed)


async def find_bank_account(
    database: Database, account_id: str, id_: str
) -> tuple[str, str | None] | None:
    """The currency of a bank account that is not archived, and its encrypted number."""
    query = (
        "SELECT currency, number FROM bank_accounts WHERE account_id = ? AND id = ? "
        "AND archived_at IS NULL"
    )
    row = await database.first(statement(query, [account_id, id_]))
    if row is None:
        return None
    return (text(row, "currency"), optional_text(row, "number"))


TABLES: Final = (
    Table("bank_fetches", Gone(ACCOUNT)),
    Table(
        "bank_sources",
        Gone(ACCOUNT),
        without=frozenset({"credentials", "granted", "asked_state", "remote_id"}),
    ),
)
