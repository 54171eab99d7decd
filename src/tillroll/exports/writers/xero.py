"""Xero's two templates, bills to pay and lines of a bank statement, and QuickBooks Online's bank statement."""

from collections.abc import Sequence

from tillroll.expenses.exported import Concerned, ExportedExpense, has_amount, negated
from tillroll.exports.writers.profile import DateForm
from tillroll.exports.writers.tables import Lines
from tillroll.exports.writers.writer import NO_CATEGORY, WITHOUT_ACCOUNT, About, Writer, harmless

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


BILL_HEADINGS = (
    *("*ContactName", "EmailAddress", "POAddressLine1", "POAddressLine2", "POAddressLine3", "POAddressLine4"),
    *("POCity", "PORegion", "POPostalCode", "POCountry", "*InvoiceNumber", "*InvoiceDate", "*DueDate", "Total"),
    *("InventoryItemCode", "Description", "*Quantity", "*UnitAmount", "*AccountCode", "*TaxType", "TaxAmount"),
    *("TrackingName1", "TrackingOption1", "TrackingName2", "TrackingOption2", "Currency"),
)
STATEMENT_HEADINGS = ("*Date", "*Amount", "Payee", "Description", "Reference", "Check Number")
_NO_TAX = "Tax Exempt"
# What Xero keeps of a contact's name and of a number, of which a few marks may stand behind ours.
_LONGEST_NAME, _LONGEST_NUMBER = 255, 230


class XeroBillsWriter(Writer):
    """A bill for each expense, with a line for each of its categories. Amounts have their tax in them.

    Xero takes lines of one contact and number for one bill, so a number that comes again in the file is told apart.
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
                    "*TaxType": harmless(self._profile.coding_of(share.category).tax_code or _NO_TAX),
                    "TaxAmount": share.tax or "",
                    "Currency": expense.currency,
                }
            )
            for share in expense.shares
        )

    def remarks(self) -> Sequence[str]:
        account = self._profile.other.account
        return [
            *self._without_account.says(WITHOUT_ACCOUNT.replace("{account}", account or "")),
            *self._without_code.says(
                f"{{count}} expenses have tax, and categories without a tax code ({{about}}): Xero gets {_NO_TAX}. They"
                " are {expenses}."
            ),
        ]

    def _look_at(self, expense: ExportedExpense) -> None:
        """What a person should hear of its codes."""
        for share in expense.shares:
            category = share.category or NO_CATEGORY
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
        words += [f"corrects {expense.corrects}"] if expense.corrects else []
        words += [f"after closing {expense.after_closing}"] if expense.after_closing else []
        return ", ".join(words)


class XeroStatementWriter(Writer):
    """What was spent is below zero; the file is of one account, and so of one currency."""

    def __init__(self, about: About) -> None:
        self._days = about.profile.date_form or DateForm.BRITISH
        self._lines = Lines()

    def begin(self) -> bytes:
        return self._lines.line(STATEMENT_HEADINGS)

    def add(self, expense: ExportedExpense) -> bytes:
        day, payee = self._days.write(expense.date), harmless(" ".join(expense.merchant.split())[:_LONGEST_NAME])
        reference = harmless(" ".join((expense.receipt_number or "").split())[:_LONGEST_NUMBER])
        return self._lines.line([day, negated(expense.total), payee, harmless(described(expense)), reference, ""])
