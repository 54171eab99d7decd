"""Expenses that may be one: alike in merchant, date, total and currency."""

from dataclasses import replace

from tillroll.durable import statement
from tillroll.durable.record.runs import Run
from tillroll.expenses.record.writing import key_of
from tillroll.platform.bindings.database import Database, Row, optional_text, text
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.duplicates import has_other_number


async def find_duplicate(database: Database, run: Run, fields: ExpenseFields, read_as: str | None) -> str | None:
    """The run whose expense has the same merchant, date, total and currency, made from another receipt, and not
    from an invoice of another number.

    `read_as` is the merchant's name before it was snapped: an expense from before it was known has that one.
    Another may have the registered name, where its receipt prints no brand.
    """
    rows = await database.all(
        statement(
            """
            SELECT run_id, document_kind, receipt_number FROM expenses
            WHERE account_id = ? AND duplicate_key IN (?, ?, ?) AND receipt_id <> ? AND status <> 'voided' ORDER BY id
            """,
            run.account_id,
            key_of(fields),
            key_of(replace(fields, merchant=read_as or fields.merchant)),
            key_of(replace(fields, merchant=fields.registered_name or fields.merchant)),
            run.subject,
        )
    )
    return next((text(row, "run_id") for row in rows if not is_other_document(fields, row)), None)


def is_other_document(fields: ExpenseFields, row: Row) -> bool:
    """Whether an expense's number tells that it is of another document, however alike the two are."""
    kind = None if fields.document.kind is None else fields.document.kind.value
    of_row = optional_text(row, "document_kind"), optional_text(row, "receipt_number")
    return has_other_number(kind, fields.document.number, *of_row)
