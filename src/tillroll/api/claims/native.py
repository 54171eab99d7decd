"""The files of claims, which pass natively."""

import re
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Answer, Finder, NativeRoute, Values, read_at
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

CLAIM_STATEMENT: Final = "/api/claims/{claim_id}/statement.pdf"
CLAIM_INVOICE: Final = "/api/claims/{claim_id}/invoice.xml"
CLAIM_NOTE: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.xml"
PAYER_FILE: Final = "/api/payer/{token}/{file}"

_PAYER_PATH = re.compile(r"/api/payer/([^/]+)/(statement\.pdf|invoice\.xml|CN-[0-9-]{1,20}\.xml|images/[0-9]{1,3})")


def _of_payer(method: str, path: str) -> NativeRoute | None:
    found = _PAYER_PATH.fullmatch(path) if method == "GET" else None
    return None if found is None else NativeRoute(PAYER_FILE, (), Permission.OPEN, _payers(found[1], found[2]))


def _statement(claim_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - the same

        return await show_claim_file(platform, request.header, claim_id, "statement")

    return answer


def _invoice(claim_id: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - the same

        return await show_claim_file(platform, request.header, claim_id, "invoice")

    return answer


def _note(claim_id: str, number: str) -> Answer:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_credit_note  # noqa: PLC0415 - the same

        return await show_credit_note(platform, request.header, claim_id, number)

    return answer


def _payers(token: str, what: str) -> Answer:
    async def answer(platform: Platform, _request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_payers  # noqa: PLC0415 - the same

        return await show_payers(platform, token, what)

    return answer


ROUTES: Final[tuple[Finder, ...]] = (
    read_at(CLAIM_STATEMENT, Permission.LEDGER, _statement),
    read_at(CLAIM_INVOICE, Permission.LEDGER, _invoice),
    read_at(CLAIM_NOTE, Permission.LEDGER, _note),
    _of_payer,
)
