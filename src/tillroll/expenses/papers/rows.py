"""An expense's row as files show it."""

from typing import Any, cast

from tillroll.exports.expense import ExportedExpense, decimal_amount
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.platform.json import load

# Names that an expense's row and ExportedExpense share, and that are texts in both.
_TEXTS = (
    *("registered_name", "category", "document_kind", "receipt_number", "due_date", "buyer", "note", "project"),
    *("client", "payment_method", "paid_by", "base_currency", "rate", "rate_date", "file_name"),
)
COLUMNS = """
  expenses.id, expenses.receipt_id, expenses.version, expenses.status, expenses.date, expenses.merchant,
  expenses.registered_name, expenses.total_minor, expenses.tax_minor, expenses.currency, expenses.category,
  expenses.document_kind, expenses.receipt_number, expenses.due_date, expenses.amount_due_minor, expenses.buyer,
  expenses.note, expenses.project, expenses.client, expenses.payment_method, expenses.paid_by,
  (SELECT json_group_array(json_array(category, amount_minor, tax_minor)) FROM (
    SELECT * FROM expense_parts WHERE expense_id = expenses.id AND expenses.is_split = 1 ORDER BY number
  )) AS parts,
  (SELECT json_group_array(json_array(rate, base_minor, tax_minor)) FROM (
    SELECT * FROM expense_tax_lines WHERE expense_id = expenses.id ORDER BY number
  )) AS tax_lines,
  base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor, base.rate,
  base.rate_date, receipts.file_name, receipts.size
"""
JOINS = """
  JOIN receipts ON receipts.id = expenses.receipt_id
  LEFT JOIN expense_conversions AS base ON base.expense_id = expenses.id
    AND base.base_currency = (SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
"""


def exported(row: Row) -> ExportedExpense:
    """An expense with COLUMNS."""
    currency, base = text(row, "currency"), optional_text(row, "base_currency")
    texts = {name: optional_text(row, name) for name in _TEXTS}
    parts = cast("list[list[Any]]", load(text(row, "parts")))
    return ExportedExpense(
        id=text(row, "id"),
        receipt_id=text(row, "receipt_id"),
        date=text(row, "date"),
        merchant=text(row, "merchant"),
        total=decimal_amount(integer(row, "total_minor"), currency) or "",
        tax=decimal_amount(optional_integer(row, "tax_minor"), currency),
        currency=currency,
        amount_due=decimal_amount(optional_integer(row, "amount_due_minor"), currency),
        base_total=decimal_amount(optional_integer(row, "base_total_minor"), base),
        base_tax=decimal_amount(optional_integer(row, "base_tax_minor"), base),
        parts=[
            {"category": category, "total": decimal_amount(total, currency), "tax": decimal_amount(tax, currency)}
            for category, total, tax in parts
        ],
        tax_lines=[
            {"rate": rate, "base": decimal_amount(base_, currency), "tax": decimal_amount(tax, currency)}
            for rate, base_, tax in cast("list[list[Any]]", load(text(row, "tax_lines")))
        ],
        corrects=None,
        after_closing=optional_text(row, "after_closing") if "after_closing" in row else None,
        **texts,
    )
