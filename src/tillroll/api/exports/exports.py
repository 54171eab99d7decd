"""Exports: the list, one, and asking for one."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field

from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.paging import Cursor, Limit, decode_cursor, link_next, next_cursor
from tillroll.api.problems import KEY_REUSED, Problem, invalid_values, not_found
from tillroll.api.shapes import Shape
from tillroll.durable import Actor, ValuesRefused
from tillroll.exports.formats import FormatName
from tillroll.platform.shape import Asked
from tillroll.workflows.export.contract import KIND
from tillroll.workflows.export.service.exporting import (
    KeyReused,
    NoSuchExport,
    ask_for_export,
    list_exports,
    show_export,
)
from tillroll.workflows.export.shapes import ExportFilter, ExportShape

router = APIRouter(tags=["exports"])

IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=100, description="Asked for again under the same key, it is the same export"),
]


class ExportRequest(Asked):
    """`filter` chooses the expenses; without one, all of them."""

    format: Annotated[FormatName, Field(description="The kind of file")]
    filter: Annotated[ExportFilter, Field(default_factory=ExportFilter)]


class ExportPage(Shape):
    items: list[ExportShape]
    next_cursor: str | None


@router.post("/api/exports", status_code=202)
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    asked: ExportRequest,
    idempotency_key: IdempotencyKey = None,
) -> ExportShape:
    """Have expenses written to a file. What is there now is in it; `Location` says where it stands."""
    actor = Actor(principal.account_id, principal.actor)
    try:
        export = await ask_for_export(
            platform, registry.newest[KIND], actor, asked.format.value, asked.filter, idempotency_key
        )
    except ValuesRefused as error:
        raise invalid_values(error.problems) from error
    except KeyReused as error:
        detail = "This Idempotency-Key stands for an export of another format or filter: send this one under its own."
        raise Problem(KEY_REUSED, detail) from error
    response.headers["location"] = f"/api/exports/{export.id}"
    return export


@router.get("/api/exports")
async def list_all(
    request: Request,
    response: Response,
    platform: PlatformHere,
    principal: Asking,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> ExportPage:
    """The account's exports, newest first."""
    found = await list_exports(platform.database, principal.account_id, decode_cursor(cursor), limit + 1)
    following = next_cursor([export.id for export in found], limit)
    link_next(request, response, following)
    return ExportPage(items=found[:limit], next_cursor=following)


@router.get("/api/exports/{export_id}")
async def show(platform: PlatformHere, principal: Asking, export_id: str) -> ExportShape:
    """One export: how far it is, and what is in it."""
    try:
        return await show_export(platform.database, principal.account_id, export_id)
    except NoSuchExport as error:
        raise not_found("export") from error
