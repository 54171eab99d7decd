"""PATCH /api/expenses/{id}/names: put right what the shop of an expense is called, or confirm it."""

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems
from tillroll.api.needs import needs
from tillroll.expenses.changing.editing import Wish, edit
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.shape import Asked

router = APIRouter(tags=["expenses"])


class NamesChange(Asked):
    """Both names, of up to 200 characters each; `registered_name` is null where the receipt names no firm."""

    merchant: str
    registered_name: str | None = None


@router.patch("/api/expenses/{expense_id}/names", openapi_extra=needs(Permission.EDIT))
async def change_names(
    platform: PlatformHere, principal: Asking, expense_id: str, change: NamesChange
) -> ExpenseDetailShape:
    """Name an expense's shop. Whoever does so has seen the expense: its spelling leads to that name from now on."""
    wish = Wish(change.model_dump(by_alias=True))
    with as_problems():
        return await edit(platform, principal.account_id, expense_id, wish, principal.actor)
