"""The routes of Home: all that the page shows first, in one answer, each part as far as its own
route would show it; and anything by a few letters.
"""

from datetime import date
from typing import Annotated, Literal

from fastapi import Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, decode_number
from tillroll.api.parameters import Day
from tillroll.api.routing import Router
from tillroll.bank.chasing.owed import OwedDocument, documents_owed
from tillroll.calendar_months import end_of_month, month_before
from tillroll.claims.models import Outstanding
from tillroll.claims.repository import outstanding
from tillroll.expenses.duplicates.twins import count_duplicates
from tillroll.expenses.search.filters import Filter
from tillroll.expenses.search.reports import (
    By,
    ExpenseReport,
    MissingRow,
    missing_in,
    reports,
)
from tillroll.expenses.search.sums import RunsWaiting, has_any, waiting_runs
from tillroll.home.figures import CompanyFigures, figures_of
from tillroll.home.finding import FoundThing, find
from tillroll.identity.companies.service import Lacks, memberships_of
from tillroll.payouts.owed.models import Owed
from tillroll.payouts.owed.service import list_owed
from tillroll_durable.platform.bindings.database import Database, SumTooLarge
from tillroll_durable.platform.models import Items, Model, Page
from tillroll_durable.sight import Sight

router = Router(tags=["home"])


class Compared(Model):
    """A month beside the one before."""

    now: ExpenseReport
    before: ExpenseReport


class Home(Model):
    """`runs` waits for somebody, `duplicates` pairs of expenses may be one purchase, `owed` is what
    the company owes to people. `months` compares by category and, for who sees all, by person;
    `missing` is what the month's expenses lack: both are empty before the first expense. `claims`
    is what payers owe, null for who may not see claims. `documents` are payments whose documents
    the caller was asked for. `tooLarge` names the parts that are left
    out because a sum of theirs is too large to be written exactly.
    """

    runs: RunsWaiting
    duplicates: int
    has_expenses: bool
    months: list[Compared]
    missing: list[MissingRow]
    owed: list[Owed]
    claims: list[Outstanding] | None
    documents: list[OwedDocument]
    too_large: list[Literal["months", "claims"]]


class WaitingCounts(Model):
    """`runs` waits for somebody; `duplicates` pairs of expenses may be one purchase."""

    runs: RunsWaiting
    duplicates: int


class CompaniesOverview(Page[CompanyFigures]):
    """`lacks` says why others than the present company are not among them, as in
    `GET /api/companies`.
    """

    lacks: Lacks | None


@router.get("/api/companies/overview", openapi_extra=needs(Permission.SIGNED_IN))
async def show_companies(
    platform: PlatformHere, principal: Caller, page: Paged
) -> CompaniesOverview:
    """What waits in each company of the caller, in the order of their names. Of each it has what
    their role there shows.
    """
    memberships, lacks = await memberships_of(platform, principal)
    begin = decode_number(page.cursor) or 0
    end = begin + page.limit
    items = await figures_of(memberships[begin:end], platform.clock.now().date())
    cursor = None
    if end < len(memberships):
        cursor = page.lead(str(end))
    return CompaniesOverview(items=items, next_cursor=cursor, lacks=lacks)


@router.get("/api/home/waiting", openapi_extra=needs(Permission.OWN))
async def show_waiting(platform: PlatformHere, principal: Caller) -> WaitingCounts:
    """How much waits, for the badges of a menu."""
    database = platform.database
    sight = principal.sight
    duplicates = await count_duplicates(database, sight, asker=principal.user_id)
    return WaitingCounts(
        runs=await waiting_runs(database, sight, asker=principal.user_id),
        duplicates=duplicates.pairs,
    )


@router.get("/api/search", openapi_extra=needs(Permission.OWN))
async def find_things(
    platform: PlatformHere,
    principal: Caller,
    q: Annotated[
        str,
        Query(min_length=2, max_length=100, description="Words, of each of which a few letters do"),
    ],
) -> Items[FoundThing]:
    """Expenses, clients, claims and entries of the bank in which each word begins one, or would
    with one letter put right: of each the newest five that the caller may see.
    """
    return Items(items=await find(platform, principal, q))


@router.get("/api/home", openapi_extra=needs(Permission.OWN))
async def show_home(
    platform: PlatformHere,
    principal: Caller,
    on: Annotated[
        Day | None, Query(description="A day of the month that is shown; without it, today in UTC")
    ] = None,
) -> Home:
    """Show what waits, what a month came to beside the one before, what it lacks, and what is owed.
    Who sees only their own documents gets these alone.
    """
    database = platform.database
    sight = principal.sight
    today = platform.clock.now().date()
    day = on or today
    is_begun = await has_any(database, sight)
    kinds: tuple[By, ...] = ("category",) if sight.only is not None else ("category", "person")
    too_large: list[Literal["months", "claims"]] = []
    months: list[Compared] = []
    if is_begun:
        try:
            months = await _compared(database, sight, day=day, kinds=kinds)
        except SumTooLarge:
            too_large.append("months")
    claims: list[Outstanding] | None = None
    if principal.may(Permission.LEDGER):
        try:
            claims = await outstanding(database, principal.account_id, today)
        except SumTooLarge:
            claims = []
            too_large.append("claims")
    duplicates = await count_duplicates(database, sight, asker=principal.user_id)
    return Home(
        runs=await waiting_runs(database, sight, asker=principal.user_id),
        duplicates=duplicates.pairs,
        has_expenses=is_begun,
        months=months,
        missing=await missing_in(database, sight, _month(day)) if is_begun else [],
        owed=await list_owed(platform, principal.account_id, sight.only),
        claims=claims,
        documents=await documents_owed(database, principal.account_id, principal.user_id),
        too_large=too_large,
    )


async def _compared(
    database: Database,
    sight: Sight,
    day: date,
    kinds: tuple[By, ...],
) -> list[Compared]:
    _, before = month_before(day)
    now, then = [
        await reports(database, sight, chosen=_month(each), kinds=kinds) for each in (day, before)
    ]
    return [Compared(now=one, before=other) for one, other in zip(now, then, strict=True)]


def _month(day: date) -> Filter:
    return Filter(first_day=day.replace(day=1), last_day=end_of_month(day))
