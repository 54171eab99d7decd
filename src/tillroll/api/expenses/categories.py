"""Categories: those in use, and the one of an expense."""

from fastapi import APIRouter

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems
from tillroll.api.shapes import Shape
from tillroll.expenses.changing.values import set_category
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.platform.bindings.database import statement, text
from tillroll.platform.shape import Asked

router = APIRouter(tags=["expenses"])


class CategoriesShape(Shape):
    """At most 100, the most used first."""

    items: list[str]


class ExpenseChange(Asked):
    """`category` has at most 60 characters; null takes it away."""

    category: str | None


@router.get("/api/categories")
async def list_categories(platform: PlatformHere, principal: Asking) -> CategoriesShape:
    """The categories that the account's expenses have."""
    rows = await platform.database.all(
        statement(
            """
            SELECT category FROM expenses WHERE account_id = ? AND category IS NOT NULL
            GROUP BY category ORDER BY COUNT(*) DESC, category LIMIT 100
            """,
            principal.account_id,
        )
    )
    return CategoriesShape(items=[text(row, "category") for row in rows])


@router.patch("/api/expenses/{expense_id}")
async def change_expense(
    platform: PlatformHere, principal: Asking, expense_id: str, change: ExpenseChange
) -> ExpenseShape:
    """Set an expense's category. Whoever does so has seen the expense: its merchant counts as confirmed."""
    with as_problems():
        return await set_category(platform, principal.account_id, expense_id, change.category, principal.actor)
