"""The routes whose bytes pass natively, beside FastAPI: the upload of a receipt, its file and the XML in it, the file
of an export, a data export or a claim, and events of other systems."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from tillroll.access.permissions import Permission
from tillroll.api.door.access import authenticate
from tillroll.api.door.unknown import unknown, unknown_of
from tillroll.api.files.image import show_image, show_xml
from tillroll.api.files.replies import JsonReply, ObjectReply, PictureReply
from tillroll.api.files.upload import PATH as UPLOAD
from tillroll.api.files.upload import receive
from tillroll.platform.bindings.incoming import IncomingUpload
from tillroll.platform.services import Platform
from tillroll.platform.shape import LONGEST_IN_PATH

IMAGE: Final = "/api/receipts/{receipt_id}/image"
XML: Final = "/api/receipts/{receipt_id}/xml"

EXPORTED: Final = "/api/exports/{export_id}/file"
DATA: Final = "/api/data-exports/{data_export_id}/file"
HANDED_ON: Final = "/api/handed-on/{token}"
CLAIM_STATEMENT: Final = "/api/claims/{claim_id}/statement.pdf"
CLAIM_INVOICE: Final = "/api/claims/{claim_id}/invoice.xml"
CLAIM_NOTE: Final = "/api/claims/{claim_id}/credit-notes/{note_number}.xml"
PAYER_FILE: Final = "/api/payer/{token}/{file}"
INBOUND: Final = "/api/inbound/{source_id}"

_FILE_PATH = re.compile(r"/api/receipts/([^/]+)/(image|xml)")
_EXPORTED_PATH = re.compile(r"/api/exports/([^/]+)/file")
_DATA_PATH = re.compile(r"/api/data-exports/([^/]+)/file")
_STATEMENT_PATH = re.compile(r"/api/claims/([^/]+)/statement\.pdf")
_INVOICE_PATH = re.compile(r"/api/claims/([^/]+)/invoice\.xml")
_NOTE_PATH = re.compile(r"/api/claims/([^/]+)/credit-notes/([^/]+)\.xml")
_PAYER_PATH = re.compile(r"/api/payer/([^/]+)/(statement\.pdf|invoice\.xml|CN-[0-9-]{1,20}\.xml|images/[0-9]{1,3})")
_HANDED_ON_PATH = re.compile(r"/api/handed-on/([^/]+)")
_INBOUND_PATH = re.compile(r"/api/inbound/([^/]+)")

Reply = JsonReply | ObjectReply | PictureReply
Values = Mapping[str, str]


@dataclass(frozen=True)
class NativeRoute:
    """A route by its template, the parameters that it takes, and what whoever asks must be permitted.

    `answer` takes the request and the values of its parameters. It raises Problem where it refuses.
    """

    template: str
    parameters: tuple[str, ...]
    needed: Permission
    answer: Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]

    async def check_parameters(self, platform: Platform, request: IncomingUpload, names: Sequence[str]) -> None:
        """Refuse parameters that the route does not have, to whoever may ask it.

        Raises:
            Problem: 422, the route does not know one of them, or one comes twice; 401 and 403 as `authenticate`.
        """
        errors = unknown_of(names, self.parameters)
        if not errors:
            return
        if self.needed is not Permission.OPEN:
            method = "POST" if self.template == UPLOAD else "GET"
            await authenticate(platform, method, request.header, self.needed)
        raise unknown(errors)


def native_route(method: str, path: str) -> NativeRoute | None:
    """The native route of a request; None for all that FastAPI answers, and for what is too long to be an id."""
    return None if any(len(unquote(part)) > LONGEST_IN_PATH for part in path.split("/")) else _route(method, path)


def _route(method: str, path: str) -> NativeRoute | None:
    if (path, method) == (UPLOAD, "POST"):
        return NativeRoute(UPLOAD, (), Permission.SUBMIT, _upload)
    inbound = _INBOUND_PATH.fullmatch(path)
    if inbound is not None and method == "POST":
        return NativeRoute(INBOUND, (), Permission.OPEN, _inbound(inbound[1]))
    if method != "GET":
        return None
    for template, pattern, needed, answer_of, parameters in (
        (EXPORTED, _EXPORTED_PATH, Permission.READ, _exported, ("number",)),
        (DATA, _DATA_PATH, Permission.PERSONAL, _data, ("number",)),
        (HANDED_ON, _HANDED_ON_PATH, Permission.OPEN, _shared, ("number",)),
        (CLAIM_STATEMENT, _STATEMENT_PATH, Permission.LEDGER, _statement, ()),
        (CLAIM_INVOICE, _INVOICE_PATH, Permission.LEDGER, _invoice, ()),
    ):
        made = pattern.fullmatch(path)
        if made is not None:
            return NativeRoute(template, parameters, needed, answer_of(made[1]))
    return _of_claim(path) or _of_receipt(path)


def _of_claim(path: str) -> NativeRoute | None:
    note = _NOTE_PATH.fullmatch(path)
    if note is not None:
        return NativeRoute(CLAIM_NOTE, (), Permission.LEDGER, _note(note[1], note[2]))
    payers = _PAYER_PATH.fullmatch(path)
    return None if payers is None else NativeRoute(PAYER_FILE, (), Permission.OPEN, _payers(payers[1], payers[2]))


def _of_receipt(path: str) -> NativeRoute | None:
    file = _FILE_PATH.fullmatch(path)
    if file is None:
        return None
    receipt_id = file[1]

    async def image(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        return await show_image(platform, request.header, receipt_id, values.get("width"))

    async def xml(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        return await show_xml(platform, request.header, receipt_id)

    template, parameters, answer = (XML, (), xml) if file[2] == "xml" else (IMAGE, ("width",), image)
    return NativeRoute(template, parameters, Permission.READ, answer)


def _exported(export_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_file  # noqa: PLC0415 - an upload need not wait for it

        return await show_file(platform, request.header, export_id, values.get("number"))

    return answer


def _data(export_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.privacy.fetched import show_data  # noqa: PLC0415 - the same

        return await show_data(platform, request.header, export_id, values.get("number"))

    return answer


def _shared(token: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, _request: IncomingUpload, values: Values) -> Reply:
        from tillroll.api.files.exported import show_shared  # noqa: PLC0415 - the same

        return await show_shared(platform, token, values.get("number"))

    return answer


def _statement(claim_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - the same

        return await show_claim_file(platform, request.header, claim_id, "statement")

    return answer


def _invoice(claim_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_claim_file  # noqa: PLC0415 - the same

        return await show_claim_file(platform, request.header, claim_id, "invoice")

    return answer


def _note(claim_id: str, number: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_credit_note  # noqa: PLC0415 - the same

        return await show_credit_note(platform, request.header, claim_id, number)

    return answer


def _payers(token: str, what: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, _request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.claims.files import show_payers  # noqa: PLC0415 - the same

        return await show_payers(platform, token, what)

    return answer


def _inbound(source_id: str) -> Callable[[Platform, IncomingUpload, Values], Awaitable[Reply]]:
    async def answer(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
        from tillroll.api.inbound.receiving import receive_event  # noqa: PLC0415 - the same

        return await receive_event(platform, request, source_id)

    return answer


async def _upload(platform: Platform, request: IncomingUpload, _values: Values) -> Reply:
    return await receive(platform, request)
