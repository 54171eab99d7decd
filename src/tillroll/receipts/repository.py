"""Rows of receipts: uploads, what was read of them, the account's own names, and readings that did
not end.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, LiteralString

from tillroll.access.first_names import is_named
from tillroll.expenses.values import PaidBy, as_texts
from tillroll.expenses.writes import EXPENSE_OF, expense_id
from tillroll.quotas.usage import QuotaSettings, upload_fits
from tillroll.receipts.contract import KIND, OCR_EXTRACT
from tillroll_documents.pictures.pieces import PictureSize
from tillroll_documents.reading.correction import ExpenseFields
from tillroll_documents.reading.extraction import Extraction
from tillroll_documents.reading.stored_extraction import from_stored, to_stored
from tillroll_documents.reading.text.company_names import Own
from tillroll_durable import ObjectsInUse
from tillroll_durable.declared import ArchivedTable
from tillroll_durable.outbox import with_endpoint
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    of_row,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.objects import PASSING
from tillroll_durable.platform.json import JsonObject, load_texts
from tillroll_durable.platform.naming import Named
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, RUN, RUNS, Gone, Table
from tillroll_durable.runs import NewRun, Run, find_run

PDF: Final = "application/pdf"
XML: Final = "application/xml"


class Audited(Action):
    ACCOUNT_COMPANY_NAMES_SET = "account.company_names_set", "how the account calls itself was set"
    ACCOUNT_ORIGINALS_SET = (
        "account.originals_set",
        "whether photos are stored as they came, or without what their files tell, was set",
    )
    RECEIPT_MADE_BARE = (
        "receipt.made_bare",
        "the stored photo was replaced by one without what its file told beside the pixels",
    )
    RECEIPT_SPLIT = "receipt.split", "a photo or PDF of several receipts was split into its parts"
    RECEIPT_IS_PART = "receipt.is_part", "the receipt is a part of a photo or PDF that was split"
    RECEIPT_PAYER_SAID = (
        "receipt.payer_said",
        "who paid was said of a receipt that has no expense yet",
    )
    RECEIPT_JOINED = "receipt.joined", "the photo became a page of a receipt of several photos"
    RECEIPT_IS_JOINED = "receipt.is_joined", "the receipt was made of several photos"
    RECEIPT_UNDONE = (
        "receipt.undone",
        "the receipt was set aside: the split or joining that made it was undone",
    )
    RECEIPT_IS_BACK = (
        "receipt.is_back",
        "the document is read by itself again: its split or joining was undone",
    )
    ACCOUNT_TAX_IDS_SET = "account.tax_ids_set", "the account's own tax ids were set"


# A receipt's bytes and everything read from them: {account}/{SHA-256 of the bytes}/…
OBJECTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/[0-9a-f]{64}/.+",
    query="""
      SELECT keys.value AS object_key FROM json_each(?1) AS keys
      WHERE EXISTS (
        SELECT 1 FROM receipts
        WHERE receipts.account_id = substr(keys.value, 1, instr(keys.value, '/') - 1)
          AND receipts.sha256 = substr(keys.value, instr(keys.value, '/') + 1, 64)
      )
    """,
)
# Nobody refers to one: where it is a day old, its request ended without deleting it.
UPLOADS_IN_USE = ObjectsInUse(
    keys=rf"[^/]+/{PASSING}/[0-9a-f-]{{36}}",
    query="SELECT value AS object_key FROM json_each(?1) WHERE 0",
)


# A receipt, with what its account calls itself.
_RECEIPT = f"""
  SELECT receipts.*, accounts.name AS account_name, accounts.company_names, accounts.tax_ids,
    accounts.base_currency, {with_endpoint("accounts.id")},
    profiles.name AS profile_name, profiles.vat_id AS profile_vat_id,
    EXISTS (SELECT 1 FROM approval_chains WHERE account_id = accounts.id
        AND deleted_at IS NULL) AS has_chains
  FROM receipts JOIN accounts ON accounts.id = receipts.account_id
  LEFT JOIN company_profiles AS profiles ON profiles.account_id = receipts.account_id
