"""One expense of an account."""

from tillroll.durable import statement
from tillroll.expenses.record.rows import SELECT_DETAILS, SELECT_EXPENSES, expense_detail_shape
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.bindings.database import Database, Row


class NoSuchExpense(LookupError):
    """The account has no expense of that id."""


async def expense_of(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_EXPENSES, where it is the account's.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return await _one(database, SELECT_EXPENSES, account_id, expense_id)


async def details_of(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_DETAILS, likewise.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return await _one(database, SELECT_DETAILS, account_id, expense_id)


async def show(database: Database, account_id: str, expense_id: str) -> ExpenseDetailShape:
    """An expense of the account, with what its document lists.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return expense_detail_shape(await details_of(database, account_id, expense_id))


async def _one(database: Database, query: str, account_id: str, expense_id: str) -> Row:
    row = await database.first(
        statement(f"{query} WHERE expenses.id = ? AND expenses.account_id = ?", expense_id, account_id)
    )
    if row is None:
        raise NoSuchExpense(expense_id)
    return row
