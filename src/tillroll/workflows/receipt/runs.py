"""The runs of a receipt: one follows another where that ended without an expense, or was never able to read it."""

from collections.abc import Sequence

from tillroll.durable.beginning import Actor, BegunRun, NotBegun, begin
from tillroll.durable.operating.operations import NotPossible
from tillroll.durable.record.decisions import Review, Verdict, record, wake
from tillroll.durable.record.runs import NewRun, Run, log_fields
from tillroll.durable.workflow import Workflow
from tillroll.platform import log
from tillroll.platform.bindings.database import Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.contract import ReceiptParams
from tillroll.workflows.receipt.rows.records import Receipt, load_receipt

# What the run that is given up says of itself.
_WHY = "it is read again"


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


async def read_anew(platform: Platform, workflow: Workflow, run: Run, review: Review, actor: str) -> str:
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
