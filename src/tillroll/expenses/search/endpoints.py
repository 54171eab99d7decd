"""Routes of the list of expenses, its sums, filters that are kept under a name, and reports."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged
from tillroll.api.problems import INVALID_CURSOR, Problem
from tillroll.expenses.models import ListedExpense
from tillroll.expenses.search import sums, views
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
from tillroll.expenses.search.grammar import MISSING
from tillroll.expenses.search.names import SearchToken, read_typed, tokens_of
from tillroll.expenses.search.pages import Place, find_page
from tillroll.expenses.search.sums import Grouped, Totals, find_totals, totals_of
from tillroll.expenses.search.views import Kept, View
from tillroll.expenses.search.words import count_waiting, index_newest
from tillroll.identity.authentication import Principal
from tillroll.platform import base64url
from tillroll.platform.json import dump, load
from tillroll.platform.models import Flag, Items, Model, RequestBody
from tillroll.platform.services import Platform
from tillroll.workflows.registry import read_texts

router = APIRouter(tags=["expenses"])

_LONGEST_NAME = 80


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name)]
FilterBody = Annotated[
    Parameters,
    Field(description="Parameters of GET /api/expenses, each a text or a list of texts", max_length=len(PARAMETERS)),
]


class NewView(RequestBody):
    """`is_shared`: everybody in the account sees it."""

    name: Name
    filter: FilterBody
    sort: str = DEFAULT_SORT
    is_shared: Flag = False


class ViewChange(RequestBody):
    """What is left out stays."""

    name: Name | None = None
    filter: FilterBody | None = None
    sort: str | None = None
    is_shared: Flag | None = None


@router.get("/api/expense-views", openapi_extra=needs(Permission.OWN))
async def show_views(platform: PlatformHere, principal: Caller) -> Items[View]:
    """The filters that the caller has kept, and those that others share with whoever sees all, by name."""
    return Items(items=await views.list_views(platform.database, principal))


@router.post("/api/expense-views", status_code=201, openapi_extra=needs(Permission.EDIT))
async def create_view(platform: PlatformHere, principal: Caller, request: NewView) -> View:
    """Keep a filter of expenses under a name of one's own."""
    kept = await _kept(platform, principal, request.name, request.filter, request.sort, is_shared=request.is_shared)
    return await views.keep_view(platform, principal, kept)


@router.patch("/api/expense-views/{view_id}", openapi_extra=needs(Permission.EDIT))
async def alter_view(platform: PlatformHere, principal: Caller, view_id: str, request: ViewChange) -> View:
    """Rename a view, give it another filter or order, share it or keep it for oneself."""
    before = await views.find_own(platform.database, principal, view_id)
    kept = await _kept(
        platform,
        principal,
        request.name or before.name,
        before.filter if request.filter is None else request.filter,
        request.sort or before.sort,
        is_shared=before.is_shared if request.is_shared is None else request.is_shared,
    )
    return await views.change_view(platform, principal, view_id, kept)


@router.delete("/api/expense-views/{view_id}", status_code=204, openapi_extra=needs(Permission.EDIT))
async def remove_view(platform: PlatformHere, principal: Caller, view_id: str) -> None:
    """Delete a view. Its expenses stay as they are."""
    await views.delete_view(platform, principal, view_id)


async def _kept(
    platform: Platform, principal: Principal, name: str, given: Parameters, sort: str, *, is_shared: bool
) -> Kept:
    query = FilterQuery.of(given, "filter.")
    chosen = await read_typed(platform.database, principal.sight, query)
    order = read_order(FilterQuery({"sort": [sort]}, query.problems))
    query.check()
    return Kept(name, chosen.as_asked(), str(order), is_shared)


_Several = Annotated[list[str] | None, Query()]


