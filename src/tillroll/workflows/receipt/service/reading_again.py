"""Reading a receipt again that waits for a person because its account had no money for models, or had asked them as
often as it may."""

from tillroll.ai.ledger import budget_of
from tillroll.durable import Actor, NotBegun, Workflow
from tillroll.durable.operating.operations import NotPossible
from tillroll.durable.record.decisions import Review, Verdict, newest_review, record, wake
from tillroll.durable.record.runs import Run, log_fields
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.quotas.usage import usage_of
from tillroll.workflows.receipt.contract import AI_BUDGET
from tillroll.workflows.receipt.rows.records import Receipt, load_receipt
from tillroll.workflows.receipt.service.following import begin_following

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