"""


@dataclass(frozen=True)
class Receipt:
    """A stored upload. `object_key` is where its bytes lie, `uploaded_by` a user's id, and
    `picture` the size that its header states: None where it states none or it is no picture.
    """

    id: str
    account_id: str
    run_id: str
    sha256: str
    media_type: str
    file_name: str | None
    object_key: str
    uploaded_by: str
    picture: PictureSize | None = None
    own: Own = field(default_factory=Own)
    person: str | None = None
    """Whose it is, by a user's id."""
    split_of: str | None = None
    """The receipt of which a person made it a part."""
    joined_into: str | None = None
    """The receipt of several photos of which it is a page."""
    paid_by: PaidBy | None = None
    """Who paid, as was said with it."""
    has_endpoint: bool = False
    """Whether the account had an endpoint that gets events when this was read."""
    has_chains: bool = False
    """Whether it had rules on who approves then."""
    base_currency: str | None = None
    """The account's ISO 4217 code, if it has chosen one."""

    @property
    def derived_prefix(self) -> str:
        """Where everything lies that was read from these bytes."""
        return f"{self.account_id}/{self.sha256}"

    @property
    def xml_key(self) -> str:
        """Where the XML of an embedded e-invoice lies."""
        return f"{self.derived_prefix}/e-invoice.xml"

    def transcript_key(self, reader: str) -> str:
        """Where a reader's transcript of these bytes lies; `reader` is a model's name, alone or in
        a PDF's.
        """
        return f"{self.derived_prefix}/transcript/{reader.strip('@').replace('/', '-')}.json"


def receipt_from_row(row: Row) -> Receipt:
    width = optional_integer(row, "width")
    height = optional_integer(row, "height")
    picture = PictureSize(width, height) if width and height else None
    names = [*texts_in(row, "company_names"), optional_text(row, "profile_name") or ""]
    # The company's profile shows the account's name where it has none of its own.
    account_name = text(row, "account_name")
    if is_named(account_name):
        names.append(account_name)
    tax_ids = (*texts_in(row, "tax_ids"), optional_text(row, "profile_vat_id") or "")
    return of_row(Receipt, row, picture=picture, own=Own.of(names, tax_ids))


def texts_in(row: Row, column: str) -> tuple[str, ...]:
    stored = optional_text(row, column)
    if stored is None:
        return ()
    return tuple(load_texts(stored))


def receipt_of_run(run_id: str) -> Statement:
    """The query for the receipt that a run is about."""
    return statement(
        f"{_RECEIPT} JOIN runs ON runs.subject = receipts.id WHERE runs.id = ?", [run_id]
    )


async def load_receipt(database: Database, receipt_id: str) -> Receipt | None:
    row = await database.first(statement(f"{_RECEIPT} WHERE receipts.id = ?", [receipt_id]))
    if row is None:
        return None
    return receipt_from_row(row)


def text_key(account_id: str, sha256: str) -> str:
    """Where the text of a statement lies, for people."""
    return f"{account_id}/{sha256}/statement.txt"


@dataclass(frozen=True)
class Uploaded:
    """A file that was checked and stored. `picture` is None where its header states no size; `by`
    is a user's id; `split_of` the receipt that it is a part of; `paid_by` is None where nobody said
    who paid.
    """

    sha256: str
    media_type: str
    picture: PictureSize | None
    size: int
    file_name: str | None
    by: str
    split_of: str | None = None
    paid_by: PaidBy | None = None


def insert_receipt(run: NewRun, file: Uploaded, now: str, limits: QuotaSettings) -> Statement:
    """Insert a receipt, unless a quota leaves no room."""
    return statement(
        f"""
        INSERT INTO receipts (
          id, account_id, sha256, media_type, size, file_name, run_id, uploaded_by, created_at,
          width, height, split_of, person, paid_by)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?15, ?8, ?16
        WHERE {upload_fits("?2", "?5", month="?12", uploads="?13", storage="?14")}
        """,
        [
            run.subject,
            run.account_id,
            file.sha256,
            file.media_type,
            file.size,
            file.file_name,
            run.id,
            file.by,
            now,
            *(file.picture or (None, None)),
            now[:7],
            limits.uploads,
            limits.storage_bytes,
            file.split_of,
            file.paid_by,
        ],
    )


def insert_sample_receipt(receipt_id: str, file: Uploaded, *, run_id: str, now: str) -> Statement:
    """A file of ours as a receipt of the account of its run. No quota refuses it."""
    query = """
      INSERT INTO receipts (
        id, account_id, sha256, media_type, size, file_name, run_id, uploaded_by, created_at)
      SELECT ?1, account_id, ?2, ?3, CAST(?4 AS INTEGER), ?5, id, ?6, ?7 FROM runs WHERE id = ?8
    """
    return statement(
        query,
        [receipt_id, file.sha256, file.media_type, file.size, file.file_name, file.by, now, run_id],
    )


