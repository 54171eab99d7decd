"""An account's expense, or the answer that there is none."""

from tillroll.api.problems import not_found
from tillroll.platform.database import Database, Row, statement
from tillroll.workflows.receipt.expense_rows import SELECT_EXPENSES


async def owned_expense(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_EXPENSES, where it is the account's.

    Raises:
        Problem: 404, also for another account's expense.
    """
    row = await database.first(
        statement(f"{SELECT_EXPENSES} WHERE expenses.id = ? AND expenses.account_id = ?", expense_id, account_id)
    )
    if row is None:
        raise not_found("expense")
    return row
