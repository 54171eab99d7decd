"""Routes of sources (which systems may send events, how they sign, and what their events mean) and
of their events.
"""

from datetime import timedelta
from typing import Annotated

from fastapi import Body, Depends, Query, Request
from fastapi.openapi.models import Example
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs, require
from tillroll.api.paging import Paged
from tillroll.api.parameters import unknown
from tillroll.api.routing import Router
from tillroll.identity.authentication import Principal
from tillroll.inbound import events, models, service
from tillroll.inbound.models import EventMapping, Scheme
from tillroll.inbound.rules import Inbound, needed_by
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.models import Page, RequestBody, printable
from tillroll_durable.platform.services import Platform

router = Router(tags=["inbound"])


async def get_inbound(request: Request) -> Inbound:
    """What events of other systems can be mapped to."""
    return Inbound(request.app.state.registry, request.app.state.consumers())


InboundHere = Annotated[Inbound, Depends(get_inbound)]

_EXAMPLE: dict[str, Example] = {
    "GitHub, whose pushes mean nothing yet": {
        "value": {
            "name": "GitHub",
            "scheme": {"name": "github"},
            "mapping": {"rules": [{"eventType": "push", "ignore": True}]},
        }
    }
}


Name = Annotated[str, printable(60), Field(description="Which system it is")]
Secret = Annotated[
    str | None, Field(max_length=300, description="The sender's; one is made where it takes one")
]


class SourceRequest(RequestBody):
    name: Name
    scheme: Annotated[Scheme, Field(description="How the sender signs")]
    mapping: Annotated[EventMapping, Field(description="What its events mean")]
    secret: Secret = None


class SourceChange(RequestBody):
    """All of it, as it shall be; the scheme stays."""

    name: Name
    mapping: EventMapping


class SecretRequest(RequestBody):
    """`overlap_hours`: for how long the secret before holds beside the new one."""

    secret: Secret = None
    overlap_hours: Annotated[int, Field(ge=0, le=30 * 24, strict=True)] = 24


class TakeOverRequest(RequestBody):
    secret: Secret = None


_NEEDS = needs(Permission.ADMINISTER)


@router.get("/api/inbound-sources", response_model_exclude_unset=True, openapi_extra=_NEEDS)
async def list_inbound_sources(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
) -> models.SourceList:
    """The systems that may send events to the account."""
    sources = await service.list_sources(platform, principal.account_id)
    return models.SourceList(items=sources, consumers=sorted(inbound.consumers))


@router.post(
    "/api/inbound-sources", status_code=201, response_model_exclude_unset=True, openapi_extra=_NEEDS
)
async def create_inbound_source(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
    body: Annotated[SourceRequest, Body(openapi_examples=_EXAMPLE)],
) -> models.CreatedSource:
    """Let a system send events. The mapping is checked against the kinds and signals there are."""
    _require(principal, inbound, body.mapping)
    return await service.create_source(
        platform,
        inbound,
        actor=principal.as_actor,
        name=body.name,
        scheme=body.scheme,
        mapping=body.mapping,
        secret=body.secret,
    )


@router.get(
    "/api/inbound-sources/{source_id}", response_model_exclude_unset=True, openapi_extra=_NEEDS
)
async def show_inbound_source(
    platform: PlatformHere,
    principal: Caller,
    source_id: str,
) -> models.InboundSource:
    """Show one system that may send events."""
    return await service.show_source(platform, principal.account_id, source_id)


@router.put(
    "/api/inbound-sources/{source_id}", response_model_exclude_unset=True, openapi_extra=_NEEDS
)
async def change_inbound_source(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
    source_id: str,
    body: SourceChange,
) -> models.InboundSource:
    """Change what a source's events mean. Those that came before can be replayed."""
    _require(principal, inbound, body.mapping)
    return await service.change_source(
        platform,
        inbound,
        actor=principal.as_actor,
        source_id=source_id,
        name=body.name,
        mapping=body.mapping,
    )


