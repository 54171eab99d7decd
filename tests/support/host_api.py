"""The API on the host: the same FastAPI application, over SQLite, asked in memory."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx

from tests.support.host_platform import TOKEN
from tillroll.api.app import create_app
from tillroll.platform.services import Platform

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


def api_client(platform: Platform, token: str | None = TOKEN) -> httpx.AsyncClient:
    """A client of the API on a platform, as entry.py would put it into each request's scope."""
    app = create_app()

    async def with_platform(scope: Scope, receive: Channel, send: Channel) -> None:
        scope["env"] = platform
        await app(scope, receive, send)

    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=with_platform, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tillroll.test", headers=headers)
