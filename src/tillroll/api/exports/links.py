"""Links to the files of an export: made, listed, taken back."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.platform.shape import Asked, ShownOnce
from tillroll.secret_links import Link, NoSuchLink, revoke_link
from tillroll.workflows.export.service.exporting import NoSuchExport
from tillroll.workflows.export.service.links import EXPORT_LINKS, list_links, make_link

router = APIRouter(tags=["exports"])

_MOST_HOURS = 90 * 24


class ExportLinkRequest(Asked):
    expires_in_hours: Annotated[int, Field(ge=1, le=_MOST_HOURS, strict=True)] = 7 * 24


class ExportLinkShape(Shape):
    id: str
    export_id: str
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: str
    expires_at: str


class NewExportLinkShape(ExportLinkShape):
    """`url` is relative to where Tillroll runs, and shown this once."""

    url: ShownOnce


class LinkPage(Shape):
    """The newest first; at most 100."""

    items: list[ExportLinkShape]


@router.post("/api/exports/{export_id}/links", status_code=201, openapi_extra=needs(Permission.EXPORT))
async def make(
    platform: PlatformHere, principal: Asking, export_id: str, asked: ExportLinkRequest
) -> NewExportLinkShape:
    """A link by which anybody fetches the files of this export until it expires. It is in no other place than this
    answer."""
    try:
        link, token = await make_link(platform, principal.as_actor, export_id, asked.expires_in_hours)
    except NoSuchExport as error:
        raise not_found("export") from error
    return NewExportLinkShape(**_shape(link).model_dump(), url=f"/api/handed-on/{token}")


@router.get("/api/exports/{export_id}/links", openapi_extra=needs(Permission.EXPORT))
async def list_all(platform: PlatformHere, principal: Asking, export_id: str) -> LinkPage:
    """The links to an export, also those that have ended."""
    try:
        links = await list_links(platform, principal.account_id, export_id)
    except NoSuchExport as error:
        raise not_found("export") from error
    return LinkPage(items=[_shape(each) for each in links])


@router.delete("/api/export-links/{link_id}", status_code=204, openapi_extra=needs(Permission.EXPORT))
async def revoke(platform: PlatformHere, principal: Asking, link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    try:
        await revoke_link(platform, EXPORT_LINKS, principal.as_actor, link_id)
    except NoSuchLink as error:
        raise not_found("link") from error


def _shape(link: Link) -> ExportLinkShape:
    return ExportLinkShape(
        id=link.id,
        export_id=link.thing_id,
        status=link.status,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
