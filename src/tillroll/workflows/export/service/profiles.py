"""Profiles: made, changed, removed."""

from tillroll.durable import Actor, ValuesRefused, statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.platform.bindings.database import ConstraintFailed, Database, Statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.export.profile_shapes import ProfileOptions, ProfileShape, problems_of
from tillroll.workflows.export.rows.profiles import (
    SELECT_PROFILES,
    insert_profile,
    profile_shape,
    remove_profile,
    update_profile,
)

# Of an account. More are no list that a person reads.
MOST_PROFILES = 100


class NoSuchProfile(LookupError):
    """The account has no profile of that id."""


async def list_profiles(database: Database, account_id: str) -> list[ProfileShape]:
    """All of the account, by their names."""
    rows = await database.all(statement(f"{SELECT_PROFILES} ORDER BY name", account_id))
    return [profile_shape(row) for row in rows]


async def find_profile(database: Database, account_id: str, profile_id: str) -> ProfileShape:
    """
    Raises:
        NoSuchProfile: the account has none of that id.
    """
    row = await database.first(statement(f"{SELECT_PROFILES} AND id = ?", account_id, profile_id))
    if row is None:
        raise NoSuchProfile(profile_id)
    return profile_shape(row)


async def make_profile(
    platform: Platform, actor: Actor, name: str, format_name: str, options: ProfileOptions
) -> ProfileShape:
    """
    Raises:
        ValuesRefused: the name is another's, or the format cannot use an option, or lacks one.
    """
    _refuse(problems_of(format_name, options))
    if len(await list_profiles(platform.database, actor.account_id)) >= MOST_PROFILES:
        raise ValuesRefused([("name", f"There are {MOST_PROFILES} profiles already: remove one first.")])
    profile_id, now = new_id("xpr"), to_text(platform.clock.now())
    await _write(
        platform,
        actor,
        profile_id,
        insert_profile(profile_id, actor.account_id, name, format_name, options, now),
        name,
    )
    return await find_profile(platform.database, actor.account_id, profile_id)


async def change_profile(
    platform: Platform, actor: Actor, profile_id: str, name: str, options: ProfileOptions
) -> ProfileShape:
    """Exports that were made by it stay as they are.

    Raises:
        NoSuchProfile: the account has none of that id.
        ValuesRefused: as for `make_profile`.
    """
    before = await find_profile(platform.database, actor.account_id, profile_id)
    _refuse(problems_of(before.format, options))
    now = to_text(platform.clock.now())
    await _write(platform, actor, profile_id, update_profile(profile_id, name, options, now), name)
    return await find_profile(platform.database, actor.account_id, profile_id)


async def drop_profile(platform: Platform, actor: Actor, profile_id: str) -> None:
    """
    Raises:
        NoSuchProfile: the account has none of that id.
    """
    await find_profile(platform.database, actor.account_id, profile_id)
    now = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id,
        "export_profile.removed",
        f"{profile_id}:removed",
        actor=actor.name,
        at=now,
        detail={"profile": profile_id},
    )
    try:
        await platform.database.batch([remove_profile(profile_id, now), append_if_changed(event)])
    except ConstraintFailed:
        return  # somebody else has removed it meanwhile


async def _write(platform: Platform, actor: Actor, profile_id: str, change: Statement, name: str) -> None:
    event = event_of_account(
        actor.account_id,
        "export_profile.saved",
        new_id("xps"),
        actor=actor.name,
        at=to_text(platform.clock.now()),
        detail={"profile": profile_id},
    )
    try:
        await platform.database.batch([change, append_if_changed(event)])
    except ConstraintFailed as error:
        raise ValuesRefused([("name", f"There is another profile {name!r}: choose another name.")]) from error


def _refuse(problems: list[tuple[str, str]]) -> None:
    if problems:
        raise ValuesRefused(problems)
