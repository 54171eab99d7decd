"""From rows to what the API shows of an expense."""

from tillroll.expenses.record.base import BASE_COLUMNS, JOIN_BASE, base_missing, base_of
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.receipts.amounts.money import Money

SELECT_EXPENSES = f"SELECT expenses.*, {BASE_COLUMNS} FROM expenses {JOIN_BASE}"  # noqa: S608 - constants


def expense_shape(row: Row) -> ExpenseShape:
    """A row of SELECT_EXPENSES."""
    currency = text(row, "currency")
    return ExpenseShape(
        id=text(row, "id"),
        run_id=text(row, "run_id"),
        receipt_id=text(row, "receipt_id"),
        merchant=text(row, "merchant"),
        registered_name=optional_text(row, "registered_name"),
        date=text(row, "date"),
        total=_amount(integer(row, "total_minor"), currency),
        tax=_optional_amount(optional_integer(row, "tax_minor"), currency),
        currency=currency,
        category=optional_text(row, "category"),
        document_kind=optional_text(row, "document_kind"),
        receipt_number=optional_text(row, "receipt_number"),
        due_date=optional_text(row, "due_date"),
        amount_due=_optional_amount(optional_integer(row, "amount_due_minor"), currency),
        buyer=optional_text(row, "buyer"),
        base=base_of(row),
        base_missing=base_missing(row),
        created_at=text(row, "created_at"),
    )


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


def _optional_amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else _amount(minor, currency)
