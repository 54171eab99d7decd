"""Links by which whoever is to pay a claim sees it: made, listed, taken back."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.platform.shape import Asked, ShownOnce
from tillroll.secret_links.links import Link, NoSuchLink, revoke_link
from tillroll.workflows.claim.service.changing import NoSuchClaim
from tillroll.workflows.claim.service.links import CLAIM_LINKS, list_links, make_link

router = APIRouter(tags=["claims"])

_MOST_DAYS = 400


class ClaimLinkRequest(Asked):
    expires_in_days: Annotated[int, Field(ge=1, le=_MOST_DAYS, strict=True)] = 90


class ClaimLinkShape(Shape):
    id: str
    claim_id: str
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: str
    expires_at: str


class NewClaimLinkShape(ClaimLinkShape):
    """`url` is relative to where Tillroll runs, and shown this once."""

    url: ShownOnce


class ClaimLinkPage(Shape):
    """The newest first; at most 100."""

    items: list[ClaimLinkShape]


@router.post("/api/claims/{claim_id}/links", status_code=201, openapi_extra=needs(Permission.BOOK))
async def make(platform: PlatformHere, principal: Asking, claim_id: str, asked: ClaimLinkRequest) -> NewClaimLinkShape:
    """A link by which whoever is to pay sees the claim, and says that they have paid or that it is wrong, until it
    expires. It is in no other place than this answer."""
    try:
        link, token = await make_link(platform, principal.as_actor, claim_id, asked.expires_in_days)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return NewClaimLinkShape(**_shape(link).model_dump(), url=f"/api/payer/{token}")


@router.get("/api/claims/{claim_id}/links", openapi_extra=needs(Permission.LEDGER))
async def list_all(platform: PlatformHere, principal: Asking, claim_id: str) -> ClaimLinkPage:
    """The links to a claim, also those that have ended."""
    try:
        links = await list_links(platform, principal.account_id, claim_id)
    except NoSuchClaim as error:
        raise not_found("claim") from error
    return ClaimLinkPage(items=[_shape(each) for each in links])


@router.delete("/api/claim-links/{claim_link_id}", status_code=204, openapi_extra=needs(Permission.BOOK))
async def revoke(platform: PlatformHere, principal: Asking, claim_link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    try:
        await revoke_link(platform, CLAIM_LINKS, principal.as_actor, claim_link_id)
    except NoSuchLink as error:
        raise not_found("link") from error


def _shape(link: Link) -> ClaimLinkShape:
    return ClaimLinkShape(
        id=link.id,
        claim_id=link.thing_id,
        status=link.status,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