@router.post(
    "/api/inbound-sources/{source_id}/secrets",
    status_code=201,
    response_model_exclude_unset=True,
    openapi_extra=_NEEDS,
)
async def rotate_inbound_secret(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
    source_id: str,
    body: SecretRequest,
) -> models.CreatedSource:
    """Give a source another secret. At most two hold at once. Anyone who has it begins what the
    source begins, so it needs what that needs.
    """
    await _require_of_source(platform, inbound, principal=principal, source_id=source_id)
    overlap = timedelta(hours=body.overlap_hours)
    return await service.add_secret(
        platform, principal.as_actor, source_id=source_id, secret=body.secret, overlap=overlap
    )


@router.post(
    "/api/inbound-sources/{source_id}/take-over",
    status_code=201,
    response_model_exclude_unset=True,
    openapi_extra=_NEEDS,
)
async def take_over_inbound_source(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
    source_id: str,
    body: TakeOverRequest,
) -> models.CreatedSource:
    """Stand behind a source in the place of those who did: its events may do what you may. It gets
    a new secret, and the ones before end at once. A source that was stopped takes events again. It
    needs what the source begins.
    """
    await _require_of_source(platform, inbound, principal=principal, source_id=source_id)
    return await service.take_over(
        platform, principal.as_actor, source_id=source_id, secret=body.secret
    )


@router.delete("/api/inbound-sources/{source_id}", status_code=204, openapi_extra=_NEEDS)
async def end_inbound_source(platform: PlatformHere, principal: Caller, source_id: str) -> None:
    """Take no events of this system any more. What it sent stays."""
    await service.end_source(platform, principal.as_actor, source_id)


async def _require_of_source(
    platform: Platform,
    inbound: Inbound,
    principal: Principal,
    source_id: str,
) -> None:
    """Anyone who gives a source a secret, or works its events off again, begins what it begins."""
    mapping = await service.mapping_of(platform, principal.account_id, source_id)
    if mapping is not None:
        _require(principal, inbound, mapping)


def _require(principal: Principal, inbound: Inbound, mapping: EventMapping) -> None:
    """A source begins and signals what the person who sets it up may: a token that is limited lends
    it no more.
    """
    for needed in needed_by(mapping, inbound.registry):
        require(principal, needed)


@router.get("/api/inbound-events", openapi_extra=_NEEDS)
async def list_inbound_events(
    platform: PlatformHere,
    principal: Caller,
    page: Paged,
    source: Annotated[str | None, Query(description="Of this source")] = None,
    state: Annotated[models.EventState | None, Query(description="In this state")] = None,
) -> Page[models.InboundEventSummary]:
    """The events that came, newest first."""
    rows = await events.list_events(
        platform,
        principal.account_id,
        source_id=source,
        state=state,
        before=page.after,
        limit=page.fetch_limit,
    )
    if not rows and source is not None:
        source_ids = [
            each.id for each in await service.list_sources(platform, principal.account_id)
        ]
        if source not in source_ids:
            raise unknown([{"field": "source", "message": one_of(source_ids, source)}])
    return page.of(rows)


@router.get("/api/inbound-events/{event_id}", openapi_extra=_NEEDS)
async def show_inbound_event(
    platform: PlatformHere,
    principal: Caller,
    event_id: str,
) -> models.InboundEventDetail:
    """Show one event, with what was sent."""
    return await events.show_event(platform, principal.account_id, event_id)


@router.post("/api/inbound-events/{event_id}/replay", status_code=202, openapi_extra=_NEEDS)
async def replay_inbound_event(
    platform: PlatformHere, inbound: InboundHere, principal: Caller, event_id: str
) -> models.InboundEventSummary:
    """Work an event off again that could not be mapped, was ignored, or failed: by the mapping that
    stands now. It needs what the source begins.
    """
    event = await events.show_event(platform, principal.account_id, event_id)
    await _require_of_source(platform, inbound, principal=principal, source_id=event.source_id)
    return await events.replay_event(platform, principal.as_actor, event)


@router.post("/api/inbound-sources/{source_id}/replay", status_code=202, openapi_extra=_NEEDS)
async def replay_inbound_events(
    platform: PlatformHere, inbound: InboundHere, principal: Caller, source_id: str
) -> models.Replayed:
    """Work off again what of a source could not be mapped, or failed: the oldest 100. It needs what
    the source begins.
    """
    await _require_of_source(platform, inbound, principal=principal, source_id=source_id)
    return await events.replay_source(platform, principal.as_actor, source_id)
