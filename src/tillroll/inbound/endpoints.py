"""Routes of sources: which systems may send events, how they sign, and what their events mean."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Request
from fastapi.openapi.models import Example
from pydantic import AfterValidator, Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs, require
from tillroll.api.problems import not_found
from tillroll.api.shapes import Model
from tillroll.identity.authentication import Principal
from tillroll.inbound.acceptance import scheme_of
from tillroll.inbound.effects import Inbound, needed_by
from tillroll.inbound.models import Mapping, Scheme
from tillroll.inbound.service import (
    KeptSource,
    NewSecret,
    NoSuchSource,
    add_secret,
    change_source,
    create_source,
    end_source,
    list_sources,
    mapping_of,
    show_source,
    take_over,
)
from tillroll.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll.platform.json import load_texts
from tillroll.platform.models import RequestBody, ShownOnce
from tillroll.platform.services import Platform

router = APIRouter(tags=["inbound"])


async def get_inbound(request: Request) -> Inbound:
    """What events of other systems can be mapped to."""
    return Inbound(request.app.state.registry, request.app.state.consumers)


InboundHere = Annotated[Inbound, Depends(get_inbound)]

_LONGEST_NAME = 60
_MOST_HOURS = 30 * 24
_EXAMPLE: dict[str, Example] = {
    "GitHub, whose pushes mean nothing yet": {
        "value": {
            "name": "GitHub",
            "scheme": {"name": "github"},
            "mapping": {"rules": [{"eventType": "push", "ignore": True}]},
        }
    }
}


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


Name = Annotated[str, AfterValidator(_name), Field(description="Which system it is")]
Secret = Annotated[str | None, Field(max_length=300, description="The sender's; one is made where it takes one")]


class SourceRequest(RequestBody):
    name: Name
    scheme: Annotated[Scheme, Field(description="How the sender signs")]
    mapping: Annotated[Mapping, Field(description="What its events mean")]
    secret: Secret = None


class SourceChange(RequestBody):
    """All of it, as it shall be; the scheme stays."""

    name: Name
    mapping: Mapping


class SecretRequest(RequestBody):
    """`overlap_hours`: for how long the secret before holds beside the new one."""

    secret: Secret = None
    overlap_hours: Annotated[int, Field(ge=0, le=_MOST_HOURS, strict=True)] = 24


class TakeOverRequest(RequestBody):
    secret: Secret = None


class InboundSecret(Model):
    """`ends_at` is null for the newest one."""

    id: str
    created_at: str
    ends_at: str | None


class RefusedEvents(Model):
    """`count` events did not hold; the last one at `at`, since `why`. Nothing else is kept of them."""

    count: int
    at: str | None
    why: str | None


class BehindSource(Model):
    """Somebody who made the source, mapped it, or gave it a secret. Its events may do what all of these may do."""

    user_id: str
    name: str


class StoppedSource(Model):
    """The source takes no events since `at`: `name`, who stands behind it, left, or lost a right that it needs."""

    at: str
    user_id: str
    name: str | None


class SourceShape(Model):
    """`path` is where the sender posts to, at the address of this deployment. `waiting` events are to be worked off,
    `unmapped` ones could not be mapped, or failed. `needs` are the permissions that everybody of `people` must hold;
    `stopped` is null while the source takes events."""

    id: str
    name: str
    path: str
    scheme: Scheme
    mapping: Mapping
    created_at: str
    changed_at: str
    secrets: list[InboundSecret]
    people: list[BehindSource]
    needs: list[str]
    stopped: StoppedSource | None
    refused: RefusedEvents
    waiting: int
    unmapped: int


class CreatedSource(SourceShape):
    """`secret` is shown this once, where it was made here; null where it was given."""

    secret: ShownOnce


class SourceList(Model):
    """In the order in which they were set up; an account has at most 100. `consumers` are what a rule can name as
    one."""

    items: list[SourceShape]
    consumers: list[str]


@router.get("/api/inbound-sources", response_model_exclude_unset=True, openapi_extra=needs(Permission.ADMINISTER))
async def list_all(platform: PlatformHere, inbound: InboundHere, principal: Caller) -> SourceList:
    """The systems that may send events to the account."""
    found = await list_sources(platform, principal.account_id)
    return SourceList(items=[SourceShape(**_values(each)) for each in found], consumers=sorted(inbound.consumers))


@router.post(
    "/api/inbound-sources",
    status_code=201,
    response_model_exclude_unset=True,
    openapi_extra=needs(Permission.ADMINISTER),
)
async def create(
    platform: PlatformHere,
    inbound: InboundHere,
    principal: Caller,
    asked: Annotated[SourceRequest, Body(openapi_examples=_EXAMPLE)],
) -> CreatedSource:
    """Let a system send events. The mapping is checked against the kinds and signals there are."""
    _require(principal, inbound, asked.mapping)
    with _as_problems():
        new = await create_source(
            platform, inbound, principal.as_actor, asked.name, asked.scheme, asked.mapping, asked.secret
        )
    return _new(new)


@router.get(
    "/api/inbound-sources/{source_id}", response_model_exclude_unset=True, openapi_extra=needs(Permission.ADMINISTER)
)
async def show(platform: PlatformHere, principal: Caller, source_id: str) -> SourceShape:
    """One system that may send events."""
    with _as_problems():
        return SourceShape(**_values(await show_source(platform, principal.account_id, source_id)))


@router.put(
    "/api/inbound-sources/{source_id}", response_model_exclude_unset=True, openapi_extra=needs(Permission.ADMINISTER)
)
async def change(
    platform: PlatformHere, inbound: InboundHere, principal: Caller, source_id: str, asked: SourceChange
) -> SourceShape:
    """Change what a source's events mean. Those that came before can be replayed."""
    _require(principal, inbound, asked.mapping)
    with _as_problems():
        changed = await change_source(platform, inbound, principal.as_actor, source_id, asked.name, asked.mapping)
    return SourceShape(**_values(changed))


