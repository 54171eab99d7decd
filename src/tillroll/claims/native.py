"""Routes of a claim's files, whose bytes pass natively."""

from collections.abc import Callable
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import ObjectReply, PictureReply, Reply
from tillroll.api.native import Finder, Values, native
from tillroll.api.problems import NOT_FOUND, Problem, not_found
from tillroll.api.rates import count_principal
from tillroll.claims.files import MEDIA_TYPES, ClaimFile, FileName, find_claim_file, find_note_file
from tillroll.claims.repository import find_picture, load_claim
from tillroll.claims.service import CLAIM_LINKS
from tillroll.identity.authentication import authenticate
from tillroll.platform.bindings.http import IncomingUpload
from tillroll.platform.services import Platform
from tillroll.secret_links import Link, NoSuchLink, find_by_token

_WIDTH: Final = 320
_NEVER_CHANGES: Final = "private, max-age=31536000, immutable"
_PICTURE: Final = {
    "content-type": "image/jpeg",
    "cache-control": "private, no-store",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": "inline",
}
_LACKS = {
    "statement": "Its statement is not written yet: `files` of the claim says when it is.",
    "invoice": "It has no e-invoice, or not yet: one is written where `invoice` is given when it is asked for.",
}
_LACKS_NOTE: Final = (
    "It has no such credit note with an e-invoice, or not yet: one is written where the claim has an e-invoice."
)


async def show_claim_file(
    platform: Platform, header: Callable[[str], str | None], claim_id: str, name: FileName
) -> ObjectReply:
    """The file, to be saved under its own name. It never changes: a browser may keep it.

    Raises:
        Problem: 401; 403; 404 for a claim that is not the account's, or has no such file (yet).
    """
    account_id = await _account_of(platform, header, claim_id)
    return reply_of_file(await _file(platform, account_id, claim_id, name), account_id, _NEVER_CHANGES)


async def show_credit_note(
    platform: Platform, header: Callable[[str], str | None], claim_id: str, number: str
) -> ObjectReply:
    """The e-invoice of a credit note, as the other files.

    Raises:
        Problem: 401; 403; 404 for a claim that is not the account's, or has no such file (yet).
    """
    account_id = await _account_of(platform, header, claim_id)
    return reply_of_file(await _note(platform, account_id, claim_id, number), account_id, _NEVER_CHANGES)


async def used(platform: Platform, token: str) -> Link:
    """The link of a token, which may be used so often a minute as a person may ask.

    Raises:
        NoSuchLink: it cannot be used (any more).
        Problem: 429, it was used too often within a minute.
    """
    link = await find_by_token(platform, CLAIM_LINKS, token)
    await count_principal(platform, link.actor, link.account_id)
    return link


async def show_payers(platform: Platform, token: str, what: str) -> ObjectReply | PictureReply:
    """The same for whoever has a link: `statement.pdf`, `invoice.xml`, the credit note `CN-….xml`, or `images/{place}`,
    a picture scaled down.
    Nothing keeps it: the link may be taken back.

    Raises:
        Problem: 404 for a link that cannot be used, or that has no such file; 429 for too many within a minute.
    """
    try:
        link = await used(platform, token)
    except NoSuchLink as error:
        raise not_found("link") from error
    place = what.removeprefix("images/")
    if place != what:
        key = await find_picture(platform.database, link.thing_id, int(place))
        if key is None:
            raise not_found("picture")
        return PictureReply(key, _WIDTH, _PICTURE, link.account_id)
    if what.startswith("CN-"):
        found = await _note(platform, link.account_id, link.thing_id, what.removesuffix(".xml"))
    else:
        found = await _file(
            platform, link.account_id, link.thing_id, "statement" if what == "statement.pdf" else "invoice"
        )
    return reply_of_file(found, link.account_id, "private, no-store")


async def _account_of(platform: Platform, header: Callable[[str], str | None], claim_id: str) -> str:
    """The account of whoever asks.

    Raises:
        Problem: 401; 403; 404 for a claim that is not the account's.
    """
    principal = await authenticate(platform, "GET", header, Permission.LEDGER)
    if await load_claim(platform.database, claim_id, principal.account_id) is None:
        raise not_found("claim")
    return principal.account_id


async def _file(platform: Platform, account_id: str, claim_id: str, name: FileName) -> ClaimFile:
    found = await find_claim_file(platform.database, account_id, claim_id, name)
    if found is None:
        raise Problem(NOT_FOUND, _LACKS[name])
    return found


async def _note(platform: Platform, account_id: str, claim_id: str, number: str) -> ClaimFile:
    found = await find_note_file(platform.database, account_id, claim_id, number)
    if found is None:
        raise Problem(NOT_FOUND, _LACKS_NOTE)
    return found


def reply_of_file(found: ClaimFile, account_id: str, cached: str) -> ObjectReply:
    """The file as an attachment; `cached` is the header Cache-Control."""
    extension = MEDIA_TYPES[found.name].rpartition("/")[2]
    headers = {
        "content-type": MEDIA_TYPES[found.name],
        "cache-control": cached,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": f'attachment; filename="claim-{found.number}.{extension}"',
    }
    return ObjectReply(found.object_key, headers, account_id, "file")


CLAIM_STATEMENT: Final = "/api/claims/{claim_id}/statement.pdf"
CLAIM_INVOICE: Final = "/api/claims/{claim_id}/invoice.xml"
CLAIM_NOTE: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.xml"
PAYER_FILE: Final = "/api/payer/{token}/{file}"

_OF_PAYER: Final = r"statement\.pdf|invoice\.xml|CN-[0-9-]{1,20}\.xml|images/[0-9]{1,3}"


async def _statement(platform: Platform, request: IncomingUpload, _values: Values, claim_id: str) -> Reply:

    return await show_claim_file(platform, request.header, claim_id, "statement")


async def _invoice(platform: Platform, request: IncomingUpload, _values: Values, claim_id: str) -> Reply:

    return await show_claim_file(platform, request.header, claim_id, "invoice")


async def _credit_note(
    platform: Platform, request: IncomingUpload, _values: Values, claim_id: str, number: str
) -> Reply:

    return await show_credit_note(platform, request.header, claim_id, number)


async def _payers(platform: Platform, _request: IncomingUpload, _values: Values, token: str, what: str) -> Reply:

    return await show_payers(platform, token, what)


ROUTES: Final[tuple[Finder, ...]] = (
    native(CLAIM_STATEMENT, Permission.LEDGER, _statement),
    native(CLAIM_INVOICE, Permission.LEDGER, _invoice),
    native(CLAIM_NOTE, Permission.LEDGER, _credit_note),
    native(PAYER_FILE, Permission.OPEN, _payers, parts={"file": _OF_PAYER}),
)
