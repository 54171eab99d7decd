"""A request as handlers see it, and what they answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from tillroll_durable.platform.faults import faults_in
from tillroll_durable.platform.json import Json, JsonObject, load
from tillroll_durable.platform.models import parse_strictly
from tillroll_durable.platform.refusals import (
    BODY_TOO_LARGE,
    INVALID_REQUEST,
    PROBLEM_MEDIA_TYPE,
    UNREADABLE_BODY,
    Refusal,
    problem_body,
    retry_after,
)
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.server.access import Caller

LARGEST_BODY_BYTES: Final = 64 * 1024


class InvalidRequest(Refusal):
    """The request has not the expected shape. `errors` names each fault."""

    kind = INVALID_REQUEST

    def __init__(self, detail: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail)
        if errors:
            self.extra = {
                "errors": [{"field": name, "message": message} for name, message in errors]
            }


class UnreadableBody(Refusal):
    """The body is no JSON object."""

    kind = UNREADABLE_BODY


class BodyTooLarge(Refusal):
    """The body has more than LARGEST_BODY_BYTES."""

    kind = BODY_TOO_LARGE


Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(frozen=True)
class Incoming:
    """A request of any runtime. Header names are in small letters; `query` has each parameter, also
    one that comes again.
    """

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""


@dataclass(frozen=True)
class PublicRequest:
    """A request of anybody. Nobody has been asked for a token."""

    platform: Platform
    registry: Registry
    incoming: Incoming

    def parameter(self, name: str) -> str | None:
        """A parameter of the query; None where it is not given. Raises InvalidRequest: twice."""
        values = self.parameters(name)
        if len(values) > 1:
            raise InvalidRequest(f"Give the parameter {name!r} once.")
        if not values:
            return None
        return values[0]

    def parameters(self, name: str) -> list[str]:
        """All values of a parameter of the query."""
        return [value for each, value in self.incoming.query if each == name]

    def check_parameters(self, *names: str) -> None:
        """Raises InvalidRequest: the query has a parameter that is none of these."""
        for name, _ in self.incoming.query:
            if name not in names:
                others = ", ".join(names) or "none"
                raise InvalidRequest(f"There is no parameter {name!r} here. There are: {others}.")

    def json(self) -> JsonObject:
        """The body as a JSON object, empty for an empty body. Raises UnreadableBody."""
        return object_of(self.incoming.body)

    def body_as(self, shape: type[Shape]) -> Shape:
        """The body as a model. Raises UnreadableBody, InvalidRequest."""
        return checked(shape, self.json(), "body")


@dataclass(frozen=True)
class ApiRequest(PublicRequest):
    """A request whose caller is known, and may do what its route is for."""

    caller: Caller


def check_length(incoming: Incoming) -> None:
    """Raises BodyTooLarge."""
    if len(incoming.body) > LARGEST_BODY_BYTES:
        raise BodyTooLarge(f"Send at most {LARGEST_BODY_BYTES} bytes.")


def object_of(body: bytes) -> JsonObject:
    """A JSON object in bytes. Raises UnreadableBody."""
    if not body.strip():
        return {}
    try:
        value = load(body.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableBody("Send a JSON object in UTF-8.") from error
    if not isinstance(value, dict):
        raise UnreadableBody("Send a JSON object: this is another value.")
    return value


def checked(shape: type[Shape], value: JsonObject, place: str) -> Shape:
    """An object as a model, by the names that its JSON Schema has; a member that the model does not
    have is refused. Raises InvalidRequest.
    """
    try:
        return parse_strictly(shape, value)
    except ValidationError as error:
        faults = faults_in(error.errors(), place, shape)
        raise InvalidRequest(
            "Correct what `errors` names.", [(each.field, each.says) for each in faults]
        ) from error


@dataclass(frozen=True)
class Reply:
    """An answer: JSON, or nothing."""

    status: int
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Answer: TypeAlias = "Reply | JsonObject"
"""An object alone is answered with 200."""


Handler: TypeAlias = Callable[..., Awaitable[Answer]]
"""Answers a route: it is given the request, and the parts of the path by name."""


def reply_of(answer: Answer) -> Reply:
    """What a handler returned, as a reply."""
    if isinstance(answer, Reply):
        return answer
    return Reply(200, answer)


def problem_of(refusal: Refusal, request_id: str) -> Reply:
    """A refusal as it is answered."""
    headers = {"content-type": PROBLEM_MEDIA_TYPE, **retry_after(refusal)}
    return Reply(refusal.kind.status, problem_body(refusal, request_id), headers)
