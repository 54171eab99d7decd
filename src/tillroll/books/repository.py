"""Rows of the sync: items, what was planned for them and what came of it, files, conflicts and
syncs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.books.syncs.drafts import document_from, dumped
from tillroll.books.syncs.planning import (
    INVOICE_TAX,
    Act,
    Correction,
    Invoice,
    Item,
    Planned,
    Settled,
)
from tillroll.books.targets.target import Document, Kind, Written
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.json import JsonObject, dump, load_object

_ITEM: Final = """
  id, connection_id, kind, subject_id, changed, state, code, reason, generation, revision,
  asked_digest,
  external_number, written, correction
"""

_PAGE_ITEMS: Final = f"""
  SELECT {_ITEM} FROM books_items WHERE id IN (SELECT value FROM json_each(?)) ORDER BY changed
"""


@dataclass(frozen=True)
class Write:
    """A row of `books_writes` with its item's kind. `outcome` is None while nobody knows, or where
    an answer was lost: the target is asked before it is sent again.
    """

    item_id: str
    revision: int
    act: Act
    document: Document
    previous: Written | None
    digest: str
    version: int | None
    changed: int
    run_id: str
    outcome: str | None
    remark: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it may have been done."""
        return self.outcome in {None, "uncertain"}


def written_to_json(written: Written) -> str:
    return dump(
        {
            "kind": written.kind.value,
            "id": written.id,
            "number": written.number,
            "version": written.version,
            "url": written.url,
            "fields": written.fields,
            "isVoid": written.is_void,
            "isSettled": written.is_settled,
        }
    )


def written_from_json(stored: str) -> Written:
    content = load_object(stored)
    fields = content["fields"]
    assert isinstance(fields, dict)  # noqa: S101 - as above
    return Written(
        Kind(str(content["kind"])),
        str(content["id"]),
        number=str(content["number"]),
        version=str(content["version"]),
        url=str(content["url"]),
        fields=fields,
        is_void=content["isVoid"] is True,
        is_settled=content["isSettled"] is True,
    )


def item_of(row: Row) -> Item:
    written = optional_text(row, "written")
    correction = optional_text(row, "correction")
    return of_row(
        Item,
        row,
        written=None if written is None else written_from_json(written),
        correction=None if correction is None else Correction(correction),
    )


def write_of(row: Row) -> Write:
    previous = optional_text(row, "previous")
    return of_row(
        Write,
        row,
        document=document_from(load_object(text(row, "document"))),
        previous=None if previous is None else written_from_json(previous),
    )


async def find_ahead(database: Database, connection_id: str, cursor: int, limit: int) -> list[Item]:
    """Items that are due, or wait for a person's decision on a correction, by the order of their
    changes, from behind the cursor.
    """
    query = f"""
      SELECT {_ITEM} FROM books_items
      WHERE connection_id = ?1 AND (changed > looked OR code = '{INVOICE_TAX}')
        AND changed > CAST(?2 AS INTEGER)
      ORDER BY changed LIMIT ?3
    """
    return [
        item_of(row) for row in await database.all(statement(query, [connection_id, cursor, limit]))
    ]


async def find_due(database: Database, connection_id: str, cursor: int, limit: int) -> list[Item]:
    """Items that are to be looked at, by the order of their changes, from behind the cursor."""
    query = f"""
      SELECT {_ITEM} FROM books_items
      WHERE connection_id = ?1 AND changed > looked AND changed > CAST(?2 AS INTEGER)
      ORDER BY changed LIMIT ?3
    """
    return [
        item_of(row) for row in await database.all(statement(query, [connection_id, cursor, limit]))
    ]


@dataclass(frozen=True)
class Page:
    """Items of a page, and what was left open of each. `invoices` are what the books have of
    claims, by their ids.
    """

    items: Sequence[Item]
    open: Mapping[str, Write]
    invoices: Mapping[str, Invoice]


