"""Receipts, whose bytes pass natively: the upload, its file, and the XML in it."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.image import show_image, show_xml
from tillroll.api.files.native_route import Answer, Finder, NativeRoute, Values, read_at
from tillroll.api.files.replies import Reply
from tillroll.api.files.upload import PATH as UPLOAD
from tillroll.api.files.upload import receive
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

IMAGE: Final = "/api/receipts/{receipt_id}/image"
XML: Final = "/api/receipts/{receipt_id}/xml"


def _find_upload(method: str, path: str) -> NativeRoute | None:
    return NativeRoute(UPLOAD, (), Permission.SUBMIT, _upload, "POST") if (path, method) == (UPLOAD, "POST") else None


async def _upload(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
    return await receive(platform, request)


def _image(receipt_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        return await show_image(platform, request.header, receipt_id, values.get("width"))

    return answer


def _xml(receipt_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        return await show_xml(platform, request.header, receipt_id)

    return answer


ROUTES: Final[tuple[Finder, ...]] = (
    _find_upload,
    read_at(IMAGE, Permission.READ, _image, ("width",)),
    read_at(XML, Permission.READ, _xml),
)
