"""GET /api/exports/{id}/file and /api/handed-on/{token}: a file of an export, straight from the object store."""

from collections.abc import Callable

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply
from tillroll.api.problems import INVALID_REQUEST, NOT_FOUND, Problem, not_found
from tillroll.exports.service import NoSuchExport, NotWritten, StoredFile, find_file, use_link
from tillroll.identity.authentication import authenticate
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.secret_links import NoSuchLink

_MOST_DIGITS = 6


async def show_file(
    platform: Platform, header: Callable[[str], str | None], export_id: str, number: str | None = None
) -> ObjectReply:
    """The file of that number, or the first, to be saved under its own name. It never changes: a browser may keep it.

    Raises:
        Problem: 401, 404 for an export that is not the account's or has no such file (yet), or 422 for no number.
    """
    principal = await authenticate(platform, "GET", header, Permission.READ)
    try:
        found = await find_file(platform.database, principal.account_id, export_id, file_number(number))
    except NoSuchExport as error:
        raise not_found("export") from error
    except NotWritten as error:
        detail = f"This export has no such file yet: `files` of /api/exports/{export_id} says which there are."
        raise Problem(NOT_FOUND, detail) from error
    return reply_of(found, principal.account_id, "private, max-age=31536000, immutable")


async def show_shared(platform: Platform, token: str, number: str | None) -> ObjectReply:
    """The same for whoever has a link, without a session. Nothing keeps it: the link may be taken back.

    Raises:
        Problem: 404 for a link that cannot be used, or no such file; 422 for no number.
    """
    try:
        account_id, found = await use_link(platform, token, file_number(number))
    except NoSuchLink as error:
        detail = "This link cannot be used: it has expired, or was taken back. Ask whoever sent it for a new one."
        raise Problem(NOT_FOUND, detail) from error
    except NotWritten as error:
        detail = "There is no such file by this link: its files are counted from 1."
        raise Problem(NOT_FOUND, detail) from error
    return reply_of(found, account_id, "private, no-store")


def file_number(given: str | None) -> int:
    """Raises Problem, 422: it is no number of a file."""
    if given is None:
        return 1
    if not given.isdecimal() or len(given) > _MOST_DIGITS:
        errors: list[Json] = [{"field": "number", "message": "Files are counted from 1: give one of these numbers."}]
        raise Problem(INVALID_REQUEST, "Correct what `errors` names; see /api/openapi.json.", errors=errors)
    return int(given)


def reply_of(found: StoredFile, account_id: str, cached: str) -> ObjectReply:
    """The file as an attachment; `cached` is the header Cache-Control."""
    headers = {
        "content-type": found.file.media_type,
        "cache-control": cached,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f'attachment; filename="{found.name}"',
    }
    return ObjectReply(found.object_key, headers, account_id, "file")
