"""Receipts, whose bytes pass natively: the upload, its file, and the XML in it."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.image import show_image, show_xml
from tillroll.api.files.native_route import Finder, Values, native
from tillroll.api.files.replies import Reply
from tillroll.api.files.upload import PATH as UPLOAD
from tillroll.api.files.upload import receive
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform

IMAGE: Final = "/api/receipts/{receipt_id}/image"
XML: Final = "/api/receipts/{receipt_id}/xml"


async def _upload(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
    return await receive(platform, request)


async def _image(platform: Platform, request: IncomingUpload, values: Values, receipt_id: str) -> Reply:
    return await show_image(platform, request.header, receipt_id, values.get("width"))


async def _xml(platform: Platform, request: IncomingUpload, _values: Values, receipt_id: str) -> Reply:
    return await show_xml(platform, request.header, receipt_id)


ROUTES: Final[tuple[Finder, ...]] = (
    native(UPLOAD, Permission.SUBMIT, _upload, method="POST"),
    native(IMAGE, Permission.READ, _image, ("width",)),
    native(XML, Permission.READ, _xml),
)
