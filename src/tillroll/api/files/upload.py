"""POST /api/receipts: check, store, record, start, answer 202. The same bytes again are answered, not run again."""

from dataclasses import dataclass, replace
from urllib.parse import unquote

from tillroll.api.door.access import Principal, authenticate
from tillroll.api.door.admission import announced_bytes
from tillroll.api.files.replies import JsonReply
from tillroll.api.files.upload_checks import LARGEST_BYTES, Checked, check_upload, too_large
from tillroll.api.problems import BROKEN_MULTIPART, NO_RECEIPT_FIELD, SEVERAL_FILES, Problem
from tillroll.durable.beginning import Actor, BegunRun, NotBegun, begin
from tillroll.durable.contract import Status
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.bindings.incoming import BodyTooLong, BrokenUpload, IncomingFile, IncomingUpload
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import KIND, ReceiptParams
from tillroll.workflows.receipt.runs import begin_following, first_key
from tillroll.workflows.registry import REGISTRY

FIELD = "receipt"
_WORKFLOW = REGISTRY.newest[KIND]
_LONGEST_FILE_NAME = 200
# What a multipart form adds around the file: boundaries, headers, small other fields.
_FORM_OVERHEAD_BYTES = 64 * 1024
# Statuses in which a run has ended without an expense, so that the same bytes may be tried anew.
_ENDED_WITHOUT_EXPENSE = frozenset({Status.REJECTED, Status.CANCELLED})


@dataclass(frozen=True)
class _Upload:
    """A file that was checked and stored."""

    sha256: str
    checked: Checked
    size: int
    file_name: str | None
    object_key: str


async def receive(platform: Platform, request: IncomingUpload) -> JsonReply:
    """Take an upload.

    Raises:
        Problem: it is refused; nothing was stored.
    """
    principal = await authenticate(platform, "POST", request.header)
    file = await _only_file(request)
    checked = check_upload(file)
    sha256 = await file.sha256()
    key = f"{principal.account_id}/{sha256}/original"
    await file.store(key, checked.media_type)
    upload = _Upload(sha256, checked, file.size, _file_name(file, request), key)
    return replace(await _record(platform, principal, upload), account=principal.account_id)


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


async def _record(platform: Platform, principal: Principal, upload: _Upload) -> JsonReply:
    """Begin the run, with the receipt in its batch; or answer with what is there already."""

    def receipt(run: NewRun, now: str) -> list[Statement]:
        return [_insert_receipt(run, principal, upload, now)]

    params, actor = ReceiptParams(receipt_id=new_id("rec")), _actor(principal)
    try:
        run = await begin(platform, _WORKFLOW, params, actor, key=first_key(upload.sha256), also=receipt)
    except NotBegun:  # the receipt is from before its run had a key
        return await _answer_existing(platform, principal, upload)
    if run.is_new:
        return _started(run, None)
    if run.status in _ENDED_WITHOUT_EXPENSE:
        return await _answer_existing(platform, principal, upload)
    return _existing(run.id, run.subject, run.status)


def _actor(principal: Principal) -> Actor:
    return Actor(principal.account_id, principal.actor)


async def _answer_existing(platform: Platform, principal: Principal, upload: _Upload) -> JsonReply:
    """The same bytes are in the account: their run, or a new one where that run ended without an expense."""
    row = await platform.database.first(
        statement(
            """
            SELECT receipts.id, receipts.run_id, runs.status FROM receipts JOIN runs ON runs.id = receipts.run_id
            WHERE receipts.account_id = ? AND receipts.sha256 = ?
            """,
            principal.account_id,
            upload.sha256,
        )
    )
    if row is None:
        raise LookupError("the batch was refused, but there is no such receipt")
    if text(row, "status") in _ENDED_WITHOUT_EXPENSE:
        return await _run_again(platform, principal, upload, row)
    return _existing(text(row, "run_id"), text(row, "id"), text(row, "status"))


def _existing(run_id: str, receipt_id: str, status: str) -> JsonReply:
    body: JsonObject = {"runId": run_id, "receiptId": receipt_id, "status": status}
    return JsonReply(200, body, {"location": f"/api/runs/{run_id}"}, run=run_id, subject=receipt_id)


async def _run_again(platform: Platform, principal: Principal, upload: _Upload, row: Row) -> JsonReply:
    """A new run for the same receipt. Of several at once one wins; the others answer with its run."""
    receipt_id, previous = text(row, "id"), text(row, "run_id")
    try:
        run = await begin_following(platform, _WORKFLOW, _actor(principal), receipt_id, upload.sha256, previous)
    except NotBegun:
        return await _answer_existing(platform, principal, upload)
    return _started(run, previous) if run.is_new else _existing(run.id, run.subject, run.status)


def _started(run: BegunRun, previous: str | None) -> JsonReply:
    """The run is recorded, so this is 202 even where the engine does not answer: the reconciler starts it then."""
    body: JsonObject = {"runId": run.id, "receiptId": run.subject, "status": Status.PROCESSING}
    if previous:
        body["previousRunId"] = previous
    return JsonReply(202, body, {"location": f"/api/runs/{run.id}"}, run=run.id, subject=run.subject)


def _insert_receipt(run: NewRun, principal: Principal, upload: _Upload, now: str) -> Statement:
    width, height = upload.checked.picture or (None, None)
    return statement(
        """
        INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, object_key, run_id, uploaded_by,
                              created_at, width, height)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        run.subject,
        principal.account_id,
        upload.sha256,
        upload.checked.media_type,
        upload.size,
        upload.file_name,
        upload.object_key,
        run.id,
        principal.user_id,
        now,
        width,
        height,
    )
