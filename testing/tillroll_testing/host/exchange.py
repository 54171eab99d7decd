"""`Exchange` over a real socket, by the package httpx."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache

import httpx

from tillroll_durable.platform.bindings.http import HttpFailed, HttpReply, HttpRequest, too_long

Take = Callable[[bytes], Awaitable[None]]


@cache
def _trust() -> ssl.SSLContext:
    """Loading what a machine trusts takes longer than a request."""
    return ssl.create_default_context()


class HostExchange:
    """As the Worker's fetch does it: a new connection for each request, and no redirect is
    followed.
    """

    async def send(self, request: HttpRequest) -> HttpReply:
        content = bytearray()

        async def take(piece: bytes) -> None:
            content.extend(piece)

        reply = await self._answer(request, take, take)
        return replace(reply, body=content.decode(errors="replace"), raw=bytes(content))

    async def stream(self, request: HttpRequest, take: Take) -> HttpReply:
        refusal = bytearray()

        async def take_refusal(piece: bytes) -> None:
            refusal.extend(piece)

        reply = await self._answer(request, take, take_refusal)
        return replace(reply, body=refusal.decode(errors="replace"), raw=bytes(refusal))

    async def _answer(self, request: HttpRequest, take: Take, take_refusal: Take) -> HttpReply:
        """The answer without its body, which goes to one of both, piece by piece."""
        try:
            async with (
                httpx.AsyncClient(
                    timeout=request.timeout_seconds, trust_env=False, verify=_trust()
                ) as client,
                client.stream(
                    request.method, request.url, headers=dict(request.headers), content=request.body
                ) as response,
            ):
                size = 0
                async for piece in response.aiter_bytes():
                    size += len(piece)
                    if size > request.max_bytes:
                        raise HttpFailed(too_long(request.max_bytes))
                    if response.is_success:
                        await take(piece)
                    else:
                        await take_refusal(piece)
                headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpReply(status=response.status_code, body="", headers=headers)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise HttpFailed(f"{type(error).__name__}: {error}") from error
