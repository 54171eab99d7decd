"""Routes of exports, links to their files, closed periods and profiles."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import AfterValidator, ConfigDict, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, OwnKey, PlatformHere, needs
from tillroll.api.paging import Paged, decode_place
from tillroll.api.problems import EXPORT_UNFINISHED, Problem, not_found
from tillroll.api.shapes import Model
from tillroll.expenses.search.words import index_newest
from tillroll.exports.contract import KIND
from tillroll.exports.lines import ExportItem, item_shape
from tillroll.exports.models import ExportFilter, ExportShape, ProfileOptions, ProfileShape
from tillroll.exports.periods import (
    Late,
    NoSuchPeriod,
    PeriodShape,
    close_period,
    list_late,
    list_periods,
    reopen_period,
)
from tillroll.exports.profiles import NoSuchProfile, change_profile, drop_profile, list_profiles, make_profile
from tillroll.exports.service import (
    EXPORT_LINKS,
    NoSuchExport,
    Unfinished,
    Wanted,
    ask_for_export,
    count_expenses,
    list_exports,
    list_items,
    list_links,
    make_link,
    show_export,
)
from tillroll.exports.warnings import ExportWarning
from tillroll.exports.writers.formats import FormatName
from tillroll.platform.bindings.database import integer
from tillroll.platform.models import Page, RequestBody, ShownOnce, WrittenDay
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, NoSuchLink, revoke_link
from tillroll.workflows.registry import read_texts

router = APIRouter(tags=["exports"])


class ExportRequest(RequestBody):
    """`filter` chooses the expenses; without one, all of them. `profile` is a profile's id. With `only_new`, what no
    finished export of this profile (without one, of this format) held, and corrections of what was changed since."""

    format: Annotated[FormatName, Field(description="The kind of file")]
    filter: Annotated[ExportFilter, Field(default_factory=ExportFilter)]
    profile: str | None = None
    only_new: Annotated[bool, Field(strict=True)] = False

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.format.value, self.filter, self.profile, self.only_new)


class Count(Model):
    """`count` expenses; corrections of what was handed on before come on top. `warnings` say what of them would be
    booked elsewhere than one may think."""

    count: int
    warnings: list[ExportWarning]


class AskedExport(ExportShape):
    """The export that was begun. `warnings` say what in it is booked elsewhere than one may think."""

    warnings: list[ExportWarning]


@router.post("/api/exports", status_code=202, openapi_extra=needs(Permission.EXPORT))
async def ask(
    response: Response,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    asked: ExportRequest,
    own_key: OwnKey,
) -> AskedExport:
    """Have expenses written to a file. What is there now is in it; `Location` says where it stands."""
    await _index_for(platform, principal.account_id, asked)
    with _as_problems():
        begun = await ask_for_export(platform, registry.newest[KIND], principal.as_actor, asked.wanted, own_key)
    response.headers["location"] = f"/api/exports/{begun.export.id}"
    return AskedExport(**dict(begun.export), warnings=begun.warnings)


@router.post("/api/exports/count", openapi_extra=needs(Permission.EXPORT))
async def count(platform: PlatformHere, principal: Caller, asked: ExportRequest) -> Count:
    """How many expenses would be in it; nothing is begun."""
    await _index_for(platform, principal.account_id, asked)
    with _as_problems():
        counted = await count_expenses(platform, principal.account_id, asked.wanted)
    return Count(count=counted.expenses, warnings=counted.warnings)


@router.get("/api/exports", openapi_extra=needs(Permission.READ))
async def show_exports(platform: PlatformHere, principal: Caller, page: Paged) -> Page[ExportShape]:
    """The account's exports, newest first."""
    found = await list_exports(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda export: export.id)
    return Page(items=items, next_cursor=following)


@router.get("/api/exports/{export_id}", openapi_extra=needs(Permission.READ))
async def show(platform: PlatformHere, principal: Caller, export_id: str) -> ExportShape:
    """One export: how far it is, and what is in it."""
    with _as_problems():
        return await show_export(platform.database, principal.account_id, export_id)


@router.get("/api/exports/{export_id}/items", openapi_extra=needs(Permission.READ))
async def show_items(platform: PlatformHere, principal: Caller, export_id: str, page: Paged) -> Page[ExportItem]:
    """The record of what is in an export: its lines, in the order of the file."""
    with _as_problems():
        behind = decode_place(page.cursor)
        rows = await list_items(platform.database, principal.account_id, export_id, behind, page.wanted)
    shown, following = page.cut(rows, lambda row: f"{integer(row, 'part')}:{integer(row, 'place')}")
    return Page(items=[item_shape(row) for row in shown], next_cursor=following)


async def _index_for(platform: Platform, account_id: str, asked: ExportRequest) -> None:
    """Before words choose, as the list does: what was changed a moment ago is found too."""
    if asked.filter.found.words.strip():
        await index_newest(platform, read_texts, account_id)


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


_MOST_HOURS = 90 * 24


class ExportLinkRequest(RequestBody):
    expires_in_hours: Annotated[int, Field(ge=1, le=_MOST_HOURS, strict=True)] = 7 * 24


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


class LinkPage(Model):
    """The newest first; at most 100."""

    items: list[ExportLink]


@router.post("/api/exports/{export_id}/links", status_code=201, openapi_extra=needs(Permission.EXPORT))
async def create_link(
    platform: PlatformHere, principal: Caller, export_id: str, asked: ExportLinkRequest
) -> NewExportLink:
    """A link by which anybody fetches the files of this export until it expires. It is in no other place than this
    answer."""
    try:
        link, token = await make_link(platform, principal.as_actor, export_id, asked.expires_in_hours)
    except NoSuchExport as error:
        raise not_found("export") from error
    return NewExportLink(**_shape(link).model_dump(), url=f"/api/handed-on/{token}")


