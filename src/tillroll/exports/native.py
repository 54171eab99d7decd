"""The files of exports, which pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import Reply
from tillroll.api.native import Finder, Values, native
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform

EXPORTED: Final = "/api/exports/{export_id}/file"
HANDED_ON: Final = "/api/handed-on/{token}"


async def _exported(platform: Platform, request: IncomingUpload, values: Values, export_id: str) -> Reply:
    from tillroll.exports.downloads import show_file  # noqa: PLC0415 - an upload need not wait for it

    return await show_file(platform, request.header, export_id, values.get("number"))


async def _shared(platform: Platform, _request: IncomingUpload, values: Values, token: str) -> Reply:
    from tillroll.exports.downloads import show_shared  # noqa: PLC0415 - the same

    return await show_shared(platform, token, values.get("number"))


ROUTES: Final[tuple[Finder, ...]] = (
    native(EXPORTED, Permission.READ, _exported, ("number",)),
    native(HANDED_ON, Permission.OPEN, _shared, ("number",)),
)
