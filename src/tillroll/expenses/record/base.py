"""An expense in its account's base currency, or why it is not there."""

from datetime import date
from typing import Final

from tillroll.exchange.calendar import FIRST_PUBLICATION
from tillroll.exchange.rates import EURO
from tillroll.expenses.record.shapes import BaseMissingShape, BaseShape
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, text
from tillroll.receipts.amounts.money import Money

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


def base_of(row: Row) -> BaseShape | None:
    """The expense in the account's base currency; `row` has BASE_COLUMNS."""
    currency = optional_text(row, "base_currency")
    if currency is None:
        return None
    tax = optional_integer(row, "base_tax_minor")
    return BaseShape(
        currency=currency,
        total=Money(integer(row, "base_total_minor"), currency).to_decimal_string(),
        tax=None if tax is None else Money(tax, currency).to_decimal_string(),
        rate=text(row, "base_rate"),
        rate_date=text(row, "base_rate_date"),
        source=text(row, "base_source"),
    )


def base_missing(row: Row) -> BaseMissingShape | None:
    """Why the expense has no amount in the base currency; None where it has one, or the account chose no such
    currency."""
    books, awaits = optional_text(row, "books_currency"), optional_text(row, "awaits_conversion")
    if books is None or optional_text(row, "base_currency") is not None:
        return None
    if awaits == _NOW:
        return BaseMissingShape(reason="pending", date=None, currency=None)
    if awaits is None:
        return BaseMissingShape(reason="too_large", date=None, currency=None)
    if date.fromisoformat(awaits) < FIRST_PUBLICATION:
        return BaseMissingShape(reason="before_rates", date=awaits, currency=None)
    if not row["has_rates"]:
        return BaseMissingShape(reason="rates_missing", date=awaits, currency=None)
    currency = text(row, "currency")
    unquoted = books if row["is_quoted"] or currency == EURO else currency
    return BaseMissingShape(reason="not_quoted", date=awaits, currency=unquoted)
