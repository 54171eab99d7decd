"""Sources and their events: how senders sign, where values stand (RFC 6901), what events mean, and
who takes them.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, model_validator

from tillroll_durable.platform.json import Json
from tillroll_durable.platform.models import Flag, Model, RequestBody, ShownOnce
from tillroll_durable.platform.services import Platform

_LONGEST: Final = 200
_POINTER: Final = re.compile(r"(?:/(?:[^/~]|~[01])*)*")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")


class Absent(LookupError):
    """Nothing stands where the pointer leads."""


def check_pointer(pointer: str) -> str:
    """Raises ValueError: it is no JSON Pointer, or too long."""
    if len(pointer) > _LONGEST or not _POINTER.fullmatch(pointer):
        raise ValueError(
            f"Write a JSON Pointer (RFC 6901) of at most {_LONGEST} characters, such as "
            "/data/object/id: it begins with /, and ~ and / within a name are ~0 and ~1"
        )
    return pointer


Pointer = Annotated[str, AfterValidator(check_pointer), Field(examples=["/data/object/id"])]


def find(document: Json, pointer: str) -> Json:
    """The value at a pointer; the empty one names the whole. Raises Absent: also of `-` (RFC 6901,
    section 4).
    """
    value = document
    for escaped in pointer.split("/")[1:]:
        name = escaped.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            raise Absent(pointer)
    return value


MOST_RULES: Final = 50

_Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Known(StrEnum):
    """What is known of an event beside its body."""

    EVENT_ID = "eventId"
    EVENT_TYPE = "eventType"
    RECEIVED_AT = "receivedAt"


class Taken(RequestBody):
    """Where a value comes from: `pointer` into the event's body, `known` of the event beside it, or
    `value` as it stands here. With `prefix` it becomes text that begins so. Where nothing stands
    there, an `optional` one is left out; any other leaves the event unmapped.
    """

    pointer: Pointer | None = None
    known: Known | None = None
    value: JsonValue = None
    prefix: Annotated[str, StringConstraints(max_length=100)] = ""
    optional: Flag = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len({"pointer", "known", "value"} & self.model_fields_set) != 1:
            raise ValueError("Say exactly one of `pointer`, `known` and `value`")
        return self

    @property
    def is_constant(self) -> bool:
        return "value" in self.model_fields_set


Values = Annotated[dict[_Name, Taken], Field(max_length=50)]


class Start(RequestBody):
    """Begins a run of `kind`, whose params are taken from the event. The event is its key."""

    kind: _Name
    params: Annotated[Values, Field(default_factory=dict[str, Taken])]


class Send(RequestBody):
    """Sends the signal `name` to a run of `kind`: the one of this id, or the live one that is about
    this subject. The event is its key.
    """

    kind: _Name
    name: _Name
    run_id: Taken | None = None
    subject: Taken | None = None
    payload: Annotated[Values, Field(default_factory=dict[str, Taken])]

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.run_id is None) == (self.subject is None):
            raise ValueError("Say by `runId` or by `subject` which run it is for")
        return self


class Rule(RequestBody):
    """What an event means that fits `when`: each pointer leads to that very value. One of `start`,
    `signal`, `consumer` (a part of this deployment, by its name) and `ignore`.
    """

    when: Annotated[
        dict[Pointer, bool | int | str | None],
        Field(default_factory=dict[str, bool | int | str | None], max_length=10),
    ]
    event_type: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    start: Start | None = None
    signal: Send | None = None
    consumer: _Name | None = None
    ignore: Flag = False

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (
            sum(
                (
                    self.start is not None,
                    self.signal is not None,
                    self.consumer is not None,
                    self.ignore,
                )
            )
            != 1
        ):
            raise ValueError("Say exactly one of `start`, `signal`, `consumer` and `ignore`")
        return self


class EventMapping(RequestBody):
    """The first rule that fits says what an event means; where none does, the event is kept and
    shown as unmapped.
    """

    rules: Annotated[list[Rule], Field(min_length=1, max_length=MOST_RULES)]


_HEADER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


def _header(header: str) -> str:
    if not _HEADER.fullmatch(header):
        raise ValueError("Give a header's name: 1 to 64 letters, digits and hyphens")
    return header.lower()


HeaderName = Annotated[str, AfterValidator(_header)]


class StandardWebhooks(RequestBody):
    """https://www.standardwebhooks.com: webhook-id, webhook-timestamp, webhook-signature, or the
    same as svix-….
    """

    name: Literal["standard-webhooks"]


class Stripe(RequestBody):
    """https://docs.stripe.com/webhooks/signature: Stripe-Signature: t=…,v1=…. The event's id stands
    in its body.
    """

    name: Literal["stripe"]


class GitHub(RequestBody):
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries:
    X-Hub-Signature-256 over the body, X-GitHub-Delivery as the event's id, which the signature does
    not cover.
    """

    name: Literal["github"]


