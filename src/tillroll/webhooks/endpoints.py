"""Routes of endpoints, where an account's events go: set up, changed, tested, their keys rotated."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Request
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.problems import INVALID_VALUES, NOT_CHANGEABLE, TOO_MANY_ENDPOINTS, Problem, not_found
from tillroll.durable.workflow import Registry
from tillroll.platform.bindings.database import Row, Value, of_row, optional_text, text
from tillroll.platform.faults import one_of
from tillroll.platform.json import dump, load
from tillroll.platform.models import Model, RequestBody, ShownOnce
from tillroll.platform.outgoing import NotPublic
from tillroll.webhooks.deliveries import send_test
from tillroll.webhooks.delivery_endpoints import DeliveryDetail, delivery_detail
from tillroll.webhooks.service import (
    MOST_ENDPOINTS,
    IsDeployments,
    NoSuchEndpoint,
    TooManyEndpoints,
    Wanted,
    change_endpoint,
    count_secrets,
    create_endpoint,
    delete_endpoint,
    find_endpoint,
    list_endpoints,
    rotate_secret,
)

router = APIRouter(tags=["endpoints"])

_NEEDS = needs(Permission.ADMINISTER)
_MOST_TOPICS, _LONGEST_TOPIC, _LONGEST_DESCRIPTION, _MOST_OVERLAP_HOURS = 50, 100, 200, 168

Url = Annotated[str, Field(min_length=1, max_length=2000, description="Begins with https://")]
Topics = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=_LONGEST_TOPIC)]],
    Field(max_length=_MOST_TOPICS, description="Names of events, or beginnings such as `expense.*`; empty: all"),
]
Description = Annotated[str, Field(max_length=_LONGEST_DESCRIPTION)]


class Endpoint(Model):
    """`origin` is `deployment` where address and key are settings of whoever runs this. `disabled_why` is owner, gone
    (the receiver answered 410) or failing. `failing_since` is the first failure since the last success."""

    id: str
    origin: Literal["account", "deployment"]
    url: str
    topics: list[str]
    description: str
    status: Literal["enabled", "disabled"]
    disabled_at: str | None
    disabled_why: str | None
    failing_since: str | None
    last_delivered_at: str | None
    created_at: str


class EndpointDetail(Endpoint):
    """`signing_keys` is how many keys sign now: two while one replaces another."""

    signing_keys: int


class EndpointList(Model):
    items: list[Endpoint]


class NewEndpoint(EndpointDetail):
    """`secret` verifies what is sent (whsec_…)."""

    secret: ShownOnce


class NewSecretShape(Model):
    """`previous_until` is how long the keys before it sign too."""

    secret: ShownOnce
    previous_until: str


class EndpointRequest(RequestBody):
    url: Url
    topics: Annotated[Topics, Field(default_factory=list[str])]
    description: Description = ""


class EndpointChange(RequestBody):
    """What is left out stays."""

    url: Url | None = None
    topics: Topics | None = None
    description: Description | None = None
    enabled: Annotated[bool | None, Field(strict=True)] = None


class RotationRequest(RequestBody):
    overlap_hours: Annotated[
        int, Field(ge=0, le=_MOST_OVERLAP_HOURS, strict=True, description="How long the keys before it sign too")
    ] = 24


@router.get("/api/endpoints", openapi_extra=_NEEDS)
async def list_of_endpoints(platform: PlatformHere, principal: Caller) -> EndpointList:
    """The account's endpoints; the deployment's stands first, where WEBHOOK_URL is set."""
    return EndpointList(items=[_shape(row) for row in await list_endpoints(platform, principal.account_id)])


@router.post("/api/endpoints", status_code=201, openapi_extra=_NEEDS)
async def add_endpoint(
    request: Request,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    asked: Annotated[
        EndpointRequest,
        Body(openapi_examples={"expenses": {"value": {"url": "https://example.com/hook", "topics": ["expense.*"]}}}),
    ],
) -> NewEndpoint:
    """Set an endpoint up. Its key is in no other place than this answer."""
    _check_topics(registry, asked.topics)
    wanted = Wanted(asked.url, asked.topics, asked.description)
    with _as_problems():
        endpoint_id, secret = await create_endpoint(platform, principal.as_actor, wanted, _own_host(request))
    shown = await _detail(platform, principal.account_id, endpoint_id)
    return NewEndpoint(**shown.model_dump(), secret=secret)


@router.get("/api/endpoints/{endpoint_id}", openapi_extra=_NEEDS)
async def show_endpoint(platform: PlatformHere, principal: Caller, endpoint_id: str) -> EndpointDetail:
    """One endpoint."""
    return await _detail(platform, principal.account_id, endpoint_id)


@router.patch("/api/endpoints/{endpoint_id}", openapi_extra=_NEEDS)
async def alter_endpoint(
    request: Request,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    endpoint_id: str,
    asked: EndpointChange,
) -> EndpointDetail:
    """Change an endpoint. What is on its way to one that is disabled is cancelled; one that is enabled again gets what
    happens from then on."""
    if asked.topics is not None:
        _check_topics(registry, asked.topics)
    given: Mapping[str, Value] = {
        "url": asked.url,
        "topics": None if asked.topics is None else dump([*asked.topics]),
        "description": asked.description,
        "is_enabled": None if asked.enabled is None else int(asked.enabled),
    }
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        with _as_problems():
            await change_endpoint(platform, principal.as_actor, endpoint_id, values, _own_host(request))
    return await _detail(platform, principal.account_id, endpoint_id)


@router.delete("/api/endpoints/{endpoint_id}", status_code=204, openapi_extra=_NEEDS)
async def remove_endpoint(platform: PlatformHere, principal: Caller, endpoint_id: str) -> None:
    """Delete an endpoint. Its deliveries stay to be looked at."""
    with _as_problems():
        await delete_endpoint(platform, principal.as_actor, endpoint_id)


@router.post("/api/endpoints/{endpoint_id}/rotate-secret", openapi_extra=_NEEDS)
async def rotate_key(
    platform: PlatformHere, principal: Caller, endpoint_id: str, asked: RotationRequest
) -> NewSecretShape:
    """Give an endpoint a new key. Until `previousUntil` what is sent bears a signature of each
    key that still counts."""
    with _as_problems():
        secret, until = await rotate_secret(
            platform, principal.as_actor, endpoint_id, timedelta(hours=asked.overlap_hours)
        )
    return NewSecretShape(secret=secret, previous_until=until)


@router.post("/api/endpoints/{endpoint_id}/test", openapi_extra=_NEEDS)
async def test_endpoint(platform: PlatformHere, principal: Caller, endpoint_id: str) -> DeliveryDetail:
    """Send an event `endpoint.test` now, once, and say what came of it: `attempts` has status, time and the beginning
    of the answer."""
    with _as_problems():
        delivery_id = await send_test(platform, principal.as_actor, endpoint_id)
    return await delivery_detail(platform, principal.account_id, delivery_id)


async def _detail(platform: PlatformHere, account_id: str, endpoint_id: str) -> EndpointDetail:
    with _as_problems():
        row = await find_endpoint(platform, account_id, endpoint_id)
    own = row["origin"] == "account"
    keys = await count_secrets(platform, endpoint_id) if own else 1
    return EndpointDetail(**_shape(row).model_dump(), signing_keys=keys)


def _own_host(request: Request) -> str:
    return request.url.hostname or ""


@contextmanager
def _as_problems() -> Generator[None]:
    """What the use cases refuse, as the API answers it. Raises Problem."""
    try:
        yield
    except NoSuchEndpoint as error:
        raise not_found("endpoint") from error
    except NotPublic as error:
        detail = f"The address cannot be taken: {error}."
        raise Problem(INVALID_VALUES, detail, errors=[{"field": "url", "message": detail}]) from error
    except IsDeployments as error:
        raise Problem(NOT_CHANGEABLE, f"Ask whoever runs this deployment: {error}.") from error
    except TooManyEndpoints as error:
        raise Problem(TOO_MANY_ENDPOINTS, f"An account has at most {MOST_ENDPOINTS}: delete one first.") from error


def _check_topics(registry: Registry, topics: list[str]) -> None:
    """Raises Problem, 422: no event has such a name."""
    known = sorted(registry.settlements)
    for topic in topics:
        begins = topic.removesuffix("*") if topic.endswith(".*") else None
        if topic not in known and not (begins and any(each.startswith(begins) for each in known)):
            raise Problem(
                INVALID_VALUES,
                f"There is no event {topic!r}. GET /api/event-types has those there are.",
                errors=[{"field": "topics", "message": one_of(known, topic)}],
            )


def _shape(row: Row) -> Endpoint:
    topics = load(text(row, "topics"))
    disabled_at = optional_text(row, "disabled_at")
    return of_row(
        Endpoint,
        row,
        origin="deployment" if row["origin"] == "deployment" else "account",
        topics=[str(each) for each in topics] if isinstance(topics, list) else [],
        status="disabled" if disabled_at else "enabled",
        disabled_at=disabled_at,
    )
