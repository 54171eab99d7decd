"""Routes of exports, links to their files, closed periods and profiles."""

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import AfterValidator, ConfigDict, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged, decode_place
from tillroll.api.parameters import Day
from tillroll.api.routing import Router
from tillroll.expenses.search.words import index_newest, read_texts
from tillroll.exports import models, periods, repository
from tillroll.exports.closing import ClosingGap, gaps_of
from tillroll.exports.contract import KIND
from tillroll.exports.periods import list_late, list_periods
from tillroll.exports.profiles import change_profile, drop_profile, list_profiles, make_profile
from tillroll.exports.repository import find_export, list_items
from tillroll.exports.service import EXPORT_LINKS, count_expenses, request_export
from tillroll.exports.writers.formats import FormatName, ProfileOptions
from tillroll.secret_links import list_links, make_link, revoke_link
from tillroll_durable.platform.models import (
    Items,
    Model,
    Page,
    RequestBody,
    ShownOnce,
    WrittenDay,
    printable,
)
from tillroll_durable.platform.services import Platform

router = Router(tags=["exports"])


@router.post("/api/exports", status_code=202, openapi_extra=needs(Permission.EXPORT))
async def create_export(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: models.ExportRequest,
    own_key: OwnKey,
) -> models.RequestedExport:
    """Have expenses written to a file. What is there now is in it; `Location` says where it
    stands.
    """
    await _index_for(platform, principal.account_id, body)
    triggered = await request_export(
        platform, registry.newest[KIND], actor=principal.as_actor, request=body, key=own_key
    )
    response.headers["location"] = f"/api/exports/{triggered.id}"
    return triggered


@router.post("/api/exports/count", openapi_extra=needs(Permission.EXPORT))
async def count_export(
    platform: PlatformHere,
    principal: Caller,
    body: models.ExportRequest,
) -> models.Count:
    """How many expenses would be in it; nothing is begun."""
    await _index_for(platform, principal.account_id, body)
    return await count_expenses(platform, principal.account_id, body)