# Headers that servers on the way set themselves: a signature in one of these can never verify.
_OF_SERVERS: Final = frozenset(
    {
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "cookie",
        "accept",
    }
    | {"accept-encoding", "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-real-ip"}
)
_PLACE: Final = re.compile(r"\{[^{}]*\}")
_PLACES: Final = frozenset({"{body}", "{timestamp}", "{id}", "{url}"})
_Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,20}$")]


class PlainHmac(RequestBody):
    """HMAC in a header, behind `prefix`, of `content`: the body, and whatever the sender signs
    beside it. In `content`, `{body}` stands for the bytes as they came, `{timestamp}` for the one
    of `timestamp_header`, `{id}` for that of `id_header`, and `{url}` for the address that was
    posted to. A header such as `ts=1671552777;h1=eb4d0d…` is read by `timestamp_key` and
    `signature_key`. A timestamp must be of the last five minutes.

    The event's id stands in a header, or in the body; where neither is named, the body's SHA-256 is
    its id, so that the same body again is the same event. `handshake`: what Slack and Zoom ask when
    the address is entered there is answered as they expect.
    """

    name: Literal["hmac"]
    signature_header: HeaderName
    signature_key: _Key | None = None
    algorithm: Literal["sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: Annotated[str, StringConstraints(max_length=20, pattern=r"^[!-~]*$")] = ""
    content: Annotated[str, StringConstraints(max_length=200, pattern=r"^[ -~]*$")] = "{body}"
    timestamp_header: HeaderName | None = None
    timestamp_key: _Key | None = None
    id_header: HeaderName | None = None
    id_pointer: Pointer | None = None
    handshake: Literal["slack", "zoom"] | None = None

    @model_validator(mode="after")
    def _can_verify(self) -> Self:
        """Raises ValueError: no event could ever be held to it, or its time or id would count
        nothing.
        """
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        places: list[str] = _PLACE.findall(self.content)
        yield from _problems_of_places(places)
        yield from self._problems_of_time(places)
        if "{id}" in places and self.id_header is None:
            yield "Say by `idHeader` where the {id} stands"
        if self.id_header is not None and self.id_pointer is not None:
            yield "Say one of `idHeader` and `idPointer`"
        headers = [self.signature_header, self.timestamp_header, self.id_header]
        yield from _problems_of_names([each for each in headers if each is not None])
        keys = [each for each in (self.signature_key, self.timestamp_key) if each is not None]
        if len({*keys}) < len(keys):
            yield "`signatureKey` and `timestampKey` name the same part twice"

    def _problems_of_time(self, places: list[str]) -> Iterator[str]:
        is_timed = self.timestamp_header is not None or self.timestamp_key is not None
        if "{timestamp}" in places and not is_timed:
            yield "Say by `timestampHeader` or `timestampKey` where the {timestamp} stands"
        if is_timed and "{timestamp}" not in places:
            yield (
                "Put {timestamp} into `content`, or leave out where it stands: what is not "
                "signed proves nothing"
            )
        if self.timestamp_header is not None and self.timestamp_key is not None:
            yield "Say one of `timestampHeader` and `timestampKey`"
        if self.timestamp_key is not None and self.signature_key is None:
            yield (
                "With `timestampKey`, say by `signatureKey` which part of the header is the "
                "signature"
            )


def _problems_of_places(places: list[str]) -> Iterator[str]:
    for place in places:
        if place not in _PLACES:
            yield f"`content` knows {', '.join(sorted(_PLACES))}, and not {place}"
    if places.count("{body}") != 1:
        yield "`content` must have {body} once: the signature is of the body"


def _problems_of_names(headers: list[str]) -> Iterator[str]:
    if len({*headers}) < len(headers):
        yield "The same header is named twice: each has one value"
    for header in headers:
        if header in _OF_SERVERS or header.startswith("cf-"):
            yield f"The header {header} is set by servers on the way, and by no sender"


Scheme = Annotated[StandardWebhooks | Stripe | GitHub | PlainHmac, Field(discriminator="name")]


def signs_the_id(scheme: Scheme) -> bool:
    """Whether the signature covers what tells one event from another."""
    if isinstance(scheme, PlainHmac):
        return scheme.id_header is None or "{id}" in scheme.content
    return not isinstance(scheme, GitHub)


class InboundSecret(Model):
    """`ends_at` is null for the newest one."""

    id: str
    created_at: str
    ends_at: str | None


class RefusedEvents(Model):
    """`count` events did not hold; the last one at `at`, since `why`. Nothing else is kept of
    them.
    """

    count: int
    at: str | None
    why: str | None


class BehindSource(Model):
    """Somebody who made the source, mapped it, or gave it a secret. Its events may do what all of
    these may do.
    """

    user_id: str
    name: str


class StoppedSource(Model):
    """The source takes no events since `at`: `name`, who stands behind it, left, or lost a right
    that it needs.
    """

    at: str
    user_id: str
    name: str | None


class InboundSource(Model):
    """`path` is where the sender posts to, at the address of this deployment. `waiting` events are
    to be worked off, `unmapped` ones could not be mapped, or failed. `needs` are the permissions
    that everybody of `people` must hold; `stopped` is null while the source takes events.
    """

    id: str
    name: str
    path: str
    scheme: Scheme
    mapping: EventMapping
    created_at: str
    changed_at: str
    secrets: list[InboundSecret]
    people: list[BehindSource]
    needs: list[str]
    stopped: StoppedSource | None
    refused: RefusedEvents
    waiting: int
    unmapped: int


class CreatedSource(InboundSource):
    """`secret` is shown this once, where it was made here; null where it was given."""

    secret: ShownOnce


class SourceList(Model):
    """In the order in which they were set up; an account has at most 100. `consumers` are what a
    rule can name as one.
    """

    items: list[InboundSource]
    consumers: list[str]


EventState = Literal["stored", "started", "signalled", "consumed", "ignored", "unmapped", "failed"]


class InboundEventSummary(Model):
    """`event_id` and `type` are the sender's. `state`: stored (not worked off yet), started,
    signalled, consumed, ignored, unmapped or failed; `why` says what stands in the way. `conflicts`
    counts other bodies under the same id, which were refused.
    """

    id: str
    source_id: str
    event_id: str
    type: str | None
    received_at: str
    state: Literal["stored", "started", "signalled", "consumed", "ignored", "unmapped", "failed"]
    attempts: int
    next_attempt_at: str | None
    run_id: str | None
    why: str | None
    settled_at: str | None
    conflicts: int


class InboundEventDetail(InboundEventSummary):
    """`body` is what was sent: as JSON, or as text where it is none, or null where it was erased or
    is no text.
    """

    body: Any


class Replayed(Model):
    """`replayed` events are worked off again; `left` are left for the next call."""

    replayed: int
    left: int


@dataclass(frozen=True)
class InboundEvent:
    """An event that was verified and stored. `id` is ours, the key of whatever is done by it;
    `event_id` and `type` are the sender's, `body` is JSON.
    """

    id: str
    account_id: str
    source_id: str
    event_id: str
    type: str | None
    body: Json
    received_at: str


Consumers: TypeAlias = Table[str, Callable[[Platform, InboundEvent], Awaitable[None]]]
"""By name, what takes an event, by its id once: it is called again where the process died over it.
It raises Unmapped where it cannot do anything with it; the event is kept with the message. Any
other error is tried again.
"""
