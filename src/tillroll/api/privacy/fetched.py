"""GET /api/data-exports/{id}/file: a file of a data export, straight from the object store."""

from collections.abc import Callable

from tillroll.access.permissions import Permission
from tillroll.api.door.access import authenticate
from tillroll.api.files.exported import file_number
from tillroll.api.files.replies import ObjectReply
from tillroll.api.problems import NOT_FOUND, Problem, not_found
from tillroll.platform.services import Platform
from tillroll.privacy.data import What
from tillroll.workflows.data_export.rows import load_data_export
from tillroll.workflows.data_export.service.asking import NoSuchFile, fetch


async def show_data(
    platform: Platform, header: Callable[[str], str | None], export_id: str, number: str | None
) -> ObjectReply:
    """The file of that number, or the first, to be saved. No cache keeps it: it is to be gone when its time is over.

    Raises:
        Problem: 401; 403 where the account's is asked for by whoever is no owner; 404 for another's, or no such file
            (any more); 422 for no number.
    """
    principal = await authenticate(platform, "GET", header, Permission.PERSONAL)
    export = await load_data_export(platform.database, export_id)
    is_theirs = export is not None and export.account_id == principal.account_id
    if export is None or not is_theirs or (export.what is What.PERSON and export.target != principal.user_id):
        raise not_found("data export")
    principal.require(Permission.READ)
    if export.what is What.ACCOUNT:
        principal.require(Permission.ADMINISTER)
    wanted = file_number(number)
    try:
        found = await fetch(platform, principal.as_actor, export, wanted)
    except NoSuchFile as error:
        detail = "It has no such file, not yet or no more: `files` of /api/data-exports says which there are."
        raise Problem(NOT_FOUND, detail) from error
    headers = {
        "content-type": "application/zip",
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f'attachment; filename="tillroll-data-{export.requested_at[:10]}-{wanted}.zip"',
    }
    return ObjectReply(found.stored.key, headers, principal.account_id, "file")
