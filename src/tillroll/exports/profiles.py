"""Profiles: made, changed and removed, with the accounts and tax codes of categories for what they
leave open.
"""

import contextlib

from tillroll.company.places import list_separator
from tillroll.exports.models import Audited, Profile, is_tax_key, problems_of
from tillroll.exports.repository import SELECT_EXPORTS
from tillroll.exports.writers.formats import Coding, Format, FormatName, ProfileOptions
from tillroll_durable import Actor, Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed, values_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    insert_row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

# One that failed, or was cancelled, handed nothing on.
SELECT_PROFILES = f"""
  SELECT export_profiles.*,
    (SELECT COUNT(*) FROM ({SELECT_EXPORTS}) AS made
     WHERE made.account_id = export_profiles.account_id
       AND made.series = 'profile:' || export_profiles.id
       AND (made.finished_at IS NOT NULL OR made.status = 'processing')
    ) AS in_use
  FROM export_profiles WHERE account_id = ? AND removed_at IS NULL
"""


_WITH_TABLE = frozenset({FormatName.CSV, FormatName.ZIP, FormatName.PACKAGE})
# Of an account. More are no list that a person reads.
MOST_PROFILES = 100


class NoSuchProfile(Refusal):
    thing = "profile"


async def list_profiles(database: Database, account_id: str) -> list[Profile]:
    """All of the account, by their names."""
    rows = await database.all(statement(f"{SELECT_PROFILES} ORDER BY name", [account_id]))
    return [_profile(row) for row in rows]


async def find_profile(database: Database, account_id: str, profile_id: str) -> Profile:
    row = await database.first(statement(f"{SELECT_PROFILES} AND id = ?", [account_id, profile_id]))
    if row is None:
        raise NoSuchProfile(profile_id)
    return _profile(row)


async def make_profile(
    platform: Platform, actor: Actor, name: str, format_name: str, options: ProfileOptions
) -> Profile:
    problems = problems_of(format_name, options)
    if problems:
        raise ValuesRefused(problems)
    if len(await list_profiles(platform.database, actor.account_id)) >= MOST_PROFILES:
        raise ValuesRefused(
            [("name", f"There are {MOST_PROFILES} profiles already: remove one first.")]
        )
    profile_id = new_id("xpr")
    now = to_text(platform.clock.now())
    insert = insert_row(
        "export_profiles",
        {
            "id": profile_id,
            "account_id": actor.account_id,
            "name": name,
            "format": format_name,
            "options": _dumped(options),
            "created_at": now,
            "updated_at": now,
        },
    )
    await _write(platform, actor, profile_id=profile_id, change=insert, name=name, changed={})
    return await find_profile(platform.database, actor.account_id, profile_id)


async def change_profile(
    platform: Platform, actor: Actor, profile_id: str, name: str, options: ProfileOptions
) -> Profile:
    """Exports that were made by it stay as they are."""
    before = await find_profile(platform.database, actor.account_id, profile_id)
    problems = problems_of(before.format, options)
    if problems:
        raise ValuesRefused(problems)
    now = to_text(platform.clock.now())
    query = (
        "UPDATE export_profiles SET name = ?2, options = ?3, updated_at = ?4 WHERE id = ?1 "
        "AND removed_at IS NULL"
    )
    change = statement(query, [profile_id, name, _dumped(options), now])
    changed = values_changed(
        _shown_values(before.name, before.options), _shown_values(name, options)
    )
    await _write(platform, actor, profile_id=profile_id, change=change, name=name, changed=changed)
    return await find_profile(platform.database, actor.account_id, profile_id)


def _shown_values(name: str, options: ProfileOptions) -> JsonObject:
    """The values of a profile, each category's coding by itself."""
    values = options.as_json()
    codings = options.model_dump(mode="json", by_alias=True, exclude_none=True)["codings"]
    del values["codings"]
    return {"name": name, **values, **{f"coding: {each}": codings[each] for each in codings}}


async def drop_profile(platform: Platform, actor: Actor, profile_id: str) -> None:
    await find_profile(platform.database, actor.account_id, profile_id)
    now = to_text(platform.clock.now())
    event = actor.event(
        Audited.EXPORT_PROFILE_REMOVED,
        f"{profile_id}:removed",
        at=now,
        detail={"profile": profile_id},
    )
    query = "UPDATE export_profiles SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL"
    with contextlib.suppress(ConstraintFailed):  # somebody else has removed it meanwhile
        await platform.database.batch(
            [statement(query, [profile_id, now]), append_if_changed(event)]
        )


async def _write(
    platform: Platform,
    actor: Actor,
    profile_id: str,
    change: Statement,
    name: str,
    changed: JsonObject,
) -> None:
    event = actor.event(
        Audited.EXPORT_PROFILE_SAVED,
        new_id("xps"),
        at=to_text(platform.clock.now()),
        detail={"profile": profile_id, **changed},
    )
    try:
        await platform.database.batch([change, append_if_changed(event)])
    except ConstraintFailed as error:
        raise ValuesRefused(
            [("name", f"There is another profile {name!r}: choose another name.")]
        ) from error


def _profile(row: Row) -> Profile:
    return of_row(Profile, row, options=ProfileOptions.model_validate_json(text(row, "options")))


def _dumped(options: ProfileOptions) -> str:
    return dump(options.model_dump(mode="json", by_alias=True, exclude_unset=True))


async def with_separator(
    database: Database, account_id: str, file: Format, options: ProfileOptions
) -> ProfileOptions:
    """The options with what stands between columns in the company's country, where the profile does
    not say it, and the file is a table for a spreadsheet or has one."""
    if file.name not in _WITH_TABLE or options.delimiter is not None:
        return options
    query = "SELECT (SELECT country FROM company_profiles WHERE account_id = ?) AS country"
    row = await database.first(statement(query, [account_id]))
    country: str | None = None
    if row is not None:
        country = optional_text(row, "country")
    return options.model_copy(update={"delimiter": list_separator(country)})


async def with_categories(
    database: Database, account_id: str, file: Format, options: ProfileOptions
) -> ProfileOptions:
    """The options with the codes of the account's categories for what the profile leaves open;
    DATEV gets numbers only.
    """
    if "codings" not in file.options:
        return options
    query = """
      SELECT name, ledger_code, tax_code, account_is_automatic FROM categories
      WHERE account_id = ? AND state <> 'merged' AND (ledger_code IS NOT NULL
          OR tax_code IS NOT NULL)
      ORDER BY name LIMIT ?
    """
    rows = await database.all(statement(query, [account_id, 500]))
    codings = dict(options.codings)
    for row in rows:
        name = text(row, "name")
        own = options.codings.get(text(row, "name"), Coding())
        is_automatic = own.account_is_automatic
        if own.account is None:
            is_automatic = row["account_is_automatic"] == 1
        codings[name] = Coding(
            account=own.account or _account(options, optional_text(row, "ledger_code")),
            tax_code=own.tax_code or _tax_code(options, optional_text(row, "tax_code")),
            cost_center=own.cost_center,
            account_is_automatic=is_automatic,
        )
    return options.model_copy(update={"codings": codings})


def _account(options: ProfileOptions, code: str | None) -> str | None:
    if code is None or options.datev is None:
        return code
    is_number = code.isascii() and code.isdecimal()
    fits = is_number and len(code) <= options.datev.account_length + 1 and code.strip("0")
    if fits:
        return code
    return None


def _tax_code(options: ProfileOptions, code: str | None) -> str | None:
    if code is None or options.datev is None:
        return code
    if is_tax_key(code):
        return code
    return None
