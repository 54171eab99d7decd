"""Routes of deliveries, each attempt of them, and sending them again; and of the events that there are."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, create_model

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, Deployed, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.parameters import Moment, unknown
from tillroll.api.problems import NOT_REDELIVERABLE, Problem, not_found
from tillroll.durable import Topic
from tillroll.durable.record.archive import archived_event
from tillroll.durable.record.outbox import ThinData
from tillroll.durable.workflow import Registry
from tillroll.platform.bindings.database import Row, integer, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.faults import one_of
from tillroll.platform.json import load_object
from tillroll.platform.models import Model, Page, RequestBody
from tillroll.webhooks.deliveries import (
    TEST_TOPIC,
    NoSuchDelivery,
    NotNow,
    Which,
    deliveries_of,
    find_delivery,
    find_event,
    redeliver,
    redeliver_many,
)

router = APIRouter(tags=["endpoints"])

State = Literal["pending", "delivered", "given_up", "cancelled"]


class DeliveryAttempt(Model):
    """`status` is null where no answer came, `error` where it was one of 2xx; `answer` is its beginning."""

    number: int
    at: str
    duration_ms: int
    status: int | None
    error: str | None
    answer: str | None


class Delivery(Model):
    """An event on its way to an endpoint: pending, delivered, given_up or cancelled. `event_id` is the webhook-id."""

    id: str
    endpoint_id: str
    event_id: str
    topic: str
    state: State
    attempts_made: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: str | None
    created_at: str
    settled_at: str | None


class DeliveryDetail(Delivery):
    """`payload` is the body that is sent. The newest attempt stands first; a hundred at most."""

    payload: dict[str, Any]
    attempts: list[DeliveryAttempt]


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


class Redelivered(Model):
    """`more` is true where some are left: ask again."""

    redelivered: int
    more: bool


@router.get("/api/deliveries", openapi_extra=needs(Permission.OPERATE))
async def list_deliveries(
    platform: PlatformHere,
    registry: Deployed,
    principal: Caller,
    page: Paged,
    endpoint: Annotated[str | None, Query(max_length=100, description="Only those to this endpoint, by its id")] = None,
    state: Annotated[State | None, Query(description="Only those that are so")] = None,
    topic: Annotated[
        str | None, Query(max_length=100, description="Only events of this name, as GET /api/event-types has them")
    ] = None,
) -> Page[Delivery]:
    """The account's deliveries, newest first."""
    rows = await deliveries_of(
        platform.database, principal.account_id, page.behind, page.wanted, endpoint=endpoint, state=state, topic=topic
    )
    topics = [*registry.topics, TEST_TOPIC]
    if not rows and topic is not None and topic not in topics:
        raise unknown([{"field": "topic", "message": one_of(topics, topic)}])
    shown, following = page.cut(rows, lambda row: text(row, "place"))
    return Page(items=[_shape(row) for row in shown], next_cursor=following)


@router.post("/api/deliveries/redeliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def redeliver_by_filter(
    platform: PlatformHere, registry: Deployed, principal: Caller, asked: RedeliveryRequest
) -> Redelivered:
    """Send deliveries again, up to a hundred at once, each under the same webhook-id."""
    since, until = (None if each is None else to_text(each) for each in (asked.since, asked.until))
    which = Which(tuple(asked.states), asked.endpoint_id, asked.topic, since, until)
    sent, more = await redeliver_many(platform, registry.settlements, principal.as_actor, which)
    return Redelivered(redelivered=sent, more=more)


@router.get("/api/deliveries/{delivery_id}", openapi_extra=needs(Permission.OPERATE))
async def show_delivery(platform: PlatformHere, principal: Caller, delivery_id: str) -> DeliveryDetail:
    """One delivery, with what is sent and each attempt."""
    return await delivery_detail(platform, principal.account_id, delivery_id)


@router.post("/api/deliveries/{delivery_id}/redeliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def redeliver_one(
    platform: PlatformHere, registry: Deployed, principal: Caller, delivery_id: str
) -> DeliveryDetail:
    """Send one delivery again, under the same webhook-id, from the beginning of the schedule."""
    try:
        await redeliver(platform, registry.settlements, principal.as_actor, delivery_id)
    except NoSuchDelivery as error:
        raise not_found("delivery") from error
    except NotNow as error:
        raise Problem(NOT_REDELIVERABLE, f"The delivery cannot be sent again now: {error}.") from error
    return await delivery_detail(platform, principal.account_id, delivery_id)


async def delivery_detail(platform: PlatformHere, account_id: str, delivery_id: str) -> DeliveryDetail:
    """Raises Problem, 404: the account has no such delivery."""
    found = await find_delivery(platform.database, account_id, delivery_id)
    if found is None:
        raise not_found("delivery")
    row, attempts = found
    return DeliveryDetail(
        **_shape(row).model_dump(),
        payload=load_object(text(row, "body")),
        attempts=[_attempt(each) for each in attempts],
    )


def _attempt(row: Row) -> DeliveryAttempt:
    return of_row(DeliveryAttempt, row)


def _shape(row: Row) -> Delivery:
    state: Any = text(row, "state")
    return of_row(Delivery, row, state=state, attempts_made=integer(row, "attempts"))


def event_models(registry: Registry) -> Mapping[str, type[BaseModel]]:
    """The bodies of the events that a deployment sends, by topic."""
    return {name: _model(topic) for name, topic in sorted(registry.topics.items())}


def _model(topic: Topic[Any]) -> type[BaseModel]:
    words = topic.name.replace(".", "_").replace("-", "_").split("_")
    name: Any = Literal[topic.name]  # type: ignore[valid-type] - the name of the topic, known when it runs
    data: Any = topic.payload | ThinData
    return create_model(
        f"{''.join(word.capitalize() for word in words)}Event",
        __base__=Model,
        type=(name, ...),
        timestamp=(str, ...),
        data=(data, ...),
    )


class EventType(Model):
    """`version` is of the schema: members join within one, and nothing else changes; anything else is an event of
    another name. `payload_schema` is JSON Schema (2020-12) of the whole body."""

    name: str
    version: int
    says: str
    payload_schema: dict[str, Any]


class EventTypeList(Model):
    items: list[EventType]


@router.get("/api/event-types", openapi_extra=needs(Permission.READ))
async def list_event_types(registry: Deployed) -> EventTypeList:
    """What an endpoint can be told of."""
    return EventTypeList(
        items=[
            EventType(
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


class EventShape(Model):
    """`id` is the webhook-id; `body` is type, timestamp and data, all of it."""

    id: str
    topic: str
    run_id: str
    created_at: str
    body: dict[str, Any]


@router.get("/api/events/{webhook_id}", openapi_extra=needs(Permission.OPERATE))
async def show_event(platform: PlatformHere, principal: Caller, webhook_id: str) -> EventShape:
    """An event with all its data: where that is larger than 20 kB, what is sent links to here."""
    row = await find_event(platform.database, webhook_id)
    if row is None:
        row = await archived_event(platform.database, platform.objects, principal.account_id, webhook_id)
    if row is None or row["account_id"] != principal.account_id or row["state"] == "held":
        raise not_found("event")
    return of_row(EventShape, row, body=load_object(optional_text(row, "whole") or text(row, "payload")))
