"""Categories: those in use, and the one of an expense."""

from fastapi import APIRouter

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.expense_views import expense_changed, owned_expense
from tillroll.api.problems import INVALID_VALUES, Problem
from tillroll.api.shapes import Shape
from tillroll.durable.record.audit import append
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.receipts.correction import check_category
from tillroll.workflows.receipt.rows.expenses import expense_shape
from tillroll.workflows.receipt.rows.merchants import confirm
from tillroll.workflows.receipt.shapes import ExpenseShape

router = APIRouter(tags=["expenses"])


class CategoriesShape(Shape):
    """At most 100, the most used first."""

    items: list[str]


class ExpenseChange(Shape):
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
    problems: list[tuple[str, str]] = []
    category = check_category(change.category or "", problems)
    if problems:
        raise Problem(
            INVALID_VALUES,
            "Correct the fields named in `errors` and send it again.",
            errors=[{"field": name, "message": message} for name, message in problems],
        )
    before = await owned_expense(platform.database, principal.account_id, expense_id)
    chosen_by = None if category is None else principal.actor
    if before["category"] == category and (before["category_by"] is None) == (chosen_by is None):
        return expense_shape(before)
    await platform.database.batch(_change(before, category, principal.actor, to_text(platform.clock.now())))
    return expense_shape(await owned_expense(platform.database, principal.account_id, expense_id))


def _change(expense: Row, category: str | None, actor: str, now: str) -> list[Statement]:
    run_id = text(expense, "run_id")
    event = expense_changed(expense, "category", actor, now)
    return [
        statement(
            "UPDATE expenses SET category = ?1, category_by = CASE WHEN ?1 IS NULL THEN NULL ELSE ?2 END WHERE id = ?3",
            category,
            actor,
            text(expense, "id"),
        ),
        *([] if category is None else [confirm(run_id, actor)]),
        # Whoever waits for the run to change is told.
        statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run_id),
        append(event),
    ]
