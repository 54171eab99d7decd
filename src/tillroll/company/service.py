"""The company's profile in the database, and its logo in the object store."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.access.accounts import change_account
from tillroll.access.first_names import is_named
from tillroll.company.models import FIELDS, Audited, CompanyProfile, Logo
from tillroll_documents.file_types import HiddenSize, picture_size, sniff
from tillroll_documents.pictures.bare import bare
from tillroll_durable import Actor, ObjectsInUse, statement
from tillroll_durable.audit import append_if_changed, event_of_account, values_changed
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    of_row,
    optional_text,
    place,
    text,
    word,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

LARGEST_LOGO: Final = 512 * 1024
"""Bytes."""
_MOST_PIXELS: Final = 2_000
"""How long a side of the logo may be."""
_LEAST_PIXELS: Final = 16
LOGO_TYPES: Final = ("image/png", "image/jpeg")
LOGO_URL: Final = "/api/company/logo"
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/company/logo-[0-9a-f]{64}",
    query=(
        "SELECT logo_key AS object_key FROM company_profiles WHERE logo_key IN "
        "(SELECT value FROM json_each(?1))"
    ),
)
TABLES: Final = (Table("company_profiles", Gone(ACCOUNT)),)

_NEEDED: Final = ("street", "postal_code", "city", "country", "iban")


class LogoTooLarge(Refusal):
    kind = Kind("logo-too-large", 413, "The logo is too large")
    explanation = (
        f"Choose a picture of at most {LARGEST_LOGO // 1024} KB and {_MOST_PIXELS} pixels a side."
    )


class NoLogo(Refusal):
    kind = Kind("no-logo", 415, "The file is no logo that can be shown")
    explanation = (
        "Choose a PNG or JPEG of at least 16 pixels a side. Other formats, such as SVG, are not "
        "taken."
    )


_CORPORATION: Final = re.compile(
    r"\b(?:(?i:g?gmbh|mbh|aktiengesellschaft)|UG(?: *\(haftungsbeschränkt\))?|AG|KGaA|SE)[.\s]*$"
)
"""A German corporation, by the end of its name. A "GmbH & Co. KG" is a partnership."""


async def is_corporation(database: Database, account_id: str) -> bool:
    """Whether the company is one by the legal form that its name ends in."""
    profile = await load_profile(database, account_id)
    return _CORPORATION.search(profile.name) is not None


async def load_profile(database: Database, account_id: str) -> CompanyProfile:
    """The profile; where nobody entered one, the account's name alone."""
    query = """
      SELECT p.*, COALESCE(p.name, a.name) AS name FROM accounts a
      LEFT JOIN company_profiles p ON p.account_id = a.id WHERE a.id = ?
    """
    [row] = await database.all(statement(query, [account_id]))
    missing = [
        CompanyProfile.model_fields[each].alias or each for each in _NEEDED if row[each] is None
    ]
    if not is_named(text(row, "name")):
        missing.insert(0, "name")
    if row["vat_id"] is None and row["tax_number"] is None and row["registration_id"] is None:
        missing.append("vatId")
    return of_row(CompanyProfile, row, logo=_logo(row), missing=missing)


def _logo(row: Row) -> Logo | None:
    key = optional_text(row, "logo_key")
    if key is None:
        return None
    names = ("media_type", "width", "height", "size", "sha256")
    return of_row(Logo, {each: row[f"logo_{each}"] for each in names}, object_key=key, url=LOGO_URL)


async def change_profile(
    platform: Platform, actor: Actor, changes: dict[str, str | None]
) -> CompanyProfile:
    """Change what `changes` names, by the columns; None takes away. What is so already is no
    change.
    """
    database = platform.database
    account_id = actor.account_id
    row = await database.first(
        statement("SELECT * FROM company_profiles WHERE account_id = ?", [account_id])
    )
    changed = {name: value for name, value in changes.items() if (row or {}).get(name) != value}
    if changed:
        fields = [CompanyProfile.model_fields[each].alias or each for each in changed]
        country: JsonObject = {}
        if "country" in changed:
            country = values_changed(
                {"country": (row or {}).get("country")}, {"country": changed["country"]}
            )
        name = changed.get("name")
        # Invitations and the frame of the page say the account's name. Taken away, the last one
        # stays.
        if name:
            renamed = [change_account(account_id, {"name": name})]
        else:
            renamed = []
        await _write(
            platform,
            actor,
            columns=dict(changed),
            action=Audited.CHANGED,
            detail={"fields": [*fields], **country},
            statements=renamed,
        )
    return await load_profile(database, account_id)


