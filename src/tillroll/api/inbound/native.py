"""Events of other systems, whose bytes pass natively."""

import re
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Answer, Finder, NativeRoute, Values
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

INBOUND: Final = "/api/inbound/{source_id}"

_PATH = re.compile(r"/api/inbound/([^/]+)")


def _find(method: str, path: str) -> NativeRoute | None:
    found = _PATH.fullmatch(path) if method == "POST" else None
    return None if found is None else NativeRoute(INBOUND, (), Permission.OPEN, _inbound(found[1]), "POST")


def _inbound(source_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.inbound.receiving import receive_event  # noqa: PLC0415 - the same

        return await receive_event(platform, request, source_id)

    return answer


ROUTES: Final[tuple[Finder, ...]] = (_find,)