async def filter_query(  # noqa: PLR0913 - each is a parameter of the query
    q: Annotated[
        str | None,
        Query(description="Words that all occur, or begin one, in an expense; and tokens such as from:ann or >50"),
    ] = None,
    first_day: Annotated[str | None, Query(alias="from", description="A day, month or year")] = None,
    last_day: Annotated[str | None, Query(alias="to", description="A day, month or year, included")] = None,
    least: Annotated[str | None, Query(alias="min", description="The smallest total, in its own currency")] = None,
    most: Annotated[str | None, Query(alias="max", description="The largest total, in its own currency")] = None,
    currency: Annotated[list[str] | None, Query(description="ISO 4217")] = None,
    category: _Several = None,
    tag: _Several = None,
    person: Annotated[list[str] | None, Query(description="Ids of users who handed expenses in")] = None,
    client: _Several = None,
    project: _Several = None,
    status: Annotated[list[str] | None, Query(description="ready, in_review, approved, voided")] = None,
    missing: Annotated[
        list[str] | None, Query(description="category, tax, rate, receipt, number, payment: what an expense lacks")
    ] = None,
    standing: Annotated[
        list[str] | None, Query(alias="is", description="exported, claimed, paid; with - before it, that it is not")
    ] = None,
    expense_id: Annotated[list[str] | None, Query(alias="id", description="Ids of expenses, up to 200")] = None,
) -> FilterQuery:
    """What was sent, by its names; nothing is checked yet."""
    single = [None if each is None else [each] for each in (q, first_day, last_day, least, most)]
    given = [*single, currency, category, tag, person, client, project, status, missing, standing, expense_id]
    return FilterQuery({name: each for name, each in zip(PARAMETERS, given, strict=True) if each})


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
    sort: Annotated[str | None, Query(description="date, total, merchant, created; with - the largest first")] = None,
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
        case [str(of), str(key), int(n)] if of == fingerprint(chosen, order) and not isinstance(n, bool):
            return Place(key, n)
        case [str(), str(), int()]:
            detail = "The cursor belongs to another filter or order. Leave `cursor` out to begin with the first page."
            raise Problem(INVALID_CURSOR, detail)
        case _:
            raise Problem(INVALID_CURSOR, INVALID_CURSOR_DETAIL)


class ExpensePage(Model):
    """A page may have fewer items than `limit`, or none, and a `next_cursor`: looking further goes on there.
    `not_searchable_yet` expenses, up to 1,000, are not found by their words yet; null where no text is looked for.
    `filter` is what was understood: the tokens of `q` stand under the parameters that they mean."""

    items: list[ListedExpense]
    next_cursor: str | None
    not_searchable_yet: int | None
    filter: Parameters


@router.get("/api/expenses", openapi_extra=needs(Permission.OWN))
async def list_expenses(
    platform: PlatformHere, principal: Caller, query: OrderedFilterHere, page: Paged
) -> ExpensePage:
    """The expenses that a filter chooses, of those that the caller sees: the newest day first unless `sort` says
    otherwise."""
    chosen, order = query
    place = decode_place(page.cursor, chosen, order)
    if chosen.words.strip():  # so that whoever searches finds what was changed a moment ago
        await index_newest(platform, read_texts, principal.account_id)
    found = await find_page(platform.database, principal.sight, chosen, order, place, page.limit)
    following = page.link(encode_place(found.following, chosen, order))
    waiting = await count_waiting(platform, principal.sight) if chosen.words.strip() else None
    asked = as_parameters(chosen.as_asked())
    return ExpensePage(items=found.items, next_cursor=following, not_searchable_yet=waiting, filter=asked)


@router.get("/api/expenses/search-tokens", openapi_extra=needs(Permission.OWN))
async def list_search_tokens(platform: PlatformHere, principal: Caller) -> Items[SearchToken]:
    """What can be typed into `q` beside words, with the people, categories, clients, projects and tags there are."""
    return Items(items=[*await tokens_of(platform.database, principal.sight)])


@router.get("/api/expenses/totals", openapi_extra=needs(Permission.OWN))
async def total_expenses(platform: PlatformHere, principal: Caller, chosen: FilterHere) -> Totals:
    """The sums of all that a filter chooses. Of split expenses only the parts of the categories that are asked for."""
    if chosen.words.strip():  # as the list does, which may be asked for at the same time
        await index_newest(platform, read_texts, principal.account_id)
    return totals_of(*await find_totals(platform.database, principal.sight, chosen))


reports_router = APIRouter(tags=["reports"])

_MONTHS: Final = 12

By = Literal["month", "category", "merchant", "tax_rate", "person"]


class ReportRow(Model):
    """`key` is a month (2026-03), a category, a merchant, a rate in percent or a user's id, '' where there is none;
    `label` is the person's name, elsewhere the key. `filter` has the parameters of GET /api/expenses that show the
    row's expenses, null where none do. `year_before` is the same month of the year before, in reports by month."""

    key: str
    label: str
    filter: Parameters | None
    totals: Totals
    year_before: Totals | None


class OtherRows(Model):
    """So many rows that are smaller than those that are listed, and what they add up to."""

    count: int
    totals: Totals


class Report(Model):
    """`filter` is what was asked, with the period that holds without one: twelve months up to this one. `others` are
    the merchants behind the 500 largest, null where all are listed."""

    by: By
    filter: Parameters
    rows: list[ReportRow]
    others: OtherRows | None
    totals: Totals


class MissingRow(Model):
    """What so many of the period's expenses lack."""

    missing: str
    means: str
    count: int
    filter: Parameters


