"""Closed periods: listed, closed, opened again."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, ConfigDict, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.platform.shape import Asked, WrittenDay
from tillroll.workflows.export.contract import KIND
from tillroll.workflows.export.rows.periods import LateShape, PeriodShape
from tillroll.workflows.export.service.periods import NoSuchPeriod, close_period, list_late, list_periods, reopen_period

router = APIRouter(tags=["exports"])


def _reason(given: str) -> str:
    if not given.strip():
        raise ValueError("Say why")
    return given.strip()


class PeriodRequest(Asked):
    """The days `from` to `to`, both included, as YYYY-MM-DD."""

    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[WrittenDay, Field(alias="from")]
    last_day: Annotated[WrittenDay, Field(alias="to")]


class ReopenRequest(Asked):
    reason: Annotated[str, AfterValidator(_reason), Field(max_length=500)]


class PeriodPage(Shape):
    items: list[PeriodShape]
    next_cursor: str | None


class LatePage(Shape):
    items: list[LateShape]
    next_cursor: str | None


@router.get("/api/closed-periods", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking, page: Paged) -> PeriodPage:
    """The account's closed periods, the one that was closed last first; also those that were opened again."""
    found = await list_periods(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda period: period.id)
    return PeriodPage(items=items, next_cursor=following)


@router.get("/api/closed-periods/{period_id}/late", openapi_extra=needs(Permission.READ))
async def show_late(platform: PlatformHere, principal: Asking, period_id: str, page: Paged) -> LatePage:
    """The expenses that came into a closed period, were changed in it or left it since; the next export of what is new
    names them."""
    try:
        found = await list_late(platform.database, principal.account_id, period_id, page.behind, page.wanted)
    except NoSuchPeriod as error:
        raise not_found("closed period") from error
    items, following = page.cut(found, lambda late: late.expense_id)
    return LatePage(items=items, next_cursor=following)


@router.post("/api/closed-periods", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def close(platform: PlatformHere, registry: Deployed, principal: Asking, asked: PeriodRequest) -> PeriodShape:
    """Close days, as an owner. What is in them now is written down, and later exports of them repeat it."""
    return await close_period(platform, registry.newest[KIND], principal.as_actor, asked.first_day, asked.last_day)


@router.post("/api/closed-periods/{period_id}/reopen", openapi_extra=needs(Permission.ADMINISTER))
async def reopen(platform: PlatformHere, principal: Asking, period_id: str, asked: ReopenRequest) -> PeriodShape:
    """Open days again, as an owner, for a reason that stands with the period."""
    try:
        return await reopen_period(platform, principal.as_actor, period_id, asked.reason)
    except NoSuchPeriod as error:
        raise not_found("closed period") from error
