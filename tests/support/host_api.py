"""The API on the host: the same FastAPI application behind the same admission, over SQLite, asked in memory."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import httpx
from starlette.requests import Request

from local.host.memory import MemoryObjects
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.api.answers import as_response
from tillroll.api.app import as_asked_by, create_app
from tillroll.api.door.admission import admit
from tillroll.api.problems import Problem
from tillroll.durable.registry import Registry
from tillroll.inbound.consumers import Consumers
from tillroll.platform.request_id import begin_request
from tillroll.platform.services import Platform
from tillroll.workflows.registry import REGISTRY

Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


def api_client(
    platform: Platform, token: str | None = TOKEN, *, registry: Registry = REGISTRY, consumers: Consumers | None = None
) -> httpx.AsyncClient:
    """A client of the API on a platform, as entry.py would put it into each request's scope."""
    app = create_app(registry, consumers)

    async def answer(scope: Scope, receive: Channel, send: Channel) -> None:
        scope["env"] = platform
        begin_request()
        request = Request(scope, receive)
        body = await request.body()
        upload = MemoryUpload([MemoryFile(body, MemoryObjects(), None)] if body else [], request.headers)
        try:
            admitted = await admit(platform, app.state.methods, request.method, request.url.path, upload)
        except Problem as problem:
            await as_response(problem)(scope, receive, send)
            return
        await as_asked_by(app, admitted.principal)(scope, _replayed(admitted.body), send)

    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=answer, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tillroll.test", headers=headers)


def _replayed(body: bytes) -> Channel:
    """What was read already, once more; then nothing comes, as from a client that waits."""
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return messages.pop() if len(messages) > 1 else messages[0]

    return receive
