"""Routes of the company's logo, whose bytes pass natively."""

import hashlib
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import JsonReply, ObjectReply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import not_found
from tillroll.api.uploads import UploadRoute
from tillroll.company.service import LARGEST_LOGO, LOGO_URL, LogoTooLarge, find_logo, set_logo
from tillroll.identity.authentication import authenticate
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.services import Platform

PATH: Final = LOGO_URL
FIELD: Final = "logo"
_UPLOAD: Final = UploadRoute(
    PATH, FIELD, example="logo.png", most_bytes=LARGEST_LOGO, too_large=LogoTooLarge
)


async def receive(platform: Platform, request: IncomingUpload, _values: Values) -> JsonReply:
    """Take a logo in place of the one there is. Where it is refused (Refusal), nothing was
    stored.
    """
    principal = await authenticate(
        platform, "POST", header=request.header, needed=Permission.ADMINISTER
    )
    file = await _UPLOAD.file_of(request)
    logo = file.peek(0, file.size)

    async def take(taking: Platform) -> JsonReply:
        profile = await set_logo(taking, principal.as_actor, logo)
        return JsonReply(200, profile.as_json(), account=principal.account_id)

    return await _UPLOAD.take_once(
        platform,
        principal,
        request=request,
        content=[hashlib.sha256(logo).hexdigest()],
        take=take,
    )


async def logo_reply(platform: Platform, account_id: str, cached: str) -> ObjectReply:
    """The logo of an account. Raises Problem: it has none."""
    logo = await find_logo(platform.database, account_id)
    if logo is None:
        raise not_found("logo")
    headers = {
        "content-type": logo.media_type,
        "cache-control": cached,
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": "inline",
    }
    return ObjectReply(logo.key, headers, account=account_id, what="logo", picture=logo.media_type)


async def show(platform: Platform, request: IncomingUpload, _values: Values) -> ObjectReply:
    """The logo, as it is shown to payers."""
    principal = await authenticate(platform, "GET", header=request.header, needed=Permission.READ)
    return await logo_reply(platform, principal.account_id, "private, no-cache")


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(PATH, Permission.ADMINISTER, receive, method="POST"),
    native(PATH, Permission.READ, show),
)
