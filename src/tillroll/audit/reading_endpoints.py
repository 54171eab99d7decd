"""Routes of the audit for people: entries in words, the story of an expense, and whether the seals
hold.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, ListPlatform, PlatformHere, needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.parameters import Day
from tillroll.api.routing import Router
from tillroll.audit import reading
from tillroll.audit.endpoints import FromSeal
from tillroll_durable.platform.models import Items, Page
from tillroll_durable.sealing.state import SealCheck, SealState, check_for_account, state_of

router = Router(tags=["audit"])


def _begin_of(day: date | None) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), UTC)


@router.get("/api/audit/entries", openapi_extra=needs(Permission.AUDIT))
async def list_audit_entries(  # noqa: PLR0913 - one parameter a query parameter
    platform: ListPlatform,
    principal: Caller,
    page: Paged,
    person: Annotated[
        str | None, Query(description="Done by this user, signed in or by a token")
    ] = None,
    about: Annotated[
        str | None, Query(description="About this expense, receipt, claim, export or run")
    ] = None,
    action: Annotated[str | None, Query(description="What, for instance expense.voided")] = None,
    outcome: Annotated[
        str | None, Query(description="With which outcome, for instance failure")
    ] = None,
    first: Annotated[
        Day | None, Query(alias="from", description="The first day (UTC), YYYY-MM-DD")
    ] = None,
    last: Annotated[
        Day | None, Query(alias="to", description="The last day (UTC), YYYY-MM-DD")
    ] = None,
    notes: Annotated[bool, Query(description="Also what Tillroll notes of its own work")] = True,
) -> Page[reading.Entry]:
    """The account's audit in words, newest first: who did what, to what. A page can be short, or
    empty, and still have a `nextCursor`.
    """
    until = _begin_of(None if last is None else last + timedelta(days=1))
    query = reading.Asked(
        principal.account_id,
        person,
        about=about,
        action=action,
        outcome=outcome,
        since=_begin_of(first),
        until=until,
        notes=notes,
    )
    entries, before = await reading.read(
        platform, query, before=decode_number(page.cursor), limit=page.limit
    )
    return Page(items=entries, next_cursor=page.lead(None if before is None else str(before)))


@router.get("/api/audit/actions", openapi_extra=needs(Permission.AUDIT))
async def list_audit_actions() -> Items[reading.ActionWords]:
    """Every action that the audit can say, in words."""
    return Items(items=reading.all_words())


@router.get("/api/audit/things", openapi_extra=needs(Permission.AUDIT))
async def list_audit_things(
    platform: PlatformHere,
    principal: Caller,
    q: Annotated[
        str,
        Query(min_length=2, max_length=100, description="Part of a merchant's or a payer's name"),
    ],
) -> Items[reading.Thing]:
    """Expenses and claims whose name has these words, to search for what was done with one; up to
    20.
    """
    return Items(items=await reading.find_things(platform.database, principal.account_id, q))


@router.get("/api/audit/expenses/{expense_id}", openapi_extra=needs(Permission.AUDIT))
async def show_expense_audit(
    platform: PlatformHere,
    principal: Caller,
    expense_id: str,
) -> reading.Story:
    """The story of an expense: all events about it in order, from its upload to the books."""
    return await reading.story_of(platform, principal.account_id, expense_id)


@router.get("/api/audit/seals", openapi_extra=needs(Permission.AUDIT))
async def list_seals(platform: PlatformHere) -> SealState:
    """Whether the audit is sealed, up to when, and what the check of each minute found."""
    return await state_of(platform)


@router.post("/api/audit/seals/check", openapi_extra=needs(Permission.AUDIT))
async def check_seals(
    platform: PlatformHere,
    principal: Caller,
    from_seal: FromSeal = 1,
) -> SealCheck:
    """Check seals now, up to 20 of them: signatures, chain, and every event that they cover. Go on
    with `nextSeal` until it is null. It changes nothing.
    """
    return await check_for_account(platform, principal.account_id, from_seal)
