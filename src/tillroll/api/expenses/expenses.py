"""Expenses: the list, and one."""

from fastapi import APIRouter, Request, Response

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems, etag_of
from tillroll.api.paging import Cursor, Limit, decode_cursor, link_next, next_cursor
from tillroll.api.shapes import ExpensePage
from tillroll.expenses.record.reading import show
from tillroll.expenses.record.rows import SELECT_EXPENSES, expense_shape
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.bindings.database import statement

router = APIRouter(tags=["expenses"])


@router.get("/api/expenses")
async def list_expenses(
    request: Request,
    response: Response,
    platform: PlatformHere,
    principal: Asking,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExpensePage:
    """The account's expenses, newest first."""
    rows = await platform.database.all(
        statement(
            f"{SELECT_EXPENSES} WHERE expenses.account_id = ?1 AND expenses.id < ?2 ORDER BY expenses.id DESC LIMIT ?3",
            principal.account_id,
            decode_cursor(cursor),
            limit + 1,
        )
    )
    expenses = [expense_shape(row) for row in rows]
    following = next_cursor([expense.id for expense in expenses], limit)
    link_next(request, response, following)
    return ExpensePage(items=expenses[:limit], next_cursor=following)


@router.get("/api/expenses/{expense_id}")
async def show_expense(
    response: Response, platform: PlatformHere, principal: Asking, expense_id: str
) -> ExpenseDetailShape:
    """One expense, with what its document lists. Its version is the ETag that a change names."""
    with as_problems():
        expense = await show(platform.database, principal.account_id, expense_id)
    response.headers["etag"] = etag_of(expense.version)
    return expense
