"""Routes of endpoints, where an account's events go, of each delivery to them, and of the events
that there are.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import Body, Query, Request
from pydantic import BaseModel, Field, create_model

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged, decode_number, encode_cursor
from tillroll.api.parameters import Moment, unknown
from tillroll.api.routing import Router
from tillroll.webhooks import deliveries, models, replays, service
from tillroll.webhooks.deliveries import TEST_TOPIC, DeliveryFilter
from tillroll_durable import Topic
from tillroll_durable.outbox import ThinData
from tillroll_durable.platform.bindings.database import Value
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.faults import one_of
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.models import ChangeBody, Items, Model, Page, RequestBody
from tillroll_durable.registry import Registry

router = Router(tags=["endpoints"])

_NEEDS = needs(Permission.ADMINISTER)
_MOST_TOPICS = 50
_LONGEST_TOPIC = 100
_LONGEST_DESCRIPTION = 200
_MOST_OVERLAP_HOURS = 168

Url = Annotated[str, Field(min_length=1, max_length=2000, description="Begins with https://")]
Topics = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=_LONGEST_TOPIC)]],
    Field(
        max_length=_MOST_TOPICS,
        description="Names of events, or beginnings such as `expense.*`; empty: all",
    ),
]
Description = Annotated[str, Field(max_length=_LONGEST_DESCRIPTION)]


class EndpointRequest(RequestBody):
    url: Url
    topics: Annotated[Topics, Field(default_factory=list[str])]
    description: Description = ""


class EndpointChange(ChangeBody):
    """What is left out stays."""

    url: Url | None = None
    topics: Topics | None = None
    description: Description | None = None
    enabled: Annotated[bool | None, Field(strict=True)] = None


class RotationRequest(RequestBody):
    overlap_hours: Annotated[
        int,
        Field(
            ge=0,
            le=_MOST_OVERLAP_HOURS,
            strict=True,
            description="How long the keys before it sign too",
        ),
    ] = 24


class RedeliveryRequest(RequestBody):
    """Which deliveries: all that are given, in the states given."""

    states: Annotated[
        list[Literal["given_up", "cancelled", "delivered"]],
        Field(min_length=1, max_length=3, default_factory=lambda: ["given_up", "cancelled"]),
    ]
    endpoint_id: Annotated[str | None, Field(max_length=100)] = None
    topic: Annotated[str | None, Field(max_length=100)] = None
    since: Moment | None = None
    until: Moment | None = None


@router.get("/api/endpoints", openapi_extra=_NEEDS)
async def list_endpoints(platform: PlatformHere, principal: Caller) -> Items[models.Endpoint]:
    """The account's endpoints; the deployment's stands first, where WEBHOOK_URL is set."""
    return Items(items=await service.list_endpoints(platform, principal.account_id))


@router.post("/api/endpoints", status_code=201, openapi_extra=_NEEDS)
async def create_endpoint(
    request: Request,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    body: Annotated[
        EndpointRequest,
        Body(
            openapi_examples={
                "expenses": {"value": {"url": "https://example.com/hook", "topics": ["expense.*"]}}
            }
        ),
    ],
) -> models.NewEndpoint:
    """Set an endpoint up. Its key is in no other place than this answer."""
    service.check_topics(body.topics, registry.settlements)
    endpoint_id, secret = await service.create_endpoint(
        platform,
        principal.as_actor,
        body.url,
        body.topics,
        body.description,
        request.url.hostname or "",
    )
    endpoint = await service.find_endpoint(platform, principal.account_id, endpoint_id)
    return models.NewEndpoint(**endpoint.model_dump(), secret=secret)


@router.get("/api/endpoints/{endpoint_id}", openapi_extra=_NEEDS)
async def show_endpoint(
    platform: PlatformHere,
    principal: Caller,
    endpoint_id: str,
) -> models.EndpointDetail:
    """Show one endpoint."""
    return await service.find_endpoint(platform, principal.account_id, endpoint_id)


@router.patch("/api/endpoints/{endpoint_id}", openapi_extra=_NEEDS)
async def change_endpoint(
    request: Request,
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    endpoint_id: str,
    body: EndpointChange,
) -> models.EndpointDetail:
    """Change an endpoint. What is on its way to one that is disabled is cancelled; one that is
    enabled again gets what happens from then on.
    """
    if body.topics is not None:
        service.check_topics(body.topics, registry.settlements)
    changes: Mapping[str, Value] = {
        "url": body.url,
        "topics": None if body.topics is None else dump([*body.topics]),
        "description": body.description,
        "is_enabled": None if body.enabled is None else int(body.enabled),
    }
    values = {name: value for name, value in changes.items() if value is not None}
    if values:
        own_host = request.url.hostname or ""
        await service.change_endpoint(platform, principal.as_actor, endpoint_id, values, own_host)
    return await service.find_endpoint(platform, principal.account_id, endpoint_id)


@router.delete("/api/endpoints/{endpoint_id}", status_code=204, openapi_extra=_NEEDS)
async def remove_endpoint(platform: PlatformHere, principal: Caller, endpoint_id: str) -> None:
    """Delete an endpoint. Its deliveries stay to be looked at."""
    await service.delete_endpoint(platform, principal.as_actor, endpoint_id)


@router.post("/api/endpoints/{endpoint_id}/rotate-secret", openapi_extra=_NEEDS)
async def rotate_endpoint_secret(
    platform: PlatformHere, principal: Caller, endpoint_id: str, body: RotationRequest
) -> models.NewEndpointSecret:
    """Give an endpoint a new key. Until `previousUntil` what is sent bears a signature of each
    key that still counts."""
    overlap = timedelta(hours=body.overlap_hours)
    secret, until = await service.rotate_secret(platform, principal.as_actor, endpoint_id, overlap)
    return models.NewEndpointSecret(secret=secret, previous_until=until)


@router.post("/api/endpoints/{endpoint_id}/test", openapi_extra=_NEEDS)
async def test_endpoint(
    platform: PlatformHere,
    principal: Caller,
    endpoint_id: str,
) -> models.DeliveryDetail:
    """Send an event `endpoint.test` now, once, and say what came of it: `attempts` has status, time
    and the beginning of the answer.
    """
    delivery_id = await deliveries.send_test(platform, principal.as_actor, endpoint_id)
    return await deliveries.find_delivery(platform.database, principal.account_id, delivery_id)


class ReplayRequest(RequestBody):
    """Which events: all that are given here. What the endpoint does not want is left out."""

    since: Annotated[
        Moment | None,
        Field(description="Only events that were written since then"),
    ] = None
    topics: Annotated[Topics, Field(default_factory=list[str])]


@router.get("/api/endpoints/{endpoint_id}/replays", openapi_extra=needs(Permission.OPERATE))
async def list_endpoint_replays(
    platform: PlatformHere,
    principal: Caller,
    endpoint_id: str,
) -> Items[models.Replay]:
    """Replays of an endpoint, the newest 50 first."""
    listed = await replays.list_replays(platform, principal.account_id, endpoint_id)
    return Items(items=listed)


@router.post(
    "/api/endpoints/{endpoint_id}/replays",
    status_code=202,
    openapi_extra=needs(Permission.OPERATE),
)
async def replay_endpoint_events(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    endpoint_id: str,
    body: ReplayRequest,
) -> models.Replay:
    """Send past events to one endpoint, the oldest first: those that it wants, and did not take
    yet.

    Each comes under its own webhook-id, with the header `tillroll-replay: true`, through the slow
    lane. Up to 50 are under way at a time, and one replay of an endpoint.
    """
    return await replays.begin_replay(
        platform,
        principal.as_actor,
        endpoint_id,
        since=body.since,
        topics=body.topics,
        event_names=registry.settlements,
    )


@router.delete(
    "/api/endpoints/{endpoint_id}/replays/{replay_id}",
    status_code=204,
    openapi_extra=needs(Permission.OPERATE),
)
async def stop_endpoint_replay(
    platform: PlatformHere,
    principal: Caller,
    endpoint_id: str,
    replay_id: str,
) -> None:
    """Stop a replay. What is under way is sent; one that has ended stays as it is."""
    await replays.stop_replay(
        platform,
        principal.as_actor,
        endpoint_id=endpoint_id,
        replay_id=replay_id,
    )


@router.get("/api/deliveries", openapi_extra=needs(Permission.OPERATE))
async def list_deliveries(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    endpoint: Annotated[
        str | None, Query(max_length=100, description="Only those to this endpoint, by its id")
    ] = None,
    state: Annotated[
        models.DeliveryState | None, Query(description="Only those that are so")
    ] = None,
    topic: Annotated[
        str | None,
        Query(
            max_length=100, description="Only events of this name, as GET /api/event-types has them"
        ),
    ] = None,
) -> Page[models.Delivery]:
    """The account's deliveries, newest first."""
    which = DeliveryFilter(endpoint, topic)
    listed = await deliveries.list_deliveries(
        platform.database, principal.account_id, page.after, page.fetch_limit, state, which
    )
    topics = [*registry.topics, TEST_TOPIC]
    if not listed and topic is not None and topic not in topics:
        raise unknown([{"field": "topic", "message": one_of(topics, topic)}])
    return page.of(listed, deliveries.place_of)


