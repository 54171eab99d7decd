"""POST /api/receipts: check, store, record, start, answer 202. The same bytes again are answered, not run again."""

from dataclasses import replace
from urllib.parse import unquote

from tillroll.access.permissions import Permission
from tillroll.api.accounts.quotas import quota_reached
from tillroll.api.door.access import Principal, authenticate
from tillroll.api.door.admission import announced_bytes
from tillroll.api.door.repeating.attempt import HEADER, REPLAYED, begin
from tillroll.api.files.replies import JsonReply
from tillroll.api.files.upload_checks import LARGEST_BYTES, check_upload, too_large
from tillroll.api.problems import BROKEN_MULTIPART, NO_RECEIPT_FIELD, SEVERAL_FILES, Problem
from tillroll.idempotency.keys import Answered, fingerprint
from tillroll.platform.bindings.http import BodyTooLong, BrokenUpload, IncomingFile, IncomingUpload
from tillroll.platform.ids import drawn_by
from tillroll.platform.json import JsonObject, dump, load_object
from tillroll.platform.services import Platform
from tillroll.quotas.settings import QuotaSettings
from tillroll.quotas.usage import QuotaReached
from tillroll.workflows.receipt.contract import KIND
from tillroll.workflows.receipt.service.uploading import Taken, Uploaded, is_known, original_key, take_upload
from tillroll.workflows.registry import REGISTRY

PATH = "/api/receipts"
ROUTE = f"POST {PATH}"
FIELD = "receipt"
_LONGEST_FILE_NAME = 200
# What a multipart form adds around the file: boundaries, headers, small other fields.
_FORM_OVERHEAD_BYTES = 64 * 1024


async def receive(platform: Platform, request: IncomingUpload) -> JsonReply:
    """Take an upload.

    Raises:
        Problem: it is refused; nothing was stored.
    """
    principal = await authenticate(platform, "POST", request.header, Permission.SUBMIT)
    file = await _only_file(request)
    checked = check_upload(file)
    sha256 = await file.sha256()
    await _check_room(platform, principal, file.size, sha256)
    key = original_key(principal.account_id, sha256)
    await file.store(key, checked.media_type)
    uploaded = Uploaded(
        sha256=sha256,
        media_type=checked.media_type,
        picture=checked.picture,
        size=file.size,
        file_name=_file_name(file, request),
        object_key=key,
        by=principal.user_id,
    )
    header = request.header(HEADER)
    if header is None:
        return await _take(platform, principal, uploaded)
    return await _take_once(platform, principal, uploaded, header)


async def _take(platform: Platform, principal: Principal, uploaded: Uploaded) -> JsonReply:
    try:
        taken = await take_upload(platform, REGISTRY.newest[KIND], principal.as_actor, uploaded)
    except QuotaReached as reached:
        raise quota_reached(reached.use, platform.clock.now()) from reached
    return replace(_answer(taken), account=principal.account_id)


async def _check_room(platform: Platform, principal: Principal, size: int, sha256: str) -> None:
    """Before anything is stored, as far as is known of the account without asking again; what others hand in meanwhile
    is seen by the statement that writes the receipt.

    Raises:
        Problem: 403, a quota leaves no room, and the bytes are new.
    """
    now = platform.clock.now()
    full = principal.counted.usage(platform.settings.of(QuotaSettings), now).hinders_upload(size)
    if full is not None and not await is_known(platform, principal.account_id, sha256):
        raise quota_reached(full, now)


async def _take_once(platform: Platform, principal: Principal, uploaded: Uploaded, header: str) -> JsonReply:
    """Under an Idempotency-Key: two requests are the same where file and name are, whatever stands around them.

    Raises:
        Problem: as `begin`.
    """
    file = dump([uploaded.sha256, uploaded.file_name]).encode()
    attempt = await begin(platform, principal, ROUTE, header, fingerprint("POST", PATH, "", None, file))
    if isinstance(attempt, Answered):
        body, headers = load_object(attempt.body), {**attempt.headers, **REPLAYED}
        return JsonReply(attempt.status, body, headers, account=principal.account_id, run=str(body["runId"]))
    try:
        with drawn_by(attempt.journal.draw):
            reply = await _take(attempt.platform, principal, uploaded)
    except Exception:
        await attempt.given_up()
        raise
    await attempt.answered(reply.status, None, reply.headers, dump(reply.body))
    return reply


async def _only_file(request: IncomingUpload) -> IncomingFile:
    """The one file of the request: the form's field `receipt`, or the whole body."""
    is_form = (request.header("content-type") or "").lower().startswith("multipart/form-data")
    overhead = _FORM_OVERHEAD_BYTES if is_form else 0
    await _check_announced_size(request, overhead)
    try:
        if not is_form:
            return await request.body(LARGEST_BYTES)
        files = await request.form_files(FIELD, LARGEST_BYTES + overhead)
    except BodyTooLong as error:
        raise too_large() from error
    except BrokenUpload as error:
        raise Problem(
            BROKEN_MULTIPART, f"Send one file in the field `{FIELD}`, for instance with curl -F {FIELD}=@photo.jpg."
        ) from error
    if not files:
        raise Problem(NO_RECEIPT_FIELD, f"Put the file into the field `{FIELD}`: curl -F {FIELD}=@photo.jpg.")
    if len(files) > 1:
        raise Problem(SEVERAL_FILES, "Send each receipt in a request of its own: every one becomes a run.")
    return files[0]


async def _check_announced_size(request: IncomingUpload, overhead: int) -> None:
    """Refuse what says itself that it is too large before any of it is kept."""
    if announced_bytes(request) > LARGEST_BYTES + overhead:
        await request.discard()
        raise too_large()


def _file_name(file: IncomingFile, request: IncomingUpload) -> str | None:
    """What the person calls the file: shown, never used as a path."""
    name = file.name or unquote(request.header("x-file-name") or "")
    printable = "".join(character for character in name if character.isprintable()).strip()
    return printable[:_LONGEST_FILE_NAME] or None


def _answer(taken: Taken) -> JsonReply:
    body: JsonObject = {"runId": taken.run_id, "receiptId": taken.receipt_id, "status": taken.status}
    if taken.previous_run_id:
        body["previousRunId"] = taken.previous_run_id
    status = 202 if taken.is_new else 200
    location = {"location": f"/api/runs/{taken.run_id}"}
    return JsonReply(status, body, location, run=taken.run_id, subject=taken.receipt_id)
