"""An expense's row: how it begins, and what is changed of it."""

from datetime import date

from tillroll.durable import Statement, statement
from tillroll.durable.record.runs import Run
from tillroll.expenses.record.sightings import APPROVED_BY
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.document_facts import DocumentFacts
from tillroll.receipts.duplicates import duplicate_key


def expense_id(run_id: str) -> str:
    """One expense a run, so its id is the run's."""
    return f"exp_{run_id.removeprefix('run_')}"


def insert_expense(run: Run, fields: ExpenseFields, now: str, *, payment_method: str | None = None) -> Statement:
    """Unique on the receipt and on the run: a second one is refused. Whoever handed the receipt in did so with it, and
    a person who approved the run's review chose its category."""
    document = fields.document
    return statement(
        f"""
        INSERT INTO expenses (id, account_id, receipt_id, run_id, merchant, registered_name, date, total_minor,
                              tax_minor, currency, duplicate_key, created_at, category, category_by, document_kind,
                              receipt_number, due_date, amount_due_minor, buyer, payment_method, person)
        VALUES (?2, ?3, ?4, ?1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                CASE WHEN ?13 IS NULL THEN NULL ELSE {APPROVED_BY} END, ?14, ?15, ?16, ?17, ?18, ?19,
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
    )


def describe_expense(run_id: str, document: DocumentFacts) -> Statement:
    """What the document says of itself."""
    return statement(
        """
        UPDATE expenses SET document_kind = ?2, receipt_number = ?3, due_date = ?4, amount_due_minor = ?5, buyer = ?6
        WHERE run_id = ?1
        """,
        run_id,
        None if document.kind is None else document.kind.value,
        document.number,
        None if document.due_date is None else document.due_date.isoformat(),
        document.amount_due_minor,
        document.buyer,
    )


def rename_expense(expense: Row, merchant: str, registered_name: str | None) -> Statement:
    """Give a row of expenses other names, and with them another key of duplicates."""
    day, total = date.fromisoformat(text(expense, "date")), integer(expense, "total_minor")
    return statement(
        "UPDATE expenses SET merchant = ?, registered_name = ?, duplicate_key = ? WHERE id = ?",
        merchant,
        registered_name,
        duplicate_key(merchant, day, total, text(expense, "currency")),
        text(expense, "id"),
    )


def key_of(fields: ExpenseFields) -> str:
    return duplicate_key(fields.merchant, fields.date, fields.total_minor, fields.currency)
