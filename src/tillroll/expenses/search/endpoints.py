"""Routes of the list of expenses, its sums, and filters that are kept under a name."""

import base64
import binascii
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import INVALID_CURSOR_DETAIL, Paged
from tillroll.api.problems import INVALID_CURSOR, Problem, invalid_values, not_found
from tillroll.api.shapes import Model
from tillroll.expenses.models import Expense
from tillroll.expenses.search.filters import (
    DEFAULT_SORT,
    Filter,
    FilterQuery,
    Order,
    Parameters,
    fingerprint,
    read_filter,
    read_order,
)
from tillroll.expenses.search.index import count_waiting, index_newest
from tillroll.expenses.search.pages import Place, find_page
from tillroll.expenses.search.sums import Sums, find_totals
from tillroll.expenses.search.views import (
    MOST_VIEWS,
    Kept,
    NameTaken,
    NoSuchView,
    Person,
    TooManyViews,
    ViewShape,
    change_view,
    delete_view,
    find_own,
    keep_view,
    list_views,
)
from tillroll.identity.authentication import Principal
from tillroll.platform.json import dump, load
from tillroll.platform.models import Flag, RequestBody
from tillroll.reading.money import Money
from tillroll.workflows.registry import read_texts

router = APIRouter(tags=["expenses"])

_LONGEST_NAME = 80
PARAMETERS = ("q", "from", "to", "min", "max", "currency", "category", "tag", "person", "status", "missing")


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


class ViewList(Model):
    items: list[ViewShape]


@router.get("/api/expense-views", openapi_extra=needs(Permission.READ))
async def show_views(platform: PlatformHere, principal: Caller) -> ViewList:
    """The filters that whoever asks has kept, and those that others share, by name."""
    return ViewList(items=await list_views(platform.database, _person(principal)))


@router.post("/api/expense-views", status_code=201, openapi_extra=needs(Permission.EDIT))
async def create_view(platform: PlatformHere, principal: Caller, asked: NewView) -> ViewShape:
    """Keep a filter of expenses under a name of one's own."""
    kept = _kept(asked.name, asked.filter, asked.sort, is_shared=asked.is_shared)
    with _as_problems():
        return await keep_view(platform, _person(principal), kept)


@router.patch("/api/expense-views/{view_id}", openapi_extra=needs(Permission.EDIT))
async def alter_view(platform: PlatformHere, principal: Caller, view_id: str, asked: ViewChange) -> ViewShape:
    """Rename a view, give it another filter or order, share it or keep it for oneself."""
    person = _person(principal)
    with _as_problems():
        before = await find_own(platform.database, person, view_id)
    kept = _kept(
        asked.name or before.name,
        before.filter if asked.filter is None else asked.filter,
        asked.sort or before.sort,
        is_shared=before.is_shared if asked.is_shared is None else asked.is_shared,
    )
    with _as_problems():
        return await change_view(platform, person, view_id, kept)


@router.delete("/api/expense-views/{view_id}", status_code=204, openapi_extra=needs(Permission.EDIT))
async def remove_view(platform: PlatformHere, principal: Caller, view_id: str) -> None:
    """Delete a view. Its expenses stay as they are."""
    with _as_problems():
        await delete_view(platform, _person(principal), view_id)


def _person(principal: Principal) -> Person:
    return Person(
        principal.account_id, principal.user_id, principal.actor, is_owner=principal.may(Permission.ADMINISTER)
    )


def _kept(name: str, given: Parameters, sort: str, *, is_shared: bool) -> Kept:
    """Raises Problem: 422, a value cannot be used."""
    values = {each: [value] if isinstance(value, str) else value for each, value in given.items()}
    sent = FilterQuery(values | {"sort": [sort]})
    for unknown in sorted({*given} - {*PARAMETERS}):
        sent.refuse(f"filter.{unknown[:100]}", f"There is no such filter: use {', '.join(PARAMETERS)}.")
    chosen, order = read_filter(sent), read_order(sent)
    if sent.problems:
        raise invalid_values(sent.problems)
    return Kept(name, chosen.as_asked(), str(order), is_shared)


@contextmanager
def _as_problems() -> Generator[None]:
    try:
        yield
    except NoSuchView as error:
        raise not_found("view that you may change") from error
    except NameTaken as error:
        raise invalid_values([("name", "You have a view of this name: choose another, or change that.")]) from error
    except TooManyViews as error:
        raise invalid_values([("name", f"An account keeps {MOST_VIEWS} views: delete one of them.")]) from error


_Several = Annotated[list[str] | None, Query()]


