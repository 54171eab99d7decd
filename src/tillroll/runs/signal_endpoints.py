"""Routes of what a run is sent: a signal, or a person's decision on its review."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.problems import (
    ALREADY_DECIDED,
    INVALID_SIGNAL,
    NO_REVIEW_OPEN,
    NOT_POSSIBLE,
    SIGNAL_CONFLICT,
    Problem,
)
from tillroll.api.shapes import DecisionShape, Model
from tillroll.durable.operations.signals import (
    InvalidPayload,
    NotListening,
    SignalConflict,
    UnknownSignal,
    check_listening,
    send_signal,
    signal_of,
    was_sent,
)
from tillroll.durable.record.decisions import AlreadyDecided, NotWaiting, decide, newest_review
from tillroll.durable.record.runs import Run, not_deployed
from tillroll.durable.workflow import Workflow
from tillroll.platform.models import RequestBody
from tillroll.platform.services import Platform
from tillroll.runs.endpoints import owned_run
from tillroll.runs.operation_endpoints import check_decider, check_values

router = APIRouter(tags=["runs"])


class SignalRequest(RequestBody):
    """`key` names what is sent: sent again, it changes nothing."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    payload: Annotated[dict[str, Any], Field(default_factory=dict)]


class SignalResult(Model):
    run_id: str
    signal: str
    key: str


@router.post("/api/runs/{run_id}/signals/{name}", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def signal_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, name: str, body: SignalRequest
) -> SignalResult:
    """Send a run a signal that its contract declares, also before it waits for it. The same key with the same payload
    gets the same answer, however often."""
    run = await owned_run(platform, principal, run_id)
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Problem(NOT_POSSIBLE, f"{not_deployed(run)}. Nothing was changed.")
    try:
        signal_of(workflow.contract, name)
    except UnknownSignal as error:
        raise Problem(NOT_POSSIBLE, f"{_sentence(error)}. Nothing was changed.") from error
    require(principal, allowed_of(registry, run.kind, run.contract_version).signals[name])
    if not await was_sent(platform, run, name, body.key):  # before its payload: no other is taken, either
        await _check_taken(platform, workflow, run, name)
    try:
        await send_signal(platform, workflow.contract, run, name, body.key, body.payload, principal.actor)
    except InvalidPayload as error:
        raise Problem(INVALID_SIGNAL, f"{_sentence(error)}. Nothing was changed.") from error
    except SignalConflict as error:
        raise Problem(SIGNAL_CONFLICT, f"{_sentence(error)}: send this one under a key of its own.") from error
    except NotListening as error:
        raise Problem(NOT_POSSIBLE, f"{_sentence(error)}. Nothing was changed.") from error
    return SignalResult(run_id=run.id, signal=name, key=body.key)


async def _check_taken(platform: Platform, workflow: Workflow, run: Run, name: str) -> None:
    """
    Raises:
        Problem: 409, the run takes no signal now, or not this one; it says which others its contract declares.
    """
    try:
        await check_listening(platform, run)
    except NotListening as error:
        raise Problem(NOT_POSSIBLE, f"{_sentence(error)}. It takes no signal. Nothing was changed.") from error
    refused = await workflow.may_signal(platform, run.id, name)
    if refused is not None:
        others = ", ".join(each.name for each in workflow.contract.signals if each.name != name) or "none"
        raise Problem(NOT_POSSIBLE, f"{refused} Signals beside {name}: {others}. Nothing was changed.")


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}"


APPROVE: Literal["approve"] = "approve"


class DecisionRequest(RequestBody):
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
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, request: DecisionRequest
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
