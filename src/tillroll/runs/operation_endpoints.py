"""Routes of what people do with runs: signals, decisions, operations, and dead letters in bulk."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import (
    Caller,
    Deployed,
    OwnKey,
    PlatformHere,
    allowed_of,
    needs,
    require,
)
from tillroll.api.problems import Problem
from tillroll.api.routing import Router
from tillroll.runs.endpoints import owned_run
from tillroll_durable import operations, signals
from tillroll_durable.archive.files import kept_of
from tillroll_durable.chains import newest_of
from tillroll_durable.contract import Contract
from tillroll_durable.decisions import Verdict
from tillroll_durable.operations import NotPossible, Request, Undeployed
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.models import Model, RequestBody
from tillroll_durable.platform.refusals import NOT_POSSIBLE
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.restarting import Restart, places_of, restart
from tillroll_durable.runs import Run
from tillroll_durable.webhooks.consumer import deliver_now, resend

router = Router(tags=["operations"])
signals_router = Router(tags=["runs"])


class SignalRequest(RequestBody):
    """`key` names what is sent: sent again, it changes nothing."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    payload: Annotated[dict[str, Any], Field(default_factory=dict)]


class SignalResult(Model):
    run_id: str
    signal: str
    key: str


@signals_router.post(
    "/api/runs/{run_id}/signals/{name}", status_code=202, openapi_extra=needs(Permission.OPERATE)
)
async def signal_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    name: str,
    body: SignalRequest,
) -> SignalResult:
    """Send a run a signal that its contract declares, also before it waits for it. The same key
    with the same payload gets the same answer, however often.
    """
    run = await newest_of(platform.database, await owned_run(platform, principal, run_id))
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    signals.signal_of(workflow.contract, name)
    require(principal, allowed_of(registry, run.kind, run.contract_version).signals[name])
    signal = signals.NewSignal(name, body.key, payload=body.payload, actor=principal.actor)
    await signals.take_signal(platform, workflow, run=run, signal=signal, sent_to=run_id)
    return SignalResult(run_id=run_id, signal=name, key=body.key)


class DecisionRequest(RequestBody):
    """`values` are what the run's kind takes: of a receipt the corrected ones of merchant,
    registeredName, date, total, tax, currency, category, documentKind, receiptNumber, dueDate,
    amountDue and buyer, as strings, while the rest is as read.
    """

    decision: Literal["approve", "reject"]
    values: Annotated[
        dict[str, Any],
        Field(
            default_factory=dict, description="What was read wrongly, by its name; only to approve"
        ),
    ]
    comment: Annotated[
        str | None, Field(max_length=500, description="Why; the run's owner reads it")
    ] = None


class Decision(Model):
    run_id: str
    decision: str


@signals_router.post("/api/runs/{run_id}/review", openapi_extra=needs(Permission.REVIEW))
async def decide_review(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    request: DecisionRequest,
) -> Decision:
    """Approve (with corrections) or reject what a run is unsure of. Saying the same again changes
    nothing.
    """
    run = await operations.asking_run(platform, await owned_run(platform, principal, run_id))
    require(principal, allowed_of(registry, run.kind, run.contract_version).decide)
    comment = (request.comment or "").strip() or None
    await operations.take_verdict(
        platform,
        registry.shown_by(run.kind, run.contract_version),
        run=run,
        verdict=Verdict(request.decision, request.values, comment),
        actor=principal.actor,
        decider=principal.user_id,
        may=lambda permission: permission in principal.permissions,
    )
    return Decision(run_id=run.id, decision=request.decision)


Reason = Annotated[
    str, Field(min_length=3, max_length=500, description="Why; it is kept in the audit")
]


class OperationRequest(RequestBody):
    reason: Reason


class RetryRequest(OperationRequest):
    """`values` are corrected values of the expense, which go over what was read."""

    values: Annotated[dict[str, Any], Field(default_factory=dict)]


class RestartRequest(OperationRequest):
    """`step` is where the new run begins, as `GET /api/runs/{run_id}/steps` names it. `repeats` are
    the effects elsewhere that may happen again, by their steps.
    """

    step: Annotated[str, Field(min_length=1, max_length=500)]
    repeats: Annotated[list[str], Field(default_factory=list, max_length=1000)]


