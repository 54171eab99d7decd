"""One expense."""

from fastapi import APIRouter, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems, etag_of
from tillroll.api.needs import needs
from tillroll.expenses.record.reading import show
from tillroll.expenses.record.shapes import ExpenseDetailShape

router = APIRouter(tags=["expenses"])


@router.get("/api/expenses/{expense_id}", openapi_extra=needs(Permission.READ))
async def show_expense(
    response: Response, platform: PlatformHere, principal: Asking, expense_id: str
) -> ExpenseDetailShape:
    """One expense, with what its document lists. Its version is the ETag that a change names."""
    with as_problems():
        expense = await show(platform.database, principal.account_id, expense_id)
    response.headers["etag"] = etag_of(expense.version)
    return expense
