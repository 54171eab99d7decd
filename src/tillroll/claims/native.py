"""Routes of a claim's files, whose bytes pass natively."""

from collections.abc import Callable
from functools import partial
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply, PictureReply, Reply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import NOT_FOUND, Problem, not_found
from tillroll.api.rates import count_principal
from tillroll.claims.documents_repository import find_file
from tillroll.claims.models import MEDIA_TYPES
from tillroll.claims.repository import CLAIM_LINKS, find_document, load_claim
from tillroll.company.native import logo_reply
from tillroll.exports.native import attachment
from tillroll.identity.authentication import authenticate
from tillroll.secret_links import Link, find_by_token
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.services import Platform

_PDF: Final = "application/pdf"
_PICTURE: Final = {
    "content-type": "image/jpeg",
    "cache-control": "private, no-store",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": "inline",
}
_LACKS = {
    "statement.pdf": "Its statement is not written yet: `files` of the claim says when it is.",
    "invoice.pdf": (
        "It has no invoice, or not yet: one is written where `invoice` is given when it is asked "
        "for."
    ),
    "invoice.xml": (
        "It has no e-invoice, or not yet: one is written where `invoice` is given when it "
        "is asked for."
    ),
}
_LACKS_NOTE: Final = (
    "It has no such credit note with an e-invoice, or not yet: one is written where the "
    "claim has an e-invoice."
)


async def show_claim_file(
    platform: Platform, header: Callable[[str], str | None], claim_id: str, path: str
) -> ObjectReply:
    """`statement.pdf`, `invoice.pdf`, `invoice.xml`, `CN-….pdf` or `CN-….xml`, to be saved under
    its own name. It never changes."""
    principal = await authenticate(platform, "GET", header=header, needed=Permission.LEDGER)
    if await load_claim(platform.database, claim_id, principal.account_id) is None:
        raise not_found("claim")
    return await _reply(
        platform,
        principal.account_id,
        claim_id=claim_id,
        path=path,
        cached="private, max-age=31536000, immutable",
    )


async def used(platform: Platform, token: str) -> tuple[Platform, Link]:
    """The link of a token, which may be used so often a minute as a person may ask, and the
    platform in its database. Raises NoSuchLink."""
    entered, link = await find_by_token(platform, CLAIM_LINKS, token)
    await count_principal(entered, link.actor, link.account_id)
    return entered, link


async def show_payers(platform: Platform, token: str, what: str) -> ObjectReply | PictureReply:
    """Show a claim's files to anyone who has a link, and `images/{place}`, a picture scaled down,
    `documents/{place}`, a PDF as it was handed in, or the company's `logo`. Nothing keeps them."""
    platform, link = await used(platform, token)
    if what == "logo":
        return await logo_reply(platform, link.account_id, "private, no-store")
    kind, _, place = what.rpartition("/")
    if kind == "images":
        key = await find_document(
            platform.database, link.thing_id, place=int(place), media_type="image/%"
        )
        if key is None:
            raise not_found("picture")
        return PictureReply(key, 320, headers=_PICTURE, account=link.account_id)
    if kind == "documents":
        key = await find_document(
            platform.database, link.thing_id, place=int(place), media_type=_PDF
        )
        if key is None:
            raise not_found("document")
        # Under a name of ours: that of the file may say more.
        return attachment(
            key,
            _PDF,
            name=f"document-{place}.pdf",
            account_id=link.account_id,
            cached="private, no-store",
        )
    return await _reply(
        platform, link.account_id, claim_id=link.thing_id, path=what, cached="private, no-store"
    )


async def _reply(
    platform: Platform, account_id: str, claim_id: str, path: str, cached: str
) -> ObjectReply:
    file = await find_file(platform.database, account_id, run_id=claim_id, path=path)
    if file is None:
        raise Problem(NOT_FOUND, _LACKS.get(path, _LACKS_NOTE))
    # An invoice and a credit note say by their number what they are.
    title = file.number
    if file.name == "statement":
        title = f"claim-{file.number}"
    name = f"{title}.{path.rpartition('.')[2]}"
    return attachment(
        file.object_key, MEDIA_TYPES[file.name], name=name, account_id=account_id, cached=cached
    )


CLAIM_STATEMENT: Final = "/api/claims/{claim_id}/statement.pdf"
CLAIM_INVOICE: Final = "/api/claims/{claim_id}/invoice.xml"
CLAIM_INVOICE_PDF: Final = "/api/claims/{claim_id}/invoice.pdf"
CLAIM_NOTE: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.xml"
CLAIM_NOTE_PDF: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.pdf"
PAYER_FILE: Final = "/api/payer/{token}/{file}"

_OF_PAYER: Final = (
    r"statement\.pdf|invoice\.(?:pdf|xml)|CN-[0-9-]{1,20}\.(?:pdf|xml)"
    r"|(?:images|documents)/[0-9]{1,3}|logo"
)


async def _file(
    platform: Platform,
    request: IncomingUpload,
    _values: Values,
    claim_id: str,
    note: str | None = None,
    *,
    name: str,
) -> Reply:
    return await show_claim_file(
        platform, request.header, claim_id=claim_id, path=name.format(note)
    )


async def _payers(
    platform: Platform, _request: IncomingUpload, _values: Values, token: str, what: str
) -> Reply:
    return await show_payers(platform, token, what)


ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(CLAIM_STATEMENT, Permission.LEDGER, partial(_file, name="statement.pdf")),
    native(CLAIM_INVOICE, Permission.LEDGER, partial(_file, name="invoice.xml")),
    native(CLAIM_INVOICE_PDF, Permission.LEDGER, partial(_file, name="invoice.pdf")),
    native(CLAIM_NOTE, Permission.LEDGER, partial(_file, name="{}.xml")),
    native(CLAIM_NOTE_PDF, Permission.LEDGER, partial(_file, name="{}.pdf")),
    native(PAYER_FILE, Permission.OPEN, _payers, parts={"file": _OF_PAYER}),
)
