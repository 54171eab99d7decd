"""Routes of what a run did: its timeline, its steps, and its trace as OpenTelemetry has it."""

import hashlib
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.problems import NOT_MODIFIED, not_found
from tillroll.api.shapes import ErrorShape, Model
from tillroll.durable.contract import Contract
from tillroll.durable.explanation.timeline import Item
from tillroll.durable.record.archive import where_kept, with_archived
from tillroll.durable.record.steps import shown_output, withhold
from tillroll.durable.workflow import Registry
from tillroll.observability.timeline import load_timeline
from tillroll.platform.bindings.database import Row, integer, of_row, optional_text, statement, text
from tillroll.platform.json import load
from tillroll.platform.services import Platform
from tillroll.runs.endpoints import owned_run

router = APIRouter(tags=["runs"])


class TimelineItem(Model):
    """`kind`: step, attempt, compensation, wait, ai_call, delivery, decision or act. `ended_at` is null while it goes
    on, and the same as `started_at` where it took no time. `until`: when a wait is due."""

    kind: str
    name: str
    step: str | None
    generation: int
    attempt: int | None
    started_at: str
    ended_at: str | None
    outcome: str
    reason: str | None
    error: str | None
    actor: str | None
    until: str | None
    detail: dict[str, Any]


class TimelineShape(Model):
    """`ended_at` is null while something may still happen to the run by itself or by a person."""

    run_id: str
    generation: int
    started_at: str
    ended_at: str | None
    items: list[TimelineItem]


@router.get(
    "/api/runs/{run_id}/timeline",
    response_model=TimelineShape,
    responses=NOT_MODIFIED,
    openapi_extra=needs(Permission.READ),
)
async def show_timeline(
    request: Request, response: Response, platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str
) -> TimelineShape | Response:
    """What happened to a run, in the order in which it began, in all its generations. With `If-None-Match`, 304 where
    nothing has changed."""
    await owned_run(platform, principal, run_id)
    found = await _timeline(platform, registry, run_id)
    etag = f'"{hashlib.sha256(found.model_dump_json().encode()).hexdigest()[:32]}"'
    if etag == request.headers.get("if-none-match"):
        return Response(status_code=304, headers={"etag": etag})
    response.headers["etag"] = etag
    response.headers["cache-control"] = "private, no-cache"
    return found


async def _timeline(platform: Platform, registry: Registry, run_id: str) -> TimelineShape:
    loaded = await load_timeline(platform, registry.contract_of, run_id)
    if loaded is None:
        raise not_found("run")
    run = loaded.run
    state = loaded.contract.shown_state(text(run, "state"), text(run, "status"), text(run, "next_safe_action"))
    return TimelineShape(
        run_id=run_id,
        generation=integer(run, "generation"),
        started_at=text(run, "created_at"),
        ended_at=loaded.last_event_at if state.is_terminal else None,
        items=[_shape(item) for item in loaded.items],
    )


def _shape(item: Item) -> TimelineItem:
    return TimelineItem(**{name: getattr(item, name) for name in TimelineItem.model_fields})


@router.get("/api/runs/{run_id}/trace", openapi_extra=needs(Permission.READ))
async def show_trace(platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str) -> dict[str, Any]:
    """An ExportTraceServiceRequest in OTLP/JSON, with what has ended of the run so far."""
    from tillroll.observability.spans import export_request  # noqa: PLC0415
    from tillroll.observability.trace_export import load_trace  # noqa: PLC0415 - few requests need it

    await owned_run(platform, principal, run_id)
    trace = await load_trace(platform, registry.contract_of, run_id)
    if trace is None:
        raise not_found("run")
    return export_request([trace])


_MOST_ATTEMPTS: Final = 100
_STEP: Final = "SELECT * FROM run_steps WHERE run_id = ? AND step = ?"
_ATTEMPTS: Final = f"""
  SELECT * FROM step_attempts WHERE run_id = ? AND step = ? ORDER BY started_at DESC LIMIT {_MOST_ATTEMPTS}
"""  # noqa: S608 - a constant


class AttemptShape(Model):
    """`error` is null of the attempt that completed the step. `reason`: with which it asked for a person."""

    generation: int
    attempt: int
    started_at: str
    ended_at: str | None
    reason: str | None
    error: ErrorShape | None
    next_retry_at: str | None


class StepDetail(Model):
    """`outcome`: pending (nothing is recorded yet), retrying, completed or failed. `input` is the list of what the
    step's function was given, null where that is nothing; `output` what it gave
    back. What is too large stands as `{"$omitted": bytes}`, what the contract calls secret or personal as
    `{"$withheld": true}`. `attempts` are the newest 100, the newest first."""

    run_id: str
    name: str
    outcome: str
    started_at: str | None
    ended_at: str | None
    input: Any
    output: Any
    attempts: list[AttemptShape]


@router.get("/api/runs/{run_id}/steps/{name}", openapi_extra=needs(Permission.READ))
async def show_step(
    platform: PlatformHere, registry: Deployed, principal: Caller, run_id: str, name: str
) -> StepDetail:
    """One step of a run, as the record has it."""
    run = await owned_run(platform, principal, run_id)
    contract = registry.contract_of(run.kind, run.contract_version)
    found, attempts, kept = await platform.database.batch(
        [statement(_STEP, run_id, name), statement(_ATTEMPTS, run_id, name), where_kept(run_id)]
    )
    if kept:
        rows = await with_archived(platform.objects, {"run_steps": [], "step_attempts": []}, kept)
        found = [row for row in rows["run_steps"] if row["step"] == name]
        failed = [row for row in rows["step_attempts"] if row["step"] == name]
        attempts = sorted(failed, key=lambda row: text(row, "started_at"), reverse=True)
    if not found and all(step.name != name for step in contract.steps):
        raise not_found("step of this run")
    row = found[0] if found else None
    completed = [] if row is None or row["outcome"] != "completed" else [_completed(row)]
    return StepDetail(
        run_id=run_id,
        name=name,
        outcome="pending" if row is None else text(row, "outcome"),
        started_at=None if row is None else text(row, "started_at"),
        ended_at=None if row is None else optional_text(row, "ended_at"),
        input=None if row is None else _kept(contract, name, row, "input"),
        output=None if row is None else _kept(contract, name, row, "output"),
        attempts=[*completed, *(_failed(each) for each in attempts)][:_MOST_ATTEMPTS],
    )


def _kept(contract: Contract, name: str, row: Row, column: str) -> Any:
    """Withheld once more: what a newer contract calls secret was kept before it did."""
    kept = optional_text(row, column)
    return None if kept is None else withhold(shown_output(load(kept)), contract.withheld_of(name))


def _completed(row: Row) -> AttemptShape:
    return AttemptShape(
        generation=integer(row, "generation"),
        attempt=integer(row, "attempts"),
        started_at=text(row, "attempt_started_at"),
        ended_at=optional_text(row, "ended_at"),
        reason=None,
        error=None,
        next_retry_at=None,
    )


def _failed(row: Row) -> AttemptShape:
    return of_row(
        AttemptShape,
        row,
        ended_at=text(row, "ended_at"),
        error=ErrorShape(error_class=text(row, "error_class"), summary=text(row, "error_summary")),
    )
