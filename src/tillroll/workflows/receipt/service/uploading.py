"""Taking an upload: the receipt and its first run in one batch, or what there is already of the same bytes."""

from dataclasses import dataclass

from tillroll.durable import Actor, BegunRun, NotBegun, Statement, Status, Workflow, begin, statement
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.models import PictureSize
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.quotas.settings import QuotaSettings
from tillroll.quotas.usage import QuotaReached, upload_fits, usage_of
from tillroll.workflows.receipt.contract import ReceiptParams
from tillroll.workflows.receipt.service.following import begin_following, first_key
from tillroll.workflows.receipt.service.originals import came_again

# Statuses in which a run has ended without an expense, so that the same bytes may be tried anew.
_ENDED_WITHOUT_EXPENSE = frozenset({Status.REJECTED, Status.CANCELLED})
# How often it is tried where a quota had no room, and had some a moment later.
_TRIES = 3


@dataclass(frozen=True)
class Uploaded:
    """A file that was checked and stored. `picture` is None where its header states no size; `by` is a user's id."""

    sha256: str
    media_type: str
    picture: PictureSize | None
    size: int
    file_name: str | None
    object_key: str
    by: str


@dataclass(frozen=True)
class Taken:
    """What became of an upload. `is_new`: it has begun this run, after `previous_run_id` where there was one."""

    run_id: str
    receipt_id: str
    status: str
    is_new: bool
    previous_run_id: str | None = None


def original_key(account_id: str, sha256: str) -> str:
    """Where the bucket holds a receipt's bytes: by their own sum, so that the same bytes lie there once."""
    return f"{account_id}/{sha256}/original"


class NoSuchReceipt(LookupError):
    """The batch was refused, but these bytes are in no receipt: another one has its id."""


async def take_upload(
    platform: Platform, workflow: Workflow, actor: Actor, file: Uploaded, receipt_id: str | None = None
) -> Taken:
    """Begin a run for some bytes, once in an account however often they come. Where their run has ended without an
    expense, another begins for the same receipt.

    The run is recorded when this returns, also where the engine does not answer: the reconciler starts it then.

    Raises:
        NoSuchReceipt: `receipt_id`, by default a new one, is that of other bytes.
        QuotaReached: the bytes are new, and the account has no room for them.
    """
    limits = platform.settings.of(QuotaSettings)

    def receipt(run: NewRun, now: str) -> list[Statement]:
        return [_insert_receipt(run, file, now, limits)]

    params = ReceiptParams(receipt_id=receipt_id or new_id("rec"))
    for _ in range(_TRIES):
        try:
            run = await begin(platform, workflow, params, actor, key=first_key(file.sha256), also=receipt)
        except NotBegun as refused:
            full = (await usage_of(platform, actor.account_id)).hinders_upload(file.size)
            if full is not None:
                raise QuotaReached(full) from refused
            continue
        if not run.is_new:
            await platform.database.batch([came_again(actor.account_id, file.sha256)])
        if not run.is_new and run.status in _ENDED_WITHOUT_EXPENSE:
            return await take_stored(platform, workflow, actor, file.sha256)
        return _taken(run)
    raise NoSuchReceipt(file.sha256)


async def is_known(platform: Platform, account_id: str, sha256: str) -> bool:
    """Whether a receipt of the account has these bytes: their upload writes nothing new."""
    query = "SELECT 1 AS known FROM receipts WHERE account_id = ? AND sha256 = ?"
    return await platform.database.first(statement(query, account_id, sha256)) is not None


async def take_stored(platform: Platform, workflow: Workflow, actor: Actor, sha256: str) -> Taken:
    """The bytes are in the account: their run, or a new one where that ended without an expense.

    Raises:
        NoSuchReceipt: they are not.
    """
    row = await platform.database.first(
        statement(
            """
            SELECT receipts.id, receipts.run_id, runs.status FROM receipts JOIN runs ON runs.id = receipts.run_id
            WHERE receipts.account_id = ? AND receipts.sha256 = ?
            """,
            actor.account_id,
            sha256,
        )
    )
    if row is None:
        raise NoSuchReceipt(sha256)
    if text(row, "status") in _ENDED_WITHOUT_EXPENSE:
        return await _run_again(platform, workflow, actor, sha256, row)
    return Taken(text(row, "run_id"), text(row, "id"), text(row, "status"), is_new=False)


async def _run_again(platform: Platform, workflow: Workflow, actor: Actor, sha256: str, row: Row) -> Taken:
    """A new run for the same receipt. Of several at once one wins; the others get its run."""
    receipt_id, previous = text(row, "id"), text(row, "run_id")
    try:
        run = await begin_following(platform, workflow, actor, receipt_id, sha256, previous)
    except NotBegun:
        return await take_stored(platform, workflow, actor, sha256)
    return _taken(run, previous)


def _taken(run: BegunRun, previous: str | None = None) -> Taken:
    return Taken(run.id, run.subject, run.status, run.is_new, previous if run.is_new else None)


def _insert_receipt(run: NewRun, file: Uploaded, now: str, limits: QuotaSettings) -> Statement:
    """Nothing is inserted where a quota leaves no room."""
    width, height = file.picture or (None, None)
    return statement(
        f"""
        INSERT INTO receipts (id, account_id, sha256, media_type, size, file_name, object_key, run_id, uploaded_by,
                              created_at, width, height)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
        WHERE {upload_fits("?2", "?5", "?13", "?14", "?15")}
        """,
        run.subject,
        run.account_id,
        file.sha256,
        file.media_type,
        file.size,
        file.file_name,
        file.object_key,
        run.id,
        file.by,
        now,
        width,
        height,
        now[:7],
        limits.uploads,
        limits.storage_bytes,
    )
