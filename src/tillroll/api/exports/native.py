"""The files of exports, which pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Answer, Finder, Values, read_at
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

EXPORTED: Final = "/api/exports/{export_id}/file"
HANDED_ON: Final = "/api/handed-on/{token}"


def _exported(export_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_file  # noqa: PLC0415 - an upload need not wait for it

        return await show_file(platform, request.header, export_id, values.get("number"))

    return answer


def _shared(token: str) -> Answer:
    async def answer(platform: Platform, _request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_shared  # noqa: PLC0415 - the same

        return await show_shared(platform, token, values.get("number"))

    return answer


ROUTES: Final[tuple[Finder, ...]] = (
    read_at(EXPORTED, Permission.READ, _exported, ("number",)),
    read_at(HANDED_ON, Permission.OPEN, _shared, ("number",)),
)