async def load_page(database: Database, connection_id: str, ids: Sequence[str]) -> Page:
    listed = dump([*ids])
    items, open_, invoices = await database.batch(
        [
            statement(_PAGE_ITEMS, [listed]),
            statement(
                """
                SELECT w.* FROM books_writes w
                JOIN books_items i ON i.id = w.item_id AND i.revision = w.revision
                WHERE w.item_id IN (SELECT value FROM json_each(?)) AND (w.outcome IS NULL
                    OR w.outcome = 'uncertain')
                """,
                [listed],
            ),
            statement(
                """
                SELECT subject_id, written, correction FROM books_items
                WHERE connection_id = ?1 AND kind = 'claim' AND written IS NOT NULL
                  AND subject_id IN (
                  SELECT substr(subject_id, 1, instr(subject_id, ':') - 1) FROM books_items
                  WHERE kind = 'credit_note' AND id IN (SELECT value FROM json_each(?2)))
                """,
                [connection_id, listed],
            ),
        ]
    )
    return Page(
        [item_of(row) for row in items],
        {text(row, "item_id"): write_of(row) for row in open_},
        {text(row, "subject_id"): _invoice(row) for row in invoices},
    )


def _invoice(row: Row) -> Invoice:
    return Invoice(
        written_from_json(text(row, "written")),
        is_kept=row["correction"] == Correction.DECLINED.value,
    )


async def load_writes(database: Database, tasks: Sequence[tuple[str, int]]) -> dict[str, Write]:
    """Load what was planned, by item."""
    listed = dump([[item_id, revision] for item_id, revision in tasks])
    query = """
      SELECT w.* FROM json_each(?) each
      JOIN books_writes w ON w.item_id = json_extract(each.value, '$[0]')
        AND w.revision = json_extract(each.value, '$[1]')
    """
    return {
        text(row, "item_id"): write_of(row)
        for row in await database.all(statement(query, [listed]))
    }


_LAST: Final = "(SELECT COALESCE(MAX(changed), 0) FROM books_items WHERE connection_id = ?1)"


_ADD: Final = """
  INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, updated_at)
  SELECT 'bki_' || hex(randomblob(13)), ?1, ?2, '{kind}', {id},
    (SELECT COALESCE(MAX(changed), 0) FROM books_items
        WHERE connection_id = ?2) + row_number() OVER (ORDER BY {id}), ?3
  FROM {table}
  WHERE {table}.account_id = ?1 AND {day} >= (SELECT first_day FROM books_connections
      WHERE id = ?2) {further}
  ON CONFLICT (connection_id, kind, subject_id) DO NOTHING
"""
_ADDED: Final[Sequence[Mapping[str, LiteralString]]] = (
    {
        "kind": "expense",
        "id": "expenses.id",
        "table": "expenses",
        "day": "expenses.date",
        "further": "",
    },
    {
        "kind": "claim",
        "id": "claims.run_id",
        "table": "claims",
        "day": "claims.issued_on",
        "further": "AND claims.payer_kind = 'customer' AND claims.number IS NOT NULL",
    },
    {
        "kind": "credit_note",
        "id": "claim_events.run_id || ':' || claim_events.version",
        "table": "claim_events",
        "day": "substr(claim_events.at, 1, 10)",
        "further": """
          AND claim_events.kind = 'credited' AND EXISTS (
            SELECT 1 FROM books_items
            WHERE connection_id = ?2 AND kind = 'claim' AND subject_id = claim_events.run_id)
        """,
    },
)


def add_all(account_id: str, connection_id: str, now: str) -> list[Statement]:
    """Items of all that the account has, for a connection that is new: each in the place of its
    order.
    """
    return [statement(_ADD.format(**each), [account_id, connection_id, now]) for each in _ADDED]


def touch(connection_id: str, where: LiteralString, *values: str) -> Statement:
    """Have items looked at again. `where` is a condition over `books_items`, with values from ?2
    on.
    """
    query = f"""
      UPDATE books_items SET changed = found.place FROM (
        SELECT id, {_LAST} + row_number() OVER (ORDER BY changed) AS place FROM books_items
        WHERE connection_id = ?1 AND ({where})
      ) AS found
      WHERE books_items.id = found.id
    """
    return statement(query, [connection_id, *values])


def plan_write(
    item: Item, planned: Planned, version: int, run_id: str, now: str
) -> list[Statement]:
    """The next revision of an item. Refused by its key where another run has planned it
    meanwhile.
    """
    if planned.current is None:
        previous = None
    else:
        previous = written_to_json(planned.current)
    row = {
        "item_id": item.id,
        "revision": item.revision + 1,
        "act": planned.act.value,
        "document": dumped(planned.document),
        "previous": previous,
        "digest": planned.digest,
        "version": version,
        "changed": item.changed,
        "run_id": run_id,
        "planned_at": now,
        "remark": planned.remark,
    }
    update = """
      UPDATE books_items SET revision = CAST(?2 AS INTEGER), updated_at = ?3 WHERE id = ?1
    """
    return [insert_row("books_writes", row), statement(update, [item.id, item.revision + 1, now])]


