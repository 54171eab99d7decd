"""PATCH /api/expenses/{id}/names: put right what the shop of an expense is called, or confirm it."""

from fastapi import APIRouter

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.expense_views import expense_changed, owned_expense
from tillroll.api.problems import INVALID_VALUES, Problem
from tillroll.api.shapes import Shape
from tillroll.durable.record.audit import append
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.receipts.correction import check_names
from tillroll.workflows.receipt.rows.expenses import expense_shape
from tillroll.workflows.receipt.rows.merchants import confirm_as
from tillroll.workflows.receipt.rows.records import rename_expense
from tillroll.workflows.receipt.shapes import ExpenseShape

router = APIRouter(tags=["expenses"])


class NamesChange(Shape):
    """Both names, of up to 200 characters each; `registered_name` is null where the receipt names no firm."""

    merchant: str
    registered_name: str | None = None


@router.patch("/api/expenses/{expense_id}/names")
async def change_names(platform: PlatformHere, principal: Asking, expense_id: str, change: NamesChange) -> ExpenseShape:
    """Name an expense's shop. Whoever does so has seen the expense: its spelling leads to that name from now on."""
    problems: list[tuple[str, str]] = []
    merchant, registered = check_names(change.merchant, change.registered_name or "", problems)
    if problems or merchant is None:
        raise Problem(
            INVALID_VALUES,
            "Correct the fields named in `errors` and send it again.",
            errors=[{"field": name, "message": message} for name, message in problems],
        )
    before = await owned_expense(platform.database, principal.account_id, expense_id)
    now = to_text(platform.clock.now())
    await platform.database.batch(_change(before, merchant, registered, principal.actor, now))
    return expense_shape(await owned_expense(platform.database, principal.account_id, expense_id))


def _change(expense: Row, merchant: str, registered: str | None, actor: str, now: str) -> list[Statement]:
    run_id = text(expense, "run_id")
    event = expense_changed(expense, "names", actor, now)
    return [
        rename_expense(expense, merchant, registered),
        confirm_as(run_id, merchant, actor),
        # Whoever waits for the run to change is told.
        statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run_id),
        append(event),
    ]
