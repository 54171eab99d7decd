"""CSV by RFC 4180, for spreadsheets and scripts: UTF-8 with a byte order mark, without which Excel reads it as ANSI."""

import csv
import io
from collections.abc import Callable

from tillroll.exports.cells import harmless
from tillroll.exports.expense import ExportedExpense
from tillroll.exports.writer import About

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _or_nothing(value: str | None) -> str:
    return value or ""


# By the heading. Amounts, days and codes are written by this program and begin no formula; what somebody wrote may.
COLUMNS: dict[str, Callable[[ExportedExpense], str]] = {
    "Date": lambda expense: expense.date,
    "Merchant": lambda expense: harmless(expense.merchant),
    "Registered name": lambda expense: harmless(expense.registered_name),
    "Total": lambda expense: expense.total,
    "Tax": lambda expense: _or_nothing(expense.tax),
    "Currency": lambda expense: expense.currency,
    "Category": lambda expense: harmless(expense.category),
    "Kind": lambda expense: _or_nothing(expense.document_kind),
    "Number": lambda expense: harmless(expense.receipt_number),
    "Due date": lambda expense: _or_nothing(expense.due_date),
    "Amount due": lambda expense: _or_nothing(expense.amount_due),
    "Buyer": lambda expense: harmless(expense.buyer),
    "Base currency": lambda expense: _or_nothing(expense.base_currency),
    "Base total": lambda expense: _or_nothing(expense.base_total),
    "Base tax": lambda expense: _or_nothing(expense.base_tax),
    "Rate": lambda expense: _or_nothing(expense.rate),
    "Rate date": lambda expense: _or_nothing(expense.rate_date),
    "File": lambda expense: harmless(expense.file_name),
    "Expense": lambda expense: expense.id,
    "Receipt": lambda expense: expense.receipt_id,
}


class CsvWriter:
    """A heading, then a line for each expense."""

    def __init__(self, _about: About) -> None:
        self._lines = io.StringIO()
        self._table = csv.writer(self._lines, lineterminator="\r\n")

    def begin(self) -> bytes:
        return BYTE_ORDER_MARK + self._line([*COLUMNS])

    def add(self, expense: ExportedExpense) -> bytes:
        return self._line([cell(expense) for cell in COLUMNS.values()])

    def end(self) -> bytes:
        return b""

    def _line(self, cells: list[str]) -> bytes:
        self._table.writerow(cells)
        line = self._lines.getvalue()
        self._lines.seek(0)
        self._lines.truncate()
        return line.encode()