def settle(item: Item, settled: Settled, now: str) -> Statement:
    """Note that nothing is to be sent. What stays open is looked at again by the next sync."""
    return statement(
        """
        UPDATE books_items SET state = ?2, code = ?3, reason = ?4, updated_at = ?5,
          looked = CASE WHEN ?6 = 1 THEN looked ELSE MAX(looked, CAST(?7 AS INTEGER)) END
        WHERE id = ?1
        """,
        [
            item.id,
            settled.state.value,
            settled.code,
            settled.reason,
            now,
            int(settled.is_open),
            item.changed,
        ],
    )


def settle_write(write: Write, outcome: str, now: str) -> Statement:
    return statement(
        """
        UPDATE books_writes SET outcome = ?3, settled_at = ?4
        WHERE item_id = ?1 AND revision = CAST(?2 AS INTEGER) AND outcome IS NOT 'written'
        """,
        [write.item_id, write.revision, outcome, now],
    )


def note_written(write: Write, written: Written, now: str) -> Statement:
    """The books have the document; the item's newest revision says so, and no earlier one."""
    return statement(
        """
        UPDATE books_items
        SET state = 'written', code = NULL, reason = ?13, written = ?3, written_digest = ?4,
          correction = NULL, asked_digest = ?5, external_kind = ?6, external_id = ?7,
          external_number = ?8, external_url = ?9,
          written_version = CAST(?10 AS INTEGER), written_at = ?11, updated_at = ?11,
          looked = MAX(looked, CAST(?12 AS INTEGER))
        WHERE id = ?1 AND revision = CAST(?2 AS INTEGER)
        """,
        [
            write.item_id,
            write.revision,
            written_to_json(written),
            written.digest,
            write.digest,
            written.kind.value,
            written.id,
            written.number,
            written.url,
            write.version,
            now,
            write.changed,
            write.remark,
        ],
    )


def note_credited(write: Write, written: Written | None, now: str) -> Statement:
    """What the books had is taken back. `written` is the credit; None where the document had been
    voided there.
    """
    if written is None:
        credit = None
    else:
        credit = f"It was taken back by {written.number or written.id}."
    return statement(
        """
        UPDATE books_items
        SET state = 'credited', code = NULL, reason = ?3, written = NULL, written_digest = NULL,
          asked_digest = NULL, generation = generation + 1, written_version = CAST(?4 AS INTEGER),
          written_at = ?5,
          updated_at = ?5, looked = MAX(looked, CAST(?6 AS INTEGER))
        WHERE id = ?1 AND revision = CAST(?2 AS INTEGER)
        """,
        [
            write.item_id,
            write.revision,
            credit or "It had been voided in the books.",
            write.version,
            now,
            write.changed,
        ],
    )


def note_state(
    write: Write, state: str, code: str, reason: str, now: str, *, is_open: bool
) -> Statement:
    """Note that a write was not made, and why. A write that `is_open` is looked at again by the
    next sync."""
    return statement(
        """
        UPDATE books_items SET state = ?3, code = ?4, reason = ?5, updated_at = ?6,
          looked = CASE WHEN ?7 = 1 THEN looked ELSE MAX(looked, CAST(?8 AS INTEGER)) END
        WHERE id = ?1 AND revision = CAST(?2 AS INTEGER)
        """,
        [write.item_id, write.revision, state, code, reason, now, int(is_open), write.changed],
    )


def insert_conflict(
    id_: str,
    account_id: str,
    connection_id: str,
    write: Write,
    theirs: Written | None,
    differences: JsonObject,
    now: str,
) -> Statement:
    """Insert a conflict with both sides, once for a revision."""
    return statement(
        """
        INSERT INTO books_conflicts
          (id, account_id, connection_id, item_id, revision, ours, theirs, differences, found_at)
        VALUES (?1, ?2, ?3, ?4, CAST(?5 AS INTEGER), ?6, ?7, ?8, ?9)
        ON CONFLICT DO NOTHING
        """,
        [
            id_,
            account_id,
            connection_id,
            write.item_id,
            write.revision,
            dumped(write.document),
            None if theirs is None else written_to_json(theirs),
            dump(differences),
            now,
        ],
    )