@router.get("/api/exports", openapi_extra=needs(Permission.READ))
async def list_exports(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[models.Export]:
    """The exports that somebody asked for, newest first; what closed days hold is named by their
    closed period.
    """
    exports = await repository.list_exports(
        platform.database, principal.account_id, before=page.after, limit=page.fetch_limit
    )
    return page.of([each.seen(with_months=principal.may(models.OF_MONTHS)) for each in exports])


@router.get("/api/exports/{export_id}", openapi_extra=needs(Permission.READ))
async def show_export(platform: PlatformHere, principal: Caller, export_id: str) -> models.Export:
    """Show one export: how far it is, and what is in it."""
    export = await find_export(platform.database, principal.account_id, export_id)
    return export.seen(with_months=principal.may(models.OF_MONTHS))


@router.get("/api/exports/{export_id}/items", openapi_extra=needs(Permission.READ))
async def list_export_items(
    platform: PlatformHere, principal: Caller, export_id: str, page: Paged
) -> Page[models.ExportItem]:
    """The record of what is in an export: its lines, in the order of the file."""
    place = decode_place(page.cursor)
    items = await list_items(
        platform.database,
        principal.account_id,
        export_id=export_id,
        after=place,
        limit=page.fetch_limit,
    )
    page_items, following = page.cut(items, lambda placed: placed[0])
    return Page(items=[item for _, item in page_items], next_cursor=following)


async def _index_for(platform: Platform, account_id: str, body: models.ExportRequest) -> None:
    """Before words choose, as the list does: what was changed a moment ago is found too."""
    if body.filter.found.words.strip():
        await index_newest(platform, read_texts, account_id)


class ExportLinkRequest(RequestBody):
    expires_in_hours: Annotated[int, Field(ge=1, le=90 * 24, strict=True)] = 7 * 24


class ExportLink(Model):
    id: str
    export_id: str
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: str
    expires_at: str


class NewExportLink(ExportLink):
    """`url` is relative to where Tillroll runs, and shown this once."""

    url: ShownOnce


@router.post(
    "/api/exports/{export_id}/links", status_code=201, openapi_extra=needs(Permission.EXPORT)
)
async def create_export_link(
    platform: PlatformHere, principal: Caller, export_id: str, body: ExportLinkRequest
) -> NewExportLink:
    """A link by which anybody fetches the files of this export until it expires. It is in no other
    place than this answer.
    """
    export = await find_export(platform.database, principal.account_id, export_id)
    if export.may_have_months:
        principal.require(models.OF_MONTHS)
    lasts = timedelta(hours=body.expires_in_hours)
    link, token = await make_link(
        platform, EXPORT_LINKS, actor=principal.as_actor, thing_id=export_id, lasts=lasts
    )
    return NewExportLink(**vars(link), export_id=export_id, url=f"/api/handed-on/{token}")


@router.get("/api/exports/{export_id}/links", openapi_extra=needs(Permission.EXPORT))
async def list_export_links(
    platform: PlatformHere,
    principal: Caller,
    export_id: str,
) -> Items[ExportLink]:
    """The links to an export, also those that have ended."""
    await find_export(platform.database, principal.account_id, export_id)
    links = await list_links(
        platform, EXPORT_LINKS, account_id=principal.account_id, thing_id=export_id
    )
    return Items(items=[ExportLink(**vars(each), export_id=export_id) for each in links])


@router.delete(
    "/api/export-links/{link_id}", status_code=204, openapi_extra=needs(Permission.EXPORT)
)
async def revoke_export_link(platform: PlatformHere, principal: Caller, link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    await revoke_link(platform, EXPORT_LINKS, actor=principal.as_actor, link_id=link_id)


def _reason(text: str) -> str:
    if not text.strip():
        raise ValueError("Say why")
    return text.strip()


class PeriodRequest(RequestBody):
    """The days `from` to `to`, both included, as YYYY-MM-DD."""

    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[WrittenDay, Field(alias="from")]
    last_day: Annotated[WrittenDay, Field(alias="to")]


class ReopenRequest(RequestBody):
    reason: Annotated[str, AfterValidator(_reason), Field(max_length=500)]


@router.get("/api/closed-periods", openapi_extra=needs(Permission.READ))
async def list_closed_periods(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
) -> Page[models.ClosedPeriod]:
    """The account's closed periods, the one that was closed last first; also those that were opened
    again.
    """
    return page.of(
        await list_periods(
            platform.database, principal.account_id, before=page.after, limit=page.fetch_limit
        )
    )


@router.get("/api/closed-periods/gaps", openapi_extra=needs(Permission.READ))
async def list_closing_gaps(
    platform: PlatformHere,
    principal: Caller,
    first_day: Annotated[Day, Query(alias="from", description="The first day")],
    last_day: Annotated[Day, Query(alias="to", description="The last day")],
) -> Items[ClosingGap]:
    """List what the days still lack before they are closed: reviews, approvals, duplicates,
    categories and rates.
    """
    return Items(
        items=await gaps_of(
            platform.database,
            principal.sight,
            asker=principal.user_id,
            first_day=first_day,
            last_day=last_day,
        )
    )


@router.get("/api/closed-periods/{period_id}/late", openapi_extra=needs(Permission.READ))
async def list_late_expenses(
    platform: PlatformHere, principal: Caller, period_id: str, page: Paged
) -> Page[models.Late]:
    """The expenses that came into a closed period, were changed in it or left it since; the next
    export of what is new names them.
    """
    late_expenses = await list_late(
        platform.database,
        principal.account_id,
        period_id=period_id,
        cursor=page.after,
        limit=page.fetch_limit,
    )
    return page.of(late_expenses, lambda late: late.expense_id)


@router.post("/api/closed-periods", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def close_period(
    platform: PlatformHere, registry: Deployed, principal: Caller, body: PeriodRequest
) -> models.ClosedPeriod:
    """Close days, as an owner. What is in them now is written down, and later exports of them
    repeat it.
    """
    return await periods.close_period(
        platform,
        registry.newest[KIND],
        actor=principal.as_actor,
        first=body.first_day,
        last=body.last_day,
    )


@router.post("/api/closed-periods/{period_id}/reopen", openapi_extra=needs(Permission.ADMINISTER))
async def reopen_period(
    platform: PlatformHere, principal: Caller, period_id: str, body: ReopenRequest
) -> models.ClosedPeriod:
    """Open days again, as an owner, for a reason that stands with the period."""
    return await periods.reopen_period(
        platform, principal.as_actor, period_id=period_id, reason=body.reason
    )


Name = Annotated[
    str, printable(60), Field(description="What it is for, such as the program that reads it")
]


class ProfileRequest(RequestBody):
    name: Name
    format: FormatName
    options: Annotated[ProfileOptions, Field(default_factory=ProfileOptions)]


class ProfileChange(RequestBody):
    """All of it, as it shall be; the format stays."""

    name: Name
    options: ProfileOptions


@router.get("/api/export-profiles", openapi_extra=needs(Permission.READ))
async def list_export_profiles(platform: PlatformHere, principal: Caller) -> Items[models.Profile]:
    """The account's profiles."""
    return Items(items=await list_profiles(platform.database, principal.account_id))


@router.post("/api/export-profiles", status_code=201, openapi_extra=needs(Permission.EXPORT))
async def create_export_profile(
    platform: PlatformHere,
    principal: Caller,
    body: ProfileRequest,
) -> models.Profile:
    """Remember how a program wants its file."""
    return await make_profile(
        platform,
        principal.as_actor,
        name=body.name,
        format_name=body.format.value,
        options=body.options,
    )


@router.put("/api/export-profiles/{profile_id}", openapi_extra=needs(Permission.EXPORT))
async def replace_export_profile(
    platform: PlatformHere, principal: Caller, profile_id: str, body: ProfileChange
) -> models.Profile:
    """Change a profile. What was exported by it stays as it is."""
    return await change_profile(
        platform, principal.as_actor, profile_id=profile_id, name=body.name, options=body.options
    )


@router.delete(
    "/api/export-profiles/{profile_id}", status_code=204, openapi_extra=needs(Permission.EXPORT)
)
async def remove_export_profile(platform: PlatformHere, principal: Caller, profile_id: str) -> None:
    """Remove a profile; the exports that it made stay."""
    await drop_profile(platform, principal.as_actor, profile_id)
