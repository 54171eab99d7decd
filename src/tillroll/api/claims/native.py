"""The files of claims, which pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.files.native_route import Finder, Values, native
from tillroll.api.files.replies import Reply
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform

CLAIM_STATEMENT: Final = "/api/claims/{claim_id}/statement.pdf"
CLAIM_INVOICE: Final = "/api/claims/{claim_id}/invoice.xml"
CLAIM_NOTE: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.xml"
PAYER_FILE: Final = "/api/payer/{token}/{file}"

_OF_PAYER: Final = r"statement\.pdf|invoice\.xml|CN-[0-9-]{1,20}\.xml|images/[0-9]{1,3}"


async def _statement(platform: Platform, request: IncomingUpload, _values: Values, claim_id: str) -> Reply:
    from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - an upload need not wait for it

    return await show_claim_file(platform, request.header, claim_id, "statement")


async def _invoice(platform: Platform, request: IncomingUpload, _values: Values, claim_id: str) -> Reply:
    from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - the same

    return await show_claim_file(platform, request.header, claim_id, "invoice")


async def _note(platform: Platform, request: IncomingUpload, _values: Values, claim_id: str, number: str) -> Reply:
    from tillroll.api.claims.files import show_credit_note  # noqa: PLC0415 - the same

    return await show_credit_note(platform, request.header, claim_id, number)


async def _payers(platform: Platform, _request: IncomingUpload, _values: Values, token: str, what: str) -> Reply:
    from tillroll.api.claims.files import show_payers  # noqa: PLC0415 - the same

    return await show_payers(platform, token, what)


ROUTES: Final[tuple[Finder, ...]] = (
    native(CLAIM_STATEMENT, Permission.LEDGER, _statement),
    native(CLAIM_INVOICE, Permission.LEDGER, _invoice),
    native(CLAIM_NOTE, Permission.LEDGER, _note),
    native(PAYER_FILE, Permission.OPEN, _payers, parts={"file": _OF_PAYER}),
)
