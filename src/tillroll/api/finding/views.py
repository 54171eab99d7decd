"""Filters of expenses that are kept under a name."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.door.access import Principal
from tillroll.api.needs import needs
from tillroll.api.problems import invalid_values, not_found
from tillroll.api.shapes import Shape
from tillroll.expenses.finding.filters import DEFAULT_SORT, Asked, Parameters, read_filter, read_order
from tillroll.expenses.finding.views import (
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
from tillroll.platform.shape import Asked as Body
from tillroll.platform.shape import Flag

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


class NewView(Body):
    """`is_shared`: everybody in the account sees it."""

    name: Name
    filter: FilterBody
    sort: str = DEFAULT_SORT
    is_shared: Flag = False


class ViewChange(Body):
    """What is left out stays."""

    name: Name | None = None
    filter: FilterBody | None = None
    sort: str | None = None
    is_shared: Flag | None = None


class ViewList(Shape):
    items: list[ViewShape]


@router.get("/api/expense-views", openapi_extra=needs(Permission.READ))
async def show_views(platform: PlatformHere, principal: Asking) -> ViewList:
    """The filters that whoever asks has kept, and those that others share, by name."""
    return ViewList(items=await list_views(platform.database, _person(principal)))


@router.post("/api/expense-views", status_code=201, openapi_extra=needs(Permission.EDIT))
async def create_view(platform: PlatformHere, principal: Asking, asked: NewView) -> ViewShape:
    """Keep a filter of expenses under a name of one's own."""
    kept = _kept(asked.name, asked.filter, asked.sort, is_shared=asked.is_shared)
    with _as_problems():
        return await keep_view(platform, _person(principal), kept)


@router.patch("/api/expense-views/{view_id}", openapi_extra=needs(Permission.EDIT))
async def alter_view(platform: PlatformHere, principal: Asking, view_id: str, asked: ViewChange) -> ViewShape:
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
async def remove_view(platform: PlatformHere, principal: Asking, view_id: str) -> None:
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
    sent = Asked(values | {"sort": [sort]})
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
