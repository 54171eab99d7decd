"""A bank statement for QuickBooks Online, in its CSV of three columns: Date, Description, Amount.

Source: Intuit, "Format CSV files in Excel to get bank transactions into QuickBooks". What was spent is below zero; the
file is of one account, and so of one currency.
"""

from tillroll.exports.expense import ExportedExpense, negated
from tillroll.exports.profile import DateForm
from tillroll.exports.tables.cells import harmless
from tillroll.exports.tables.csv_file import Lines
from tillroll.exports.writer import About, Writer

# More of a name or a number tells nobody more, and bank feeds cut long lines.
_LONGEST = 255


class QuickBooksWriter(Writer):
    """Days are MM/DD/YYYY unless the profile says otherwise. No byte order mark: it would belong to the heading."""

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.AMERICAN
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(["Date", "Description", "Amount"])

    def add(self, expense: ExportedExpense) -> bytes:
        return self._lines.line([self._days.write(expense.date), harmless(described(expense)), negated(expense.total)])


def described(expense: ExportedExpense) -> str:
    """In one line: the merchant, the number, and what the line corrects or comes after."""
    words = [expense.merchant[:_LONGEST], None if expense.receipt_number is None else expense.receipt_number[:_LONGEST]]
    words += [f"(corrects {expense.corrects})"] if expense.corrects else []
    words += [f"(after closing {expense.after_closing})"] if expense.after_closing else []
    return " ".join(" ".join(filter(None, words)).split())
