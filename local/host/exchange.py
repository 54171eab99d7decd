"""`Exchange` over a real socket, by the package httpx."""

import ssl
from functools import cache

import httpx

from tillroll.platform.bindings.http import HttpFailed, HttpReply, HttpRequest, too_long


@cache
def _trust() -> ssl.SSLContext:
    """Loading what a machine trusts takes longer than a request."""
    return ssl.create_default_context()


class HostExchange:
    """As the Worker's fetch does it: a new connection for each request, and no redirect is followed."""

    async def send(self, request: HttpRequest) -> HttpReply:
        try:
            async with (
                httpx.AsyncClient(timeout=request.timeout_seconds, trust_env=False, verify=_trust()) as client,
                client.stream(
                    request.method, request.url, headers=dict(request.headers), content=request.body
                ) as response,
            ):
                content = bytearray()
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > request.max_bytes:
                        raise HttpFailed(too_long(request.max_bytes))
                headers = {name.lower(): value for name, value in response.headers.items()}
                return HttpReply(
                    status=response.status_code,
                    body=content.decode(errors="replace"),
                    headers=headers,
                    raw=bytes(content),
                )
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise HttpFailed(f"{type(error).__name__}: {error}") from error
