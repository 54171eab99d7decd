"""What the API answers of receipts. Keys are camelCase; times are UTC, ISO 8601."""

from collections.abc import Sequence

from tillroll.durable import Detail, Statement, View, statement
from tillroll.durable.record.decisions import Review
from tillroll.expenses.models import Expense
from tillroll.expenses.repository import BASE_CHANGED, JOIN_BASE, SELECT_EXPENSES, SHOWN_COLUMNS, expense_from
from tillroll.platform.bindings.database import Row, of_row, optional_text, text
from tillroll.platform.json import Json, JsonObject, load, load_object
from tillroll.platform.models import Model
from tillroll.platform.services import Platform
from tillroll.reading.transcript import Transcript
from tillroll.receipts.contract import OCR_EXTRACT
from tillroll.receipts.transcripts import boxes_from_json


class ReceiptShape(Model):
    """`received_mail_id` is the mail that it came by; null where it was uploaded."""

    id: str
    file_name: str | None
    media_type: str
    size: int
    image_url: str
    received_mail_id: str | None


class Boxes(Model):
    """Where the words of a page stand in its picture; `words` are as transcripts has them."""

    page: int
    words: list[list[int]]


class TranscriptShape(Model):
    lines: list[str]
    boxes: list[Boxes]


class Duplicate(Model):
    run_id: str
    receipt_id: str
    merchant: str
    date: str
    total: str
    currency: str


class Read(Model):
    """What was read, not confirmed yet: null where the receipt says nothing. The values are an expense's."""

    merchant: str | None
    registered_name: str | None
    date: str | None
    total: str | None
    currency: str | None
    document_kind: str | None
    receipt_number: str | None
    due_date: str | None
    amount_due: str | None
    buyer: str | None


# A run with its receipt, and its expense or what was read for it, in one row; columns are told apart by prefixes. An
# expense's conversion changes what is shown.
_QUERY = f"""
  SELECT page.run_id AS run_id, {BASE_CHANGED} AS changed_at,
    receipts.id AS receipt_id, receipts.file_name, receipts.media_type, receipts.size,
    (
      SELECT p.mail_id FROM received_papers p WHERE p.receipt_id = receipts.id AND p.outcome = 'taken'
      ORDER BY p.mail_id LIMIT 1
    ) AS received_mail_id,
    expenses.id AS expense_id, expenses.created_at AS expense_created_at, {SHOWN_COLUMNS},
    extractions.run_id AS read_run_id,
    json_extract(extractions.body, '$.merchant.value') AS read_merchant,
    json_extract(extractions.body, '$.registeredName.value') AS read_registered_name,
    json_extract(extractions.body, '$.date.value') AS read_date,
    json_extract(extractions.body, '$.total.value') AS read_total,
    json_extract(extractions.body, '$.currency.value') AS read_currency,
    json_extract(extractions.body, '$.documentKind.value') AS read_document_kind,
    json_extract(extractions.body, '$.receiptNumber.value') AS read_receipt_number,
    json_extract(extractions.body, '$.dueDate.value') AS read_due_date,
    json_extract(extractions.body, '$.amountDue.value') AS read_amount_due,
    json_extract(extractions.body, '$.buyer.value') AS read_buyer
  FROM page
  JOIN runs ON runs.id = page.run_id
  JOIN receipts ON receipts.id = runs.subject
  LEFT JOIN expenses ON expenses.run_id = runs.id
  LEFT JOIN extractions ON extractions.run_id = runs.id AND expenses.id IS NULL
  {JOIN_BASE}
"""  # noqa: S608 - constants


def _listed(row: Row) -> JsonObject:
    expense, read = _expense(row), _read(row)
    return {
        "receipt": receipt_shape(row).as_json(),
        "expense": None if expense is None else expense.as_json(),
        "read": None if read is None else read.as_json(),
    }


def receipt_shape(row: Row) -> ReceiptShape:
    """A row with the columns of a receipt, its id as `receipt_id`."""
    receipt_id = text(row, "receipt_id")
    return of_row(ReceiptShape, row, id=receipt_id, image_url=f"/api/receipts/{receipt_id}/image")


def _expense(row: Row) -> Expense | None:
    if row["expense_id"] is None:
        return None
    return expense_from({**row, "id": row["expense_id"], "created_at": row["expense_created_at"]})


def _read(row: Row) -> Read | None:
    if row["read_run_id"] is None:
        return None
    return Read(
        merchant=optional_text(row, "read_merchant"),
        registered_name=optional_text(row, "read_registered_name"),
        date=optional_text(row, "read_date"),
        total=optional_text(row, "read_total"),
        currency=optional_text(row, "read_currency"),
        document_kind=optional_text(row, "read_document_kind"),
        receipt_number=optional_text(row, "read_receipt_number"),
        due_date=optional_text(row, "read_due_date"),
        amount_due=optional_text(row, "read_amount_due"),
        buyer=optional_text(row, "read_buyer"),
    )


def _statements(run_id: str) -> Sequence[Statement]:
    return [statement("SELECT body FROM extractions WHERE run_id = ?", run_id)]


async def _detailed(platform: Platform, found: Detail) -> JsonObject:
    [extractions] = found.rows
    transcript = await _transcript(platform, found.steps)
    return {
        "extraction": load_object(text(extractions[0], "body")) if extractions else None,
        "transcript": None if transcript is None else transcript.as_json(),
    }


async def _transcript(platform: Platform, step_rows: Sequence[Row]) -> TranscriptShape | None:
    """The recognised text, from where the OCR step put it."""
    outputs = [optional_text(row, "output") for row in step_rows if row["step"] == OCR_EXTRACT.name]
    output: Json = load(outputs[0]) if outputs and outputs[0] else None
    match output:
        case {"transcript": str(key)}:
            stored = await platform.objects.get_text(key)
        case _:
            return None
    if stored is None:
        return None
    body = load_object(stored)
    told = str(body["text"])
    return TranscriptShape(
        lines=[line.text for line in Transcript.from_text(told).lines],
        boxes=[
            Boxes(page=page.page, words=[list(word) for word in page.words])
            for page in boxes_from_json(body["boxes"], told)
        ],
    )


async def _proposed(platform: Platform, review: Review) -> JsonObject:
    """The expense that this one may repeat."""
    match review.proposed:
        case {"duplicateOf": str(run_id)}:
            row = await platform.database.first(statement(f"{SELECT_EXPENSES} WHERE run_id = ?", run_id))
        case _:
            row = None
    return {"duplicateOf": None if row is None else _duplicate(row).as_json()}


def _duplicate(row: Row) -> Duplicate:
    expense = expense_from(row)
    return Duplicate(
        run_id=expense.run_id,
        receipt_id=expense.receipt_id,
        merchant=expense.merchant,
        date=expense.date,
        total=expense.total,
        currency=expense.currency,
    )


VIEW = View(
    query=_QUERY,
    listed=_listed,
    statements=_statements,
    detailed=_detailed,
    proposed=_proposed,
    shapes={
        "receipt": ReceiptShape,
        "expense": Expense,
        "read": Read,
        "transcript": TranscriptShape,
        "duplicateOf": Duplicate,
    },
)
