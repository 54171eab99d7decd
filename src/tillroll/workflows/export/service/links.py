"""Links by which somebody without a session fetches the files of an export: made, taken back, used."""

import secrets
from datetime import timedelta
from hashlib import sha256

from tillroll.durable import Actor, statement
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.platform.bindings.database import ConstraintFailed, Database, Row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape, ShownOnce
from tillroll.workflows.export.service.exporting import StoredFile, find_file, show_export

# 192 random bits: nobody guesses one.
_TOKEN_BYTES = 24
_PREFIX = "xlk_"
# Of an export; more are no list that a person reads.
_MOST = 100


class NoSuchLink(LookupError):
    """There is no such link, or it was taken back, or has expired: whoever asks is told no more."""


class ExportLinkShape(Shape):
    """`status` is active, expired or revoked."""

    id: str
    export_id: str
    status: str
    created_by: str
    created_at: str
    expires_at: str


class NewExportLinkShape(ExportLinkShape):
    """`url` is relative to where Tillroll runs, and shown this once."""

    url: ShownOnce


async def make_link(platform: Platform, actor: Actor, export_id: str, hours: int) -> NewExportLinkShape:
    """
    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, actor.account_id, export_id)
    link_id, token, now = new_id("xln"), f"{_PREFIX}{secrets.token_urlsafe(_TOKEN_BYTES)}", platform.clock.now()
    insert = statement(
        """
        INSERT INTO export_links (id, account_id, export_id, hash, created_by, created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        *(link_id, actor.account_id, export_id, _hash(token), actor.name),
        *(to_text(now), to_text(now + timedelta(hours=hours))),
    )
    event = event_of_account(
        actor.account_id,
        "export_link.created",
        f"{link_id}:created",
        actor=actor.name,
        at=to_text(now),
        detail={"link": link_id, "export": export_id},
    )
    await platform.database.batch([insert, append(event)])
    made = await _find(platform.database, actor.account_id, link_id)
    shown = _shape(made, to_text(now))
    return NewExportLinkShape(**shown.model_dump(), url=f"/api/handed-on/{token}")


async def list_links(platform: Platform, account_id: str, export_id: str) -> list[ExportLinkShape]:
    """The newest first, also those that have ended.

    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, account_id, export_id)
    rows = await platform.database.all(
        statement("SELECT * FROM export_links WHERE export_id = ? ORDER BY id DESC LIMIT ?", export_id, _MOST)
    )
    now = to_text(platform.clock.now())
    return [_shape(row, now) for row in rows]


async def revoke_link(platform: Platform, actor: Actor, link_id: str) -> None:
    """Taken back twice, nothing changes.

    Raises:
        NoSuchLink: the account has none of that id.
    """
    row = await _find(platform.database, actor.account_id, link_id)
    now = to_text(platform.clock.now())
    event = event_of_account(
        actor.account_id,
        "export_link.revoked",
        f"{link_id}:revoked",
        actor=actor.name,
        at=now,
        detail={"link": link_id, "export": text(row, "export_id")},
    )
    revoke = statement("UPDATE export_links SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, link_id)
    try:
        await platform.database.batch([revoke, append_if_changed(event)])
    except ConstraintFailed:
        return  # it is taken back already


async def use_link(platform: Platform, token: str, number: int) -> tuple[str, StoredFile]:
    """The account, and where the file of that number lies; the use stands in the audit.

    Raises:
        NoSuchLink: the link cannot be used (any more).
        NotWritten: the export has no such file, or not yet.
    """
    now = to_text(platform.clock.now())
    row = await platform.database.first(
        statement(
            "SELECT * FROM export_links WHERE hash = ? AND revoked_at IS NULL AND expires_at > ?", _hash(token), now
        )
    )
    if row is None:
        raise NoSuchLink
    account_id, link_id, export_id = (text(row, name) for name in ("account_id", "id", "export_id"))
    found = await find_file(platform.database, account_id, export_id, number)
    event = event_of_account(
        account_id,
        "export_link.used",
        new_id("xlu"),
        actor=f"link:{link_id}",
        at=now,
        detail={"link": link_id, "export": export_id, "file": number},
    )
    await platform.database.batch([append(event)])
    return account_id, found


async def _find(database: Database, account_id: str, link_id: str) -> Row:
    row = await database.first(
        statement("SELECT * FROM export_links WHERE id = ? AND account_id = ?", link_id, account_id)
    )
    if row is None:
        raise NoSuchLink(link_id)
    return row


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _shape(row: Row, now: str) -> ExportLinkShape:
    has_expired = text(row, "expires_at") <= now
    return ExportLinkShape(
        id=text(row, "id"),
        export_id=text(row, "export_id"),
        status="revoked" if optional_text(row, "revoked_at") else "expired" if has_expired else "active",
        created_by=text(row, "created_by"),
        created_at=text(row, "created_at"),
        expires_at=text(row, "expires_at"),
    )
