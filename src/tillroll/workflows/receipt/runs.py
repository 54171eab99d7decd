"""The runs of a receipt: one follows another where that ended without an expense, or was never able to read it."""

from tillroll.durable.audit import AuditEvent, append_if_changed, event_of_run
from tillroll.durable.contract import Contract
from tillroll.durable.decisions import Review, Verdict, announce, record
from tillroll.durable.operations import NotPossible
from tillroll.durable.runs import NewRun, Run, insert, told_of
from tillroll.durable.starting import start_instance
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import ConstraintFailed, Statement, statement
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.receipt.records import Receipt, load_receipt

# What the run that is given up says of itself.
_WHY = "it is read again"


def created(run: NewRun, actor: str, now: str) -> AuditEvent:
    """That somebody had a receipt read."""
    return event_of_run(
        run,
        "run.created",
        f"{run.id}:created",
        actor=actor,
        at=now,
        detail={"receipt": run.subject, "previousRun": run.previous_run_id, "to": run.contract.initial},
    )


def take_over(run: NewRun, actor: str, now: str) -> list[Statement]:
    """A new run for a receipt, in the place of its previous one. Of several at once one wins; the batch of the others
    is refused."""
    claim = statement(
        "UPDATE receipts SET run_id = ? WHERE id = ? AND run_id = ?", run.id, run.subject, run.previous_run_id
    )
    return [insert(run, now), claim, append_if_changed(created(run, actor, now))]


async def read_anew(platform: Platform, contract: Contract, run: Run, review: Review, actor: str) -> str:
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
    now = to_text(platform.clock.now())
    following = NewRun(new_id("run"), run.account_id, contract, f"sha256:{receipt.sha256}", receipt.id, run.id)
    rejection = record(run, review, Verdict("reject", {}, _WHY), actor, now)
    try:
        await platform.database.batch([*rejection, *take_over(following, actor, now)])
    except ConstraintFailed as refused:
        return await _begun_by_another(platform, run, receipt, refused)
    log.info("review.decided", **told_of(run), review=review.id, outcome="reject")
    log.info("run.created", account=run.account_id, run=following.id, kind=contract.kind, receipt=receipt.id)
    await announce(platform, run, review.event_type)
    await start_instance(platform, contract.kind, following.id, 1)
    return following.id


async def _begun_by_another(platform: Platform, run: Run, receipt: Receipt, refused: ConstraintFailed) -> str:
    current = await load_receipt(platform.database, receipt.id)
    if current is None or current.run_id == run.id:
        raise NotPossible("the run does not wait for a person any more") from refused
    return current.run_id
