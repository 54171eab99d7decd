"""The files of data exports, which pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Finder, Values, native
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

DATA: Final = "/api/data-exports/{data_export_id}/file"


async def _data(platform: Platform, request: IncomingUpload, values: Values, export_id: str) -> Reply:
    from tillroll.api.privacy.fetched import show_data  # noqa: PLC0415 - an upload need not wait for it

    return await show_data(platform, request.header, export_id, values.get("number"))


ROUTES: Final[tuple[Finder, ...]] = (native(DATA, Permission.PERSONAL, _data, ("number",)),)
