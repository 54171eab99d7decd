"""PATCH /api/expenses/{id}/document: put right what an expense's document says of itself."""

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import as_problems
from tillroll.api.needs import needs
from tillroll.expenses.changing.editing import Wish, edit
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.shape import Asked

router = APIRouter(tags=["expenses"])

_LONGEST: Final = 1_000


class DocumentChange(Asked):
    """What is left out stays; null takes away. `document_kind` is receipt, invoice, credit_note, statement or other,
    `due_date` is YYYY-MM-DD, `amount_due` a decimal string in the expense's currency."""

    document_kind: Annotated[str | None, Field(max_length=_LONGEST)] = None
    receipt_number: Annotated[str | None, Field(max_length=_LONGEST)] = None
    due_date: Annotated[str | None, Field(max_length=_LONGEST)] = None
    amount_due: Annotated[str | None, Field(max_length=_LONGEST)] = None
    buyer: Annotated[str | None, Field(max_length=_LONGEST)] = None


@router.patch("/api/expenses/{expense_id}/document", openapi_extra=needs(Permission.EDIT))
async def change_document(
    platform: PlatformHere, principal: Asking, expense_id: str, change: DocumentChange
) -> ExpenseDetailShape:
    """Change the kind, number, due date, amount due or buyer of an expense. The same again changes nothing."""
    given = change.model_dump(by_alias=True, exclude_unset=True)
    with as_problems():
        return await edit(platform, principal.account_id, expense_id, Wish(given), principal.actor)
