"""POST /api/runs/{id}/review: a person's decision, checked here, recorded once, taken up by the run."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.ai.budget import budget_of
from tillroll.api.corrections import check_values
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.problems import ALREADY_DECIDED, NO_REVIEW_OPEN, NOT_POSSIBLE, Problem
from tillroll.api.run_views import reasons_of
from tillroll.api.runs import owned_run
from tillroll.api.shapes import DecisionShape, Shape
from tillroll.durable.decisions import AlreadyDecided, NotWaiting, decide, newest_review
from tillroll.durable.operations import NotPossible
from tillroll.durable.runs import Run
from tillroll.workflows.receipt.contract import AI_BUDGET
from tillroll.workflows.receipt.runs import read_anew
from tillroll.workflows.registry import NEWEST

router = APIRouter(tags=["runs"])

APPROVE: Literal["approve"] = "approve"


class ReadAgainResult(Shape):
    """`run_id` is the new run."""

    run_id: str
    previous_run_id: str


class DecisionRequest(Shape):
    """`values` holds the corrected ones of merchant, date, total, tax, currency and category, as strings; the rest is
    as read."""

    decision: Literal["approve", "reject"]
    values: Annotated[dict[str, Any], Field(default_factory=dict)]
    comment: Annotated[str | None, Field(max_length=500)] = None


@router.post("/api/runs/{run_id}/review")
async def decide_review(
    platform: PlatformHere, principal: Asking, run_id: str, request: DecisionRequest
) -> DecisionShape:
    """Approve (with corrections) or reject what a run is unsure of. Saying the same again changes nothing."""
    run = await owned_run(platform, principal, run_id)
    review = await newest_review(platform.database, run.id)
    if review is None:
        raise _no_review_open(run)
    values = request.values if request.decision == APPROVE else {}
    if request.decision == APPROVE:
        await check_values(platform, run.id, values, is_complete=True)
    comment = (request.comment or "").strip() or None
    try:
        await decide(platform, run, review, request.decision, values, comment, principal.actor)
    except AlreadyDecided as error:
        raise Problem(
            ALREADY_DECIDED, "Reload the run to see the decision that stands.", decision=error.review.decision
        ) from error
    except NotWaiting as error:
        raise _no_review_open(run) from error
    return DecisionShape(run_id=run.id, decision=request.decision)


def _no_review_open(run: Run) -> Problem:
    return Problem(NO_REVIEW_OPEN, "Only a run with the status needs_review can be decided.", runStatus=run.status)


@router.post("/api/runs/{run_id}/read-again", status_code=202)
async def read_again(platform: PlatformHere, principal: Asking, run_id: str) -> ReadAgainResult:
    """Have a receipt read that waits because the AI budget was spent, once there is one: its run ends as rejected, and
    a new one begins. Asked for again, it is the same."""
    run = await owned_run(platform, principal, run_id)
    review = await newest_review(platform.database, run.id)
    if review is None or AI_BUDGET not in reasons_of(review):
        raise Problem(NOT_POSSIBLE, "Only a run that waits for its account's AI budget can be read again.")
    if review.decision is None and (await budget_of(platform, run.account_id)).is_spent:
        message = "Today's AI budget is still spent: raise it, or wait until 00:00 UTC. Nothing was changed."
        raise Problem(NOT_POSSIBLE, message)
    try:
        following = await read_anew(platform, NEWEST[run.kind], run, review, principal.actor)
    except NotPossible as error:
        raise Problem(NOT_POSSIBLE, f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.") from error
    return ReadAgainResult(run_id=following, previous_run_id=run.id)
