"""An expense's row: how it begins, and how it is changed."""

from tillroll.durable import Statement, statement
from tillroll.durable.record.runs import Run
from tillroll.expenses.record.sightings import APPROVED_BY
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.json import Json, JsonObject
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.duplicates import duplicate_key
from tillroll.receipts.voucher import ORIGINS

# What an expense was made from, by the media type of its document.
_ORIGIN = " ".join(
    [
        "CASE (SELECT media_type FROM receipts WHERE id = ?4)",
        *(f"WHEN '{media_type}' THEN '{origin}'" for media_type, origin in ORIGINS.items()),
        "ELSE 'receipt' END",
    ]
)


def expense_id(run_id: str) -> str:
    """One expense a run, so its id is the run's."""
    return f"exp_{run_id.removeprefix('run_')}"


def insert_expense(
    run: Run, fields: ExpenseFields, now: str, *, payment_method: str | None = None, note: str | None = None
) -> Statement:
    """Unique on the receipt and on the run: a second one is refused. Whoever handed the receipt in did so with it, and
    a person who approved the run's review chose its category. What it was made from, its document's media type says."""
    document = fields.document
    return statement(
        f"""
        INSERT INTO expenses (id, account_id, receipt_id, run_id, merchant, registered_name, date, total_minor,
                              tax_minor, currency, duplicate_key, created_at, category, category_by, document_kind,
                              receipt_number, due_date, amount_due_minor, buyer, payment_method, note, origin, person)
        VALUES (?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                CASE WHEN ?13 IS NULL THEN NULL ELSE {APPROVED_BY} END, ?14, ?15, ?16, ?17, ?18, ?19, ?20, {_ORIGIN},
                (SELECT uploaded_by FROM receipts WHERE id = ?4))
        """,  # noqa: S608 - a constant
        run.id,
        expense_id(run.id),
        run.account_id,
        run.subject,
        fields.merchant,
        fields.registered_name,
        fields.date.isoformat(),
        fields.total_minor,
        fields.tax_minor,
        fields.currency,
        key_of(fields),
        now,
        fields.category,
        None if document.kind is None else document.kind.value,
        document.number,
        None if document.due_date is None else document.due_date.isoformat(),
        document.amount_due_minor,
        document.buyer,
        payment_method,
        note,
    )


def update_expense(
    expense: Row, fields: ExpenseFields, values: JsonObject, actor: str, version: int, now: str
) -> Statement:
    """Change a row of `expenses` that is at `version`; the statement hits no other. `fields` and `values` are all that
    it has from then on. It is not split until its parts are written."""
    document = fields.document
    return statement(
        """
        UPDATE expenses SET merchant = ?3, registered_name = ?4, date = ?5, total_minor = ?6, tax_minor = ?7,
          currency = ?8, duplicate_key = ?9,
          category_by = CASE WHEN ?10 IS NULL THEN NULL WHEN category IS ?10 THEN category_by ELSE ?22 END,
          category = ?10, document_kind = ?11, receipt_number = ?12, due_date = ?13, amount_due_minor = ?14,
          buyer = ?15, note = ?16, project = ?17, client = ?18, payment_method = ?19, paid_by = ?20, billable = ?21,
          status = ?23, updated_at = ?24, is_split = 0, version = ?2 + 1
        WHERE id = ?1 AND version = ?2
        """,
        text(expense, "id"),
        version,
        fields.merchant,
        fields.registered_name,
        fields.date.isoformat(),
        fields.total_minor,
        fields.tax_minor,
        fields.currency,
        key_of(fields),
        fields.category,
        None if document.kind is None else document.kind.value,
        document.number,
        None if document.due_date is None else document.due_date.isoformat(),
        document.amount_due_minor,
        document.buyer,
        _text(values["note"]),
        _text(values["project"]),
        _text(values["client"]),
        _text(values["paymentMethod"]),
        _text(values["paidBy"]),
        int(values["billable"] is True),
        actor,
        _text(values["status"]),
        now,
    )


def move_expense(expense: Row, status: str, version: int, now: str) -> Statement:
    """Give a row of `expenses` that is at `version` another status; the statement hits no other."""
    return statement(
        "UPDATE expenses SET status = ?3, updated_at = ?4, version = ?2 + 1 WHERE id = ?1 AND version = ?2",
        text(expense, "id"),
        version,
        status,
        now,
    )


def convert_anew(expense_id: str) -> list[Statement]:
    """Its amount, currency or day is another: what it was in the base currency counts no more."""
    return [
        statement("DELETE FROM expense_conversions WHERE expense_id = ?", expense_id),
        statement("UPDATE expenses SET awaits_conversion = 'now' WHERE id = ?", expense_id),
    ]


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def key_of(fields: ExpenseFields) -> str:
    return duplicate_key(fields.merchant, fields.date, fields.total_minor, fields.currency)
