"""What a rule gave a reading, given to the expense that becomes of it."""

from tillroll.durable import Statement, statement
from tillroll.platform.json import Json, dump
from tillroll.receipts.amounts.money import AmountError, minor_from_decimal_string
from tillroll.receipts.correction import ExpenseFields
from tillroll.receipts.extraction import Extraction


def give(expense_id: str, extraction: Extraction | None, fields: ExpenseFields) -> list[Statement]:
    """Project, tags and payer that a rule gave, to stand behind the expense in its batch; its category is among the
    fields. Where a person corrected what the rule went by, nothing is given."""
    given = None if extraction is None else extraction.rule
    if extraction is None or given is None or not _is_as_read(extraction, fields):
        return []
    tags: list[Json] = [*given.tags]
    statements: list[Statement] = []
    if given.project is not None or given.paid_by is not None:
        update = "UPDATE expenses SET project = COALESCE(project, ?), paid_by = COALESCE(?, paid_by) WHERE id = ?"
        statements.append(statement(update, given.project, given.paid_by, expense_id))
    if tags:
        insert = "INSERT OR IGNORE INTO expense_tags (expense_id, tag) SELECT ?, value FROM json_each(?)"
        statements.append(statement(insert, expense_id, dump(tags)))
    return statements


def _is_as_read(extraction: Extraction, fields: ExpenseFields) -> bool:
    total = extraction.total.value
    try:
        same_total = total is not None and minor_from_decimal_string(total, fields.currency) == fields.total_minor
    except AmountError:
        return False
    same_names = (extraction.merchant.value, extraction.currency.value) == (fields.merchant, fields.currency)
    return same_total and same_names
