"""Answers to requests, by FastAPI or natively: the headers of all, a line in the log."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tillroll.api.deprecation import headers_of
from tillroll.api.near import cookie_beside
from tillroll.api.problems import REQUEST_ID
from tillroll_durable.platform import log
from tillroll_durable.platform.ids import request_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import (
    PROBLEM_MEDIA_TYPE,
    Refusal,
    problem_body,
    retry_after,
)
from tillroll_durable.server.headers import SAFE_HEADERS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    return JsonReply(kind.status, body, {**headers, **retry_after(refused)})


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
                cookie = cookie_beside(scope)
                if cookie is not None:
                    more.append((b"set-cookie", cookie.encode()))
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
