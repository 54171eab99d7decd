"""The expenses that a filter chooses, page by page in the order of their day."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.durable import Statement, statement
from tillroll.exports.expense import ExportedExpense, decimal_amount
from tillroll.platform.bindings.database import Row, Value, integer, optional_integer, optional_text, text
from tillroll.workflows.export.shapes import ExportFilter

# Names that an expense's row and ExportedExpense share, and that are texts in both.
_TEXTS = (
    *("registered_name", "category", "document_kind", "receipt_number", "due_date", "buyer"),
    *("base_currency", "rate", "rate_date", "file_name"),
)


@dataclass(frozen=True)
class Choice:
    """The expenses of an account that a filter chooses, of those that were there at `asked_at` (UTC text)."""

    account_id: str
    chosen: ExportFilter
    asked_at: str

    def where(self, *, has_lower_bound: bool = True) -> tuple[str, list[Value]]:
        """Conditions over `expenses`, with plain placeholders, and their values."""
        day = self.chosen.model_dump(mode="json")
        conditions: dict[str, Value] = {
            "expenses.account_id = ?": self.account_id,
            "expenses.created_at <= ?": self.asked_at,
            "expenses.date >= ?": day["first_day"] if has_lower_bound else None,
            "expenses.date <= ?": day["last_day"],
            "expenses.currency = ?": self.chosen.currency,
            "expenses.category = ?": self.chosen.category,
        }
        asked = {condition: value for condition, value in conditions.items() if value is not None}
        return " AND ".join(asked), [*asked.values()]


def page(choice: Choice, after_day: str, after_id: str, limit: int) -> Statement:
    """The next expenses behind one, by its day and id; behind two empty texts, the first."""
    # One lower bound only: of two, SQLite may take the first day's for each page, and read all pages before it again.
    where, values = choice.where(has_lower_bound=False)
    first_day = "" if choice.chosen.first_day is None else choice.chosen.first_day.isoformat()
    after = (after_day, after_id) if after_day >= first_day else (first_day, "")
    return statement(
        f"""
        SELECT expenses.id, expenses.receipt_id, expenses.date, expenses.merchant, expenses.registered_name,
          expenses.total_minor, expenses.tax_minor, expenses.currency, expenses.category, expenses.document_kind,
          expenses.receipt_number, expenses.due_date, expenses.amount_due_minor, expenses.buyer,
          base.base_currency, base.total_minor AS base_total_minor, base.tax_minor AS base_tax_minor, base.rate,
          base.rate_date, receipts.file_name
        FROM expenses
        JOIN receipts ON receipts.id = expenses.receipt_id
        LEFT JOIN expense_conversions AS base ON base.expense_id = expenses.id
          AND base.base_currency = (SELECT base_currency FROM accounts WHERE accounts.id = expenses.account_id)
        WHERE {where} AND (expenses.date, expenses.id) > (?, ?)
        ORDER BY expenses.date, expenses.id LIMIT ?
        """,  # noqa: S608 - the conditions are written above
        *values,
        *after,
        limit,
    )


def exported(row: Row) -> ExportedExpense:
    """A row of `page`."""
    currency, base = text(row, "currency"), optional_text(row, "base_currency")
    texts = {name: optional_text(row, name) for name in _TEXTS}
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
        **texts,
    )


def sums(rows: Sequence[Row]) -> dict[str, int]:
    """Minor units by currency."""
    found: dict[str, int] = {}
    for row in rows:
        currency = text(row, "currency")
        found[currency] = found.get(currency, 0) + integer(row, "total_minor")
    return found