def note_outcome(
    sync_id: str, subject: str, outcome: str, reason: str | None, now: str
) -> Statement:
    """The last outcome of a sync for an item holds."""
    return statement(
        """
        INSERT INTO books_outcomes (sync_id, subject, outcome, reason, at)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (sync_id, subject) DO UPDATE
          SET outcome = excluded.outcome, reason = excluded.reason, at = excluded.at
        """,
        [sync_id, subject, outcome, reason, now],
    )


def deny(connection_id: str, why: str, now: str) -> Statement:
    """The target lets us in no more; said once."""
    return statement(
        "UPDATE books_connections SET denied_at = ?2, denied_why = ?3 WHERE id = ?1 "
        "AND denied_at IS NULL",
        [connection_id, now, why],
    )


def continue_sync(sync_id: str, run_id: str) -> Statement:
    return statement("UPDATE books_syncs SET run_id = ?2 WHERE id = ?1", [sync_id, run_id])


def end_sync(sync_id: str, ended_as: str, now: str) -> Statement:
    return statement(
        "UPDATE books_syncs SET ended_at = ?2, ended_as = ?3 WHERE id = ?1 AND ended_at IS NULL",
        [sync_id, now, ended_as],
    )


async def count_outcomes(database: Database, sync_id: str) -> dict[str, int]:
    query = (
        "SELECT outcome, COUNT(*) AS items FROM books_outcomes WHERE sync_id = ? GROUP BY outcome "
        "ORDER BY outcome"
    )
    return {
        text(row, "outcome"): integer(row, "items")
        for row in await database.all(statement(query, [sync_id]))
    }


async def find_attached(database: Database, items: Sequence[str]) -> set[tuple[str, int, str]]:
    """Files of items that are there, or will never be, by item, generation and SHA-256."""
    query = """
      SELECT item_id, generation, sha256 FROM books_attachments
      WHERE item_id IN (SELECT value FROM json_each(?)) AND (external_id IS NOT NULL
          OR reason IS NOT NULL)
    """
    if not items:
        rows = []
    else:
        rows = await database.all(statement(query, [dump([*items])]))
    return {(text(row, "item_id"), integer(row, "generation"), text(row, "sha256")) for row in rows}


def forget_asked(ids: Sequence[str]) -> Statement:
    """What was asked for of items is to be asked for again."""
    query = (
        "UPDATE books_items SET asked_digest = NULL WHERE id IN (SELECT value FROM json_each(?))"
    )
    return statement(query, [dump([*ids])])


def note_attached(
    item_id: str,
    generation: int,
    sha256: str,
    name: str,
    now: str,
    *,
    external_id: str | None = None,
    reason: str | None = None,
) -> Statement:
    """A file is there, or will never be, for a reason."""
    return statement(
        """
        INSERT INTO books_attachments (
          item_id, generation, sha256, name, external_id, reason, updated_at)
        SELECT id, CAST(?2 AS INTEGER), ?3, ?4, ?5, ?6, ?7 FROM books_items WHERE id = ?1
        ON CONFLICT (item_id, generation, sha256) DO UPDATE
          SET external_id = excluded.external_id, reason = excluded.reason,
            updated_at = excluded.updated_at
        """,
        [item_id, generation, sha256, name, external_id, reason, now],
    )


def await_file(item_id: str, why: str, now: str) -> Statement:
    """The document is there, and its file is not: the next sync looks at the item again."""
    return statement(
        """
        UPDATE books_items
        SET code = 'file', reason = ?2, updated_at = ?3, looked = MIN(looked, changed - 1)
        WHERE id = ?1
        """,
        [item_id, why, now],
    )


async def find_to_map(
    database: Database, connection_id: str, cursor: int, limit: int
) -> list[Item]:
    """Items that are due, or were set aside, by the order of their changes, from behind the
    cursor.
    """
    query = f"""
      SELECT {_ITEM} FROM books_items
      WHERE connection_id = ?1 AND (changed > looked OR state = 'set_aside')
        AND changed > CAST(?2 AS INTEGER)
      ORDER BY changed LIMIT ?3
    """
    return [
        item_of(row) for row in await database.all(statement(query, [connection_id, cursor, limit]))
    ]
