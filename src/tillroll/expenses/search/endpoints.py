"""Routes of the list of expenses, its sums, filters that are kept under a name, and reports."""

from inspect import Parameter, Signature
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, ListPlatform, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged
from tillroll.api.problems import INVALID_CURSOR, Problem
from tillroll.api.routing import Router
from tillroll.expenses.models import ListedExpense
from tillroll.expenses.search import reports, views
from tillroll.expenses.search.filters import (
    DEFAULT_SORT,
    PARAMETERS,
    Filter,
    FilterQuery,
    Order,
    Parameters,
    as_parameters,
    fingerprint,
    read_order,
)
from tillroll.expenses.search.grammar import DECLARED
from tillroll.expenses.search.names import SearchToken, read_typed, tokens_of
from tillroll.expenses.search.pages import Place, find_page
from tillroll.expenses.search.sums import Totals, find_totals, totals_of
from tillroll.expenses.search.views import Kept, View
from tillroll.expenses.search.words import count_waiting, index_newest, read_texts
from tillroll.identity.authentication import Principal
from tillroll_durable.platform import base64url
from tillroll_durable.platform.json import dump, load
from tillroll_durable.platform.models import ChangeBody, Flag, Items, Model, RequestBody
from tillroll_durable.platform.services import Platform

router = Router(tags=["expenses"])

_LONGEST_NAME = 80


def _name(value: str) -> str:
    if not value.strip() or not value.isprintable() or len(value) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return value.strip()


Name = Annotated[str, AfterValidator(_name)]
FilterBody = Annotated[
    Parameters,
    Field(
        description="Parameters of GET /api/expenses, each a text or a list of texts",
        max_length=len(PARAMETERS),
    ),
]


class NewView(RequestBody):
    """`is_shared`: everybody in the account sees it."""

    name: Name
    filter: FilterBody
    sort: str = DEFAULT_SORT
    is_shared: Flag = False


class ViewChange(ChangeBody):
    """What is left out stays."""

    name: Name | None = None
    filter: FilterBody | None = None
    sort: str | None = None
    is_shared: Flag | None = None


@router.get("/api/expense-views", openapi_extra=needs(Permission.OWN))
async def list_expense_views(platform: PlatformHere, principal: Caller) -> Items[View]:
    """The filters that the caller has kept, and those that others share with callers who see
    all, by name.
    """
    return Items(items=await views.list_views(platform.database, principal))


@router.post("/api/expense-views", status_code=201, openapi_extra=needs(Permission.EDIT))
async def create_expense_view(platform: PlatformHere, principal: Caller, request: NewView) -> View:
    """Keep a filter of expenses under a name of one's own."""
    draft = await _draft_view(
        platform,
        principal,
        name=request.name,
        parameters=request.filter,
        sort=request.sort,
        is_shared=request.is_shared,
    )
    return await views.keep_view(platform, principal, draft)


@router.patch("/api/expense-views/{view_id}", openapi_extra=needs(Permission.EDIT))
async def change_expense_view(
    platform: PlatformHere,
    principal: Caller,
    view_id: str,
    request: ViewChange,
) -> View:
    """Rename a view, give it another filter or order, share it or keep it for oneself."""
    before = await views.find_own(platform.database, principal, view_id)
    draft = await _draft_view(
        platform,
        principal,
        name=request.name or before.name,
        parameters=before.filter if request.filter is None else request.filter,
        sort=request.sort or before.sort,
        is_shared=before.is_shared if request.is_shared is None else request.is_shared,
    )
    return await views.change_view(platform, principal, view=view_id, draft=draft)


@router.delete(
    "/api/expense-views/{view_id}", status_code=204, openapi_extra=needs(Permission.EDIT)
)
async def remove_expense_view(platform: PlatformHere, principal: Caller, view_id: str) -> None:
    """Delete a view. Its expenses stay as they are."""
    await views.delete_view(platform, principal, view_id)


