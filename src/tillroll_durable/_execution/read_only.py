"""The platform of a step that makes no call: it reads the world outside, and changes nothing there.

What changes something elsewhere is sent by `run.call`, which writes an intent down before, and asks
before it sends again.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.http import (
    Exchange,
    Http,
    HttpAnswer,
    HttpReply,
    HttpRequest,
)
from tillroll_durable.platform.services import Platform

_READ: Final = frozenset({"GET", "HEAD"})


def reading(platform: Platform) -> Platform:
    """The platform, by which nothing is changed elsewhere over HTTP."""
    return replace(
        platform,
        http=ReadingHttp(platform.http),
        exchange=ReadingExchange(platform.exchange),
        bare=None,  # it leads past these
    )


class ReadingHttp:
    """`Http` that sends a GET, and refuses the rest."""

    def __init__(self, inner: Http) -> None:
        self._inner = inner

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        return await self._inner.get(url, timeout_seconds, max_bytes, headers=headers)

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        raise _refused("POST", url, headers, body, timeout_seconds)

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        raise _refused("PUT", url, headers, body, timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        raise _refused("PATCH", url, headers, body, timeout_seconds)

    async def delete(
        self,
        url: str,
        headers: Mapping[str, str],
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        raise _refused("DELETE", url, headers, timeout_seconds)


class ReadingExchange:
    """`Exchange` that sends what reads, and refuses the rest."""

    def __init__(self, inner: Exchange) -> None:
        self._inner = inner

    async def send(self, request: HttpRequest) -> HttpReply:
        _check_reads(request)
        return await self._inner.send(request)

    async def stream(
        self,
        request: HttpRequest,
        take: Callable[[bytes], Awaitable[None]],
    ) -> HttpReply:
        _check_reads(request)
        return await self._inner.stream(request, take)


def _check_reads(request: HttpRequest) -> None:
    """Raises NonRetryable: it may change something there."""
    if request.method not in _READ and not request.only_reads:
        raise _refused(request.method)


def _refused(method: str, *_unsent: object) -> NonRetryable:
    return NonRetryable(
        f"this step sends a {method}, and could send it twice. Declare it `Effect.EXTERNAL`, and "
        "make it by `run.call`"
    )
