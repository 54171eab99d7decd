"""What the receipt workflow writes and reads beside the run record."""

from dataclasses import dataclass, field

from tillroll.durable.declared import ObjectsInUse
from tillroll.durable.record.outbox import with_endpoint
from tillroll.durable.record.runs import Run
from tillroll.expenses.writes import expense_id
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    optional_integer,
    optional_text,
    statement,
    text,
)
from tillroll.platform.bindings.models import PictureSize
from tillroll.platform.json import JsonObject, dump
from tillroll.receipts.amounts.money import Money
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.own import Own
from tillroll.workflows.receipt.rows.own_names import own_names_from

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


# A receipt, with what its account calls itself.
_RECEIPT = f"""
  SELECT receipts.*, accounts.company_names, accounts.tax_ids, {with_endpoint("accounts.id")}
  FROM receipts JOIN accounts ON accounts.id = receipts.account_id
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Receipt:
    """A stored upload. `object_key` is where its bytes lie, `uploaded_by` a user's id, and `picture` the size that its
    header states: None where it states none or it is no picture."""

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
    """What the account calls itself."""
    has_endpoint: bool = False
    """Whether the account had an endpoint that gets events when this was read."""

    @property
    def derived_prefix(self) -> str:
        """Where everything lies that was read from these bytes."""
        return f"{self.account_id}/{self.sha256}"

    def transcript_key(self, reader: str) -> str:
        """Where a reader's transcript of these bytes lies; `reader` is a model's name, alone or in a PDF's."""
        return f"{self.derived_prefix}/transcript/{reader.strip('@').replace('/', '-')}.json"


def receipt_from_row(row: Row) -> Receipt:
    return Receipt(
        id=text(row, "id"),
        account_id=text(row, "account_id"),
        run_id=text(row, "run_id"),
        sha256=text(row, "sha256"),
        media_type=text(row, "media_type"),
        file_name=optional_text(row, "file_name"),
        object_key=text(row, "object_key"),
        uploaded_by=text(row, "uploaded_by"),
        picture=_picture_size(row),
        own=own_names_from(row).as_own(),
        has_endpoint=row["has_endpoint"] == 1,
    )


def _picture_size(row: Row) -> PictureSize | None:
    width, height = optional_integer(row, "width"), optional_integer(row, "height")
    return PictureSize(width, height) if width and height else None


def receipt_of_run(run_id: str) -> Statement:
    """The query for the receipt that a run is about."""
    return statement(f"{_RECEIPT} JOIN runs ON runs.subject = receipts.id WHERE runs.id = ?", run_id)


async def load_receipt(database: Database, receipt_id: str) -> Receipt | None:
    row = await database.first(statement(f"{_RECEIPT} WHERE receipts.id = ?", receipt_id))
    return None if row is None else receipt_from_row(row)


def extraction_of_run(run_id: str) -> Statement:
    """The query for what was read: `body`."""
    return statement("SELECT body FROM extractions WHERE run_id = ?", run_id)


def store_extraction(run: Run, body: JsonObject, *, accepted: bool, now: str) -> Statement:
    return statement(
        """
        INSERT INTO extractions (run_id, body, accepted, created_at) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (run_id) DO UPDATE SET body = ?2, accepted = ?3, created_at = ?4
        """,
        run.id,
        dump(body),
        int(accepted),
        now,
    )


def expense_event(run: Run, fields: ExpenseFields, now: str) -> JsonObject:
    """The event that tells the world: type, timestamp, data, as Standard Webhooks has it."""
    document = fields.document
    return {
        "type": "expense.created",
        "timestamp": now,
        "data": {
            "expenseId": expense_id(run.id),
            "receiptId": run.subject,
            "runId": run.id,
            "merchant": fields.merchant,
            "registeredName": fields.registered_name,
            "date": fields.date.isoformat(),
            "total": _decimal(fields.total_minor, fields.currency),
            "tax": _decimal(fields.tax_minor, fields.currency),
            "currency": fields.currency,
            "documentKind": None if document.kind is None else document.kind.value,
            "receiptNumber": document.number,
            "dueDate": None if document.due_date is None else document.due_date.isoformat(),
            "amountDue": _decimal(document.amount_due_minor, fields.currency),
            "buyer": document.buyer,
        },
    }


def _decimal(minor: int | None, currency: str) -> str | None:
    return None if minor is None else Money(minor, currency).to_decimal_string()
