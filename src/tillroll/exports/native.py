"""GET /api/exports/{id}/file and /api/handed-on/{token}: files of exports, whose bytes pass
natively.
"""

from collections.abc import Callable
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply, Reply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import NOT_FOUND, Problem
from tillroll.exports.models import OF_MONTHS
from tillroll.exports.service import NotWritten, find_file, use_link
from tillroll.identity.authentication import authenticate
from tillroll.secret_links import NoSuchLink
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.refusals import INVALID_REQUEST
from tillroll_durable.platform.services import Platform

EXPORTED: Final = "/api/exports/{export_id}/file"
HANDED_ON: Final = "/api/handed-on/{token}"


async def show_file(
    platform: Platform,
    header: Callable[[str], str | None],
    export_id: str,
    number: str | None = None,
) -> ObjectReply:
    """The file of that number, or the first, to be saved under its own name. It never changes."""
    principal = await authenticate(platform, "GET", header=header, needed=Permission.READ)
    file = await find_file(
        platform.database, principal.account_id, export_id=export_id, number=file_number(number)
    )
    if file.is_of_month:
        principal.require(OF_MONTHS)
    cached = "private, max-age=31536000, immutable"
    return attachment(
        file.object_key,
        file.media_type,
        name=file.name,
        account_id=principal.account_id,
        cached=cached,
    )


async def show_shared(platform: Platform, token: str, number: str | None) -> ObjectReply:
    """The file for anyone who has a link, without a session. Nothing keeps it: the link may be
    taken back.
    """
    try:
        account_id, file = await use_link(platform, token, file_number(number))
    except NoSuchLink as error:
        detail = (
            "This link cannot be used: it has expired, or was taken back. Ask its sender for a new "
            "one."
        )
        raise Problem(NOT_FOUND, detail) from error
    except NotWritten as error:
        detail = "There is no such file by this link: its files are counted from 1."
        raise Problem(NOT_FOUND, detail) from error
    return attachment(
        file.object_key,
        file.media_type,
        name=file.name,
        account_id=account_id,
        cached="private, no-store",
    )


def file_number(digits: str | None) -> int:
    """Raises Problem, 422: it is no number of a file."""
    if digits is None:
        return 1
    if not digits.isdecimal() or len(digits) > 6:
        errors: list[Json] = [
            {"field": "number", "message": "Files are counted from 1: give one of these numbers."}
        ]
        raise Problem(
            INVALID_REQUEST, "Correct what `errors` names; see /api/openapi.json.", errors=errors
        )
    return int(digits)


def attachment(key: str, media_type: str, name: str, account_id: str, cached: str) -> ObjectReply:
    """An object, to be saved under a name; `cached` is the header Cache-Control."""
    headers = {
        "content-type": media_type,
        "cache-control": cached,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f'attachment; filename="{name}"',
    }
    return ObjectReply(key, headers, account=account_id, what="file")


async def _exported(
    platform: Platform, request: IncomingUpload, values: Values, export_id: str
) -> Reply:
    return await show_file(
        platform, request.header, export_id=export_id, number=values.get("number")
    )


async def _shared(
    platform: Platform, _request: IncomingUpload, values: Values, token: str
) -> Reply:
    return await show_shared(platform, token, values.get("number"))


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(EXPORTED, Permission.READ, handler=_exported, parameters=("number",)),
    native(HANDED_ON, Permission.OPEN, handler=_shared, parameters=("number",)),
)
