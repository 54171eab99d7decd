"""What whoever is to pay sees and answers by their link: pages for people, which no description of the API has."""

import re
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Body
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from tillroll.access.permissions import Permission
from tillroll.api.claims.payer_page import HEADERS, LONGEST_WHY, render_claim, render_gone
from tillroll.api.dependencies import PlatformHere
from tillroll.api.door.rates import count_principal
from tillroll.api.needs import needs
from tillroll.durable import statement
from tillroll.platform.bindings.database import text
from tillroll.platform.services import Platform
from tillroll.secret_links.links import Link, NoSuchLink, find_by_token
from tillroll.workflows.claim.service.answering import say_paid, say_wrong
from tillroll.workflows.claim.service.changing import Unchangeable
from tillroll.workflows.claim.service.links import CLAIM_LINKS
from tillroll.workflows.claim.service.seeing import show_claim

router = APIRouter()

_NOT_FOUND, _CONFLICT, _UNFIT, _SEE_OTHER = 404, 409, 422, 303
Form = Annotated[bytes, Body(media_type="application/x-www-form-urlencoded")]
_BLANK: Final = re.compile(r"[\x00-\x20\x7f]+")


@router.get("/api/payer/{token}", include_in_schema=False, openapi_extra=needs(Permission.OPEN))
async def show(platform: PlatformHere, token: str) -> Response:
    """The claim, for whoever has the link."""
    try:
        link = await used(platform, token)
    except NoSuchLink:
        return _gone()
    return await _shown(platform, link, token)


@router.post(
    "/api/payer/{token}/paid",
    include_in_schema=False,
    openapi_extra=needs(Permission.OPEN),
    responses={_SEE_OTHER: {"description": "Back to the page"}},
)
async def paid(platform: PlatformHere, token: str) -> Response:
    """They say that they have paid."""
    try:
        link = await used(platform, token)
    except NoSuchLink:
        return _gone()
    try:
        await say_paid(platform, link)
    except Unchangeable as error:
        return await _shown(platform, link, token, _CONFLICT, str(error))
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


@router.post(
    "/api/payer/{token}/wrong",
    include_in_schema=False,
    openapi_extra=needs(Permission.OPEN),
    responses={_SEE_OTHER: {"description": "Back to the page"}},
)
async def wrong(platform: PlatformHere, token: str, form: Form = b"") -> Response:
    """They say that it is wrong, and why."""
    try:
        link = await used(platform, token)
    except NoSuchLink:
        return _gone()
    said = parse_qs(form.decode(errors="replace")).get("why", [""])[0]
    why = _BLANK.sub(" ", said).strip()
    if not 0 < len(why) <= LONGEST_WHY:
        return await _shown(platform, link, token, _UNFIT, f"Say in 1 to {LONGEST_WHY} letters what is wrong.")
    try:
        await say_wrong(platform, link, why)
    except Unchangeable as error:
        return await _shown(platform, link, token, _CONFLICT, str(error))
    return RedirectResponse(f"/api/payer/{token}", _SEE_OTHER, headers=HEADERS)


async def used(platform: Platform, token: str) -> Link:
    """The link of a token, which may be used so often a minute as a person may ask.

    Raises:
        NoSuchLink: it cannot be used (any more).
        Problem: 429, it was used too often within a minute.
    """
    link = await find_by_token(platform, CLAIM_LINKS, token)
    await count_principal(platform, link.actor, link.account_id)
    return link


async def _shown(
    platform: Platform, link: Link, token: str, status: int = 200, problem: str | None = None
) -> HTMLResponse:
    seen = await show_claim(platform, link.account_id, link.thing_id)
    row = await platform.database.first(statement("SELECT name FROM accounts WHERE id = ?", link.account_id))
    name = "" if row is None else text(row, "name")
    today = platform.clock.now().date()
    page = render_claim(name, seen, f"/api/payer/{token}", today, problem)
    return HTMLResponse(page, status, headers=HEADERS)


def _gone() -> HTMLResponse:
    return HTMLResponse(render_gone(), _NOT_FOUND, headers=HEADERS)
