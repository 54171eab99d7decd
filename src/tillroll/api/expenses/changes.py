"""An expense's status and its history: void, restore, send back, confirm, undo; and what was changed by whom."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.answering import IfMatch, as_problems, etag_of, version_of
from tillroll.api.needs import needs
from tillroll.api.openapi import VERSION_RESPONSES
from tillroll.api.paging import Paged
from tillroll.api.problems import refusal
from tillroll.expenses.changing.editing import Wish
from tillroll.expenses.changing.history import changes_of, place_of, reviews_of
from tillroll.expenses.changing.moving import MOVES, Move, OwnersOnly, move
from tillroll.expenses.changing.shapes import HistoryShape
from tillroll.expenses.changing.undoing import undo
from tillroll.expenses.record.reading import expense_of
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.shape import Asked

router = APIRouter(tags=["expenses"])

Reason = Annotated[str | None, Field(max_length=4_000)]


class Reasoned(Asked):
    """Why, in a few words."""

    reason: Reason = None


class Undone(Asked):
    """The id of the change that is taken back."""

    change: Annotated[str, Field(min_length=1, max_length=60)]


def _route(step: Move, path: str, says: str) -> None:
    async def answer(
        response: Response,
        platform: PlatformHere,
        principal: Asking,
        expense_id: str,
        asked: Reasoned,
        if_match: IfMatch = None,
    ) -> ExpenseDetailShape:
        wish = Wish({}, version_of(if_match), asked.reason)
        is_owner = principal.may(Permission.APPROVE)
        try:
            with as_problems(asked.as_json()):
                expense = await move(
                    platform, principal.account_id, expense_id, step, wish, principal.actor, is_owner=is_owner
                )
        except OwnersOnly as error:
            raise refusal(Permission.APPROVE) from error
        response.headers["etag"] = etag_of(expense.version)
        return expense

    name = f"{path.replace('-', '_')}_expense"
    router.add_api_route(
        f"/api/expenses/{{expense_id}}/{path}",
        answer,
        methods=["POST"],
        name=name,
        description=says,
        responses=VERSION_RESPONSES,
        openapi_extra=needs(Permission.EDIT),
    )


_SAYS = {
    "void": "Void an expense: it counts nowhere from then on, and is kept. A reason is needed.",
    "restore": "Let a voided expense count again.",
    "send-back": "Send an expense back to review; an approved one only by an owner. A reason is needed.",
    "confirm": "Say that an expense was looked at: it is ready again.",
}
for _path, _step in MOVES.items():
    _route(_step, _path, _SAYS[_path])


@router.post("/api/expenses/{expense_id}/undo", openapi_extra=needs(Permission.EDIT))
async def undo_change(
    response: Response, platform: PlatformHere, principal: Asking, expense_id: str, asked: Undone
) -> ExpenseDetailShape:
    """Take the newest change of an expense back. That is a change of its own, which names the one that it undoes."""
    with as_problems():
        expense = await undo(platform, principal.account_id, expense_id, asked.change, principal.actor)
    response.headers["etag"] = etag_of(expense.version)
    return expense


@router.get("/api/expenses/{expense_id}/history", openapi_extra=needs(Permission.READ))
async def show_history(platform: PlatformHere, principal: Asking, expense_id: str, page: Paged) -> HistoryShape:
    """What was changed of an expense, the newest first: old and new, by whom and why; last, what a person corrected of
    the reading that it was made from."""
    database, account_id = platform.database, principal.account_id
    with as_problems():
        await expense_of(database, account_id, expense_id)
    found = await changes_of(database, account_id, expense_id, page.behind, page.wanted)
    changes, following = page.cut(found, place_of)
    reviews = [] if following else await reviews_of(database, account_id, expense_id)
    return HistoryShape(items=[*changes, *reviews], next_cursor=following)
