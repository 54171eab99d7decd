"""The routes whose bytes pass natively, beside FastAPI: the upload of a receipt, its file and the XML in it, the file
of an export, and events of other systems."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.api.door.unknown import unknown, unknown_of
from tillroll.api.files.image import show_image, show_xml
from tillroll.api.files.replies import JsonReply, ObjectReply, PictureReply
from tillroll.api.files.upload import PATH as UPLOAD
from tillroll.api.files.upload import receive
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

IMAGE: Final = "/api/receipts/{receipt_id}/image"
XML: Final = "/api/receipts/{receipt_id}/xml"

EXPORTED: Final = "/api/exports/{export_id}/file"
HANDED_ON: Final = "/api/handed-on/{token}"
INBOUND: Final = "/api/inbound/{source_id}"

_FILE_PATH = re.compile(r"/api/receipts/([^/]+)/(image|xml)")
_EXPORTED_PATH = re.compile(r"/api/exports/([^/]+)/file")
_HANDED_ON_PATH = re.compile(r"/api/handed-on/([^/]+)")
_INBOUND_PATH = re.compile(r"/api/inbound/([^/]+)")

Reply = JsonReply | ObjectReply | PictureReply
Values = Mapping[str, str]


@dataclass(frozen=True)
class NativeRoute:
    """A route by its template, and the parameters that it takes.

    `answer` takes the request and the values of its parameters. It raises Problem where it refuses.
    """

    template: str
    parameters: tuple[str, ...]
    answer: Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]

    def check_parameters(self, names: Sequence[str]) -> None:
        """Raises Problem, 422: the route does not know one of them, or one comes twice."""
        errors = unknown_of(names, self.parameters)
        if errors:
            raise unknown(errors)


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers."""
    if (path, method) == (UPLOAD, "POST"):
        return NativeRoute(UPLOAD, (), _upload)
    inbound = _INBOUND_PATH.fullmatch(path)
    if inbound is not None and method == "POST":
        return NativeRoute(INBOUND, (), _inbound(inbound[1]))
    exported = _EXPORTED_PATH.fullmatch(path)
    if exported is not None and method == "GET":
        return NativeRoute(EXPORTED, ("number",), _exported(exported[1]))
    handed_on = _HANDED_ON_PATH.fullmatch(path)
    if handed_on is not None and method == "GET":
        return NativeRoute(HANDED_ON, ("number",), _shared(handed_on[1]))
    file = _FILE_PATH.fullmatch(path)
    if file is None or method != "GET":
        return None
    receipt_id = file[1]

    async def image(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        return await show_image(platform, request.header, receipt_id, values.get("width"))

    async def xml(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        return await show_xml(platform, request.header, receipt_id)

    return NativeRoute(XML, (), xml) if file[2] == "xml" else NativeRoute(IMAGE, ("width",), image)


def _exported(export_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_file  # noqa: PLC0415 - an upload need not wait for it

        return await show_file(platform, request.header, export_id, values.get("number"))

    return answer


def _shared(token: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, _request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_shared  # noqa: PLC0415 - the same

        return await show_shared(platform, token, values.get("number"))

    return answer


def _inbound(source_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.inbound.receiving import receive_event  # noqa: PLC0415 - the same

        return await receive_event(platform, request, source_id)

    return answer


async def _upload(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
    return await receive(platform, request)