def say_payer_anew(receipt_id: str, file: Uploaded) -> list[Statement]:
    """A receipt that came to nothing is handed in once more by its person, who says who paid."""
    if file.paid_by is None:
        return []
    query = "UPDATE receipts SET paid_by = ?1 WHERE id = ?2 AND uploaded_by = ?3"
    return [statement(query, [file.paid_by, receipt_id, file.by])]


def say_payer(receipt_id: str, paid_by: PaidBy) -> Statement:
    """Hits no row where that was said before, or there is an expense: that one says it then."""
    query = """
      UPDATE receipts SET paid_by = ?1
      WHERE id = ?2 AND paid_by IS NOT ?1 AND NOT EXISTS (SELECT 1 FROM expenses
          WHERE receipt_id = ?2)
    """
    return statement(query, [paid_by, receipt_id])


async def remembered_payer(database: Database, user_id: str) -> PaidBy | None:
    """Who paid, as the person said last."""
    row = await database.first(statement("SELECT paid_by FROM users WHERE id = ?", [user_id]))
    if row is None:
        return None
    return payer_in(row)


def payer_in(row: Row) -> PaidBy | None:
    """Who paid, by the column `paid_by`."""
    match row["paid_by"]:
        case "company" | "employee" as payer:
            return payer
        case _:
            return None


def set_split_of(receipt_id: str, original_id: str) -> Statement:
    """A receipt that was there before is a part of another."""
    return statement(
        "UPDATE receipts SET split_of = ?1 WHERE id = ?2 AND id <> ?1", [original_id, receipt_id]
    )


def set_joined_into(receipt_id: str, document_id: str) -> Statement:
    """A photo became a page of a receipt of several photos."""
    return statement("UPDATE receipts SET joined_into = ? WHERE id = ?", [document_id, receipt_id])


async def pages_of(database: Database, account_id: str, document_id: str) -> list[str]:
    """The ids of the photos that were joined into a receipt."""
    query = "SELECT id FROM receipts WHERE account_id = ? AND joined_into = ?"
    return [
        text(row, "id") for row in await database.all(statement(query, [account_id, document_id]))
    ]


async def parts_of(database: Database, account_id: str, receipt_id: str) -> list[Row]:
    """The parts into which a photo was split: `id`, `sha256`, `run_id`, `person`, and the run's
    `status`.
    """
    query = """
      SELECT receipts.id, receipts.sha256, receipts.run_id, receipts.person, runs.status
      FROM receipts JOIN runs ON runs.id = receipts.run_id
      WHERE receipts.account_id = ? AND receipts.split_of = ? ORDER BY receipts.id
    """
    return await database.all(statement(query, [account_id, receipt_id]))


async def photos_beside(database: Database, receipt: Receipt, within: timedelta) -> list[Row]:
    """A photo and the nearest others that the same person handed in so shortly before or after it,
    all of which wait for a person, in the order in which they came: `receipt_id`, `run_id`,
    `file_name`, the key of the `transcript`, and whether a name (`has_head`) and a total
    (`has_total`) were read that are rather right than wrong.
    """
    query = """
      WITH own AS (SELECT julianday(created_at) AS day FROM runs WHERE id = ?1)
      SELECT * FROM (
        SELECT receipts.id AS receipt_id, runs.id AS run_id, receipts.file_name,
          receipts.created_at,
          (SELECT output ->> 'transcript' FROM run_steps WHERE run_id = runs.id
              AND step = ?5) AS transcript,
          COALESCE(extractions.body ->> '$.merchant.confidence', 0) >= 0.5 AS has_head,
          COALESCE(extractions.body ->> '$.total.confidence', 0) >= 0.5 AS has_total
        FROM own
        JOIN runs ON runs.account_id = ?2 AND runs.status = 'needs_review' AND runs.kind = ?6
        JOIN receipts ON receipts.id = runs.subject AND receipts.run_id = runs.id
        LEFT JOIN extractions ON extractions.run_id = runs.id
        WHERE receipts.uploaded_by = ?3 AND receipts.person IS ?4
          AND receipts.media_type LIKE 'image/%'
          AND abs(julianday(runs.created_at) - own.day) <= ?7 / 86400.0
        ORDER BY abs(julianday(runs.created_at) - own.day), receipts.id LIMIT 8
      ) ORDER BY created_at, receipt_id
    """
    values = (receipt.run_id, receipt.account_id, receipt.uploaded_by, receipt.person)
    return await database.all(
        statement(query, [*values, OCR_EXTRACT.name, KIND, within.total_seconds()])
    )