async def _draft_view(
    platform: Platform,
    principal: Principal,
    name: str,
    parameters: Parameters,
    sort: str,
    *,
    is_shared: bool,
) -> Kept:
    query = FilterQuery.of(parameters, "filter.")
    chosen = await read_typed(platform.database, principal.sight, query)
    order = read_order(FilterQuery({"sort": [sort]}, query.problems))
    query.check()
    return Kept(name, chosen.as_asked(), sort=str(order), is_shared=is_shared)


_Several = Annotated[list[str] | None, Query()]


async def declared_values(**parameters: list[str] | None) -> dict[str, list[str]]:
    """What was sent by the parameters of DECLARED."""
    return {name: values for name, values in parameters.items() if values}


# FastAPI asks a function for its parameters: these are declared by the fields of an expense.
declared_values.__signature__ = Signature(
    [
        Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=_Several)
        for name in DECLARED
    ]
)


async def filter_query(  # noqa: PLR0913 - each is a parameter of the query
    declared: Annotated[dict[str, list[str]], Depends(declared_values)],
    q: Annotated[
        str | None,
        Query(
            description=(
                "Words that all occur, or begin one, in an expense; and tokens such as "
                "from:ann or >50"
            )
        ),
    ] = None,
    first_day: Annotated[
        str | None, Query(alias="from", description="A day, month or year")
    ] = None,
    last_day: Annotated[
        str | None, Query(alias="to", description="A day, month or year, included")
    ] = None,
    least: Annotated[
        str | None, Query(alias="min", description="The smallest total, in its own currency")
    ] = None,
    most: Annotated[
        str | None, Query(alias="max", description="The largest total, in its own currency")
    ] = None,
    currency: Annotated[list[str] | None, Query(description="ISO 4217")] = None,
    category: _Several = None,
    tag: _Several = None,
    person: Annotated[
        list[str] | None, Query(description="Ids of users who handed expenses in")
    ] = None,
    status: Annotated[
        list[str] | None, Query(description="ready, in_review, approved, voided")
    ] = None,
    missing: Annotated[
        list[str] | None,
        Query(description="category, tax, rate, receipt, number, payment: what an expense lacks"),
    ] = None,
    standing: Annotated[
        list[str] | None,
        Query(alias="is", description="exported, claimed, paid; with - before it, that it is not"),
    ] = None,
    expense_id: Annotated[
        list[str] | None, Query(alias="id", description="Ids of expenses, up to 200")
    ] = None,
) -> FilterQuery:
    """What was sent, by its names; nothing is checked yet."""
    single = {"q": q, "from": first_day, "to": last_day, "min": least, "max": most}
    several = {
        "currency": currency,
        "category": category,
        "tag": tag,
        "person": person,
        "status": status,
        "missing": missing,
        "is": standing,
        "id": expense_id,
    }
    values = {name: [value] for name, value in single.items() if value}
    values |= {name: each for name, each in several.items() if each}
    return FilterQuery(values | declared)


async def filter_of(
    platform: PlatformHere, principal: Caller, sent: Annotated[FilterQuery, Depends(filter_query)]
) -> Filter:
    chosen = await read_typed(platform.database, principal.sight, sent)
    sent.check()
    return chosen


async def ordered_filter_of(
    platform: PlatformHere,
    principal: Caller,
    sent: Annotated[FilterQuery, Depends(filter_query)],
    sort: Annotated[
        str | None, Query(description="date, total, merchant, created; with - the largest first")
    ] = None,
) -> tuple[Filter, Order]:
    chosen = await read_typed(platform.database, principal.sight, sent)
    order = read_order(FilterQuery({"sort": [sort or ""]}, sent.problems))
    sent.check()
    return chosen, order


FilterHere = Annotated[Filter, Depends(filter_of)]
OrderedFilterHere = Annotated[tuple[Filter, Order], Depends(ordered_filter_of)]


def encode_place(place: Place | None, chosen: Filter, order: Order) -> str | None:
    """A cursor that is bound to the filter and the order."""
    if place is None:
        return None
    body = dump([fingerprint(chosen, order), place.key, place.n])
    return base64url.encoded(body.encode())


