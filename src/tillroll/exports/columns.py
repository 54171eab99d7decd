"""The columns of a table of expenses, by their headings, in their order."""

from collections.abc import Callable

from tillroll.exports.expense import ExportedExpense

COLUMNS: dict[str, Callable[[ExportedExpense], str | None]] = {
    "Date": lambda expense: expense.date,
    "Merchant": lambda expense: expense.merchant,
    "Registered name": lambda expense: expense.registered_name,
    "Total": lambda expense: expense.total,
    "Tax": lambda expense: expense.tax,
    "Currency": lambda expense: expense.currency,
    "Category": lambda expense: expense.category,
    "Kind": lambda expense: expense.document_kind,
    "Number": lambda expense: expense.receipt_number,
    "Due date": lambda expense: expense.due_date,
    "Amount due": lambda expense: expense.amount_due,
    "Buyer": lambda expense: expense.buyer,
    "Base currency": lambda expense: expense.base_currency,
    "Base total": lambda expense: expense.base_total,
    "Base tax": lambda expense: expense.base_tax,
    "Rate": lambda expense: expense.rate,
    "Rate date": lambda expense: expense.rate_date,
    "File": lambda expense: expense.file_name,
    "Expense": lambda expense: expense.id,
    "Receipt": lambda expense: expense.receipt_id,
}
# What somebody wrote or printed. All else (amounts, days, codes) is written by this program and begins no formula.
WRITTEN_BY_OTHERS = frozenset({"Merchant", "Registered name", "Category", "Number", "Buyer", "File"})
DAYS = frozenset({"Date", "Due date", "Rate date"})
# The amounts, each with the column of its currency.
AMOUNTS = {
    "Total": "Currency",
    "Tax": "Currency",
    "Amount due": "Currency",
    "Base total": "Base currency",
    "Base tax": "Base currency",
}