@router.post(
    "/api/inbound-sources/{source_id}/secrets",
    status_code=201,
    response_model_exclude_unset=True,
    openapi_extra=needs(Permission.ADMINISTER),
)
async def rotate(
    platform: PlatformHere, inbound: InboundHere, principal: Caller, source_id: str, asked: SecretRequest
) -> CreatedSource:
    """Give a source another secret. At most two hold at once. Whoever has it begins what the source begins, so it needs
    what that needs."""
    await require_of_source(platform, inbound, principal, source_id)
    with _as_problems():
        overlap = timedelta(hours=asked.overlap_hours)
        return _new(await add_secret(platform, principal.as_actor, source_id, asked.secret, overlap))


@router.post(
    "/api/inbound-sources/{source_id}/take-over",
    status_code=201,
    response_model_exclude_unset=True,
    openapi_extra=needs(Permission.ADMINISTER),
)
async def take_source_over(
    platform: PlatformHere, inbound: InboundHere, principal: Caller, source_id: str, asked: TakeOverRequest
) -> CreatedSource:
    """Stand behind a source in the place of those who did: its events may do what you may. It gets a new secret, and
    the ones before end at once. A source that was stopped takes events again. It needs what the source begins."""
    await require_of_source(platform, inbound, principal, source_id)
    with _as_problems():
        return _new(await take_over(platform, principal.as_actor, source_id, asked.secret))


@router.delete("/api/inbound-sources/{source_id}", status_code=204, openapi_extra=needs(Permission.ADMINISTER))
async def end(platform: PlatformHere, principal: Caller, source_id: str) -> None:
    """Take no events of this system any more. What it sent stays."""
    with _as_problems():
        await end_source(platform, principal.as_actor, source_id)


async def require_of_source(platform: Platform, inbound: Inbound, principal: Principal, source_id: str) -> None:
    """Whoever gives a source a secret, or works its events off again, begins what it begins.

    Raises:
        Problem: 403, a permission that a kind names is lacking.
    """
    mapping = await mapping_of(platform, principal.account_id, source_id)
    if mapping is not None:
        _require(principal, inbound, mapping)


def _require(principal: Principal, inbound: Inbound, mapping: Mapping) -> None:
    """A source begins and signals what whoever sets it up may: a token that is limited lends it no more.

    Raises:
        Problem: 403, a permission that a kind names is lacking.
    """
    for needed in needed_by(mapping, inbound.registry):
        require(principal, needed)


@contextmanager
def _as_problems() -> Generator[None]:
    try:
        yield
    except NoSuchSource as error:
        raise not_found("source") from error


def _new(new: NewSecret) -> CreatedSource:
    return CreatedSource(**_values(new.source), secret=new.shown)


def _values(source: KeptSource) -> dict[str, Any]:
    row = source.row
    return {
        "id": source.id,
        "name": text(row, "name"),
        "path": f"/api/inbound/{source.id}",
        "scheme": scheme_of(row),
        "mapping": Mapping.model_validate_json(text(row, "mapping")),
        "created_at": text(row, "created_at"),
        "changed_at": text(row, "changed_at"),
        "secrets": [of_row(InboundSecret, each) for each in source.secrets],
        "people": [BehindSource(user_id=text(each, "user_id"), name=text(each, "name")) for each in source.people],
        "needs": load_texts(text(row, "needs")),
        "stopped": _stopped(row),
        "refused": RefusedEvents(
            count=integer(row, "refused"), at=optional_text(row, "refused_at"), why=optional_text(row, "refused_why")
        ),
        "waiting": source.waiting,
        "unmapped": source.unmapped,
    }


def _stopped(row: Row) -> StoppedSource | None:
    at = optional_text(row, "stopped_at")
    if at is None:
        return None
    return StoppedSource(at=at, user_id=text(row, "stopped_for"), name=optional_text(row, "stopped_for_name"))
