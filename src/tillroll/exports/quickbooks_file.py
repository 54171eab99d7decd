"""A bank statement for QuickBooks Online, in its CSV of three columns: Date, Description, Amount.

Source: Intuit, "Format CSV files in Excel to get bank transactions into QuickBooks". What was spent is below zero; the
file is of one account, and so of one currency.
"""

from datetime import date

from tillroll.exports.cells import harmless
from tillroll.exports.csv_file import Lines
from tillroll.exports.expense import ExportedExpense
from tillroll.exports.writer import About


class QuickBooksWriter:
    """Days are MM/DD/YYYY. No byte order mark: it would belong to the first heading."""

    def __init__(self, _about: About) -> None:
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(["Date", "Description", "Amount"])

    def add(self, expense: ExportedExpense) -> bytes:
        described = " ".join(filter(None, (expense.merchant, expense.receipt_number)))
        day = date.fromisoformat(expense.date).strftime("%m/%d/%Y")
        return self._lines.line([day, harmless(" ".join(described.split())), negated(expense.total)])

    def end(self) -> bytes:
        return b""


def negated(amount: str) -> str:
    """The amount below zero, or above where it was below."""
    return amount.removeprefix("-") if amount.startswith("-") or not amount.strip("0.") else f"-{amount}"
