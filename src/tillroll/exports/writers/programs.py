"""Files for accounting programs: hledger, beancount, Xero and QuickBooks Online. DATEV's is in
`datev`.
"""

import re
from collections.abc import Sequence

from tillroll.expenses.exported import Concerned, ExportedExpense, has_amount, negated
from tillroll.exports.writers import formats
from tillroll.exports.writers.formats import About, DateForm, Writer, harmless, writable
from tillroll.exports.writers.tables import Lines

_NO_CATEGORY = "Uncategorised"


class HledgerWriter(Writer):
    """hledger's journal (https://hledger.org/hledger.html#journal). Amounts have a decimal point in
    every locale.
    """

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
            *(
                []
                if expense.after_closing is None
                else [f"    ; after-closing: {expense.after_closing}"]
            ),
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
    """Make a text safe as a description: there a semicolon begins a comment, a bar parts payee and
    note, and marks in front mean a status.
    """
    return _one_line(text.replace(";", ",").replace("|", "/")).lstrip("*!(=~ ") or "-"


def _hledger_account(category: str | None) -> str:
    """Part of an account's name: no colon, which would part it, and no brackets, which would make
    it virtual.
    """
    return (
        re.sub(r"[:;()\[\]]+", "-", _one_line(category or _NO_CATEGORY)).strip("- ") or _NO_CATEGORY
    )