@router.get("/api/exports/{export_id}/links", openapi_extra=needs(Permission.EXPORT))
async def show_links(platform: PlatformHere, principal: Caller, export_id: str) -> LinkPage:
    """The links to an export, also those that have ended."""
    try:
        links = await list_links(platform, principal.account_id, export_id)
    except NoSuchExport as error:
        raise not_found("export") from error
    return LinkPage(items=[_shape(each) for each in links])


@router.delete("/api/export-links/{link_id}", status_code=204, openapi_extra=needs(Permission.EXPORT))
async def take_back_link(platform: PlatformHere, principal: Caller, link_id: str) -> None:
    """Take a link back: the next request by it is refused."""
    try:
        await revoke_link(platform, EXPORT_LINKS, principal.as_actor, link_id)
    except NoSuchLink as error:
        raise not_found("link") from error


def _shape(link: Link) -> ExportLink:
    return ExportLink(
        id=link.id,
        export_id=link.thing_id,
        status=link.status,
        created_by=link.created_by,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )


def _reason(given: str) -> str:
    if not given.strip():
        raise ValueError("Say why")
    return given.strip()


class PeriodRequest(RequestBody):
    """The days `from` to `to`, both included, as YYYY-MM-DD."""

    model_config = ConfigDict(populate_by_name=False)

    first_day: Annotated[WrittenDay, Field(alias="from")]
    last_day: Annotated[WrittenDay, Field(alias="to")]


class ReopenRequest(RequestBody):
    reason: Annotated[str, AfterValidator(_reason), Field(max_length=500)]


@router.get("/api/closed-periods", openapi_extra=needs(Permission.READ))
async def show_periods(platform: PlatformHere, principal: Caller, page: Paged) -> Page[PeriodShape]:
    """The account's closed periods, the one that was closed last first; also those that were opened again."""
    found = await list_periods(platform.database, principal.account_id, page.behind, page.wanted)
    items, following = page.cut(found, lambda period: period.id)
    return Page(items=items, next_cursor=following)


@router.get("/api/closed-periods/{period_id}/late", openapi_extra=needs(Permission.READ))
async def show_late(platform: PlatformHere, principal: Caller, period_id: str, page: Paged) -> Page[Late]:
    """The expenses that came into a closed period, were changed in it or left it since; the next export of what is new
    names them."""
    try:
        found = await list_late(platform.database, principal.account_id, period_id, page.behind, page.wanted)
    except NoSuchPeriod as error:
        raise not_found("closed period") from error
    items, following = page.cut(found, lambda late: late.expense_id)
    return Page(items=items, next_cursor=following)


@router.post("/api/closed-periods", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def close(platform: PlatformHere, registry: Deployed, principal: Caller, asked: PeriodRequest) -> PeriodShape:
    """Close days, as an owner. What is in them now is written down, and later exports of them repeat it."""
    return await close_period(platform, registry.newest[KIND], principal.as_actor, asked.first_day, asked.last_day)


@router.post("/api/closed-periods/{period_id}/reopen", openapi_extra=needs(Permission.ADMINISTER))
async def reopen(platform: PlatformHere, principal: Caller, period_id: str, asked: ReopenRequest) -> PeriodShape:
    """Open days again, as an owner, for a reason that stands with the period."""
    try:
        return await reopen_period(platform, principal.as_actor, period_id, asked.reason)
    except NoSuchPeriod as error:
        raise not_found("closed period") from error


_LONGEST_NAME = 60


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name), Field(description="What it is for, such as the program that reads it")]


class ProfileRequest(RequestBody):
    name: Name
    format: FormatName
    options: Annotated[ProfileOptions, Field(default_factory=ProfileOptions)]


class ProfileChange(RequestBody):
    """All of it, as it shall be; the format stays."""

    name: Name
    options: ProfileOptions


class ProfilePage(Model):
    """By their names; an account has at most 100."""

    items: list[ProfileShape]


@router.get("/api/export-profiles", openapi_extra=needs(Permission.READ))
async def show_profiles(platform: PlatformHere, principal: Caller) -> ProfilePage:
    """The account's profiles."""
    return ProfilePage(items=await list_profiles(platform.database, principal.account_id))


@router.post("/api/export-profiles", status_code=201, openapi_extra=needs(Permission.EXPORT))
async def create_profile(platform: PlatformHere, principal: Caller, asked: ProfileRequest) -> ProfileShape:
    """Remember how a program wants its file."""
    with _profile_problems():
        return await make_profile(platform, principal.as_actor, asked.name, asked.format.value, asked.options)


@router.put("/api/export-profiles/{profile_id}", openapi_extra=needs(Permission.EXPORT))
async def update_profile(
    platform: PlatformHere, principal: Caller, profile_id: str, asked: ProfileChange
) -> ProfileShape:
    """Change a profile. What was exported by it stays as it is."""
    with _profile_problems():
        return await change_profile(platform, principal.as_actor, profile_id, asked.name, asked.options)


@router.delete("/api/export-profiles/{profile_id}", status_code=204, openapi_extra=needs(Permission.EXPORT))
async def remove_profile(platform: PlatformHere, principal: Caller, profile_id: str) -> None:
    """Remove a profile; the exports that it made stay."""
    with _profile_problems():
        await drop_profile(platform, principal.as_actor, profile_id)


@contextmanager
def _profile_problems() -> Generator[None]:
    try:
        yield
    except NoSuchProfile as error:
        raise not_found("profile") from error