@router.post("/api/deliveries/redeliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def redeliver_many(
    platform: PlatformHere, registry: Deployed, principal: Caller, body: RedeliveryRequest
) -> models.Redelivered:
    """Send deliveries again, up to a hundred at once, each under the same webhook-id."""
    since, until = (None if each is None else to_text(each) for each in (body.since, body.until))
    which = DeliveryFilter(body.endpoint_id, body.topic, since=since, until=until)
    sent, more = await deliveries.redeliver_many(
        platform, registry.settlements, principal.as_actor, body.states, which
    )
    return models.Redelivered(redelivered=sent, more=more)


@router.get("/api/deliveries/{delivery_id}", openapi_extra=needs(Permission.OPERATE))
async def show_delivery(
    platform: PlatformHere,
    principal: Caller,
    delivery_id: str,
) -> models.DeliveryDetail:
    """Show one delivery, with what is sent and each attempt."""
    return await deliveries.find_delivery(platform.database, principal.account_id, delivery_id)


@router.post(
    "/api/deliveries/{delivery_id}/redeliver",
    status_code=202,
    openapi_extra=needs(Permission.OPERATE),
)
async def redeliver_delivery(
    platform: PlatformHere, registry: Deployed, principal: Caller, delivery_id: str
) -> models.DeliveryDetail:
    """Send one delivery again, under the same webhook-id, from the beginning of the schedule."""
    await deliveries.redeliver(platform, registry.settlements, principal.as_actor, delivery_id)
    return await deliveries.find_delivery(platform.database, principal.account_id, delivery_id)


