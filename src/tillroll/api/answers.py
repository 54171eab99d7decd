"""Answers: problems as responses and as OpenAPI describes them, and headers that all carry."""

from typing import Any

from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tillroll.api.problems import MEDIA_TYPE, reply_of
from tillroll.api.replies import SAFE_HEADERS
from tillroll.platform.refusals import Refusal

# Where the kind of the problem that was answered stands in the ASGI scope.
PROBLEM = "tillroll.problem"


def as_response(refused: Refusal) -> JSONResponse:
    """The response to what is refused."""
    reply = reply_of(refused)
    return JSONResponse(reply.body, status_code=reply.status, headers=reply.headers)


PROBLEM_SHAPE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:tillroll:problem:[a-z-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "minLength": 1},
        "requestId": {"type": "string", "description": "As in `X-Request-Id`: it finds the request in the log"},
    },
}


def problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM_SHAPE}}}


# What a route that takes If-Match may answer beside that.
VERSION_RESPONSES: dict[int | str, dict[str, Any]] = {
    412: problem("Somebody else was first: `current` is what stands, `yours` what was sent"),
    428: problem("The change is one of money and has no `If-Match`"),
}

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "`If-None-Match` names what stands", "headers": {"ETag": {"schema": {"type": "string"}}}}
}

# What any route may answer beside its success; `type` tells the kinds apart (docs/api.md lists them).
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: problem("The body, a cursor or another parameter cannot be read"),
    401: problem("Not authenticated"),
    403: problem("Not for whoever asks, or asked from another site"),
    404: problem("No such thing in the account"),
    409: problem("Not possible in the present status"),
    405: problem("Another method; `Allow` names those there are"),
    413: problem("A body of more than 64 KB"),
    422: problem("The request does not have the expected shape"),
    429: problem("Too many requests, or attempts to sign in, within a minute: `Retry-After` says how long to wait"),
}


class SafeHeaders:
    """ASGI middleware that adds the defaults to each response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_defaults(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_defaults)
