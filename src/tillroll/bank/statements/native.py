"""The route of a bank's files, whose bytes pass natively."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.api.answers import JsonReply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import Problem
from tillroll.api.uploads import UploadRoute, name_of
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import take_file
from tillroll.bank.statements.contract import KIND
from tillroll.identity.authentication import Principal, authenticate
from tillroll.module import kinds
from tillroll_documents.bank_files.encodings import ENCODINGS, Encoding
from tillroll_documents.bank_files.files import HEAD, detect
from tillroll_documents.bank_files.limits import MAX_BYTES
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.http import IncomingUpload
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Platform

PATH: Final = "/api/bank/statements"
FIELD: Final = "statement"
ACCOUNT: Final = "account"
ENCODING: Final = "encoding"
_TOO_LARGE: Final = Kind("statement-too-large", 413, "The bank's file is too large")
_NOT_READABLE: Final = Kind(
    "no-bank-statement", 415, "The file is no bank statement that can be read"
)


def _too_large() -> Problem:
    most = MAX_BYTES // 1024 // 1024
    return Problem(
        _TOO_LARGE, f"The file has more than {most} MB. Ask the bank for shorter periods."
    )


_UPLOAD: Final = UploadRoute(
    PATH, FIELD, example="statement.xml", most_bytes=MAX_BYTES, too_large=_too_large
)


def _encoding_in(values: Values) -> Encoding | None:
    """Raises ValuesRefused: it is none of those that are read."""
    encoding = values.get(ENCODING)
    if encoding is None:
        return None
    names: dict[str, Encoding] = {each: each for each in ENCODINGS}
    if encoding not in names:
        raise ValuesRefused([(ENCODING, f"Give one of these: {', '.join(ENCODINGS)}.")])
    return names[encoding]


async def receive(platform: Platform, request: IncomingUpload, values: Values) -> JsonReply:
    """Take a bank's file. Where it is refused (Problem, Refusal), nothing was stored."""
    principal = await authenticate(platform, "POST", header=request.header, needed=Permission.BOOK)
    encoding = _encoding_in(values)
    file = await _UPLOAD.file_of(request)
    try:
        detect(file.peek(0, HEAD))
    except UnreadableFile as error:
        raise Problem(_NOT_READABLE, f"{error}.") from error
    sha256 = await _UPLOAD.sum_of(file, principal.account_id)
    key = original_key(principal.account_id, sha256)
    await file.store(key, "application/octet-stream")
    file_to_take = File(
        sha256=sha256,
        size=file.size,
        file_name=name_of(file, request),
        object_key=key,
        bank_account_id=values.get(ACCOUNT),
        source="upload",
        by=principal.user_id,
        encoding=encoding,
    )
    content: list[Json] = [
        file_to_take.sha256,
        file_to_take.file_name,
        file_to_take.bank_account_id,
        encoding,
    ]
    return await _UPLOAD.take_once(
        platform,
        principal,
        request=request,
        content=content,
        take=lambda bank_request: _take(bank_request, principal, file_to_take),
    )


async def _take(platform: Platform, principal: Principal, file: File) -> JsonReply:
    statement_file = await take_file(
        platform, kinds().newest[KIND], actor=principal.as_actor, file=file
    )
    body: JsonObject = statement_file.model_dump(by_alias=True, exclude_none=True)
    location = {"location": f"{PATH}/{statement_file.statement_id}"}
    run = statement_file.run_id
    subject = statement_file.statement_id
    status = 202 if statement_file.is_new else 200
    return JsonReply(status, body, location, account=principal.account_id, run=run, subject=subject)


_FIELDS: Final = (ACCOUNT, ENCODING)
ROUTES: Final[tuple[NativeRoute, ...]] = (
    native(PATH, Permission.BOOK, handler=receive, parameters=_FIELDS, method="POST"),
)
