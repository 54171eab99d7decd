"""GET /api/receipts/{id}/image and /xml: the original bytes, straight from the object store, a small picture of them,
or the XML of an e-invoice."""

from collections.abc import Callable, Mapping
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.door.access import authenticate
from tillroll.api.files.picture_reply import PictureReply
from tillroll.api.files.replies import ObjectReply
from tillroll.api.problems import INVALID_WIDTH, NOT_FOUND, Problem, not_found
from tillroll.pictures.bare import PICTURES
from tillroll.platform.services import Platform
from tillroll.receipts.voucher import ORIGINS
from tillroll.workflows.receipt.reading.statements import text_key
from tillroll.workflows.receipt.reading.stored_xml import xml_key
from tillroll.workflows.receipt.reading.transcription import PDF, XML
from tillroll.workflows.receipt.rows.records import Receipt, load_receipt

# A few, so that nobody has thousands of pictures made of one: each is paid for.
WIDTHS: Final = (160, 320, 640)

_JPEG = "image/jpeg"
_TEXT = "text/plain; charset=utf-8"
# What somebody uploaded is shown, never run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# A browser's PDF viewer does not start in a sandbox, so a PDF is shown within our own page only, and saved elsewhere:
# what it carries (scripts, programs to start, files, forms) gets no page of this origin.
_FRAMED: Final = frozenset({"iframe", "frame", "embed", "object"})
_FRAMED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'; form-action 'none'; "
    "base-uri 'none'"
)

_E_INVOICE: Final = "e-invoice"
# XML can name a style sheet, which a browser would run: it is saved, never shown.
_XML_HEADERS: Final[Mapping[str, str]] = {
    "content-type": XML,
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": 'attachment; filename="e-invoice.xml"',
}


async def show_image(
    platform: Platform, header: Callable[[str], str | None], receipt_id: str, width: str | None
) -> ObjectReply | PictureReply:
    """The receipt's image, PDF or XML, of a statement its text, or with `width` (one of WIDTHS) a picture of it.
    Neither ever changes, so a browser may keep it for ever, for itself only.

    Raises:
        Problem: 400 for another width, 401, or 404 for a receipt that is not the account's or has no picture.
    """
    receipt = await _owned(platform, header, receipt_id)
    if width is not None:
        return _picture(receipt, width)
    if receipt.media_type in ORIGINS:
        return ObjectReply(text_key(receipt.derived_prefix), _headers(_TEXT), receipt.account_id)
    if receipt.media_type == PDF:
        return ObjectReply(receipt.object_key, _pdf_headers(header), receipt.account_id)
    headers = _XML_HEADERS if receipt.media_type == XML else _headers(receipt.media_type)
    picture = receipt.media_type if receipt.media_type in PICTURES else None
    return ObjectReply(receipt.object_key, headers, receipt.account_id, picture=picture)


async def show_xml(platform: Platform, header: Callable[[str], str | None], receipt_id: str) -> ObjectReply:
    """The XML of an e-invoice, as it was uploaded or as it lies in the PDF, to be saved as a file.

    Raises:
        Problem: 401, or 404 for a receipt that is not the account's or is a picture. Of a PDF that holds none the
            object is missing.
    """
    receipt = await _owned(platform, header, receipt_id)
    if receipt.media_type not in {PDF, XML}:
        raise not_found(_E_INVOICE)
    key = receipt.object_key if receipt.media_type == XML else xml_key(receipt)
    return ObjectReply(key, _XML_HEADERS, receipt.account_id, _E_INVOICE)


async def _owned(platform: Platform, header: Callable[[str], str | None], receipt_id: str) -> Receipt:
    principal = await authenticate(platform, "GET", header, Permission.READ)
    receipt = await load_receipt(platform.database, receipt_id)
    if receipt is None or receipt.account_id != principal.account_id:
        raise not_found("receipt")
    return receipt


def _picture(receipt: Receipt, width: str) -> PictureReply:
    if width not in map(str, WIDTHS):
        offered = ", ".join(map(str, WIDTHS))
        raise Problem(INVALID_WIDTH, f"Ask for a width of {offered} pixels, or without a width for the original.")
    if receipt.media_type in {PDF, XML, *ORIGINS}:
        raise no_picture()
    return PictureReply(receipt.object_key, int(width), _headers(_JPEG), receipt.account_id)


def no_picture() -> Problem:
    """A PDF, an e-invoice, a statement, or bytes that cannot be decoded."""
    return Problem(NOT_FOUND, "This receipt has no picture to scale: ask for the original, without a width.")


def _headers(media_type: str) -> Mapping[str, str]:
    return {
        "content-type": media_type,
        "cache-control": "private, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-resource-policy": "same-origin",
        "content-security-policy": _POLICY,
        "content-disposition": "inline",
    }


def _pdf_headers(header: Callable[[str], str | None]) -> Mapping[str, str]:
    """Within a frame of our own page a PDF is shown, as browsers say in the headers of Fetch Metadata."""
    is_framed = header("sec-fetch-dest") in _FRAMED and header("sec-fetch-site") == "same-origin"
    shown = {"content-security-policy": _FRAMED_POLICY}
    saved = {"content-disposition": 'attachment; filename="receipt.pdf"'}
    return {**_headers(PDF), "vary": "sec-fetch-dest, sec-fetch-site", **(shown if is_framed else saved)}
