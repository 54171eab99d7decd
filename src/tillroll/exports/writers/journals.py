"""Journals for plain text accounting: hledger and beancount. Each expense is a transaction.

The expense is booked on the accounts of its categories, and owed to whoever paid it until a person books how it was
paid. Taxes stand beside, as tags and metadata: whether they come back is for the bookkeeper to say.
"""

import re

from tillroll.expenses.exported import ExportedExpense, negated
from tillroll.exports.writers.writer import About, Writer, writable

_NO_CATEGORY = "Uncategorised"


class HledgerWriter(Writer):
    """hledger's journal (https://hledger.org/hledger.html#journal). Amounts have a decimal point in every locale."""

    def __init__(self, about: About) -> None:
        self._title = _one_line(about.account_name)

    def begin(self) -> bytes:
        return f"; Expenses of {self._title}\ndecimal-mark .\n\n".encode()

    def add(self, expense: ExportedExpense) -> bytes:
        payee = _plain(expense.merchant)
        note = _plain(expense.receipt_number or "")
        lines = [
            f"{expense.date} {payee} | {note}" if note else f"{expense.date} {payee}",
            f"    ; expense: {expense.id}",
            *([] if expense.tax is None else [f"    ; tax: {expense.tax}"]),
            *([] if expense.corrects is None else [f"    ; corrects: {expense.corrects}"]),
            *([] if expense.after_closing is None else [f"    ; after-closing: {expense.after_closing}"]),
            *(
                f"    expenses:{_hledger_account(share.category)}  {expense.currency} {share.total}"
                for share in expense.shares
            ),
            f"    liabilities:expenses  {expense.currency} {negated(expense.total)}",
        ]
        return ("\n".join(lines) + "\n\n").encode()


def _one_line(text: str) -> str:
    return " ".join(writable(text).split())


def _plain(text: str) -> str:
    """As a description: a semicolon begins a comment, a bar parts payee and note, and marks in front mean a status or a
    code."""
    return _one_line(text.replace(";", ",").replace("|", "/")).lstrip("*!(=~ ") or "-"


def _hledger_account(category: str | None) -> str:
    """Part of an account's name: no colon, which would part it, and no brackets, which would make it virtual."""
    return re.sub(r"[:;()\[\]]+", "-", _one_line(category or _NO_CATEGORY)).strip("- ") or _NO_CATEGORY


class BeancountWriter(Writer):
    """beancount's language (https://beancount.github.io/docs/beancount_language_syntax.html). An account is opened on
    the file's first day."""

    def __init__(self, about: About) -> None:
        self._title = about.account_name
        self._first_day = about.earliest
        self._opened: set[str] = set()

    def begin(self) -> bytes:
        return f'option "title" {_quoted(self._title)}\n\n'.encode()

    def add(self, expense: ExportedExpense) -> bytes:
        shares = [(f"Expenses:{_beancount_account(share.category)}", share.total) for share in expense.shares]
        lines = [
            *self._open(self._first_day or expense.date, *(account for account, _ in shares), "Liabilities:Expenses"),
            f"{expense.date} * {_quoted(expense.merchant)} {_quoted(expense.receipt_number or '')}",
            f"  expense: {_quoted(expense.id)}",
            *([] if expense.tax is None else [f"  tax: {expense.tax} {expense.currency}"]),
            *([] if expense.corrects is None else [f"  corrects: {_quoted(expense.corrects)}"]),
            *([] if expense.after_closing is None else [f"  after-closing: {_quoted(expense.after_closing)}"]),
            *(f"  {account}  {total} {expense.currency}" for account, total in shares),
            f"  Liabilities:Expenses  {negated(expense.total)} {expense.currency}",
        ]
        return ("\n".join(lines) + "\n\n").encode()

    def _open(self, day: str, *accounts: str) -> list[str]:
        new = [account for account in dict.fromkeys(accounts) if account not in self._opened]
        self._opened.update(new)
        return [f"{day} open {account}" for account in new]


def _quoted(text: str) -> str:
    return '"' + _one_line(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _beancount_account(category: str | None) -> str:
    """Letters, decimal digits and hyphens; a capital or a digit first, and where a script has no capitals, "C-"."""
    kept = "".join(mark if mark.isalpha() or mark.isdecimal() else "-" for mark in category or "")
    name = re.sub("-+", "-", kept).strip("-") or _NO_CATEGORY
    name = name[:1].upper() + name[1:]
    return name if name[0].isupper() or name[0].isdecimal() else f"C-{name}"