def decode_place(cursor: str | None, chosen: Filter, order: Order) -> Place | None:
    """Raises Problem: 400, the cursor is not one of ours, or one of another filter or order."""
    if cursor is None:
        return None
    try:
        content = load(base64url.decoded(cursor).decode())
    except ValueError as error:
        raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL) from error
    match content:
        case [str(of), str(key), int(n)] if of == fingerprint(chosen, order) and not isinstance(
            n, bool
        ):
            return Place(key, n)
        case [str(), str(), int()]:
            detail = (
                "The cursor belongs to another filter or order. Leave `cursor` out to begin with "
                "the first page."
            )
            raise Problem(INVALID_CURSOR, detail)
        case _:
            raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)


class ExpensePage(Model):
    """A page may have fewer items than `limit`, or none, and a `next_cursor`: looking further goes
    on there. `not_searchable_yet` expenses, up to 1,000, are not found by their words yet; null
    where no text is looked for. `filter` is what was understood: the tokens of `q` stand under the
    parameters that they mean.
    """

    items: list[ListedExpense]
    next_cursor: str | None
    not_searchable_yet: int | None
    filter: Parameters


@router.get("/api/expenses", openapi_extra=needs(Permission.OWN))
async def list_expenses(
    platform: ListPlatform, principal: Caller, query: OrderedFilterHere, page: Paged
) -> ExpensePage:
    """The expenses that a filter chooses, of those that the caller sees: the newest day first
    unless `sort` says otherwise.
    """
    chosen, order = query
    place = decode_place(page.cursor, chosen, order)
    if chosen.words.strip():  # so that a search finds what was changed a moment ago
        await index_newest(platform, read_texts, principal.account_id)
    matches = await find_page(
        platform.database,
        principal.sight,
        chosen=chosen,
        order=order,
        cursor=place,
        limit=page.limit,
    )
    following = page.link(encode_place(matches.following, chosen, order))
    if chosen.words.strip():
        waiting = await count_waiting(platform, principal.sight)
    else:
        waiting = None
    parameters = as_parameters(chosen.as_asked())
    return ExpensePage(
        items=matches.items, next_cursor=following, not_searchable_yet=waiting, filter=parameters
    )


@router.get("/api/expenses/search-tokens", openapi_extra=needs(Permission.OWN))
async def list_search_tokens(platform: PlatformHere, principal: Caller) -> Items[SearchToken]:
    """List what can be typed into `q` beside words, with the people, categories, clients, projects
    and tags there are.
    """
    return Items(items=[*await tokens_of(platform.database, principal.sight)])


@router.get("/api/expenses/totals", openapi_extra=needs(Permission.OWN))
async def total_expenses(platform: PlatformHere, principal: Caller, chosen: FilterHere) -> Totals:
    """The sums of all that a filter chooses. Of split expenses only the parts of the categories
    that are asked for.
    """
    if chosen.words.strip():  # as the list does, which may be asked for at the same time
        await index_newest(platform, read_texts, principal.account_id)
    return totals_of(*await find_totals(platform.database, principal.sight, chosen))


reports_router = Router(tags=["reports"])


@reports_router.get("/api/reports/missing", openapi_extra=needs(Permission.OWN))
async def report_missing_receipts(
    platform: PlatformHere, principal: Caller, query: FilterHere
) -> reports.MissingReport:
    """Report what expenses lack, and the runs that wait for somebody."""
    chosen = reports.in_period(query, platform.clock.now().date())
    return await reports.report_missing(
        platform.database, principal.sight, chosen, asker=principal.user_id
    )


@reports_router.get("/api/reports/{by}", openapi_extra=needs(Permission.OWN))
async def show_report(
    platform: PlatformHere,
    principal: Caller,
    query: FilterHere,
    by: Annotated[reports.By, Path(description="What a row is made of")],
) -> reports.ExpenseReport:
    """The sums of what a filter chooses, by currency and in the base currency: the largest first,
    months in order.
    """
    chosen = reports.in_period(query, platform.clock.now().date())
    return await reports.report(platform.database, principal.sight, chosen=chosen, by=by)
