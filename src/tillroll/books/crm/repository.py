"""Rows of what a CRM has: its records and facts of deals; the clients and projects that these
open.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from tillroll.books.crm.records import ClientOf, Fact, Known, Party
from tillroll.books.targets.source import DealStatus, Record, RecordKind
from tillroll.clients import imported as clients
from tillroll.clients.imported import ImportedProject, Origin
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    insert_row,
    of_row,
    optional_integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump, load_texts

MOST_WAITING: Final = 100


async def known(
    database: Database, connection_id: str, kind: RecordKind, ids: Sequence[str]
) -> Mapping[str, Known]:
    """What is kept of records, by their external ids."""
    query = """
      SELECT external_id, modified, status FROM crm_records
      WHERE connection_id = ? AND kind = ? AND external_id IN (SELECT value FROM json_each(?))
    """
    rows = await database.all(statement(query, [connection_id, kind.value, dump([*ids])]))
    return {text(row, "external_id"): _stored(row) for row in rows}


def _stored(row: Row) -> Known:
    status = optional_text(row, "status")
    return Known(from_text(text(row, "modified")), None if status is None else DealStatus(status))


def keep(account_id: str, connection_id: str, record: Record, now: str) -> Statement:
    """Keep a record, unless a later copy is kept."""
    return statement(
        """
        INSERT INTO crm_records (
          connection_id, account_id, source, kind, external_id, name, email, status, stage, amount,
          currency, companies, contacts, modified, read_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, CAST(?10 AS INTEGER), ?11, ?12, ?13, ?14, ?15)
        ON CONFLICT (connection_id, kind, external_id) DO UPDATE
        SET name = excluded.name, email = excluded.email,
          status = excluded.status, stage = excluded.stage, amount = excluded.amount,
          currency = excluded.currency,
          companies = excluded.companies, contacts = excluded.contacts,
          modified = excluded.modified,
          read_at = excluded.read_at
        WHERE excluded.modified > crm_records.modified
        """,
        [
            connection_id,
            account_id,
            record.source,
            record.kind.value,
            record.id,
            record.name,
            record.email,
            None if record.status is None else record.status.value,
            record.stage,
            record.amount,
            record.currency,
            dump([*record.companies]),
            dump([*record.contacts]),
            to_text(record.modified),
            now,
        ],
    )


def note_fact(
    account_id: str, connection_id: str, record: Record, fact: Fact, now: str
) -> Statement:
    """Once for the deal, the fact and the time that the source gives it."""
    row = {
        "id": new_id("fct"),
        "account_id": account_id,
        "connection_id": connection_id,
        "source": record.source,
        "external_id": record.id,
        "fact": fact.value,
        "at": to_text(record.modified),
        "heard_at": now,
    }
    insert = insert_row("crm_facts", row)
    return Statement(
        f"{insert.sql} ON CONFLICT (connection_id, external_id, fact, at) DO NOTHING",
        insert.parameters,
    )


def rename_client(account_id: str, record: Record) -> Statement:
    """A client has the name that its company or contact has now."""
    client = Origin(account_id, record.source, f"{record.kind.value}:{record.id}")
    return clients.rename_imported_client(client, record.name)


def change_project(account_id: str, record: Record, now: str) -> Statement:
    """A project is open while its deal is won, and has the deal's name and worth."""
    is_won = record.status is DealStatus.WON
    return clients.change_imported_project(_project_of(account_id, record), is_open=is_won, now=now)


def _project_of(account_id: str, deal: Record) -> ImportedProject:
    currency = None if deal.amount is None else deal.currency
    return ImportedProject(
        Origin(account_id, deal.source, deal.id),
        name=deal.name,
        amount=deal.amount,
        currency=currency,
    )


async def waiting_deals(database: Database, connection_id: str) -> list[Record]:
    """Deals that were won, and have no project yet: whom they are with was not read."""
    query = """
      SELECT r.* FROM crm_records r
      WHERE r.connection_id = ?1 AND r.kind = 'deal' AND r.status = 'won' AND NOT EXISTS (
        SELECT 1 FROM projects p
        WHERE p.account_id = r.account_id AND p.source = r.source AND p.external_id = r.external_id)
      ORDER BY r.external_id LIMIT ?2
    """
    return [
        _record(row) for row in await database.all(statement(query, [connection_id, MOST_WAITING]))
    ]


def _record(row: Row) -> Record:
    status = optional_text(row, "status")
    return Record(
        text(row, "source"),
        RecordKind(text(row, "kind")),
        id=text(row, "external_id"),
        modified=_moment(row),
        name=text(row, "name"),
        email=text(row, "email"),
        status=None if status is None else DealStatus(status),
        stage=text(row, "stage"),
        amount=optional_integer(row, "amount"),
        currency=text(row, "currency"),
        companies=tuple(load_texts(text(row, "companies"))),
        contacts=tuple(load_texts(text(row, "contacts"))),
    )


def _moment(row: Row) -> datetime:
    return from_text(text(row, "modified"))


async def parties(
    database: Database, connection_id: str, companies: Sequence[str], contacts: Sequence[str]
) -> tuple[dict[str, Party], dict[str, Party]]:
    """Companies and contacts that are known, by their external ids."""
    query = """
      SELECT kind, external_id, name, email FROM crm_records
      WHERE connection_id = ?1 AND (
        (kind = 'company' AND external_id IN (SELECT value FROM json_each(?2)))
        OR (kind = 'contact' AND external_id IN (SELECT value FROM json_each(?3))))
    """
    rows = await database.all(
        statement(query, [connection_id, dump([*companies]), dump([*contacts])])
    )
    names: dict[str, dict[str, Party]] = {"company": {}, "contact": {}}
    for row in rows:
        names[text(row, "kind")][text(row, "external_id")] = of_row(Party, row)
    return names["company"], names["contact"]


def open_project(account_id: str, deal: Record, client: ClientOf, now: str) -> list[Statement]:
    """Open a client, where there is none, and the project of a deal, once. A client of the same
    name that a person added becomes the CRM's; one that was merged into another opens its projects
    there.
    """
    origin = Origin(account_id, deal.source, client.external_id)
    return [
        *clients.open_imported_client(origin, client.name, mail=client.mail, now=now),
        clients.open_imported_project(origin, _project_of(account_id, deal), now=now),
    ]


def keep_cursor(connection_id: str, kind: RecordKind, cursor: str) -> Statement:
    """How far a kind of record was read."""
    return statement(
        "UPDATE books_connections SET cursors = json_set(cursors, '$.' || ?2, ?3) WHERE id = ?1",
        [connection_id, kind.value, cursor],
    )


async def cursor_of(database: Database, connection_id: str, kind: RecordKind) -> str | None:
    query = "SELECT json_extract(cursors, '$.' || ?2) AS place FROM books_connections WHERE id = ?1"
    row = await database.first(statement(query, [connection_id, kind.value]))
    if row is None:
        return None
    return optional_text(row, "place")
