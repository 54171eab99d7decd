"""Profiles of exports: listed, made, changed, removed."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import not_found
from tillroll.api.shapes import Shape
from tillroll.exports.formats import FormatName
from tillroll.platform.shape import Asked
from tillroll.workflows.export.profile_shapes import ProfileOptions, ProfileShape
from tillroll.workflows.export.service.profiles import (
    NoSuchProfile,
    change_profile,
    drop_profile,
    list_profiles,
    make_profile,
)

router = APIRouter(tags=["exports"])

_LONGEST_NAME = 60


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name), Field(description="What it is for, such as the program that reads it")]


class ProfileRequest(Asked):
    name: Name
    format: FormatName
    options: Annotated[ProfileOptions, Field(default_factory=ProfileOptions)]


class ProfileChange(Asked):
    """All of it, as it shall be; the format stays."""

    name: Name
    options: ProfileOptions


class ProfilePage(Shape):
    """By their names; an account has at most 100."""

    items: list[ProfileShape]


@router.get("/api/export-profiles", openapi_extra=needs(Permission.READ))
async def list_all(platform: PlatformHere, principal: Asking) -> ProfilePage:
    """The account's profiles."""
    return ProfilePage(items=await list_profiles(platform.database, principal.account_id))


@router.post("/api/export-profiles", status_code=201, openapi_extra=needs(Permission.EXPORT))
async def make(platform: PlatformHere, principal: Asking, asked: ProfileRequest) -> ProfileShape:
    """Remember how a program wants its file."""
    with _as_problems():
        return await make_profile(platform, principal.as_actor, asked.name, asked.format.value, asked.options)


@router.put("/api/export-profiles/{profile_id}", openapi_extra=needs(Permission.EXPORT))
async def change(platform: PlatformHere, principal: Asking, profile_id: str, asked: ProfileChange) -> ProfileShape:
    """Change a profile. What was exported by it stays as it is."""
    with _as_problems():
        return await change_profile(platform, principal.as_actor, profile_id, asked.name, asked.options)


@router.delete("/api/export-profiles/{profile_id}", status_code=204, openapi_extra=needs(Permission.EXPORT))
async def remove(platform: PlatformHere, principal: Asking, profile_id: str) -> None:
    """Remove a profile; the exports that it made stay."""
    with _as_problems():
        await drop_profile(platform, principal.as_actor, profile_id)


@contextmanager
def _as_problems() -> Generator[None]:
    try:
        yield
    except NoSuchProfile as error:
        raise not_found("profile") from error
