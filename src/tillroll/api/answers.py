"""Answers to requests, by FastAPI or natively: what an error is answered by, the headers of all, a
line in the log."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tillroll.api.deprecation import headers_of
from tillroll.api.problems import (
    MISCONFIGURED,
    REQUEST_ID,
    SOMEBODY_WAS_FIRST,
    UNAVAILABLE,
    Problem,
)
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    DatabaseUnavailable,
    GuardFailed,
    RowConflict,
)
from tillroll_durable.platform.bindings.models import ImagesQuotaSpent, ImagesUnavailable
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.ids import request_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import INTERNAL, PROBLEM_MEDIA_TYPE, Refusal, problem_body
from tillroll_durable.platform.settings import InvalidSetting

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What every answer has unless its route says otherwise: what belongs to an account is kept by no
# cache, JSON is taken for nothing else, nothing of it is run or framed, and anyone who came by
# https comes by it again.
SAFE_HEADERS: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
# Where the account of the principal stands in the ASGI scope, once it is known.
ACCOUNT: Final = "tillroll.account"


@dataclass(frozen=True)
class JsonReply:
    """A native answer in JSON. For the log, `account` is the principal's, `run` and `subject` what
    was made."""

    status: int
    body: JsonObject
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    account: str | None = None
    run: str | None = None
    subject: str | None = None


@dataclass(frozen=True)
class ObjectReply:
    """200 with the bytes of a stored object, or 404 that calls it `what`. Of a picture (a media
    type of PICTURES) what its file tells beside its pixels is left out."""

    key: str
    headers: Mapping[str, str]
    account: str
    what: str = "image"
    picture: str | None = None


@dataclass(frozen=True)
class PictureReply:
    """200 with a stored image, scaled down to `width` pixels, as a JPEG."""

    key: str
    width: int
    headers: Mapping[str, str]
    account: str


Reply = JsonReply | ObjectReply | PictureReply


_SECONDS_WITHOUT_DATABASE: Final = "10"
_NO_DATABASE_NOW: Final = (
    "The database cannot do this just now. Trying again is safe: nothing is done twice."
)
_SECONDS_WITHOUT_OBJECTS: Final = "10"
_NO_OBJECTS_NOW: Final = (
    "Documents cannot be stored or read just now. Trying again is safe: nothing is done twice."
)
_SECONDS_WITHOUT_PICTURES: Final = "10"
_NO_PICTURES_NOW: Final = "Pictures cannot be prepared just now: try again in a moment."
_NO_PICTURES_LEFT: Final = "The month's pictures are used up. An operator switches on Images Paid."


def problem_of(error: Exception, method: str, route: str) -> Refusal:
    """What an error is answered by; a fault of ours is logged."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, InvalidSetting):
        log.error("setting.invalid", error=error)
        advice = (
            "Whoever runs this deployment sets it in wrangler.jsonc or by `wrangler secret put`."
        )
        return Problem(MISCONFIGURED, f"{error}. {advice}")
    if isinstance(error, GuardFailed | RowConflict | LostGuard):
        log.warning("request.was_late", method=method, route=route, error=error)
        advice = "Nothing was changed: load what you see again, then decide anew."
        return Problem(SOMEBODY_WAS_FIRST, advice)
    unavailable = _unavailable(error, method=method, route=route)
    if unavailable is not None:
        return unavailable
    log.crash("request.failed", error, method=method, route=route)
    return Problem(
        INTERNAL, "The fault is logged here. Trying again is safe: nothing is done twice."
    )


def _unavailable(error: Exception, *, method: str, route: str) -> Refusal | None:
    """The answer where a part of the platform does nothing just now; None for any other error."""
    if isinstance(error, DatabaseUnavailable):
        log.crash("database.unavailable", error, source=error.reason, method=method, route=route)
        headers = {"retry-after": _SECONDS_WITHOUT_DATABASE}
        return Problem(UNAVAILABLE, _NO_DATABASE_NOW, headers=headers)
    if isinstance(error, ObjectsUnavailable):
        log.error("objects.unavailable", error=error, method=method, route=route)
        headers = {"retry-after": _SECONDS_WITHOUT_OBJECTS}
        return Problem(UNAVAILABLE, _NO_OBJECTS_NOW, headers=headers)
    if isinstance(error, ImagesUnavailable):
        log.warning("images.unavailable", error=error)
        headers = {"retry-after": _SECONDS_WITHOUT_PICTURES}
        return Problem(UNAVAILABLE, _NO_PICTURES_NOW, headers=headers)
    if isinstance(error, ImagesQuotaSpent):
        log.error("images.quota_spent", error=error)
        return Problem(UNAVAILABLE, _NO_PICTURES_LEFT)
    return None


def reply_of(refused: Refusal) -> JsonReply:
    """The answer to what is refused. `requestId` finds the request's lines in the log."""
    kind = refused.kind
    request = request_id()
    headers = {"content-type": PROBLEM_MEDIA_TYPE, "cache-control": "no-store"}
    if kind.status == 401:
        headers["www-authenticate"] = 'Bearer realm="tillroll"'
    if kind.status == 429:
        headers["retry-after"] = "60"
    if request is not None:
        headers[REQUEST_ID] = request
    body = problem_body(refused, request)
    return JsonReply(kind.status, body, {**headers, **refused.headers})


def headers_beside(has: Callable[[str], bool]) -> dict[str, str]:
    """The headers of every answer that a route has not given itself: the defaults, and the
    request's id."""
    added = {name: value for name, value in SAFE_HEADERS.items() if not has(name)}
    request = request_id()
    if request is not None and not has(REQUEST_ID):
        added[REQUEST_ID] = request
    return added


def log_request(
    method: str,
    route: str,
    status: int,
    began: float,
    account: str | None,
    reply: Reply | None = None,
) -> None:
    """`began` is time.monotonic() at the request's arrival; of a native `reply` the log has what
    an upload became."""
    json_reply = reply if isinstance(reply, JsonReply) else None
    log.info(
        "request.answered",
        method=method,
        route=route,
        status=status,
        account=account,
        run=json_reply and json_reply.run,
        subject=json_reply and json_reply.subject,
        duration_ms=round(1000 * (time.monotonic() - began)),
    )


def route_of(scope: "Scope") -> str:
    """The template of the route that FastAPI chose for a request."""
    return getattr(scope.get("route"), "path", "unknown")


class Answers:
    """ASGI middleware that gives each answer of FastAPI its headers, and logs it."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        began = time.monotonic()
        status = 500

        async def send_whole(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                names = {name.decode("latin-1") for name, _ in message["headers"]}
                added = {**headers_beside(names.__contains__), **headers_of(scope.get("route"))}
                more = [(name.encode(), value.encode()) for name, value in added.items()]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        try:
            await self._app(scope, receive, send_whole)
        finally:
            if scope["type"] == "http":
                log_request(
                    scope["method"],
                    route_of(scope),
                    status=status,
                    began=began,
                    account=scope.get(ACCOUNT),
                )
