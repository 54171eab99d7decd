"""Routes of sign-ins that were refused."""

from typing import Final, Literal

from fastapi import APIRouter

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged, PageRequest
from tillroll.identity.refusals import NOBODY, refusals_of
from tillroll.platform.bindings.database import Row, of_row, text
from tillroll.platform.models import Model, Page
from tillroll.platform.services import Platform

router = APIRouter(tags=["people"])

_PLACE: Final = ("hour", "user_id", "how", "network")


class RefusalShape(Model):
    """How often signing in was refused within the hour that begins with `hour`. `network` is where it came from, cut to
    24 bits (IPv6: 48); `others` counts all networks behind the first ones of an hour, `unknown` is where nobody said
    it. `user_id` is whose code, passkey or token it was, null where nobody knows."""

    hour: str
    how: Literal["code", "passkey", "token"]
    user_id: str | None
    network: str
    refused: int
    first_at: str
    last_at: str


@router.get("/api/sign-in-refusals", openapi_extra=needs(Permission.PEOPLE))
async def list_refusals(platform: PlatformHere, principal: Caller, page: Paged) -> Page[RefusalShape]:
    """Refused codes, passkeys and tokens of the account's people in the last thirty days, newest hour first."""
    return await _page_of_refusals(platform, principal.account_id, page)


@router.get("/api/sign-in-refusals/of-nobody", openapi_extra=needs(Permission.DEPLOYMENT))
async def list_refusals_of_nobody(platform: PlatformHere, page: Paged) -> Page[RefusalShape]:
    """The same of what is no code, passkey or token that anybody has, or had."""
    return await _page_of_refusals(platform, NOBODY, page)


async def _page_of_refusals(platform: Platform, account_id: str, page: PageRequest) -> Page[RefusalShape]:
    behind = (page.behind.split(" ") + [""] * len(_PLACE))[: len(_PLACE)]
    rows = await refusals_of(platform.database, account_id, behind, page.wanted)
    shown, following = page.cut(rows, lambda row: " ".join(text(row, each) for each in _PLACE))
    return Page(items=[_refusal(row) for row in shown], next_cursor=following)


def _refusal(row: Row) -> RefusalShape:
    return of_row(RefusalShape, row, hour=f"{text(row, 'hour')}:00:00.000Z", user_id=text(row, "user_id") or None)
