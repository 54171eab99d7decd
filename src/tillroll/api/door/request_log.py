"""A line for each request: the route's template in place of the path, since a path can hold anything."""

import time
from typing import TYPE_CHECKING, Final

from tillroll.api.problems import REQUEST_ID
from tillroll.platform import log
from tillroll.platform.ids import request_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Where the account of whoever asks stands in the ASGI scope, once it is known.
ACCOUNT: Final = "tillroll.account"


def log_request(
    method: str, route: str, status: int, began: float, account: str | None, *, run: str | None, subject: str | None
) -> None:
    """`began` is time.monotonic() at the request's arrival; `run` and `subject` are what an upload became."""
    log.info(
        "request.answered",
        method=method,
        route=route,
        status=status,
        account=account,
        run=run,
        subject=subject,
        duration_ms=round(1000 * (time.monotonic() - began)),
    )


def route_of(scope: "Scope") -> str:
    """The template of the route that FastAPI chose for a request."""
    return getattr(scope.get("route"), "path", "unknown")


class RequestLog:
    """ASGI middleware that logs each request that FastAPI answers."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def send_and_note(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_id(message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            log_request(scope["method"], route_of(scope), status, began, scope.get(ACCOUNT), run=None, subject=None)


def _with_id(headers: "Iterable[tuple[bytes, bytes]]") -> list[tuple[bytes, bytes]]:
    """An answer's headers with the request's id, which a problem has already."""
    name, request = REQUEST_ID.encode(), request_id()
    others = [each for each in headers if each[0] != name]
    return others if request is None else [*others, (name, request.encode())]
