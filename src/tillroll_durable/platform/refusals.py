"""Refusals: what is not done for a client. Each class knows its answer, a problem of RFC 9457."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from tillroll_durable.platform.json import Json, JsonObject

KINDS: Final[dict[str, "Kind"]] = {}
"""All kinds that were declared so far, by their codes."""


@dataclass(frozen=True)
class Kind:
    """A kind of problem. Where it `may_pass`, nothing was begun and the answer may change: it is
    never kept under an Idempotency-Key."""

    code: str
    status: int
    title: str
    may_pass: bool = False

    def __post_init__(self) -> None:
        if KINDS.setdefault(self.code, self) != self:
            raise ValueError(f"two kinds of problems have the code {self.code}")


UNREADABLE_BODY: Final = Kind("unreadable-body", 400, "The request's body cannot be read")
UNAUTHENTICATED: Final = Kind("unauthenticated", 401, "Authentication is needed")
BEYOND_TOKEN: Final = Kind("beyond-token", 403, "The token is limited to other things")
FOUR_EYES: Final = Kind("four-eyes", 403, "Somebody else has to decide this")
NOT_FOUND: Final = Kind("not-found", 404, "There is no such thing here")
METHOD_NOT_ALLOWED: Final = Kind(
    "method-not-allowed", 405, "This resource does not know that method"
)
NOT_POSSIBLE: Final = Kind(
    "not-possible", 409, "The run is not in a status in which this can be done"
)
BODY_TOO_LARGE: Final = Kind("body-too-large", 413, "The request's body is too large")
INVALID_REQUEST: Final = Kind(
    "invalid-request", 422, "The request does not have the expected shape", may_pass=True
)
KEY_REUSED: Final = Kind(
    "key-reused", 422, "The idempotency key stands for another request", may_pass=True
)
INVALID_VALUES: Final = Kind("invalid-values", 422, "Some values cannot be taken")
SOMEBODY_WAS_FIRST: Final = Kind(
    "somebody-was-first", 409, "Somebody else was first", may_pass=True
)
INTERNAL: Final = Kind("internal", 500, "Something went wrong here")
UNAVAILABLE: Final = Kind("unavailable", 503, "This cannot be done just now", may_pass=True)
MISCONFIGURED: Final = Kind("misconfigured", 503, "A setting of this deployment cannot be used")

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"


def missing(what: str) -> str:
    """One sentence for what does not exist and for what belongs to another account."""
    return f"There is no {what} with this id in your account. Check the id."


class Refusal(Exception):
    """Something is not done. The API's one handler answers it.

    Attributes:
        kind: of the problem.
        thing: what is not found, where it is that.
        explanation: the problem's detail, where the message is none; {} stands for the message.
        extra: members of the problem beside the standard ones.
        headers: of the answer, beside those of every problem; names are in small letters."""

    kind: Kind = NOT_FOUND
    thing: ClassVar[str | None] = None
    explanation: ClassVar[str] = ""
    extra: Mapping[str, Json] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})

    @property
    def detail(self) -> str:
        """The sentences that tell the client what to do."""
        if self.thing is not None:
            return missing(self.thing)
        if not self.explanation:
            return str(self)
        sentence = self.explanation.replace("{}", str(self))
        return f"{sentence[:1].upper()}{sentence[1:]}"


_FIRST_OF_OURS: Final = 500
_SECONDS_OF_TROUBLE: Final = "10"


def retry_after(refused: Refusal) -> Mapping[str, str]:
    """When to send a request again that failed here, or behind here: a header of each such answer.
    What says so itself comes before it."""
    if refused.kind.status < _FIRST_OF_OURS:
        return refused.headers
    return {"retry-after": _SECONDS_OF_TROUBLE, **refused.headers}


class Problem(Refusal):
    """A refusal whose kind and detail are given where it is raised. `extra` members stand beside
    the standard ones."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        **extra: Json,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.extra = extra
        self.headers = headers


def problem_body(refused: Refusal, request_id: str | None) -> JsonObject:
    """The problem details of RFC 9457. `requestId` finds the request's lines in the log."""
    body: JsonObject = {
        "type": f"urn:tillroll:problem:{refused.kind.code}",
        "title": refused.kind.title,
        "status": refused.kind.status,
        "detail": refused.detail,
    }
    if request_id is not None:
        body["requestId"] = request_id
    body.update(refused.extra)
    return body
