"""Routes of operations: retry, abandon, cancel, pause, resume, and dead letters one by one or in bulk."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, allowed_of, needs, require
from tillroll.api.problems import FOUR_EYES, NOT_POSSIBLE, Problem
from tillroll.api.shapes import Model
from tillroll.durable.contract import Contract
from tillroll.durable.operations import operations
from tillroll.durable.operations.delivery import deliver_now, resend
from tillroll.durable.operations.operations import NotPossible, Request
from tillroll.durable.record.archive import kept_of
from tillroll.durable.record.runs import Run, not_deployed
from tillroll.durable.workflow import Registry
from tillroll.platform.json import JsonObject
from tillroll.platform.models import RequestBody
from tillroll.platform.services import Platform
from tillroll.runs.endpoints import owned_run


async def check_values(
    platform: Platform, registry: Registry, run: Run, values: JsonObject, *, is_complete: bool
) -> None:
    """Refuse what the run's workflow cannot use. Unless `is_complete`, what is not given may still be found.

    Raises:
        ValuesRefused: each value, and how to put it right.
        Problem: 409 where no workflow of the run's kind is deployed.
    """
    # A decision may be given on a run whose own version was removed too early; it is taken up when that is back.
    workflow = registry.shown_by(run.kind, run.contract_version)
    if workflow is None:
        raise Problem(NOT_POSSIBLE, f"{not_deployed(run)}. Nothing was changed.")
    await workflow.check_values(platform, run.id, values, is_complete=is_complete)


async def check_decider(platform: Platform, registry: Registry, run: Run, user_id: str) -> None:
    """Refuse a person who may decide what runs of the kind ask, but not what this one does.

    Raises:
        Problem: 403, with the reason.
    """
    workflow = registry.shown_by(run.kind, run.contract_version)
    refused = None if workflow is None else await workflow.may_decide(platform, run.id, user_id)
    if refused is not None:
        raise Problem(FOUR_EYES, refused)


router = APIRouter(tags=["operations"])

Reason = Annotated[str, Field(min_length=3, max_length=500, description="Why; it is kept in the audit")]


class OperationRequest(RequestBody):
    reason: Reason


class RetryRequest(OperationRequest):
    """`values` are corrected values of the expense, which go over what was read."""

    values: Annotated[dict[str, Any], Field(default_factory=dict)]


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
    run = await _operated(platform, registry, principal, run_id)
    await check_values(platform, registry, run, body.values, is_complete=False)
    request = Request(principal.actor, body.reason)
    values: JsonObject | None = body.values or None
    await _possible(operations.retry(platform, _deployed_contract(registry, run), run, request, values))
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/abandon", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def abandon_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Give up a failed run, or one that stands still on the way to its end: what it did is undone by contract, then it
    ends as abandoned. What its body does not come to is left, and told."""
    run = await _operated(platform, registry, principal, run_id)
    await _possible(
        operations.abandon(platform, _deployed_contract(registry, run), run, Request(principal.actor, body.reason))
    )
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/cancel", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def cancel_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Ask a run under way to end. It does so at its next boundary, after undoing what it did."""
    run = await _operated(platform, registry, principal, run_id)
    contract = registry.contracts.get((run.kind, run.contract_version))
    await _possible(operations.cancel(platform, run, Request(principal.actor, body.reason), contract))
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/pause", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def pause_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Stop a run under way until it is resumed; nothing is undone."""
    run = await _operated(platform, registry, principal, run_id)
    await _possible(operations.pause(platform, run, Request(principal.actor, body.reason)))
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/resume", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def resume_run(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Let a paused run go on, also where its instance is lost, or a run that stands still and of which a person was
    told."""
    run = await _operated(platform, registry, principal, run_id)
    request = Request(principal.actor, body.reason)
    if run.paused_at is None:
        await _possible(operations.revive(platform, _deployed_contract(registry, run), run, request))
    else:
        contract = registry.contracts.get((run.kind, run.contract_version))
        await _possible(operations.unpause(platform, run, request, contract))
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/resend", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def resend_notification(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Deliver a run's event anew, under the same id, whose delivery was given up or was never begun."""
    run = await _operated(platform, registry, principal, run_id)
    request = Request(principal.actor, body.reason)
    await _possible(resend(platform, registry.settlements, _deployed_contract(registry, run), run, request))
    return await _result(platform, principal, run_id)


@router.post("/api/runs/{run_id}/deliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def deliver_run_now(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, body: OperationRequest
) -> OperationResult:
    """Deliver a run's event now whose delivery failed and would be tried again later."""
    run = await _operated(platform, registry, principal, run_id)
    await _possible(deliver_now(platform, run, Request(principal.actor, body.reason)))
    return await _result(platform, principal, run_id)


@router.post("/api/dead-letters/retry", openapi_extra=needs(Permission.OPERATE))
async def retry_many(platform: PlatformHere, registry: Deployed, principal: Caller, body: BulkRequest) -> BulkResult:
    """Retry several failed runs; `GET /api/runs?status=failed` lists them."""

    async def one(run_id: str) -> None:
        run = await _operated(platform, registry, principal, run_id)
        await operations.retry(platform, _deployed_contract(registry, run), run, Request(principal.actor, body.reason))

    return await _each(body.ids, one)


@router.post("/api/dead-letters/abandon", openapi_extra=needs(Permission.OPERATE))
async def abandon_many(platform: PlatformHere, registry: Deployed, principal: Caller, body: BulkRequest) -> BulkResult:
    """Give several failed runs up."""

    async def one(run_id: str) -> None:
        run = await _operated(platform, registry, principal, run_id)
        await operations.abandon(
            platform, _deployed_contract(registry, run), run, Request(principal.actor, body.reason)
        )

    return await _each(body.ids, one)


async def _operated(platform: Platform, registry: Registry, principal: Caller, run_id: str) -> Run:
    """The account's run. Raises Problem: 404; 403, its kind is not operated by whoever asks."""
    run = await owned_run(platform, principal, run_id)
    require(principal, allowed_of(registry, run.kind, run.contract_version).operate)
    if await kept_of(platform.database, run_id) is not None:
        says = f"The run is archived. `tillroll archive restore {run_id}` brings it back. Nothing was changed."
        raise Problem(NOT_POSSIBLE, says)
    return run


async def _each(ids: list[str], one: Callable[[str], Awaitable[None]]) -> BulkResult:
    result = BulkResult(done=[], refused={})
    for run_id in dict.fromkeys(ids):
        try:
            await one(run_id)
        except (NotPossible, Problem) as error:
            result.refused[run_id] = str(error)
        else:
            result.done.append(run_id)
    return result


def _deployed_contract(registry: Registry, run: Run) -> Contract:
    contract = registry.contracts.get((run.kind, run.contract_version))
    if contract is None:
        raise Problem(NOT_POSSIBLE, f"{not_deployed(run)}. Nothing was changed.")
    return contract


async def _possible(operation: Awaitable[None]) -> None:
    try:
        await operation
    except NotPossible as error:
        raise Problem(NOT_POSSIBLE, f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was changed.") from error


async def _result(platform: Platform, principal: Caller, run_id: str) -> OperationResult:
    return OperationResult(run_id=run_id, status=(await owned_run(platform, principal, run_id)).status)
