"""Acts: one decision that changes many expenses. Listed, gone on with, undone."""

from typing import Final

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.shapes import Shape
from tillroll.api.sorting.answering import as_problems
from tillroll.expenses.sorting.acts import advancing
from tillroll.expenses.sorting.acts.rows import ActShape, list_acts, show_act
from tillroll.expenses.sorting.plans import PLANS

# Kinds of acts that decide on expenses, as the routes of approval do.
OF_APPROVERS: Final = frozenset({"approve", "unapprove"})

router = APIRouter(tags=["sorting"])


class ActPage(Shape):
    items: list[ActShape]
    next_cursor: str | None


@router.get("/api/acts", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> ActPage:
    """The account's acts, newest first."""
    found = await list_acts(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda act: act.id)
    return ActPage(items=items, next_cursor=following)


@router.get("/api/acts/{act_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Asking, act_id: str) -> ActShape:
    """One act: how far it is."""
    with as_problems():
        return await show_act(platform.database, principal.account_id, act_id)


@router.post("/api/acts/{act_id}/continue", openapi_extra=needs(Permission.EDIT))
async def go_on(platform: PlatformHere, principal: Asking, act_id: str) -> ActShape:
    """Do the next expenses of an act, at most 1,000 a request. What is finished stays as it is."""
    with as_problems():
        return await advancing.go_on(platform, PLANS, principal.account_id, act_id, principal.actor)


@router.post("/api/acts/{act_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo(platform: PlatformHere, principal: Asking, act_id: str) -> ActShape:
    """Take an act back as a whole: its expenses have again what they had, but where a person changed them since."""
    with as_problems():
        if (await show_act(platform.database, principal.account_id, act_id)).kind in OF_APPROVERS:
            principal.require(Permission.APPROVE)
        return await advancing.undo_act(platform, PLANS, principal.account_id, act_id, principal.actor)
