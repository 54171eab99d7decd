"""From rows to what the API shows of an expense."""

from tillroll.expenses.record.shapes import BaseShape, ExpenseShape
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.receipts.amounts.money import Money

# An expense in the base currency that its account has now; what was converted into an earlier one is not shown.
BASE_COLUMNS = """
  base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor, base.rate AS base_rate,
  base.rate_date AS base_rate_date, base.source AS base_source, base.created_at AS base_created_at
"""
JOIN_BASE = """
  LEFT JOIN expense_conversions AS base ON base.expense_id = expenses.id
    AND base.base_currency = (SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
"""
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
        base=_base(row),
        created_at=text(row, "created_at"),
    )


def _base(row: Row) -> BaseShape | None:
    currency = optional_text(row, "base_currency")
    if currency is None:
        return None
    return BaseShape(
        currency=currency,
        total=_amount(integer(row, "base_total_minor"), currency),
        tax=_optional_amount(optional_integer(row, "base_tax_minor"), currency),
        rate=text(row, "base_rate"),
        rate_date=text(row, "base_rate_date"),
        source=text(row, "base_source"),
    )


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


def _optional_amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else _amount(minor, currency)