async def asked(  # noqa: PLR0913 - each is a parameter of the query
    q: Annotated[str | None, Query(description="Words that all occur, or begin one, in an expense")] = None,
    first_day: Annotated[str | None, Query(alias="from", description="A day, month or year")] = None,
    last_day: Annotated[str | None, Query(alias="to", description="A day, month or year, included")] = None,
    least: Annotated[str | None, Query(alias="min", description="The smallest total, in its own currency")] = None,
    most: Annotated[str | None, Query(alias="max", description="The largest total, in its own currency")] = None,
    currency: Annotated[list[str] | None, Query(description="ISO 4217")] = None,
    category: _Several = None,
    tag: _Several = None,
    person: Annotated[list[str] | None, Query(description="Ids of users who handed expenses in")] = None,
    status: Annotated[list[str] | None, Query(description="ready, in_review, approved, voided")] = None,
    missing: Annotated[
        list[str] | None, Query(description="category, tax, rate, receipt, number, payment: what an expense lacks")
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
    }
    values = {name: [value] for name, value in single.items() if value is not None}
    return FilterQuery(values | {name: each for name, each in several.items() if each})


async def filter_of(sent: Annotated[FilterQuery, Depends(asked)]) -> Filter:
    """Raises Problem: 422, a value cannot be used."""
    chosen = read_filter(sent)
    if sent.problems:
        raise invalid_values(sent.problems)
    return chosen


async def ordered_filter_of(
    sent: Annotated[FilterQuery, Depends(asked)],
    sort: Annotated[str | None, Query(description="date, total, merchant, created; with - the largest first")] = None,
) -> tuple[Filter, Order]:
    """Raises Problem: 422, a value cannot be used."""
    chosen = read_filter(sent)
    order = read_order(FilterQuery({"sort": [sort or ""]}, sent.problems))
    if sent.problems:
        raise invalid_values(sent.problems)
    return chosen, order


FilterAsked = Annotated[Filter, Depends(filter_of)]
OrderedFilterAsked = Annotated[tuple[Filter, Order], Depends(ordered_filter_of)]


def encode_place(place: Place | None, chosen: Filter, order: Order) -> str | None:
    """A cursor that is bound to the filter and the order."""
    if place is None:
        return None
    body = dump([fingerprint(chosen, order), place.key, place.n])
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def decode_place(cursor: str | None, chosen: Filter, order: Order) -> Place | None:
    """Raises Problem: 400, the cursor is not one of ours, or one of another filter or order."""
    if cursor is None:
        return None
    try:
        content = load(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode())
    except (binascii.Error, ValueError) as error:
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
    `not_searchable_yet` expenses, up to 1,000, are not found by their words yet; null where no text is looked for."""

    items: list[Expense]
    next_cursor: str | None
    not_searchable_yet: int | None


class CurrencyTotal(Model):
    """The expenses in `currency`: decimal strings of it. `unconverted` of them, together `unconverted_total`, have no
    amount in the base currency."""

    currency: str
    count: int
    total: str
    tax: str
    unconverted: int
    unconverted_total: str


class BaseTotal(Model):
    """All that has an amount in the base currency, together."""

    currency: str
    count: int
    total: str
    tax: str


class TotalsShape(Model):
    """`base` is null for an account without a base currency."""

    count: int
    currencies: list[CurrencyTotal]
    base: BaseTotal | None


@router.get("/api/expenses", openapi_extra=needs(Permission.READ))
async def list_expenses(
    platform: PlatformHere, principal: Caller, asked: OrderedFilterAsked, page: Paged
) -> ExpensePage:
    """The account's expenses that a filter chooses, the newest day first unless `sort` says otherwise."""
    chosen, order = asked
    behind = decode_place(page.cursor, chosen, order)
    if chosen.words.strip():  # so that whoever searches finds what was changed a moment ago
        await index_newest(platform, read_texts, principal.account_id)
    found = await find_page(platform.database, principal.account_id, chosen, order, behind, page.limit)
    following = page.link(encode_place(found.following, chosen, order))
    waiting = await count_waiting(platform, principal.account_id) if chosen.words.strip() else None
    return ExpensePage(items=found.items, next_cursor=following, not_searchable_yet=waiting)


@router.get("/api/expenses/totals", openapi_extra=needs(Permission.READ))
async def total_expenses(platform: PlatformHere, principal: Caller, chosen: FilterAsked) -> TotalsShape:
    """The sums of all that a filter chooses. Of split expenses only the parts of the categories that are asked for."""
    if chosen.words.strip():  # as the list does, which may be asked for at the same time
        await index_newest(platform, read_texts, principal.account_id)
    base, sums = await find_totals(platform.database, principal.account_id, chosen)
    return totals_shape(base, sums)


def totals_shape(base: str | None, sums: list[Sums]) -> TotalsShape:
    return TotalsShape(
        count=sum(each.expenses for each in sums),
        currencies=[
            CurrencyTotal(
                currency=each.currency,
                count=each.expenses,
                total=_decimal(each.total_minor, each.currency),
                tax=_decimal(each.tax_minor, each.currency),
                unconverted=each.unconverted,
                unconverted_total=_decimal(each.unconverted_minor, each.currency),
            )
            for each in sums
        ],
        base=None
        if base is None
        else BaseTotal(
            currency=base,
            count=sum(each.expenses - each.unconverted for each in sums),
            total=_decimal(sum(each.base_total_minor for each in sums), base),
            tax=_decimal(sum(each.base_tax_minor for each in sums), base),
        ),
    )


def _decimal(minor: int, currency: str) -> str:
    return Money(minor, currency).to_decimal_string()