def event_models(registry: Registry) -> Mapping[str, type[BaseModel]]:
    """The bodies of the events that a deployment sends, by topic."""
    return {name: _model(topic) for name, topic in sorted(registry.topics.items())}


def _model(topic: Topic[Any]) -> type[BaseModel]:
    words = topic.name.replace(".", "_").replace("-", "_").split("_")
    # The name of the topic, known when it runs.
    name: Any = Literal[topic.name]
    data: Any = topic.payload | ThinData
    return create_model(
        f"{''.join(word.capitalize() for word in words)}Event",
        __base__=Model,
        type=(name, ...),
        timestamp=(str, ...),
        data=(data, ...),
    )


@router.get("/api/event-types", openapi_extra=needs(Permission.READ))
async def list_event_types(registry: Deployed) -> Items[models.EventType]:
    """List the topics that an endpoint can subscribe to."""
    return Items(
        items=[
            models.EventType(
                name=name,
                version=registry.topics[name].version,
                says=registry.topics[name].says,
                payload_schema={
                    "$schema": "https://json-schema.org/draft/2020-12/schema",
                    "$id": f"urn:tillroll:event:{name}:{registry.topics[name].version}",
                    **model.model_json_schema(by_alias=True, mode="serialization"),
                },
            )
            for name, model in event_models(registry).items()
        ]
    )


Since = Annotated[Moment | None, Query(description="Only events that were written since then")]
TopicOrBeginning = Annotated[
    str | None,
    Query(
        max_length=_LONGEST_TOPIC,
        description="Only events of this name, or of a beginning such as `expense.*`",
    ),
]


@router.get("/api/events", openapi_extra=needs(Permission.OPERATE))
async def list_events(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    since: Since = None,
    topic: TopicOrBeginning = None,
) -> models.ListedEvents:
    """The account's events as they are sent, the first that was written first.

    For what a receiver missed, and to fill a new endpoint.
    """
    _check_topic(registry, topic)
    begin = None
    if since is not None:
        begin = to_text(since)
    listed = await deliveries.list_events(
        platform.database,
        principal.account_id,
        after=decode_number(page.cursor) or 0,
        limit=page.fetch_limit,
        topic=topic,
        since=begin,
    )
    items, following = page.cut(listed, lambda each: str(each.position))
    last_cursor = page.cursor
    if items:
        last_cursor = encode_cursor(str(items[-1].position))
    events = [each.event for each in items]
    return models.ListedEvents(items=events, next_cursor=following, last_cursor=last_cursor)


def _check_topic(registry: Registry, topic: str | None) -> None:
    """Refuse a topic that no event has, which would be an empty list for ever."""
    if topic is None or topic in registry.topics:
        return
    beginning = topic.removesuffix("*")
    if topic.endswith(".*") and any(name.startswith(beginning) for name in registry.topics):
        return
    raise unknown([{"field": "topic", "message": one_of([*registry.topics], topic)}])


@router.get("/api/events/{webhook_id}", openapi_extra=needs(Permission.OPERATE))
async def show_event(
    platform: PlatformHere,
    principal: Caller,
    webhook_id: str,
) -> models.WebhookEvent:
    """An event with all its data: where that is larger than 20 kB, what is sent links to here."""
    return await deliveries.find_event(platform, principal.account_id, webhook_id)
