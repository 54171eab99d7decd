"""The files of data exports, which pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Answer, Finder, Values, read_at
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

DATA: Final = "/api/data-exports/{data_export_id}/file"


def _data(export_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.privacy.fetched import show_data  # noqa: PLC0415 - the same

        return await show_data(platform, request.header, export_id, values.get("number"))

    return answer


ROUTES: Final[tuple[Finder, ...]] = (read_at(DATA, Permission.PERSONAL, _data, ("number",)),)