async def set_logo(platform: Platform, actor: Actor, content: bytes) -> CompanyProfile:
    """Keep a logo without what its file tells beside the pixels. Raises NoLogo, LogoTooLarge."""

    def peek(offset: int, length: int) -> bytes:
        return content[offset : offset + length]

    media_type = sniff(peek)
    if media_type not in LOGO_TYPES:
        raise NoLogo
    try:
        size = picture_size(media_type, peek)
    except HiddenSize as error:
        raise NoLogo from error
    if size is None or min(size.width, size.height) < _LEAST_PIXELS:
        raise NoLogo
    if len(content) > LARGEST_LOGO or max(size.width, size.height) > _MOST_PIXELS:
        raise LogoTooLarge
    picture = bare(media_type, content)
    sha256 = hashlib.sha256(picture).hexdigest()
    key = f"{actor.account_id}/company/logo-{sha256}"
    await platform.objects.put_bytes(key, picture, media_type)
    columns: dict[str, Value] = {
        "logo_key": key,
        "logo_media_type": media_type,
        "logo_width": size.width,
        "logo_height": size.height,
        "logo_size": len(picture),
        "logo_sha256": sha256,
    }
    await _write(
        platform, actor, columns=columns, action=Audited.LOGO_CHANGED, detail={"set": True}
    )
    return await load_profile(platform.database, actor.account_id)


async def remove_logo(platform: Platform, actor: Actor) -> None:
    """Show no logo any more. Its picture goes once nothing refers to it."""
    profile = await load_profile(platform.database, actor.account_id)
    if profile.logo is not None:
        columns = dict.fromkeys(_LOGO)
        await _write(
            platform, actor, columns={**columns}, action=Audited.LOGO_CHANGED, detail={"set": False}
        )


_LOGO: Final = (
    "logo_key",
    "logo_media_type",
    "logo_width",
    "logo_height",
    "logo_size",
    "logo_sha256",
)
_COLUMNS: Final = frozenset({*FIELDS, *_LOGO})


async def _write(
    platform: Platform,
    actor: Actor,
    columns: dict[str, Value],
    action: Audited,
    detail: JsonObject,
    statements: Sequence[Statement] = (),
) -> None:
    now = to_text(platform.clock.now())
    values = {name: value for name, value in columns.items() if name in _COLUMNS}
    names: list[LiteralString] = [word(name) for name in values]
    places: list[LiteralString] = [
        f"CAST({place(number)} AS INTEGER)" if isinstance(value, int) else place(number)
        for number, value in enumerate(values.values(), start=3)
    ]
    sets = ", ".join(f"{name} = excluded.{name}" for name in names)
    upsert = f"""
      INSERT INTO company_profiles (account_id, updated_at, {", ".join(names)})
      VALUES (?1, ?2, {", ".join(places)})
      ON CONFLICT (account_id) DO UPDATE SET updated_at = ?2, {sets}
    """
    event = event_of_account(
        actor.account_id,
        action,
        f"{action.value}:{new_id('cmp')}",
        actor=actor.name,
        at=now,
        detail=detail,
    )
    written = statement(upsert, [actor.account_id, now, *values.values()])
    await platform.database.batch([written, append_if_changed(event), *statements])


@dataclass(frozen=True)
class StoredLogo:
    """Where the logo of an account lies, and its media type."""

    key: str
    media_type: str


async def find_logo(database: Database, account_id: str) -> StoredLogo | None:
    """The logo of an account; None where there is none."""
    query = (
        "SELECT logo_key, logo_media_type FROM company_profiles WHERE account_id = ? "
        "AND logo_key IS NOT NULL"
    )
    row = await database.first(statement(query, [account_id]))
    if row is None:
        return None
    return StoredLogo(text(row, "logo_key"), text(row, "logo_media_type"))
