"""Takes an upload, begins its run or the next one, and reads again what waits for a person. The same bytes run once."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.ai.ledger import budget_of
from tillroll.durable import (
    Actor,
    BegunRun,
    NotBegun,
    Statement,
    Status,
    Triggered,
    ValuesRefused,
    Workflow,
    begin,
    statement,
)
from tillroll.durable.operating.operations import NotPossible
from tillroll.durable.record.decisions import Review, Verdict, newest_review, record, wake
from tillroll.durable.record.runs import NewRun, Run, log_fields
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, text
from tillroll.platform.bindings.models import PictureSize
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.quotas.usage import QuotaReached, QuotaSettings, upload_fits, usage_of
from tillroll.receipts.contract import AI_BUDGET, ReceiptParams
from tillroll.receipts.originals import came_again
from tillroll.receipts.repository import Receipt, load_receipt


def first_key(sha256: str) -> str:
    """The key of the first run of some bytes in an account."""
    return f"sha256:{sha256}"


async def begin_following(
    platform: Platform,
    workflow: Workflow,
    actor: Actor,
    receipt_id: str,
    sha256: str,
    previous_run_id: str,
    also: Sequence[Statement] = (),
) -> BegunRun:
    """Begin a run for a receipt in the place of its previous one, with `also` in the same batch. Of several at once one
    wins, and the others get its run.

    Raises:
        NotBegun: the receipt has another run by now, or `also` was refused.
    """

    def claim(run: NewRun, _now: str) -> Sequence[Statement]:
        take = "UPDATE receipts SET run_id = ? WHERE id = ? AND run_id = ?"
        return [*also, statement(take, run.id, receipt_id, previous_run_id)]

    return await begin(
        platform,
        workflow,
        ReceiptParams(receipt_id=receipt_id),
        actor,
        key=f"{first_key(sha256)}:after:{previous_run_id}",
        also=claim,
        previous_run_id=previous_run_id,
    )


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
                raise QuotaReached(full, platform.clock.now()) from refused
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


_OF_ACCOUNT = "SELECT sha256 FROM receipts WHERE id = ? AND account_id = ?"
_NONE = "There is no receipt with this id in your account: a run's `subject` is one, and an upload answers it."


async def begin_for_stored(
    platform: Platform, workflow: Workflow, actor: Actor, params: ReceiptParams, _key: str | None
) -> Triggered:
    """What the upload of the same bytes would come to: the receipt's run, or another where that one has ended without
    an expense. The receipt is the key: one run of it is live at a time.

    Raises:
        ValuesRefused: the account has no such receipt.
    """
    row = await platform.database.first(statement(_OF_ACCOUNT, params.receipt_id, actor.account_id))
    if row is None:
        raise ValuesRefused([("receiptId", _NONE)])
    taken = await take_stored(platform, workflow, actor, text(row, "sha256"))
    return Triggered(taken.run_id, is_ours=taken.is_new)


# What the run that is given up says of itself.
_WHY = "it is read again"


async def read_again(platform: Platform, workflow: Workflow, run: Run, actor: str) -> str:
    """Have a receipt read once there is a budget; return the id of the new run. Asked for again, it is the same.

    Raises:
        NotPossible: the run does not wait for that, or the budget is still spent; nothing was changed.
    """
    review = await newest_review(platform.database, run.id)
    if review is None or AI_BUDGET not in review.reasons:
        raise NotPossible("only a run that waits for its account's AI budget can be read again")
    if review.decision is None:
        await _check_means(platform, run.account_id)
    return await _read_anew(platform, workflow, run, review, actor)


async def _check_means(platform: Platform, account_id: str) -> None:
    """Raises NotPossible: the account still may ask no model."""
    if (await budget_of(platform, account_id)).is_spent:
        raise NotPossible("today's AI budget is still spent: raise it, or wait until 00:00 UTC")
    calls = (await usage_of(platform, account_id)).ai_calls
    if not calls.has_room():
        raise NotPossible(
            f"this month's {calls.limit} AI calls are used up: wait until the month (UTC) is over, or ask whoever runs "
            "this deployment for more"
        )


async def _read_anew(platform: Platform, workflow: Workflow, run: Run, review: Review, actor: str) -> str:
    """Reject a run that waits for a person and begin a new one for its receipt, in one batch; return the new one's id.
    Asked for again, it is the same.

    Raises:
        NotPossible: the run waits no more, or was decided otherwise; nothing was changed.
    """
    receipt = await load_receipt(platform.database, run.subject)
    if receipt is None:
        raise LookupError(f"receipt {run.subject} is missing")
    if receipt.run_id != run.id:
        return receipt.run_id
    rejection = record(run, review, Verdict("reject", {}, _WHY), actor, to_text(platform.clock.now()))
    try:
        following = await begin_following(
            platform, workflow, Actor(run.account_id, actor), receipt.id, receipt.sha256, run.id, rejection
        )
    except NotBegun as refused:
        return await _begun_by_another(platform, run, receipt, refused)
    if following.is_new:
        log.info("review.decided", **log_fields(run), review=review.id, outcome="reject")
        log.info("run.created", account=run.account_id, run=following.id, kind=run.kind, subject=receipt.id)
        await wake(platform, run)
    return following.id


async def _begun_by_another(platform: Platform, run: Run, receipt: Receipt, refused: NotBegun) -> str:
    current = await load_receipt(platform.database, receipt.id)
    if current is None or current.run_id == run.id:
        raise NotPossible("the run does not wait for a person any more") from refused
    return current.run_id
