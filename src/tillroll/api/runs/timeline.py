"""GET /api/runs/{id}/timeline: what a drawing of a run needs."""

import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.needs import needs
from tillroll.api.openapi import NOT_MODIFIED
from tillroll.api.problems import not_found
from tillroll.api.runs.runs import owned_run
from tillroll.api.shapes import Shape
from tillroll.durable.registry import Registry
from tillroll.durable.telling.timeline.items import Item
from tillroll.observability.timeline import load_timeline
from tillroll.platform.bindings.database import integer, text
from tillroll.platform.services import Platform

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


@router.get(
    "/api/runs/{run_id}/timeline",
    response_model=TimelineShape,
    responses=NOT_MODIFIED,
    openapi_extra=needs(Permission.READ),
)
async def show_timeline(
    request: Request, response: Response, platform: PlatformHere, registry: Deployed, principal: Asking, run_id: str
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


def _shape(item: Item) -> TimelineItemShape:
    return TimelineItemShape(**{name: getattr(item, name) for name in TimelineItemShape.model_fields})
