"""The columns of a table of expenses, by their headings, in their order."""

from collections.abc import Callable, Iterable, Sequence

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.profile import Coding, Profile

Column = Callable[[ExportedExpense], str | None]


def _joined(texts: Iterable[str | None]) -> str | None:
    """Each once: of a split expense that has one row, there are several."""
    return "; ".join(dict.fromkeys(filter(None, texts))) or None


COLUMNS: dict[str, Column] = {
    "Date": lambda expense: expense.date,
    "Merchant": lambda expense: expense.merchant,
    "Registered name": lambda expense: expense.registered_name,
    "Total": lambda expense: expense.total,
    "Tax": lambda expense: expense.tax,
    "Currency": lambda expense: expense.currency,
    "Category": lambda expense: _joined(share.category for share in expense.shares),
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
    "Note": lambda expense: expense.note,
    "Project": lambda expense: expense.project,
    "Client": lambda expense: expense.client,
    "Payment method": lambda expense: expense.payment_method,
    "Paid by": lambda expense: expense.paid_by,
    "File": lambda expense: expense.file_name,
    "Expense": lambda expense: expense.id,
    "Receipt": lambda expense: expense.receipt_id,
    "Corrects": lambda expense: expense.corrects,
    "After closing": lambda expense: expense.after_closing,
}
# Columns that stand only where a profile asks for them: codes are its own.
CODES = ("Account", "Tax code", "Cost centre")
CHOSEN = (*CODES, "Part")
# What somebody wrote or printed. All else (amounts, days, codes) is written by this program and begins no formula.
WRITTEN_BY_OTHERS = frozenset(
    {"Merchant", "Registered name", "Category", "Number", "Buyer", "Note", "Project", "Client", "File", *CODES}
)
DAYS = frozenset({"Date", "Due date", "Rate date"})
# The amounts, each with the currency that it is of.
AMOUNTS: dict[str, Column] = {
    "Total": lambda expense: expense.currency,
    "Tax": lambda expense: expense.currency,
    "Amount due": lambda expense: expense.currency,
    "Base total": lambda expense: expense.base_currency,
    "Base tax": lambda expense: expense.base_currency,
}


def columns_of(profile: Profile) -> dict[str, Column]:
    """The columns that a profile chooses, in its order."""

    def coded(code_of: Callable[[Coding], str | None]) -> Column:
        return lambda expense: _joined(code_of(profile.coding_of(share.category)) for share in expense.shares)

    chosen: dict[str, Column] = {
        "Account": coded(lambda coding: coding.account),
        "Tax code": coded(lambda coding: coding.tax_code),
        "Cost centre": coded(lambda coding: coding.cost_centre),
        "Part": lambda expense: expense.part,
    }
    known = COLUMNS | chosen
    return {heading: known[heading] for heading in profile.columns or COLUMNS}


def rows_of(profile: Profile, expense: ExportedExpense) -> Sequence[ExportedExpense]:
    """What of an expense has a row of its own."""
    return expense.by_parts if profile.with_parts else [expense]
