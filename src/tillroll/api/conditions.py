"""Conditional requests (RFC 9110, section 13): what a client has already is not sent again, and
HEAD is GET without its body."""

import hashlib
from typing import TYPE_CHECKING, Final

from tillroll_durable.platform.web.conditional_requests import is_known

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What a 304 has of the answer that it stands for (section 15.4.5).
_OF_NO_BODY: Final = frozenset({b"content-length", b"content-type", b"transfer-encoding"})


class Conditions:
    """ASGI middleware. JSON that is answered to GET gets an ETag, unless its route gives one;
    where the client names it, the answer is 304."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        answer = _Answer(
            send, _header(scope["headers"], b"if-none-match"), is_head=method == "HEAD"
        )
        scope["method"] = "GET"
        try:
            await self._app(scope, receive, answer.send)
        finally:
            scope["method"] = method


class _Answer:
    """An answer on its way: it is held back until its body is whole, where that decides."""

    def __init__(self, send: "Send", etag: str | None, *, is_head: bool) -> None:
        self._send = send
        self._known = etag
        self._is_head = is_head
        self._start: Message | None = None

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        start = self._start
        self._start = None
        if start is None:  # the rest of a body in pieces
            await self._send_body(message)
            return
        if start["status"] == 200 and not message.get("more_body"):
            headers = list(start["headers"])
            tag = _tag_of(headers, message.get("body", b""))
            if tag is not None:
                headers = [each for each in headers if each[0] != b"etag"]
                headers.append((b"etag", tag.encode()))
                start = {**start, "headers": headers}
            if tag is not None and is_known(self._known, tag):
                headers = [each for each in headers if each[0] not in _OF_NO_BODY]
                start = {**start, "status": 304, "headers": headers}
                message = {"type": "http.response.body", "body": b""}
        await self._send(start)
        await self._send_body(message)

    async def _send_body(self, message: "Message") -> None:
        if self._is_head:
            message = {**message, "body": b""}
        await self._send(message)


def _tag_of(headers: list[tuple[bytes, bytes]], body: bytes) -> str | None:
    """The tag that a route gave, or that of the bytes where they are JSON that may be stored."""
    tag = _header(headers, b"etag")
    if tag is not None:
        return tag
    if "no-store" in (_header(headers, b"cache-control") or ""):
        return None
    if (_header(headers, b"content-type") or "").startswith("application/json"):
        return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return None


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str | None:
    values = [value for each, value in headers if each == name]
    if not values:
        return None
    return b", ".join(values).decode("latin-1")
