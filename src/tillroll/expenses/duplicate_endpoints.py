"""Routes of expenses that may be one: their pairs, what a person says, and the documents of an expense."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import CANNOT_MERGE, Problem
from tillroll.api.shapes import Model
from tillroll.expenses import duplicates
from tillroll.expenses.duplicates import Pair, list_pairs
from tillroll.expenses.endpoints import as_problems
from tillroll.expenses.models import ExpenseDetail
from tillroll.platform.models import RequestBody

router = APIRouter(tags=["duplicates"])

ExpenseId = Annotated[str, Field(min_length=1, max_length=60)]


class PairPage(Model):
    """A page may be empty and not the last: `next_cursor` says so."""

    items: list[Pair]
    next_cursor: str | None


class Apart(RequestBody):
    """Two expenses by their ids, in any order."""

    first: ExpenseId
    second: ExpenseId


class Merged(RequestBody):
    """`keep` stays, `drop` is voided."""

    keep: ExpenseId
    drop: ExpenseId


class Documents(Model):
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
async def list_all(platform: PlatformHere, principal: Caller, page: Paged) -> PairPage:
    """Pairs of expenses that may be one purchase, the newest first, but those that were told apart."""
    pairs, following = await list_pairs(platform.database, principal.account_id, page.behind, page.limit)
    return PairPage(items=pairs, next_cursor=page.lead(following))


@router.post("/api/duplicates/apart", status_code=204, openapi_extra=needs(Permission.EDIT))
async def tell_apart(platform: PlatformHere, principal: Caller, asked: Apart) -> Response:
    """Say that two expenses are two purchases: they are not asked about again."""
    with _as_problems():
        ids = asked.first, asked.second
        await duplicates.tell_apart(platform, principal.account_id, ids, principal.actor)
    return Response(status_code=204)


@router.post("/api/duplicates/merge", openapi_extra=needs(Permission.EDIT))
async def merge(platform: PlatformHere, principal: Caller, asked: Merged) -> ExpenseDetail:
    """Say that two expenses are one: one is voided, and its document linked to the other, which is answered."""
    with _as_problems():
        return await duplicates.merge(platform, principal.account_id, asked.keep, asked.drop, principal.actor)


@router.get("/api/expenses/{expense_id}/documents", openapi_extra=needs(Permission.READ))
async def list_documents(platform: PlatformHere, principal: Caller, expense_id: str) -> Documents:
    """The documents of an expense: its own, and those of expenses that were merged into it."""
    with as_problems():
        found = await duplicates.documents_of(platform.database, principal.account_id, expense_id)
    return Documents(items=found)
