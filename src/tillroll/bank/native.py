"""The route of a bank's files, whose bytes pass natively."""

from typing import Final
from urllib.parse import unquote

from tillroll.access.permissions import Permission
from tillroll.api.admission import announced_bytes
from tillroll.api.answers import JsonReply
from tillroll.api.native import NativeRoute, Values, native
from tillroll.api.problems import Problem
from tillroll.bank.contract import KIND
from tillroll.bank.files import HEAD, detect
from tillroll.bank.limits import MAX_BYTES
from tillroll.bank.printed import UnreadableFile
from tillroll.bank.repository import File, original_key
from tillroll.bank.service import take_file
from tillroll.idempotency.journal import begin
from tillroll.idempotency.keys import HEADER, REPLAYED, Answered, Sent, fingerprint, read_key
from tillroll.identity.authentication import Principal, authenticate
from tillroll.platform.bindings.http import BodyTooLong, BrokenUpload, IncomingFile, IncomingUpload
from tillroll.platform.ids import drawn_by
from tillroll.platform.json import JsonObject, dump, load_object
from tillroll.platform.refusals import Kind
from tillroll.platform.services import Platform
from tillroll.workflows.registry import newest_of

PATH: Final = "/api/bank/statements"
FIELD: Final = "statement"
ACCOUNT: Final = "account"
_ROUTE: Final = f"POST {PATH}"
_LONGEST_FILE_NAME: Final = 200
# What a multipart form adds around the file.
_FORM_OVERHEAD_BYTES: Final = 64 * 1024
_NO_FIELD: Final = Kind("no-statement-field", 400, "The form has no file in the field `statement`")
_SEVERAL: Final = Kind("several-statements", 400, "The form has several files in the field `statement`")
_BROKEN: Final = Kind("broken-statement-form", 400, "The multipart body cannot be read")
_TOO_LARGE: Final = Kind("statement-too-large", 413, "The bank's file is too large")
_NOT_READABLE: Final = Kind("no-bank-statement", 415, "The file is no bank statement that can be read")


async def receive(platform: Platform, request: IncomingUpload, values: Values) -> JsonReply:
    """Take a bank's file. Where it is refused (Problem, Refusal), nothing was stored."""
    principal = await authenticate(platform, "POST", request.header, Permission.BOOK)
    file = await _only_file(request)
    if file.size > MAX_BYTES:  # a form may be longer than its file
        raise _too_large()
    try:
        detect(file.peek(0, HEAD))
    except UnreadableFile as error:
        raise Problem(_NOT_READABLE, f"{error}.") from error
    sha256 = await file.sha256()
    key = original_key(principal.account_id, sha256)
    await file.store(key, "application/octet-stream")
    taken = File(
        sha256=sha256,
        size=file.size,
        file_name=_file_name(file, request),
        object_key=key,
        bank_account_id=values.get(ACCOUNT),
        source="upload",
        by=principal.user_id,
    )
    header = request.header(HEADER)
    take = _take(platform, principal, taken) if header is None else _take_once(platform, principal, taken, header)
    return await take


async def _take(platform: Platform, principal: Principal, file: File) -> JsonReply:
    taken = await take_file(platform, newest_of(KIND), principal.as_actor, file)
    body: JsonObject = taken.model_dump(by_alias=True, exclude_none=True)
    location, run, subject = {"location": f"{PATH}/{taken.statement_id}"}, taken.run_id, taken.statement_id
    status = 202 if taken.is_new else 200
    return JsonReply(status, body, location, account=principal.account_id, run=run, subject=subject)


async def _take_once(platform: Platform, principal: Principal, file: File, header: str) -> JsonReply:
    """Under an Idempotency-Key: two requests are the same where file, name and account are."""
    content = dump([file.sha256, file.file_name, file.bank_account_id]).encode()
    mark = fingerprint("POST", PATH, "", None, content)
    attempt = await begin(platform, Sent(principal.account_id, principal.actor, _ROUTE, read_key(header), mark))
    if isinstance(attempt, Answered):
        body, headers = load_object(attempt.body), {**attempt.headers, **REPLAYED}
        return JsonReply(attempt.status, body, headers, account=principal.account_id, run=str(body["runId"]))
    try:
        with drawn_by(attempt.journal.draw):
            reply = await _take(attempt.platform, principal, file)
    except Exception:
        await attempt.given_up()
        raise
    await attempt.answered(reply.status, None, reply.headers, dump(reply.body))
    return reply


async def _only_file(request: IncomingUpload) -> IncomingFile:
    is_form = (request.header("content-type") or "").lower().startswith("multipart/form-data")
    overhead = _FORM_OVERHEAD_BYTES if is_form else 0
    # What says itself that it is too large is refused before any of it is kept.
    if announced_bytes(request) > MAX_BYTES + overhead:
        await request.discard()
        raise _too_large()
    try:
        if not is_form:
            return await request.body(MAX_BYTES)
        files = await request.form_files(FIELD, MAX_BYTES + overhead)
    except BodyTooLong as error:
        raise _too_large() from error
    except BrokenUpload as error:
        raise Problem(_BROKEN, f"Send one file in the field `{FIELD}`: curl -F {FIELD}=@statement.xml.") from error
    if not files:
        raise Problem(_NO_FIELD, f"Put the file into the field `{FIELD}`: curl -F {FIELD}=@statement.xml.")
    if len(files) > 1:
        raise Problem(_SEVERAL, "Send each file in a request of its own: every one becomes a run.")
    return files[0]


def _too_large() -> Problem:
    most = MAX_BYTES // 1024 // 1024
    return Problem(_TOO_LARGE, f"The file has more than {most} MB. Ask the bank for shorter periods.")


def _file_name(file: IncomingFile, request: IncomingUpload) -> str | None:
    """What the person calls the file: shown, never used as a path."""
    name = file.name or unquote(request.header("x-file-name") or "")
    printable = "".join(character for character in name if character.isprintable()).strip()
    return printable[:_LONGEST_FILE_NAME] or None


ROUTES: Final[tuple[NativeRoute, ...]] = (native(PATH, Permission.BOOK, receive, (ACCOUNT,), method="POST"),)
