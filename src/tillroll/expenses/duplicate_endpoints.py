"""Routes of expenses that may be one: their pairs, what a person says, and the documents of an expense."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import CANNOT_MERGE, Problem
from tillroll.api.shapes import Shape
from tillroll.expenses import duplicates
from tillroll.expenses.duplicates import PairShape, list_pairs
from tillroll.expenses.endpoints import as_problems
from tillroll.expenses.models import ExpenseDetailShape
from tillroll.platform.shape import Asked

router = APIRouter(tags=["duplicates"])

ExpenseId = Annotated[str, Field(min_length=1, max_length=60)]


class PairPage(Shape):
    """A page may be empty and not the last: `next_cursor` says so."""

    items: list[PairShape]
    next_cursor: str | None


class Apart(Asked):
    """Two expenses by their ids, in any order."""

    first: ExpenseId
    second: ExpenseId


class Merged(Asked):
    """`keep` stays, `drop` is voided."""

    keep: ExpenseId
    drop: ExpenseId


class DocumentsShape(Shape):
    """Its own document first."""

    items: list[duplicates.DocumentShape]


@contextmanager
def _as_problems() -> Generator[None]:
    try:
        with as_problems():
            yield
    except duplicates.CannotMerge as error:
        raise Problem(CANNOT_MERGE, str(error)) from error


@router.get("/api/duplicates", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> PairPage:
    """Pairs of expenses that may be one purchase, the newest first, but those that were told apart."""
    pairs, following = await list_pairs(platform.database, principal.account_id, page.behind, page.limit)
    return PairPage(items=pairs, next_cursor=page.lead(following))


@router.post("/api/duplicates/apart", status_code=204, openapi_extra=needs(Permission.EDIT))
async def tell_apart(platform: PlatformHere, principal: Asking, asked: Apart) -> Response:
    """Say that two expenses are two purchases: they are not asked about again."""
    with _as_problems():
        ids = asked.first, asked.second
        await duplicates.tell_apart(platform, principal.account_id, ids, principal.actor)
    return Response(status_code=204)


@router.post("/api/duplicates/merge", openapi_extra=needs(Permission.EDIT))
async def merge(platform: PlatformHere, principal: Asking, asked: Merged) -> ExpenseDetailShape:
    """Say that two expenses are one: one is voided, and its document linked to the other, which is answered."""
    with _as_problems():
        return await duplicates.merge(platform, principal.account_id, asked.keep, asked.drop, principal.actor)


@router.get("/api/expenses/{expense_id}/documents", openapi_extra=needs(Permission.READ))
async def list_documents(platform: PlatformHere, principal: Asking, expense_id: str) -> DocumentsShape:
    """The documents of an expense: its own, and those of expenses that were merged into it."""
    with as_problems():
        found = await duplicates.documents_of(platform.database, principal.account_id, expense_id)
    return DocumentsShape(items=found)
