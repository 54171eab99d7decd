"""Routes of events that came: what each became, why one could not be mapped, and working it off again."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import unknown
from tillroll.api.problems import NOT_REPLAYABLE, Problem, not_found
from tillroll.api.shapes import Model
from tillroll.inbound.endpoints import InboundHere, require_of_source
from tillroll.inbound.replays import NoSuchEvent, NotReplayable, list_events, replay_event, replay_source, show_event
from tillroll.inbound.repository import body_of
from tillroll.inbound.service import NoSuchSource, list_sources, show_source
from tillroll.inbound.verification import parsed
from tillroll.platform.bindings.database import Row, integer, optional_text, text
from tillroll.platform.faults import one_of
from tillroll.platform.models import Page

router = APIRouter(tags=["inbound"])

State = Literal["stored", "started", "signalled", "consumed", "ignored", "unmapped", "failed"]


class InboundEventShape(Model):
    """`event_id` and `type` are the sender's. `state`: stored (not worked off yet), started, signalled, consumed,
    ignored, unmapped or failed; `why` says what stands in the way. `conflicts` counts other bodies under the same id,
    which were refused."""

    id: str
    source_id: str
    event_id: str
    type: str | None
    received_at: str
    state: str
    attempts: int
    next_attempt_at: str | None
    run_id: str | None
    why: str | None
    settled_at: str | None
    conflicts: int


class InboundEventDetail(InboundEventShape):
    """`body` is what was sent: as JSON, or as text where it is none, or null where it was erased or is no text."""

    body: Any


class Replayed(Model):
    """`replayed` events are worked off again; `left` are left for the next call."""

    replayed: int
    left: int


@router.get("/api/inbound-events", openapi_extra=needs(Permission.ADMINISTER))
async def list_all(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    source: Annotated[str | None, Query(description="Of this source")] = None,
    state: Annotated[State | None, Query(description="In this state")] = None,
) -> Page[InboundEventShape]:
    """The events that came, newest first."""
    rows = await list_events(platform, principal.account_id, source, state, page.behind, page.wanted)
    if not rows and source is not None:
        await _check_source(platform, principal.account_id, source)
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    return Page(items=[InboundEventShape(**_values(row)) for row in shown], next_cursor=following)


@router.get("/api/inbound-events/{event_id}", openapi_extra=needs(Permission.ADMINISTER))
async def show(platform: PlatformHere, principal: Caller, event_id: str) -> InboundEventDetail:
    """One event, with what was sent."""
    try:
        row = await show_event(platform, principal.account_id, event_id)
    except NoSuchEvent as error:
        raise not_found("event") from error
    return InboundEventDetail(**_values(row), body=_body(row))


@router.post("/api/inbound-events/{event_id}/replay", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def replay(platform: PlatformHere, inbound: InboundHere, principal: Caller, event_id: str) -> InboundEventShape:
    """Work an event off again that could not be mapped, was ignored, or failed: by the mapping that stands now. It
    needs what the source begins."""
    try:
        row = await show_event(platform, principal.account_id, event_id)
        await require_of_source(platform, inbound, principal, text(row, "source_id"))
        return InboundEventShape(**_values(await replay_event(platform, principal.as_actor, event_id)))
    except NoSuchEvent as error:
        raise not_found("event") from error
    except NotReplayable as error:
        detail = f"It is {error}: only what is unmapped, failed or ignored, and not erased, can be worked off again."
        raise Problem(NOT_REPLAYABLE, detail) from error


@router.post("/api/inbound-sources/{source_id}/replay", status_code=202, openapi_extra=needs(Permission.ADMINISTER))
async def replay_all(platform: PlatformHere, inbound: InboundHere, principal: Caller, source_id: str) -> Replayed:
    """Work off again what of a source could not be mapped, or failed: the oldest 100. It needs what the source
    begins."""
    await require_of_source(platform, inbound, principal, source_id)
    try:
        replayed, left = await replay_source(platform, principal.as_actor, source_id)
    except NoSuchSource as error:
        raise not_found("source") from error
    return Replayed(replayed=replayed, left=left)


async def _check_source(platform: PlatformHere, account_id: str, source: str) -> None:
    """Raises Problem, 422: the account has no such source."""
    try:
        await show_source(platform, account_id, source)
    except NoSuchSource as error:
        there = [text(each.row, "id") for each in await list_sources(platform, account_id)]
        raise unknown([{"field": "source", "message": one_of(there, source)}]) from error


def _body(row: Row) -> Any:
    body = body_of(row)
    if body is None:
        return None
    try:
        return parsed(body)
    except ValueError:
        return text(row, "body") if row["body_encoding"] == "utf-8" else None


def _values(row: Row) -> dict[str, Any]:
    is_open = row["state"] == "stored"
    return {
        "id": text(row, "id"),
        "source_id": text(row, "source_id"),
        "event_id": text(row, "event_id"),
        "type": optional_text(row, "type"),
        "received_at": text(row, "received_at"),
        "state": text(row, "state"),
        "attempts": integer(row, "attempts"),
        "next_attempt_at": text(row, "next_attempt_at") if is_open else None,
        "run_id": optional_text(row, "run_id"),
        "why": optional_text(row, "why"),
        "settled_at": optional_text(row, "settled_at"),
        "conflicts": integer(row, "conflicts"),
    }
