"""Routes of receipts whose bytes pass natively: the upload, the parts of a photo, a receipt's file
or a small picture of it, and an e-invoice's XML.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import JsonReply, ObjectReply, PictureReply, Reply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import Problem, no_picture, not_found
from tillroll.api.uploads import UploadRoute, name_of
from tillroll.expenses.values import PaidBy
from tillroll.identity.authentication import Principal, authenticate
from tillroll.module import kinds
from tillroll.quotas.usage import QuotaReached, QuotaSettings
from tillroll.receipts.contract import KIND
from tillroll.receipts.repository import (
    PDF,
    XML,
    Receipt,
    Uploaded,
    find_by_bytes,
    load_receipt,
    text_key,
)
from tillroll.receipts.service import (
    LARGEST_BYTES,
    Checked,
    TooLarge,
    check_upload,
    original_key,
    take_upload,
)
from tillroll.receipts.who_paid import read_payer
from tillroll_documents.pictures.bare import PICTURES
from tillroll_documents.reading.voucher import ORIGINS
from tillroll_durable.platform.bindings.http import IncomingFile, IncomingUpload
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform

_INVALID_WIDTH: Final = Kind("invalid-width", 400, "The picture is not offered in that width")
PATH = "/api/receipts"
FIELD = "receipt"
_UPLOAD: Final = UploadRoute(
    PATH, FIELD, example="photo.jpg", most_bytes=LARGEST_BYTES, too_large=TooLarge
)
PARTS_PATH: Final = "/api/receipts/{receipt_id}/parts"
_PARTS: Final = UploadRoute(
    PARTS_PATH, "part", example="left.jpg", most_bytes=LARGEST_BYTES, too_large=TooLarge
)
# They come out of one photo; all of them are in memory at once.
_MOST_BYTES_OF_PARTS: Final = 2 * LARGEST_BYTES


async def receive(
    platform: Platform, request: IncomingUpload, payer: str | None = None
) -> JsonReply:
    """Take an upload; `payer` is who paid, of the caller. Where it is refused (Problem, MayNot,
    ValuesRefused), nothing was stored.
    """
    principal = await authenticate(
        platform, "POST", header=request.header, needed=Permission.SUBMIT
    )
    paid_by = None if payer is None else read_payer(payer)
    file = await _UPLOAD.file_of(request)
    checked = await _UPLOAD.check(file, check_upload)
    sha256 = await _UPLOAD.sum_of(file, principal.account_id)
    await _check_room(platform, principal, size=file.size, sha256=sha256)
    by = principal.user_id
    name = name_of(file, request)
    uploaded = await _stored(
        principal.account_id,
        file,
        checked=checked,
        sha256=sha256,
        name=name,
        by=by,
        paid_by=paid_by,
    )
    content: list[Json] = [
        uploaded.sha256,
        uploaded.file_name,
        *([] if paid_by is None else [paid_by]),
    ]
    return await _UPLOAD.take_once(
        platform,
        principal,
        request=request,
        content=content,
        take=lambda upload_request: _take(upload_request, principal, uploaded),
    )


async def _stored(
    account_id: str,
    file: IncomingFile,
    checked: Checked,
    sha256: str,
    name: str | None,
    by: str,
    paid_by: PaidBy | None,
) -> Uploaded:
    await file.store(original_key(account_id, sha256), checked.media_type)
    return Uploaded(
        sha256,
        checked.media_type,
        picture=checked.picture,
        size=file.size,
        file_name=name,
        by=by,
        paid_by=paid_by,
    )


async def receive_parts(platform: Platform, request: IncomingUpload, receipt_id: str) -> JsonReply:
    """Take the parts of a photo of several receipts. Where they are refused (Problem, Refusal), no
    receipt is one.
    """
    # Few photos are split.
    from tillroll.receipts.pieces.splitting import MOST_PARTS, split_photo  # noqa: PLC0415

    principal = await authenticate(
        platform, "POST", header=request.header, needed=Permission.SUBMIT
    )
    principal.require(Permission.REVIEW)
    receipt = await load_receipt(platform.database, receipt_id)
    if receipt is None or not principal.sight.sees(receipt.account_id, receipt.person):
        await request.discard()
        raise not_found("receipt")
    # One more than may come, so that it is seen.
    files = await _PARTS.files_of(request, MOST_PARTS + 1, _MOST_BYTES_OF_PARTS)
    checked = [await _PARTS.check(file, check_upload) for file in files]
    account = receipt.account_id
    by = receipt.uploaded_by
    paid_by = receipt.paid_by
    parts = [
        await _stored(
            account,
            file,
            checked=each,
            sha256=await _PARTS.sum_of(file, account),
            name=name_of(file, request),
            by=by,
            paid_by=paid_by,
        )
        for file, each in zip(files, checked, strict=True)
    ]

    async def take(taking: Platform) -> JsonReply:
        done = await split_photo(
            taking, kinds().newest[KIND], actor=principal.as_actor, receipt=receipt, parts=parts
        )
        body: JsonObject = done.model_dump(by_alias=True)
        status = 202 if done.is_new else 200
        location = {"location": f"/api/runs/{done.run_id}"}
        return JsonReply(
            status, body, location, account=account, run=done.run_id, subject=receipt.id
        )

    content: list[Json] = [receipt.id, *(each.sha256 for each in parts)]
    return await _PARTS.take_once(platform, principal, request=request, content=content, take=take)


async def _take(platform: Platform, principal: Principal, uploaded: Uploaded) -> JsonReply:
    receipt = await take_upload(
        platform, kinds().newest[KIND], actor=principal.as_actor, file=uploaded
    )
    body: JsonObject = receipt.model_dump(by_alias=True, exclude_none=True)
    location = {"location": f"/api/runs/{receipt.run_id}"}
    run = receipt.run_id
    subject = receipt.receipt_id
    status = 202 if receipt.is_new else 200
    return JsonReply(status, body, location, account=principal.account_id, run=run, subject=subject)


async def _check_room(platform: Platform, principal: Principal, size: int, sha256: str) -> None:
    """Check the quota by what the request has read of the account. The insert checks it again, with
    what others hand in meanwhile. Raises QuotaReached: there is no room, and the bytes are new.
    """
    now = platform.clock.now()
    full = principal.counted.usage(platform.settings.of(QuotaSettings), now).hinders_upload(size)
    if (
        full is not None
        and await find_by_bytes(platform.database, principal.account_id, sha256) is None
    ):
        raise QuotaReached(full, now)


# A few, so that nobody has thousands of pictures made of one: each is paid for.
WIDTHS: Final = (160, 320, 640)

# What somebody uploaded is shown, never run.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
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
    """The receipt's image, PDF or XML, of a statement its text, or with `width` (one of WIDTHS) a
    picture of it. Neither ever changes, so a browser may keep it for ever, for itself only.
    """
    receipt = await _owned(platform, header, receipt_id)
    if width is not None:
        return _picture(receipt, width)
    if receipt.media_type in ORIGINS:
        headers = _headers("text/plain; charset=utf-8")
        return ObjectReply(
            text_key(receipt.account_id, receipt.sha256), headers, receipt.account_id
        )
    if receipt.media_type == PDF:
        return ObjectReply(receipt.object_key, _PDF_HEADERS, receipt.account_id)
    if receipt.media_type == XML:
        headers = _XML_HEADERS
    else:
        headers = _headers(receipt.media_type)
    if receipt.media_type in PICTURES:
        picture = receipt.media_type
    else:
        picture = None
    return ObjectReply(receipt.object_key, headers, receipt.account_id, picture=picture)


async def show_xml(
    platform: Platform, header: Callable[[str], str | None], receipt_id: str
) -> ObjectReply:
    """The XML of an e-invoice, as it was uploaded or as it lies in the PDF, to be saved as a
    file.
    """
    receipt = await _owned(platform, header, receipt_id)
    if receipt.media_type not in {PDF, XML}:
        raise not_found(_E_INVOICE)
    key = receipt.xml_key
    if receipt.media_type == XML and await platform.objects.head(receipt.xml_key) is None:
        # Only of a signed envelope there is XML beside the original.
        key = receipt.object_key
    return ObjectReply(key, _XML_HEADERS, account=receipt.account_id, what=_E_INVOICE)


async def _owned(
    platform: Platform, header: Callable[[str], str | None], receipt_id: str
) -> Receipt:
    principal = await authenticate(platform, "GET", header=header, needed=Permission.OWN)
    receipt = await load_receipt(platform.database, receipt_id)
    if receipt is None or not principal.sight.sees(receipt.account_id, receipt.person):
        raise not_found("receipt")
    return receipt


def _picture(receipt: Receipt, width: str) -> PictureReply:
    offered = [*map(str, WIDTHS)]
    if width not in offered:
        sentence = (
            f"Ask for a width of {', '.join(offered)} pixels, or without a width for the original."
        )
        raise Problem(_INVALID_WIDTH, sentence)
    if receipt.media_type in {PDF, XML, *ORIGINS}:
        raise no_picture()
    return PictureReply(
        receipt.object_key, int(width), headers=_headers("image/jpeg"), account=receipt.account_id
    )


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


# Our own page draws it. Elsewhere it is saved: what it carries (scripts, programs to start, files,
# forms) gets no page of this origin.
_PDF_HEADERS: Final = {**_headers(PDF), "content-disposition": 'attachment; filename="receipt.pdf"'}


IMAGE: Final = "/api/receipts/{receipt_id}/image"
XML_PATH: Final = "/api/receipts/{receipt_id}/xml"


async def _upload(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
    return await receive(platform, request, values.get("paidBy"))


async def _parts(
    platform: Platform, request: IncomingUpload, _values: Values, receipt_id: str
) -> Reply:
    return await receive_parts(platform, request, receipt_id)


async def _image(
    platform: Platform, request: IncomingUpload, values: Values, receipt_id: str
) -> Reply:
    return await show_image(
        platform, request.header, receipt_id=receipt_id, width=values.get("width")
    )


async def _xml(
    platform: Platform, request: IncomingUpload, _values: Values, receipt_id: str
) -> Reply:
    return await show_xml(platform, request.header, receipt_id)


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(PATH, Permission.SUBMIT, handler=_upload, parameters=("paidBy",), method="POST"),
    native(PARTS_PATH, Permission.SUBMIT, _parts, method="POST"),
    native(IMAGE, Permission.OWN, handler=_image, parameters=("width",)),
    native(XML_PATH, Permission.OWN, _xml),
)
