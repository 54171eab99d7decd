"""Routes of duplicates: pairs that may be one purchase, which people merge or keep apart."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Day
from tillroll.api.routing import Router
from tillroll.expenses.duplicates import pairs as duplicates
from tillroll.expenses.duplicates import twins
from tillroll.expenses.models import ExpenseDetail
from tillroll_durable.platform.models import Items, Page, RequestBody

router = Router(tags=["duplicates"])

ExpenseId = Annotated[str, Field(min_length=1, max_length=60)]


class Apart(RequestBody):
    """Two expenses by their ids, in any order."""

    first: ExpenseId
    second: ExpenseId


class Merged(RequestBody):
    """`keep` stays, `drop` is voided."""

    keep: ExpenseId
    drop: ExpenseId


@router.get("/api/duplicates", openapi_extra=needs(Permission.OWN))
async def list_duplicates(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    expense: Annotated[str | None, Query(max_length=60)] = None,
) -> Page[duplicates.Pair]:
    """Pairs of expenses that may be one purchase, the newest first, but those that the caller told
    apart, or somebody who may approve them. With `expense`, those of that one, on one page.
    """
    if expense is not None:
        of_one = await twins.pairs_with(
            platform.database,
            principal.sight,
            expense_id=expense,
            asker=principal.user_id,
            limit=page.limit,
        )
        return Page(items=of_one, next_cursor=None)
    pairs, following = await duplicates.list_pairs(
        platform.database,
        principal.sight,
        asker=principal.user_id,
        before=page.after,
        limit=page.limit,
    )
    return Page(items=pairs, next_cursor=page.lead(following))


@router.get("/api/duplicates/count", openapi_extra=needs(Permission.OWN))
async def count_duplicates(
    platform: PlatformHere,
    principal: Caller,
    first_day: Annotated[Day | None, Query(alias="from")] = None,
    last_day: Annotated[Day | None, Query(alias="to")] = None,
) -> twins.DuplicateCount:
    """How many pairs of expenses may be one purchase. With days, pairs one of which lies in these
    days.
    """
    return await twins.count_duplicates(
        platform.database,
        principal.sight,
        asker=principal.user_id,
        first_day=first_day,
        last_day=last_day,
    )


@router.post("/api/duplicates/apart", status_code=204, openapi_extra=needs(Permission.EDIT))
async def keep_duplicates_apart(
    platform: PlatformHere,
    principal: Caller,
    request: Apart,
) -> Response:
    """Say that two expenses are two purchases: you are not asked about them again. Nor is anybody
    else, where you may approve them.
    """
    ids = request.first, request.second
    await duplicates.tell_apart(platform, principal.sight, ids=ids, actor=principal.actor)
    return Response(status_code=204)


@router.post("/api/duplicates/merge", openapi_extra=needs(Permission.EDIT))
async def merge_duplicates(
    platform: PlatformHere,
    principal: Caller,
    request: Merged,
) -> ExpenseDetail:
    """Say that two expenses are one: one is voided, and its document linked to the other, which is
    answered.
    """
    return await duplicates.merge(
        platform, principal.sight, keep=request.keep, drop=request.drop, actor=principal.actor
    )


@router.get("/api/expenses/{expense_id}/documents", openapi_extra=needs(Permission.OWN))
async def list_expense_documents(
    platform: PlatformHere, principal: Caller, expense_id: str
) -> Items[duplicates.ExpenseDocument]:
    """The documents of an expense: its own, and those of expenses that were merged into it."""
    return Items(
        items=await duplicates.documents_of(platform.database, principal.sight, expense_id)
    )