class BeancountWriter(Writer):
    """beancount's language (https://beancount.github.io/docs/beancount_language_syntax.html)."""

    def __init__(self, about: About) -> None:
        self._title = about.account_name
        self._first_day = about.earliest
        self._opened: set[str] = set()

    def begin(self) -> bytes:
        return f'option "title" {_quoted(self._title)}\n\n'.encode()

    def add(self, expense: ExportedExpense) -> bytes:
        shares = [
            (f"Expenses:{_beancount_account(share.category)}", share.total)
            for share in expense.shares
        ]
        lines = [
            *self._open(
                self._first_day or expense.date,
                *(account for account, _ in shares),
                "Liabilities:Expenses",
            ),
            f"{expense.date} * {_quoted(expense.merchant)} {_quoted(expense.receipt_number or '')}",
            f"  expense: {_quoted(expense.id)}",
            *([] if expense.tax is None else [f"  tax: {expense.tax} {expense.currency}"]),
            *([] if expense.corrects is None else [f"  corrects: {_quoted(expense.corrects)}"]),
            *(
                []
                if expense.after_closing is None
                else [f"  after-closing: {_quoted(expense.after_closing)}"]
            ),
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
    """Letters, decimal digits and hyphens; a capital or a digit first, and where a script has no
    capitals, "C-".
    """
    part = "".join(mark if mark.isalpha() or mark.isdecimal() else "-" for mark in category or "")
    name = re.sub("-+", "-", part).strip("-") or _NO_CATEGORY
    name = name[:1].upper() + name[1:]
    if name[0].isupper() or name[0].isdecimal():
        return name
    return f"C-{name}"


# More of a name or a number tells nobody more, and bank feeds cut long lines.
_LONGEST = 255


class QuickBooksWriter(Writer):
    """Days are MM/DD/YYYY unless the profile says otherwise. No byte order mark: it would belong to
    the heading.
    """

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.AMERICAN
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(["Date", "Description", "Amount"])

    def add(self, expense: ExportedExpense) -> bytes:
        return self._lines.line(
            [self._days.write(expense.date), harmless(described(expense)), negated(expense.total)]
        )


def described(expense: ExportedExpense) -> str:
    """Describe an expense in a line: merchant, number, and what the line corrects or comes
    after.
    """
    words = [
        expense.merchant[:_LONGEST],
        None if expense.receipt_number is None else expense.receipt_number[:_LONGEST],
    ]
    if expense.corrects:
        words.append(f"(corrects {expense.corrects})")
    if expense.after_closing:
        words.append(f"(after closing {expense.after_closing})")
    return " ".join(" ".join(filter(None, words)).split())


BILL_HEADINGS = (
    *(
        "*ContactName",
        "EmailAddress",
        "POAddressLine1",
        "POAddressLine2",
        "POAddressLine3",
        "POAddressLine4",
    ),
    *(
        "POCity",
        "PORegion",
        "POPostalCode",
        "POCountry",
        "*InvoiceNumber",
        "*InvoiceDate",
        "*DueDate",
        "Total",
    ),
    *(
        "InventoryItemCode",
        "Description",
        "*Quantity",
        "*UnitAmount",
        "*AccountCode",
        "*TaxType",
        "TaxAmount",
    ),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2", "Currency"),
)
STATEMENT_HEADINGS = ("*Date", "*Amount", "Payee", "Description", "Reference", "Check Number")
_NO_TAX = "Tax Exempt"
# What Xero keeps of a contact's name and of a number, of which a few marks may stand behind ours.
_LONGEST_NAME = 255
_LONGEST_NUMBER = 230


class XeroBillsWriter(Writer):
    """Write a bill for each expense, with a line for each of its categories. Xero takes lines of
    one contact and number for one bill, so a number that comes again gets a suffix.
    """

    def __init__(self, about: About) -> None:
        self._profile = about.profile
        self._days = about.profile.date_form or DateForm.BRITISH
        self._lines = Lines()
        self._used: set[tuple[str, str]] = set()
        self._without_account = Concerned()
        self._without_code = Concerned()

    def begin(self) -> bytes:
        return self._lines.line(BILL_HEADINGS)

    def add(self, expense: ExportedExpense) -> bytes:
        contact = " ".join(expense.merchant.split())[:_LONGEST_NAME]
        number = self._number(contact, expense)
        self._look_at(expense)
        return b"".join(
            self._line(
                {
                    "*ContactName": harmless(contact),
                    "*InvoiceNumber": harmless(number),
                    "*InvoiceDate": self._days.write(expense.date),
                    "*DueDate": self._days.write(expense.due_date or expense.date),
                    "Total": expense.total,
                    "Description": harmless(self._described(expense, share.category)),
                    "*Quantity": "1",
                    "*UnitAmount": share.total,
                    "*AccountCode": harmless(self._profile.coding_of(share.category).account),
                    "*TaxType": harmless(
                        self._profile.coding_of(share.category).tax_code or _NO_TAX
                    ),
                    "TaxAmount": share.tax or "",
                    "Currency": expense.currency,
                }
            )
            for share in expense.shares
        )

    def remarks(self) -> Sequence[str]:
        return [
            *formats.say_without_account(self._without_account, self._profile),
            *self._without_code.says(
                f"1 expense has tax, and a category without a tax code ({{about}}): Xero gets "
                f"{_NO_TAX}. It is {{expenses}}.",
                f"{{count}} expenses have tax, and categories without a tax code ({{about}}): Xero "
                f"gets {_NO_TAX}. They"
                " are {expenses}.",
            ),
        ]

    def _look_at(self, expense: ExportedExpense) -> None:
        """What a person should hear of its codes."""
        for share in expense.shares:
            category = share.category or formats.NO_CATEGORY
            if not self._profile.has_account(share.category):
                self._without_account.add(expense, category)
            if has_amount(share.tax) and self._profile.coding_of(share.category).tax_code is None:
                self._without_code.add(expense, category)

    def _line(self, cells: dict[str, str]) -> bytes:
        return self._lines.line([cells.get(heading, "") for heading in BILL_HEADINGS])

    def _number(self, contact: str, expense: ExportedExpense) -> str:
        number = " ".join((expense.receipt_number or "").split())[:_LONGEST_NUMBER] or expense.id
        if expense.corrects:
            number = f"{number}-R"
        if (contact, number) in self._used:
            number = f"{number}-{expense.id[-8:]}"
        self._used.add((contact, number))
        return number

    def _described(self, expense: ExportedExpense, category: str | None) -> str:
        words = [(category or "Expense")[:_LONGEST_NAME]]
        if expense.corrects:
            words.append(f"corrects {expense.corrects}")
        if expense.after_closing:
            words.append(f"after closing {expense.after_closing}")
        return ", ".join(words)


class XeroStatementWriter(Writer):
    """What was spent is below zero; the file is of one account, and so of one currency."""

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.BRITISH
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(STATEMENT_HEADINGS)

    def add(self, expense: ExportedExpense) -> bytes:
        day = self._days.write(expense.date)
        payee = harmless(" ".join(expense.merchant.split())[:_LONGEST_NAME])
        reference = harmless(" ".join((expense.receipt_number or "").split())[:_LONGEST_NUMBER])
        return self._lines.line(
            [day, negated(expense.total), payee, harmless(described(expense)), reference, ""]
        )
