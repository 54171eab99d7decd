"""From rows to what the API shows of an expense."""

from typing import Any, cast

from tillroll.expenses.record.base import BASE_COLUMNS, JOIN_BASE, base_missing, base_of
from tillroll.expenses.record.shapes import (
    ExpenseDetailShape,
    ExpenseShape,
    ItemShape,
    PartShape,
    PersonShape,
    TaxLineShape,
)
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.platform.json import load
from tillroll.receipts.amounts.money import Money

# What other tables have of an expense: JSON arrays where there are several.
BESIDE_COLUMNS = """
  (SELECT json_group_array(tag) FROM (
    SELECT tag FROM expense_tags WHERE expense_id = expenses.id ORDER BY tag
  )) AS tags,
  (SELECT json_group_array(json_array(category, amount_minor, tax_minor, note)) FROM (
    SELECT * FROM expense_parts WHERE expense_id = expenses.id AND expenses.is_split = 1 ORDER BY number
  )) AS parts,
  (SELECT name FROM users WHERE users.id = expenses.person AND users.account_id = expenses.account_id) AS person_name
"""
# The columns of `expenses` that are shown, but for its ids and when it was created.
SHOWN_COLUMNS = f"""
  expenses.status, expenses.version, expenses.updated_at, expenses.origin, expenses.merchant, expenses.registered_name,
  expenses.date, expenses.total_minor, expenses.tax_minor, expenses.currency, expenses.category, expenses.note,
  expenses.project, expenses.client, expenses.payment_method, expenses.paid_by, expenses.billable, expenses.person,
  expenses.document_kind, expenses.receipt_number, expenses.due_date, expenses.amount_due_minor, expenses.buyer,
  {BESIDE_COLUMNS}, {BASE_COLUMNS}
"""
SELECT_EXPENSES = f"SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS} FROM expenses {JOIN_BASE}"  # noqa: S608 - constants
# One expense with what its document lists.
SELECT_DETAILS = f"""
  SELECT expenses.*, {BESIDE_COLUMNS}, {BASE_COLUMNS},
    (SELECT json_group_array(json_array(rate, base_minor, tax_minor)) FROM (
      SELECT * FROM expense_tax_lines WHERE expense_id = expenses.id ORDER BY number
    )) AS tax_lines,
    (SELECT json_group_array(json_array(description, quantity, unit_price, amount_minor)) FROM (
      SELECT * FROM expense_items WHERE expense_id = expenses.id ORDER BY number
    )) AS items
  FROM expenses {JOIN_BASE}
"""  # noqa: S608 - constants


def expense_shape(row: Row) -> ExpenseShape:
    """A row of SELECT_EXPENSES, or one with SHOWN_COLUMNS, `id`, `run_id`, `receipt_id` and `created_at`."""
    currency = text(row, "currency")
    person = optional_text(row, "person")
    return ExpenseShape(
        id=text(row, "id"),
        run_id=text(row, "run_id"),
        receipt_id=text(row, "receipt_id"),
        status=text(row, "status"),
        version=integer(row, "version"),
        origin=text(row, "origin"),
        merchant=text(row, "merchant"),
        registered_name=optional_text(row, "registered_name"),
        date=text(row, "date"),
        total=_amount(integer(row, "total_minor"), currency),
        tax=_optional_amount(optional_integer(row, "tax_minor"), currency),
        currency=currency,
        category=optional_text(row, "category"),
        tags=[str(tag) for tag in _array(row, "tags")],
        parts=[_part(part, currency) for part in _array(row, "parts")],
        note=optional_text(row, "note"),
        project=optional_text(row, "project"),
        client=optional_text(row, "client"),
        payment_method=optional_text(row, "payment_method"),
        paid_by=text(row, "paid_by"),
        billable=row["billable"] == 1,
        person=None if person is None else PersonShape(id=person, name=optional_text(row, "person_name")),
        document_kind=optional_text(row, "document_kind"),
        receipt_number=optional_text(row, "receipt_number"),
        due_date=optional_text(row, "due_date"),
        amount_due=_optional_amount(optional_integer(row, "amount_due_minor"), currency),
        buyer=optional_text(row, "buyer"),
        base=base_of(row),
        base_missing=base_missing(row),
        created_at=text(row, "created_at"),
        updated_at=optional_text(row, "updated_at"),
    )


def expense_detail_shape(row: Row) -> ExpenseDetailShape:
    """A row of SELECT_DETAILS."""
    currency = text(row, "currency")
    return ExpenseDetailShape(
        **expense_shape(row).model_dump(),
        tax_lines=[
            TaxLineShape(rate=rate, base=_optional_amount(base, currency), tax=_amount(tax, currency))
            for rate, base, tax in _array(row, "tax_lines")
        ],
        items=[
            ItemShape(description=said, quantity=quantity, unit_price=price, amount=_amount(amount, currency))
            for said, quantity, price, amount in _array(row, "items")
        ],
    )


def _part(part: list[Any], currency: str) -> PartShape:
    category, amount, tax, note = part
    return PartShape(
        category=category, amount=_amount(amount, currency), tax=_optional_amount(tax, currency), note=note
    )


def _array(row: Row, column: str) -> list[Any]:
    """A column that the queries above made as a JSON array; empty where it is NULL."""
    value = optional_text(row, column)
    return [] if value is None else cast("list[Any]", load(value))


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()


def _optional_amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else _amount(minor, currency)
