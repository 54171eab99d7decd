"""GET /api/runs/{id}/timeline: what a drawing of a run needs."""

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response

from tillroll.ai.calls import AI_BUDGET, STARTED
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.runs import owned_run
from tillroll.api.shapes import Shape
from tillroll.durable.timeline import timeline
from tillroll.durable.timeline.items import Item, Records, in_order
from tillroll.platform.database import Row, integer, optional_integer, optional_text, statement, text
from tillroll.platform.services import Platform
from tillroll.workflows.registry import contract_of

router = APIRouter(tags=["runs"])


class TimelineItemShape(Shape):
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


class TimelineShape(Shape):
    """`ended_at` is null while something may still happen to the run by itself or by a person."""

    run_id: str
    generation: int
    started_at: str
    ended_at: str | None
    items: list[TimelineItemShape]


@router.get("/api/runs/{run_id}/timeline", response_model=TimelineShape)
async def show_timeline(
    request: Request, response: Response, platform: PlatformHere, principal: Asking, run_id: str
) -> TimelineShape | Response:
    """What happened to a run, in the order in which it began, in all its generations. With `If-None-Match`, 304 where
    nothing has changed."""
    await owned_run(platform, principal, run_id)
    found = await _timeline(platform, run_id)
    etag = f'"{hashlib.sha256(found.model_dump_json().encode()).hexdigest()[:32]}"'
    if etag == request.headers.get("if-none-match"):
        return Response(status_code=304, headers={"etag": etag})
    response.headers["etag"] = etag
    response.headers["cache-control"] = "private, no-cache"
    return found


async def _timeline(platform: Platform, run_id: str) -> TimelineShape:
    [run], steps, attempts, reviews, outbox, events, calls = await platform.database.batch(
        [
            statement("SELECT * FROM runs WHERE id = ?", run_id),
            statement("SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, rowid", run_id),
            statement("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            statement("SELECT * FROM reviews WHERE run_id = ? ORDER BY number", run_id),
            statement("SELECT * FROM outbox WHERE run_id = ? ORDER BY id", run_id),
            statement("SELECT * FROM audit_events WHERE stream = ? ORDER BY seq", run_id),
            statement("SELECT * FROM ai_calls WHERE run_id = ? ORDER BY created_at, id", run_id),
        ]
    )
    contract = contract_of(text(run, "kind"), integer(run, "contract_version"))
    items = timeline(contract, Records(run, steps, attempts, reviews, outbox, events))
    state = contract.shown_state(text(run, "state"), text(run, "status"), text(run, "next_safe_action"))
    return TimelineShape(
        run_id=run_id,
        generation=integer(run, "generation"),
        started_at=text(run, "created_at"),
        ended_at=text(events[-1], "at") if state.is_terminal and events else None,
        items=[_shape(item) for item in in_order([*items, *map(_call, calls)])],
    )


def _call(row: Row) -> Item:
    """A row of `ai_calls`."""
    began = text(row, "created_at")
    ended = optional_text(row, "ended_at")
    if row["reason"] == AI_BUDGET or (ended is None and row["state"] != STARTED):
        ended = began  # it took no time; or it is from before its end was kept
    return Item(
        kind="ai_call",
        name=text(row, "model"),
        step=optional_text(row, "step"),
        generation=optional_integer(row, "generation") or 1,
        attempt=optional_integer(row, "attempt"),
        started_at=began,
        ended_at=ended,
        outcome=text(row, "state"),
        reason=optional_text(row, "reason"),
        error=optional_text(row, "error"),
        detail={
            "call": text(row, "id"),
            "purpose": text(row, "purpose"),
            "inputTokens": optional_integer(row, "input_tokens"),
            "outputTokens": optional_integer(row, "output_tokens"),
            "costMicroUsd": optional_integer(row, "cost_micro_usd"),
        },
    )


def _shape(item: Item) -> TimelineItemShape:
    return TimelineItemShape(**{name: getattr(item, name) for name in TimelineItemShape.model_fields})