class MissingReport(Model):
    filter: Parameters
    rows: list[MissingRow]
    runs: sums.RunsWaiting


@reports_router.get("/api/reports/missing", openapi_extra=needs(Permission.OWN))
async def report_missing(platform: PlatformHere, principal: Caller, query: FilterHere) -> MissingReport:
    """What expenses lack, and the runs that wait for somebody."""
    chosen = _in_period(platform, query)
    rows: list[MissingRow] = []
    for name, means in MISSING.items():
        lacking = replace(chosen, missing=(name,))
        _, found = await find_totals(platform.database, principal.sight, lacking)
        count = sum(each.expenses for each in found)
        rows.append(MissingRow(missing=name, means=means, count=count, filter=as_parameters(lacking.as_asked())))
    runs = await sums.waiting_runs(platform.database, principal.sight)
    return MissingReport(filter=as_parameters(chosen.as_asked()), rows=rows, runs=runs)


@reports_router.get("/api/reports/{by}", openapi_extra=needs(Permission.OWN))
async def report(
    platform: PlatformHere,
    principal: Caller,
    query: FilterHere,
    by: Annotated[By, Path(description="What a row is made of")],
) -> Report:
    """The sums of what a filter chooses, by currency and in the base currency: the largest first, months in order."""
    chosen = _in_period(platform, query)
    found = await sums.group(platform.database, principal.sight, chosen, by)
    base, groups = found.base, [*found.rows]
    _, whole = await find_totals(platform.database, principal.sight, chosen)
    earlier: dict[str, Grouped] = {}
    if by == "month":
        year_before = replace(chosen, first_day=_earlier(chosen.first_day), last_day=_earlier(chosen.last_day))
        before = await sums.group(platform.database, principal.sight, year_before, by)
        earlier = {
            f"{int(each.key[:4]) + 1:04}{each.key[4:]}": each
            for each in before.rows
            if not each.key.startswith(str(date.max.year))
        }
        known = {each.key for each in groups}
        groups += [Grouped(key, []) for key in earlier if key not in known]
    groups.sort(key=lambda each: each.key)
    if by != "month":
        is_one_currency = len({each.currency for each in whole}) == 1
        groups.sort(key=lambda each: _size(each, base, is_one_currency=is_one_currency), reverse=True)
    names = await sums.names_of(platform.database, principal.sight) if by == "person" else {}
    rows = [
        ReportRow(
            key=each.key,
            label=names.get(each.key, each.key),
            filter=_filter_of(chosen, by, each.key),
            totals=totals_of(base, each.sums),
            year_before=totals_of(base, earlier[each.key].sums) if each.key in earlier else None,
        )
        for each in groups
    ]
    others = OtherRows(count=found.more, totals=totals_of(base, found.others)) if found.more else None
    asked_for = as_parameters(chosen.as_asked())
    return Report(by=by, filter=asked_for, rows=rows, others=others, totals=totals_of(base, whole))


def _in_period(platform: Platform, chosen: Filter) -> Filter:
    """Without a period: this month and the eleven before."""
    if chosen.first_day or chosen.last_day:
        return chosen
    today = platform.clock.now().date()
    months = today.year * 12 + today.month - _MONTHS
    return replace(chosen, first_day=date(months // 12, months % 12 + 1, 1), last_day=_end_of_month(today))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _earlier(day: date | None) -> date | None:
    """The same day of the year before; the last of February stays the last."""
    if day is None or day.year == date.min.year:
        return day
    if day == _end_of_month(day):
        return _end_of_month(date(day.year - 1, day.month, 1))
    return day.replace(year=day.year - 1)


def _size(each: Grouped, base: str | None, *, is_one_currency: bool) -> int:
    """In the base currency, or in the one that there is, else the number of expenses."""
    if base is not None:
        return sum(one.base_total_minor for one in each.sums)
    return sum(one.total_minor if is_one_currency else one.expenses for one in each.sums)


def _filter_of(chosen: Filter, by: By, key: str) -> Parameters | None:
    """The parameters that show a row's expenses."""
    asked = as_parameters(chosen.as_asked())
    if by == "month":
        month = date.fromisoformat(f"{key}-01")
        first = max(chosen.first_day or date.min, month)
        last = min(chosen.last_day or date.max, _end_of_month(month))
        return asked | {"from": first.isoformat(), "to": last.isoformat()}
    if not key:
        return asked | {"missing": ["category"]} if by == "category" else None
    if by in {"category", "person"}:
        return asked | {by: [key]}
    name = "merchant" if by == "merchant" else "rate"
    return None if '"' in key else asked | {"q": f'{chosen.text} {name}:"{key}"'.strip()}
