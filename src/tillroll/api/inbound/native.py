"""Events of other systems, whose bytes pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Finder, Values, native
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform

INBOUND: Final = "/api/inbound/{source_id}"


async def _inbound(platform: Platform, request: IncomingUpload, _values: Values, source_id: str) -> Reply:
    from tillroll.api.inbound.receiving import receive_event  # noqa: PLC0415 - an upload need not wait for it

    return await receive_event(platform, request, source_id)


ROUTES: Final[tuple[Finder, ...]] = (native(INBOUND, Permission.OPEN, _inbound, method="POST"),)
