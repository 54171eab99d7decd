"""Routes of the files of data exports, whose bytes pass natively."""

from collections.abc import Callable
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply, Reply
from tillroll.api.native import Finder, Values, native
from tillroll.api.problems import NOT_FOUND, Problem, not_found
from tillroll.exports.downloads import file_number
from tillroll.identity.authentication import authenticate
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform
from tillroll.privacy.data_export.repository import load_data_export
from tillroll.privacy.data_export.service import NoSuchFile, fetch
from tillroll.privacy.tables import What

DATA: Final = "/api/data-exports/{data_export_id}/file"


async def _data(platform: Platform, request: IncomingUpload, values: Values, export_id: str) -> Reply:

    return await show_data(platform, request.header, export_id, values.get("number"))


ROUTES: Final[tuple[Finder, ...]] = (native(DATA, Permission.PERSONAL, _data, ("number",)),)


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
