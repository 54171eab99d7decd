"""Exports: the list, one, what is in it, and asking for one."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.door.own_key import OwnKey
from tillroll.api.needs import needs
from tillroll.api.paging import Paged, decode_place
from tillroll.api.problems import EXPORT_UNFINISHED, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.expenses.search.index import index_newest
from tillroll.exports.formats import FormatName
from tillroll.platform.bindings.database import integer
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked
from tillroll.workflows.export.contract import KIND
from tillroll.workflows.export.rows.items import ExportItemShape, item_shape
from tillroll.workflows.export.service.exporting import (
    NoSuchExport,
    Unfinished,
    Wanted,
    ask_for_export,
    count_expenses,
    list_exports,
    list_items,
    show_export,
)
from tillroll.workflows.export.service.warnings import WarningShape
from tillroll.workflows.export.shapes import ExportFilter, ExportShape
from tillroll.workflows.registry import TEXTS

router = APIRouter(tags=["exports"])


class ExportRequest(Asked):
    """`filter` chooses the expenses; without one, all of them. `profile` is a profile's id. With `only_new`, what no
    finished export of this profile (without one, of this format) held, and corrections of what was changed since."""

    format: Annotated[FormatName, Field(description="The kind of file")]
    filter: Annotated[ExportFilter, Field(default_factory=ExportFilter)]
    profile: str | None = None
    only_new: Annotated[bool, Field(strict=True)] = False

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.format.value, self.filter, self.profile, self.only_new)


class ExportPage(Shape):
    items: list[ExportShape]
    next_cursor: str | None


class ItemPage(Shape):
    items: list[ExportItemShape]
    next_cursor: str | None


class CountShape(Shape):
    """`count` expenses; corrections of what was handed on before come on top. `warnings` say what of them would be
    booked elsewhere than one may think."""

    count: int
    warnings: list[WarningShape]


class AskedExportShape(ExportShape):
    """The export that was begun. `warnings` say what in it is booked elsewhere than one may think."""

    warnings: list[WarningShape]


@router.post("/api/exports", status_code=202, openapi_extra=needs(Permission.EXPORT))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    asked: ExportRequest,
    own_key: OwnKey,
) -> AskedExportShape:
    """Have expenses written to a file. What is there now is in it; `Location` says where it stands."""
    await _index_for(platform, principal.account_id, asked)
    with _as_problems():
        begun = await ask_for_export(platform, registry.newest[KIND], principal.as_actor, asked.wanted, own_key)
    response.headers["location"] = f"/api/exports/{begun.export.id}"
    return AskedExportShape(**dict(begun.export), warnings=begun.warnings)


@router.post("/api/exports/count", openapi_extra=needs(Permission.EXPORT))
async def count(platform: PlatformHere, principal: Asking, asked: ExportRequest) -> CountShape:
    """How many expenses would be in it; nothing is begun."""
    await _index_for(platform, principal.account_id, asked)
    with _as_problems():
        counted = await count_expenses(platform, principal.account_id, asked.wanted)
    return CountShape(count=counted.expenses, warnings=counted.warnings)


@router.get("/api/exports", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> ExportPage:
    """The account's exports, newest first."""
    found = await list_exports(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda export: export.id)
    return ExportPage(items=items, next_cursor=following)


@router.get("/api/exports/{export_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Asking, export_id: str) -> ExportShape:
    """One export: how far it is, and what is in it."""
    with _as_problems():
        return await show_export(platform.database, principal.account_id, export_id)


@router.get("/api/exports/{export_id}/items", openapi_extra=needs(Permission.READ))
async def show_items(platform: PlatformHere, principal: Asking, export_id: str, page: Paged) -> ItemPage:
    """The record of what is in an export: its lines, in the order of the file."""
    with _as_problems():
        behind = decode_place(page.cursor)
        rows = await list_items(platform.database, principal.account_id, export_id, behind, page.wanted)
    shown, following = page.cut(rows, lambda row: f"{integer(row, 'part')}:{integer(row, 'place')}")
    return ItemPage(items=[item_shape(row) for row in shown], next_cursor=following)


async def _index_for(platform: Platform, account_id: str, asked: ExportRequest) -> None:
    """Before words choose, as the list does: what was changed a moment ago is found too."""
    if asked.filter.found.words.strip():
        await index_newest(platform, TEXTS, account_id)


@contextmanager
def _as_problems() -> Generator[None]:
    """What a use case refuses, as the API answers it."""
    try:
        yield
    except Unfinished as error:
        detail = "An export of what is new has not ended: wait for it, retry it, or cancel it; then ask again."
        raise Problem(EXPORT_UNFINISHED, detail) from error
    except NoSuchExport as error:
        raise not_found("export") from error
