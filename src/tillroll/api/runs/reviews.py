"""POST /api/runs/{id}/review: a person's decision, checked here, recorded once, taken up by the run."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.problems import ALREADY_DECIDED, NO_REVIEW_OPEN, Problem
from tillroll.api.runs.corrections import check_decider, check_values
from tillroll.api.runs.runs import owned_run
from tillroll.api.shapes import DecisionShape
from tillroll.api.workflows.allowed import allowed_of, require
from tillroll.durable.record.decisions import AlreadyDecided, NotWaiting, decide, newest_review
from tillroll.durable.record.runs import Run
from tillroll.platform.shape import Asked

router = APIRouter(tags=["runs"])

APPROVE: Literal["approve"] = "approve"


class DecisionRequest(Asked):
    """`values` are what the run's kind takes: of a receipt the corrected ones of merchant, registeredName, date,
    total, tax, currency, category, documentKind, receiptNumber, dueDate, amountDue and buyer, as strings,
    while the rest is as read."""

    decision: Literal["approve", "reject"]
    values: Annotated[
        dict[str, Any], Field(default_factory=dict, description="What was read wrongly, by its name; only to approve")
    ]
    comment: Annotated[str | None, Field(max_length=500, description="Why; the run's owner reads it")] = None


@router.post("/api/runs/{run_id}/review", openapi_extra=needs(Permission.REVIEW))
async def decide_review(
    platform: PlatformHere, registry: Deployed, principal: Asking, run_id: str, request: DecisionRequest
) -> DecisionShape:
    """Approve (with corrections) or reject what a run is unsure of. Saying the same again changes nothing."""
    run = await owned_run(platform, principal, run_id)
    require(principal, allowed_of(registry, run.kind, run.contract_version).decide)
    await check_decider(platform, registry, run, principal.user_id)
    review = await newest_review(platform.database, run.id)
    if review is None:
        raise _no_review_open(run)
    if review.decision not in {None, request.decision}:
        raise _decided(str(review.decision))
    values = request.values if request.decision == APPROVE else {}
    if request.decision == APPROVE:
        await check_values(platform, registry, run, values, is_complete=True)
    comment = (request.comment or "").strip() or None
    try:
        await decide(platform, run, review, request.decision, values, comment, principal.actor)
    except AlreadyDecided as error:
        raise _decided(str(error.review.decision)) from error
    except NotWaiting as error:
        raise _no_review_open(run) from error
    return DecisionShape(run_id=run.id, decision=request.decision)


def _decided(decision: str) -> Problem:
    return Problem(ALREADY_DECIDED, "Reload the run to see the decision that stands.", decision=decision)


def _no_review_open(run: Run) -> Problem:
    return Problem(NO_REVIEW_OPEN, "Only a run with the status needs_review can be decided.", runStatus=run.status)