class RestartRepeat(Model):
    """`is_irreversible`: nobody can take back what happens again."""

    step: str
    is_irreversible: bool


class RestartPlace(Model):
    """`keeps` are the steps whose outputs the new run has, `repeats` what would happen again
    elsewhere. `why_not` says why a run is not restarted from this step.
    """

    step: str
    keeps: list[str]
    repeats: list[RestartRepeat]
    why_not: str | None


class RestartPlaces(Model):
    """`why_not` says why a run is restarted from no step at all."""

    why_not: str | None
    steps: list[RestartPlace]


class BulkRequest(OperationRequest):
    """Up to 100 dead letters."""

    ids: Annotated[list[str], Field(min_length=1, max_length=100)]


class BulkResult(Model):
    """`done` holds the runs for which it was done, `refused` the others with the reason."""

    done: list[str]
    refused: dict[str, str]


class OperationResult(Model):
    run_id: str
    status: str


@router.post("/api/runs/{run_id}/retry", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def retry_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: RetryRequest
) -> OperationResult:
    """Go on with a failed run from the step that failed. Completed steps are not done again."""
    run = await _operated(platform, registry, principal=principal, run_id=run_id)
    workflow = registry.shown_by(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    await workflow.check_values(platform, run.id, body.values, is_complete=False)
    request = Request(principal.actor, body.reason)
    values: JsonObject | None = body.values or None
    await operations.retry(
        platform,
        _deployed_contract(registry, run),
        run=run,
        request=request,
        corrected_input=values,
    )
    return await _result(platform, principal, run.id)


@router.post("/api/runs/{run_id}/restart", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def restart_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: RestartRequest,
    own_key: OwnKey,
) -> OperationResult:
    """Begin a new run from a step of one that has completed or failed, with the outputs of the
    steps before. What it did elsewhere from there on is not done again, unless `repeats` names it.
    """
    run = await owned_run(platform, principal, run_id)
    await _check_operated(platform, registry, principal=principal, run=run)
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    new_run_id = await restart(
        platform,
        workflow,
        run=run,
        request=Request(principal.actor, body.reason),
        order=Restart(body.step, frozenset(body.repeats), own_key or body.step),
        may=lambda permission: permission in principal.permissions,
    )
    return await _result(platform, principal, new_run_id)


@router.get("/api/runs/{run_id}/restart", openapi_extra=needs(Permission.OPERATE))
async def list_restart_places(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str
) -> RestartPlaces:
    """From which steps a run can be restarted, and what would happen again. It changes nothing."""
    run = await owned_run(platform, principal, run_id)
    workflow = registry.find(run.kind, run.contract_version)
    if workflow is None:
        raise Undeployed(run)
    places = await places_of(platform.database, workflow, run)
    steps = [
        RestartPlace(
            step=place.step,
            keeps=[*place.keeps],
            repeats=[
                RestartRepeat(step=each.step, is_irreversible=each.is_irreversible)
                for each in place.repeats
            ],
            why_not=_sentence(place.why_not),
        )
        for place in places.steps
    ]
    return RestartPlaces(why_not=_sentence(places.why_not), steps=steps)


def _sentence(why: str | None) -> str | None:
    if why is None:
        return None
    return f"{why[:1].upper()}{why[1:]}."


@router.post("/api/runs/{run_id}/abandon", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def abandon_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Give up a failed run, or one that stands still on the way to its end: what it did is undone
    by contract, then it ends as abandoned. What its body does not come to is left, and told.
    """
    run = await _operated(platform, registry, principal=principal, run_id=run_id)
    request = Request(principal.actor, body.reason)
    await operations.abandon(platform, _deployed_contract(registry, run), run=run, request=request)
    return await _result(platform, principal, run.id)


@router.post("/api/runs/{run_id}/cancel", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def cancel_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Ask a run under way to end. It does so at its next boundary, after undoing what it did."""
    run = await _operated(platform, registry, principal=principal, run_id=run_id)
    contract = registry.contracts.get((run.kind, run.contract_version))
    await operations.cancel(
        platform, run, request=Request(principal.actor, body.reason), contract=contract
    )
    return await _result(platform, principal, run.id)


@router.post("/api/runs/{run_id}/pause", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def pause_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Stop a run under way until it is resumed; nothing is undone."""
    run = await _operated(platform, registry, principal=principal, run_id=run_id)
    await operations.pause(platform, run, Request(principal.actor, body.reason))
    return await _result(platform, principal, run.id)


@router.post("/api/runs/{run_id}/resume", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def resume_run(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Let a paused run go on, also where its instance is lost; or a run that stands still and was
    escalated.
    """
    run = await _operated(platform, registry, principal=principal, run_id=run_id)
    request = Request(principal.actor, body.reason)
    contract = registry.contracts.get((run.kind, run.contract_version))
    await operations.go_on(platform, run, request=request, contract=contract)
    return await _result(platform, principal, run.id)


@router.post("/api/runs/{run_id}/resend", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def resend_notification(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Notify again of what a run has done: repeat the step that could not, or deliver its event
    anew, under the same id, where that was given up.
    """
    request = Request(principal.actor, body.reason)

    async def resend_of(run: Run) -> None:
        await _check_operated(platform, registry, principal=principal, run=run)
        contract = _deployed_contract(registry, run)
        await resend(platform, registry.settlements, contract=contract, run=run, request=request)

    await operations.on_chain(platform, await owned_run(platform, principal, run_id), resend_of)
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/deliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def deliver_run_now(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    run_id: str,
    body: OperationRequest,
) -> OperationResult:
    """Deliver a run's event now whose delivery failed and would be tried again later."""
    request = Request(principal.actor, body.reason)

    async def deliver_of(run: Run) -> None:
        await _check_operated(platform, registry, principal=principal, run=run)
        await deliver_now(platform, run, request)

    await operations.on_chain(platform, await owned_run(platform, principal, run_id), deliver_of)
    return await _result(platform, principal, run_id)


@router.post("/api/dead-letters/retry", openapi_extra=needs(Permission.OPERATE))
async def retry_dead_letters(
    platform: PlatformHere, registry: Deployed, principal: Caller, body: BulkRequest
) -> BulkResult:
    """Retry several failed runs; `GET /api/runs?status=failed` lists them."""
    return await _each(platform, registry, principal=principal, body=body, act=operations.retry)


@router.post("/api/dead-letters/abandon", openapi_extra=needs(Permission.OPERATE))
async def abandon_dead_letters(
    platform: PlatformHere, registry: Deployed, principal: Caller, body: BulkRequest
) -> BulkResult:
    """Give several failed runs up."""
    return await _each(platform, registry, principal=principal, body=body, act=operations.abandon)


async def _operated(platform: Platform, registry: Registry, principal: Caller, run_id: str) -> Run:
    """The account's run, or the newest that it goes on as. Raises Problem: 404; 403, the caller may
    not operate its kind.
    """
    named = await owned_run(platform, principal, run_id)
    run = await newest_of(platform.database, named)
    await _check_operated(platform, registry, principal=principal, run=run)
    return run


async def _check_operated(
    platform: Platform, registry: Registry, principal: Caller, run: Run
) -> None:
    """Raises Problem: the caller may not operate the run's kind, or the run is archived."""
    require(principal, allowed_of(registry, run.kind, run.contract_version).operate)
    if await kept_of(platform.database, run.id) is not None:
        sentence = (
            f"The run is archived. `tillroll archive restore {run.id}` brings it back. "
            "Nothing was changed."
        )
        raise Problem(NOT_POSSIBLE, sentence)


async def _each(
    platform: Platform,
    registry: Registry,
    principal: Caller,
    body: BulkRequest,
    act: Callable[[Platform, Contract, Run, Request], Awaitable[object]],
) -> BulkResult:
    result = BulkResult(done=[], refused={})
    request = Request(principal.actor, body.reason)
    for run_id in dict.fromkeys(body.ids):
        try:
            run = await _operated(platform, registry, principal=principal, run_id=run_id)
            await act(platform, _deployed_contract(registry, run), run, request)
        except (NotPossible, Problem) as error:
            result.refused[run_id] = str(error)
        else:
            result.done.append(run_id)
    return result


def _deployed_contract(registry: Registry, run: Run) -> Contract:
    contract = registry.contracts.get((run.kind, run.contract_version))
    if contract is None:
        raise Undeployed(run)
    return contract


async def _result(platform: Platform, principal: Caller, run_id: str) -> OperationResult:
    return OperationResult(
        run_id=run_id, status=(await owned_run(platform, principal, run_id)).status
    )