_LINKS: Final[Mapping[str, LiteralString]] = {"split": "split_of", "join": "joined_into"}


async def linked_by(database: Database, receipt: Receipt, act: str) -> list[Receipt]:
    """The parts that a document was split into (`split`), or the photos that it was joined of
    (`join`).
    """
    query = (
        f"{_RECEIPT} WHERE receipts.account_id = ? AND receipts.{_LINKS[act]} = ? "
        "ORDER BY receipts.id"
    )
    rows = await database.all(statement(query, [receipt.account_id, receipt.id]))
    return [receipt_from_row(row) for row in rows]


def unlink(receipt: Receipt, act: str) -> Statement:
    """Its parts, or its photos, stand by themselves."""
    update = f"UPDATE receipts SET {_LINKS[act]} = NULL WHERE account_id = ? AND {_LINKS[act]} = ?"
    return statement(update, [receipt.account_id, receipt.id])


async def is_held(database: Database, run_id: str) -> bool:
    """Whether the expense of a run is in an export or a claim, or is paid back."""
    query = """
      SELECT 1 AS held FROM expenses WHERE id = ?1 AND (
        EXISTS (SELECT 1 FROM export_items WHERE expense_id = expenses.id)
        OR EXISTS (SELECT 1 FROM claim_items WHERE expense_id = expenses.id AND released_at IS NULL)
        OR EXISTS (SELECT 1 FROM payout_expenses WHERE expense_id = expenses.id
            AND released_at IS NULL))
    """
    return await database.first(statement(query, [expense_id(run_id)])) is not None


async def find_by_bytes(database: Database, account_id: str, sha256: str) -> Row | None:
    """The account's receipt of some bytes: `id`, `sha256`, `run_id`, whose it is (`person`), the
    run's `status`, who paid (`paid_by`), and whether it is being erased (`is_going`).
    """
    query = f"""
      SELECT receipts.id, receipts.sha256, receipts.run_id, receipts.person, runs.status,
        COALESCE(expenses.paid_by, receipts.paid_by, 'company') AS paid_by,
        EXISTS (
          SELECT 1 FROM erasures e WHERE e.account_id = receipts.account_id AND e.what = 'receipt'
            AND e.target = receipts.id AND e.begun_at IS NOT NULL AND e.taken_back_at IS NULL
            AND e.erased_at IS NULL
        ) AS is_going
      FROM receipts JOIN runs ON runs.id = receipts.run_id
      LEFT JOIN expenses ON expenses.id = {EXPENSE_OF.format("receipts.run_id")}
      WHERE receipts.account_id = ? AND receipts.sha256 = ?
    """
    return await database.first(statement(query, [account_id, sha256]))


def hand_over(receipt_id: str, previous_run_id: str, run_id: str) -> Statement:
    """Give a receipt to another run, unless somebody else has done so."""
    query = "UPDATE receipts SET run_id = ? WHERE id = ? AND run_id = ?"
    return statement(query, [run_id, receipt_id, previous_run_id])


def came_again(account_id: str, sha256: str) -> Statement:
    """Note that known bytes were handed in once more, and are stored as they came."""
    query = (
        "UPDATE receipts SET bare_at = NULL WHERE account_id = ? AND sha256 = ? "
        "AND bare_at IS NOT NULL"
    )
    return statement(query, [account_id, sha256])


async def load_extraction(database: Database, run_id: str) -> Extraction | None:
    row = await database.first(statement("SELECT body FROM extractions WHERE run_id = ?", [run_id]))
    if row is None:
        return None
    return from_stored(text(row, "body"))


def store_extraction(run: Run, read: Extraction) -> Statement:
    insert = (
        "INSERT INTO extractions (run_id, body) VALUES (?1, ?2) ON CONFLICT (run_id) DO UPDATE "
        "SET body = ?2"
    )
    return statement(insert, [run.id, to_stored(read)])


