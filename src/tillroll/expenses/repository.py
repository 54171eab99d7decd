"""Rows of expenses, read: as the API shows them, in the base currency, and as files show them."""

from datetime import date
from typing import Any, Final, cast

from tillroll.conversion.rates import EURO, FIRST_PUBLICATION
from tillroll.durable import statement
from tillroll.expenses.exported import ExportedExpense, decimal_amount
from tillroll.expenses.models import (
    Base,
    BaseMissing,
    Expense,
    ExpenseDetail,
    ItemShape,
    PartShape,
    PersonShape,
    TaxLineShape,
)
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_integer, optional_text, text
from tillroll.platform.json import load
from tillroll.reading.money import Money

# An expense in the base currency that its account has now; what was converted into an earlier one is not shown.
BASE_COLUMNS: Final = """
  base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor, base.rate AS base_rate,
  base.rate_date AS base_rate_date, base.source AS base_source, base.created_at AS base_created_at,
  expenses.awaits_conversion,
  (SELECT accounts.base_currency FROM accounts WHERE accounts.id = expenses.account_id) AS books_currency,
  EXISTS (SELECT 1 FROM exchange_rates WHERE exchange_rates.date = expenses.awaits_conversion) AS has_rates,
  EXISTS (SELECT 1 FROM exchange_rates WHERE exchange_rates.date = expenses.awaits_conversion
            AND exchange_rates.currency = expenses.currency) AS is_quoted
"""
JOIN_BASE: Final = """
  LEFT JOIN expense_conversions AS base ON base.expense_id = expenses.id
    AND base.base_currency = (SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
"""
# What changes with each answer of the two functions below.
BASE_CHANGED: Final = """
  COALESCE(base.created_at, expenses.awaits_conversion || '-' || EXISTS (
    SELECT 1 FROM exchange_rates WHERE exchange_rates.date = expenses.awaits_conversion))
"""
_NOW: Final = "now"


def base_of(row: Row) -> Base | None:
    """The expense in the account's base currency; `row` has BASE_COLUMNS."""
    currency = optional_text(row, "base_currency")
    if currency is None:
        return None
    tax = optional_integer(row, "base_tax_minor")
    return Base(
        currency=currency,
        total=Money(integer(row, "base_total_minor"), currency).to_decimal_string(),
        tax=None if tax is None else Money(tax, currency).to_decimal_string(),
        rate=text(row, "base_rate"),
        rate_date=text(row, "base_rate_date"),
        source=text(row, "base_source"),
    )


def base_missing(row: Row) -> BaseMissing | None:
    """Why the expense has no amount in the base currency; None where it has one, or the account chose no such
    currency."""
    books, awaits = optional_text(row, "books_currency"), optional_text(row, "awaits_conversion")
    if books is None or optional_text(row, "base_currency") is not None:
        return None
    if awaits == _NOW:
        return BaseMissing(reason="pending", date=None, currency=None)
    if awaits is None:
        return BaseMissing(reason="too_large", date=None, currency=None)
    if date.fromisoformat(awaits) < FIRST_PUBLICATION:
        return BaseMissing(reason="before_rates", date=awaits, currency=None)
    if not row["has_rates"]:
        return BaseMissing(reason="rates_missing", date=awaits, currency=None)
    currency = text(row, "currency")
    unquoted = books if row["is_quoted"] or currency == EURO else currency
    return BaseMissing(reason="not_quoted", date=awaits, currency=unquoted)


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


def expense_shape(row: Row) -> Expense:
    """A row of SELECT_EXPENSES, or one with SHOWN_COLUMNS, `id`, `run_id`, `receipt_id` and `created_at`."""
    currency = text(row, "currency")
    person = optional_text(row, "person")
    return of_row(
        Expense,
        row,
        total=_amount(integer(row, "total_minor"), currency),
        tax=_optional_amount(optional_integer(row, "tax_minor"), currency),
        currency=currency,
        tags=[str(tag) for tag in _array(row, "tags")],
        parts=[_part(part, currency) for part in _array(row, "parts")],
        person=None if person is None else PersonShape(id=person, name=optional_text(row, "person_name")),
        amount_due=_optional_amount(optional_integer(row, "amount_due_minor"), currency),
        base=base_of(row),
        base_missing=base_missing(row),
    )


def expense_detail_shape(row: Row) -> ExpenseDetail:
    """A row of SELECT_DETAILS."""
    currency = text(row, "currency")
    return ExpenseDetail(
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


class NoSuchExpense(LookupError):
    """The account has no expense of that id."""


async def expense_of(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_EXPENSES, where it is the account's.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return await _one(database, SELECT_EXPENSES, account_id, expense_id)


async def details_of(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_DETAILS, likewise.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return await _one(database, SELECT_DETAILS, account_id, expense_id)


async def show(database: Database, account_id: str, expense_id: str) -> ExpenseDetail:
    """An expense of the account, with what its document lists.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return expense_detail_shape(await details_of(database, account_id, expense_id))


async def _one(database: Database, query: str, account_id: str, expense_id: str) -> Row:
    row = await database.first(
        statement(f"{query} WHERE expenses.id = ? AND expenses.account_id = ?", expense_id, account_id)
    )
    if row is None:
        raise NoSuchExpense(expense_id)
    return row


# Names that an expense's row and ExportedExpense share, and that are texts in both.
_TEXTS = (
    *("registered_name", "category", "document_kind", "receipt_number", "due_date", "buyer", "note", "project"),
    *("client", "payment_method", "paid_by", "base_currency", "rate", "rate_date", "file_name"),
)
EXPORTED_COLUMNS = """
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
EXPORTED_JOINS = """
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
