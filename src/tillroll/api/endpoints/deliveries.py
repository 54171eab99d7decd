"""Deliveries: what was sent to endpoints, each attempt of it, and sending it again."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Asking, Deployed, PlatformHere
from tillroll.api.door.unknown import unknown
from tillroll.api.needs import needs
from tillroll.api.paging import Paged
from tillroll.api.problems import NOT_REDELIVERABLE, Problem, not_found
from tillroll.api.shapes import Shape
from tillroll.api.times import Moment
from tillroll.platform.bindings.database import Row, integer, optional_integer, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.faults import one_of
from tillroll.platform.json import load_object
from tillroll.platform.shape import Asked
from tillroll.webhooks.deliveries import TEST_TOPIC, NoSuchDelivery, NotNow, Which, redeliver, redeliver_many

router = APIRouter(tags=["endpoints"])

_ATTEMPTS = "SELECT * FROM delivery_attempts WHERE delivery_id = ? ORDER BY number DESC LIMIT 100"

State = Literal["pending", "delivered", "given_up", "cancelled"]


class DeliveryAttemptShape(Shape):
    """`status` is null where no answer came, `error` where it was one of 2xx; `answer` is its beginning."""

    number: int
    at: str
    duration_ms: int
    status: int | None
    error: str | None
    answer: str | None


class DeliveryShape(Shape):
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


class DeliveryDetail(DeliveryShape):
    """`payload` is the body that is sent. The newest attempt stands first; a hundred at most."""

    payload: dict[str, Any]
    attempts: list[DeliveryAttemptShape]


class DeliveryPage(Shape):
    items: list[DeliveryShape]
    next_cursor: str | None


class RedeliveryRequest(Asked):
    """Which deliveries: all that are given, in the states given."""

    states: Annotated[
        list[Literal["given_up", "cancelled", "delivered"]],
        Field(min_length=1, max_length=3, default_factory=lambda: ["given_up", "cancelled"]),
    ]
    endpoint_id: Annotated[str | None, Field(max_length=100)] = None
    topic: Annotated[str | None, Field(max_length=100)] = None
    since: Moment | None = None
    until: Moment | None = None


class RedeliveredShape(Shape):
    """`more` is true where some are left: ask again."""

    redelivered: int
    more: bool


@router.get("/api/deliveries", openapi_extra=needs(Permission.OPERATE))
async def list_all(
    platform: PlatformHere,
    registry: Deployed,
    principal: Asking,
    page: Paged,
    endpoint: Annotated[str | None, Query(max_length=100, description="Only those to this endpoint, by its id")] = None,
    state: Annotated[State | None, Query(description="Only those that are so")] = None,
    topic: Annotated[
        str | None, Query(max_length=100, description="Only events of this name, as GET /api/event-types has them")
    ] = None,
) -> DeliveryPage:
    """The account's deliveries, newest first."""
    created_at, _, delivery_id = page.behind.partition(" ")
    rows = await platform.database.all(
        statement(
            """
            SELECT *, created_at || ' ' || id AS place FROM deliveries
            WHERE account_id = ?1 AND (created_at, id) < (?2, ?3) AND (?4 IS NULL OR endpoint_id = ?4)
              AND (?5 IS NULL OR state = ?5) AND (?6 IS NULL OR topic = ?6)
            ORDER BY created_at DESC, id DESC LIMIT ?7
            """,
            principal.account_id,
            created_at,
            delivery_id,
            endpoint,
            state,
            topic,
            page.wanted,
        )
    )
    topics = [*registry.topics, TEST_TOPIC]
    if not rows and topic is not None and topic not in topics:
        raise unknown([{"field": "topic", "message": one_of(topics, topic)}])
    shown, following = page.cut(rows, lambda row: text(row, "place"))
    return DeliveryPage(items=[_shape(row) for row in shown], next_cursor=following)


@router.post("/api/deliveries/redeliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def redeliver_by_filter(
    platform: PlatformHere, registry: Deployed, principal: Asking, asked: RedeliveryRequest
) -> RedeliveredShape:
    """Send deliveries again, up to a hundred at once, each under the same webhook-id."""
    since, until = (None if each is None else to_text(each) for each in (asked.since, asked.until))
    which = Which(tuple(asked.states), asked.endpoint_id, asked.topic, since, until)
    sent, more = await redeliver_many(platform, registry.settlements, principal.as_actor, which)
    return RedeliveredShape(redelivered=sent, more=more)


@router.get("/api/deliveries/{delivery_id}", openapi_extra=needs(Permission.OPERATE))
async def show(platform: PlatformHere, principal: Asking, delivery_id: str) -> DeliveryDetail:
    """One delivery, with what is sent and each attempt."""
    return await delivery_detail(platform, principal.account_id, delivery_id)


@router.post("/api/deliveries/{delivery_id}/redeliver", status_code=202, openapi_extra=needs(Permission.OPERATE))
async def redeliver_one(
    platform: PlatformHere, registry: Deployed, principal: Asking, delivery_id: str
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
    rows, attempts = await platform.database.batch(
        [
            statement(
                """
                SELECT d.*, COALESCE(d.payload, o.payload, '{}') AS body
                FROM deliveries d LEFT JOIN outbox o ON o.id = d.event_id WHERE d.id = ? AND d.account_id = ?
                """,
                delivery_id,
                account_id,
            ),
            statement(_ATTEMPTS, delivery_id),
        ]
    )
    if not rows:
        raise not_found("delivery")
    [row] = rows
    return DeliveryDetail(
        **_shape(row).model_dump(),
        payload=load_object(text(row, "body")),
        attempts=[_attempt(each) for each in attempts],
    )


def _attempt(row: Row) -> DeliveryAttemptShape:
    return DeliveryAttemptShape(
        number=integer(row, "number"),
        at=text(row, "at"),
        duration_ms=integer(row, "duration_ms"),
        status=optional_integer(row, "status"),
        error=optional_text(row, "error"),
        answer=optional_text(row, "answer"),
    )


def _shape(row: Row) -> DeliveryShape:
    state: Any = text(row, "state")
    return DeliveryShape(
        id=text(row, "id"),
        endpoint_id=text(row, "endpoint_id"),
        event_id=text(row, "event_id"),
        topic=text(row, "topic"),
        state=state,
        attempts_made=integer(row, "attempts"),
        last_status=optional_integer(row, "last_status"),
        last_error=optional_text(row, "last_error"),
        next_attempt_at=optional_text(row, "next_attempt_at"),
        created_at=text(row, "created_at"),
        settled_at=optional_text(row, "settled_at"),
    )