def expense_event(run: Run, fields: ExpenseFields, now: str) -> JsonObject:
    """The event that tells the world: type, timestamp, data, as Standard Webhooks has it."""
    ids = {"expenseId": expense_id(run.id), "receiptId": run.subject, "runId": run.id}
    return {"type": "expense.created", "timestamp": now, "data": {**ids, **as_texts(fields)}}


MOST_UNENDED: Final = 2
_STOPPED_TWICE: Final = (
    "Twice the reading of this file began and did not end, and the Worker may have stopped because "
    "of it. It is not read again by itself. Type the values in, or retry to have it read once more."
)


@asynccontextmanager
async def noted(database: Database, receipt_id: str, account_id: str) -> AsyncGenerator[None]:
    """Note that a reading begins and ends. Raises NonRetryable: MOST_UNENDED did not end; a retry
    has one more. One that did not end beside others does not count: a deployment or another file
    may have ended it. How often that may be, the attempts of the step limit.
    """
    update = (
        "UPDATE receipts SET unended_readings = unended_readings + 1 WHERE id = ? "
        "RETURNING unended_readings"
    )
    begin = statement(update, [receipt_id], account=account_id)
    [[row]] = await database.batch([begin])
    times = integer(row, "unended_readings")
    if times > 1 and await _are_others_unended(database, receipt_id, account_id):
        times -= 1
        await _set(database, receipt_id, times, account_id=account_id)
    if times > MOST_UNENDED:
        await _set(database, receipt_id, MOST_UNENDED - 1, account_id)
        raise NonRetryable(_STOPPED_TWICE)
    try:
        yield
    except Exception:
        await _set(database, receipt_id, 0, account_id)
        raise
    await _set(database, receipt_id, 0, account_id)


async def _are_others_unended(database: Database, receipt_id: str, account_id: str) -> bool:
    """Whether other files are being read, or were when the process ended. Asked only where a
    reading did not end."""
    query = """
      SELECT 1 AS is_so FROM runs JOIN receipts ON receipts.id = runs.subject
      WHERE receipts.unended_readings > 0 AND receipts.id <> ? AND runs.status = 'processing'
      LIMIT 1
    """
    return await database.first(statement(query, [receipt_id], account=account_id)) is not None


async def _set(database: Database, receipt_id: str, count: int, account_id: str) -> None:
    query = "UPDATE receipts SET unended_readings = CAST(? AS INTEGER) WHERE id = ?"
    await database.batch([statement(query, [count, receipt_id], account=account_id)])


ARCHIVED: Final = ArchivedTable(
    "extractions",
    "run_id",
    "length(body)",
    # Of others, a list shows what was read.
    where=(
        "EXISTS (SELECT 1 FROM expenses "
        f"WHERE expenses.id = {EXPENSE_OF.format('extractions.run_id')})"
    ),
)
"""What a receipt was read as, where it became an expense: that has what lists and reports ask
for.
"""
_THEIR_RECEIPTS = "SELECT id FROM receipts WHERE account_id = ?1 AND uploaded_by = ?2"
_RUNS_OF_THEIRS = f"SELECT id FROM runs WHERE account_id = ?1 AND subject IN ({_THEIR_RECEIPTS})"
NAMED: Final = Named(
    "receipt",
    find="""
      SELECT asked.value AS id, COALESCE(receipts.file_name, '') AS name,
        substr(receipts.created_at, 1, 10) AS day, '/runs/' || receipts.run_id AS path,
        receipts.run_id AS stream
      FROM json_each(?2) AS asked CROSS JOIN receipts
        ON receipts.id IN (asked.value, (SELECT subject FROM runs WHERE runs.id = asked.value))
      WHERE receipts.account_id = ?1 AND NOT EXISTS (SELECT 1 FROM expenses
          WHERE expenses.receipt_id = receipts.id)
    """,
)
TABLES: Final = (
    Table(
        "extractions",
        Gone(f"run_id IN ({RUNS})"),
        Gone(f"run_id IN ({RUN})"),
        key="run_id",
        person_gets=f"run_id IN ({_RUNS_OF_THEIRS})",
    ),
    Table(
        "receipts",
        Gone(ACCOUNT),
        Gone("account_id = ?1 AND id = ?2"),
        key="id",
        behind="expenses",
        person_gets=f"id IN ({_THEIR_RECEIPTS})",
    ),
)


async def run_of(platform: Platform, receipt: Receipt) -> Run:
    run = await find_run(platform.database, receipt.run_id)
    if run is None:
        raise LookupError(f"run {receipt.run_id} is missing")
    return run
