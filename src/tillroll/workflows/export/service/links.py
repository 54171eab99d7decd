"""Links by which somebody without a session fetches the files of an export."""

from datetime import timedelta
from typing import Final

from tillroll.durable import Actor
from tillroll.durable.record.audit import append, event_of_account
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, LinkTable, find_by_token
from tillroll.secret_links import list_links as list_of
from tillroll.secret_links import make_link as make
from tillroll.workflows.export.service.exporting import StoredFile, find_file, show_export

EXPORT_LINKS: Final = LinkTable(
    name="export_links",
    column="export_id",
    thing="export",
    created="export_link.created",
    revoked="export_link.revoked",
    id_prefix="xln",
    marked="xlk_",
)


async def make_link(platform: Platform, actor: Actor, export_id: str, hours: int) -> tuple[Link, str]:
    """A link, and its token.

    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, actor.account_id, export_id)
    return await make(platform, EXPORT_LINKS, actor, export_id, timedelta(hours=hours))


async def list_links(platform: Platform, account_id: str, export_id: str) -> list[Link]:
    """The newest first, also those that have ended; at most 100.

    Raises:
        NoSuchExport: the account has none of that id.
    """
    await show_export(platform.database, account_id, export_id)
    return await list_of(platform, EXPORT_LINKS, account_id, export_id)


async def use_link(platform: Platform, token: str, number: int) -> tuple[str, StoredFile]:
    """The account, and where the file of that number lies; the use stands in the audit.

    Raises:
        NoSuchLink: the link cannot be used (any more).
        NotWritten: the export has no such file, or not yet.
    """
    link = await find_by_token(platform, EXPORT_LINKS, token)
    found = await find_file(platform.database, link.account_id, link.thing_id, number)
    event = event_of_account(
        link.account_id,
        "export_link.used",
        new_id("xlu"),
        actor=link.actor,
        at=to_text(platform.clock.now()),
        detail={"link": link.id, "export": link.thing_id, "file": number},
    )
    await platform.database.batch([append(event)])
    return link.account_id, found
