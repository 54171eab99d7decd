"""Endpoints, deliveries and events as rows and as JSON."""

from typing import Any, Literal

from tillroll_durable.platform.models import Model, ShownOnce, TimeText

DeliveryState = Literal["pending", "delivered", "given_up", "cancelled"]


class Endpoint(Model):
    """`origin` is `deployment` where address and key are settings of the operator. `disabled_why`
    is owner, gone (the receiver answered 410) or failing. `failing_since` is the first failure
    since the last success.
    """

    id: str
    origin: Literal["account", "deployment"]
    url: str
    topics: list[str]
    description: str
    status: Literal["enabled", "disabled"]
    disabled_at: str | None
    disabled_why: Literal["owner", "gone", "failing"] | None
    failing_since: str | None
    last_delivered_at: str | None
    created_at: str


class EndpointDetail(Endpoint):
    """`signing_keys` is how many keys sign now: two while one replaces another."""

    signing_keys: int


class NewEndpoint(EndpointDetail):
    """`secret` verifies what is sent (whsec_…)."""

    secret: ShownOnce


class NewEndpointSecret(Model):
    """`previous_until` is how long the keys before it sign too."""

    secret: ShownOnce
    previous_until: TimeText


class DeliveryAttempt(Model):
    """`status` is null where no answer came, `error` where it was one of 2xx; `answer` is its
    beginning.
    """

    number: int
    at: str
    duration_ms: int
    status: int | None
    error: str | None
    answer: str | None


class Delivery(Model):
    """An event on its way to an endpoint: pending, delivered, given_up or cancelled. `event_id` is
    the webhook-id. `is_replay`: it is a past event, which a replay sends."""

    id: str
    endpoint_id: str
    event_id: str
    topic: str
    state: DeliveryState
    attempts_made: int
    last_status: int | None
    last_error: str | None
    next_attempt_at: str | None
    created_at: str
    settled_at: str | None
    is_replay: bool


class DeliveryDetail(Delivery):
    """`payload` is the body that is sent. The newest attempt stands first; a hundred at most."""

    payload: dict[str, Any]
    attempts: list[DeliveryAttempt]


class Replay(Model):
    """Past events that are sent to an endpoint. `state` is running, done (all of them are queued)
    or stopped; `queued` counts them. `since` and `topics` are as they were asked for.
    """

    id: str
    endpoint_id: str
    since: TimeText | None
    topics: list[str]
    state: Literal["running", "done", "stopped"]
    queued: int
    created_at: str
    finished_at: str | None


class Redelivered(Model):
    """`more` is true where some are left: ask again."""

    redelivered: int
    more: bool


class EventType(Model):
    """`version` is of the schema: members join within one, and nothing else changes; anything else
    is an event of another name. `payload_schema` is JSON Schema (2020-12) of the whole body.
    """

    name: str
    version: int
    says: str
    payload_schema: dict[str, Any]


class ListedEvents(Model):
    """Events as they are sent, the first that was written first. `nextCursor` is null on the last
    page. `lastCursor` is the place of the last event: ask with it later for what has come since."""

    items: list["WebhookEvent"]
    next_cursor: str | None
    last_cursor: str | None


class WebhookEvent(Model):
    """`id` is the webhook-id; `body` is type, timestamp and data, all of it; in a list, as it is
    sent.
    """

    id: str
    topic: str
    run_id: str
    created_at: str
    body: dict[str, Any]
