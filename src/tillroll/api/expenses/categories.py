"""PATCH /api/expenses/{id}: the category of an expense."""

from fastapi import APIRouter

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems
from tillroll.expenses.changing.values import set_category
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.platform.shape import Asked

router = APIRouter(tags=["expenses"])


class ExpenseChange(Asked):
    """`category` has at most 60 characters; null takes it away."""

    category: str | None


@router.patch("/api/expenses/{expense_id}")
async def change_expense(
    platform: PlatformHere, principal: Asking, expense_id: str, change: ExpenseChange
) -> ExpenseShape:
    """Set an expense's category. Whoever does so has seen the expense: its merchant counts as confirmed."""
    with as_problems():
        return await set_category(platform, principal.account_id, expense_id, change.category, principal.actor)
