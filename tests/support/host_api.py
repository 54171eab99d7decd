"""The API on the host: the same FastAPI application behind the same admission, over SQLite, asked
in memory.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.datastructures import State
from starlette.requests import Request

from cli.reference.document import document_of
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.api.admission import admit
from tillroll.api.app import as_asked_by, create_app
from tillroll.api.dependencies import as_response, check_kind
from tillroll.api.health import Looks
from tillroll.api.problems import PROBLEM_RESPONSES
from tillroll.identity.authentication import shard_of
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.ids import begin_request
from tillroll_durable.platform.invocation import enter, invocation
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_testing.host.memory import MemoryObjects

if TYPE_CHECKING:
    from tillroll.inbound.models import Consumers

# What a route answers when something of ours is broken, of which no description tells.
_OUR_FAULTS: Final = (500, 503)
# What any route may answer to a conditional request.
_NOT_MODIFIED: Final = 304
Scope = MutableMapping[str, Any]
Channel = Callable[..., Awaitable[Any]]


def api_client(
    platform: Platform,
    token: str | None = TOKEN,
    *,
    registry: Registry = REGISTRY,
    consumers: "Consumers | None" = None,
) -> httpx.AsyncClient:
    """A client of the API on a platform, as entry.py would put it into each request's scope."""
    app = the_app() if registry is REGISTRY else _app_of(registry)
    if consumers is not None:
        app = _app_of(registry)
        app.state.consumers = lambda: consumers
    app.state.looks = Looks()

    async def answer(scope: Scope, receive: Channel, send: Channel) -> None:
        begin_request()
        request = Request(scope, receive)
        scope["env"] = here = enter(invocation(platform), shard_of(request.headers.get))
        body = await request.body()
        upload = MemoryUpload(
            [MemoryFile(body, MemoryObjects(), None)] if body else [], request.headers
        )
        try:
            admitted = await admit(here, app.state.routes, request.method, request.url.path, upload)
        except Refusal as problem:
            await as_response(problem)(scope, receive, send)
            return
        await as_asked_by(app, admitted.principal)(
            scope, _replayed(admitted.body), _described(scope, send)
        )

    headers = {"authorization": f"Bearer {token}"} if token else {}
    transport = httpx.ASGITransport(app=answer, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://tillroll.test", headers=headers)


@cache
def description() -> dict[str, Any]:
    """The API's description, by OpenAPI; made once, so it is only read."""
    return document_of(the_app())


@cache
def the_app() -> FastAPI:
    """Made once: what FastAPI finds out of a hundred routes at the first request takes longer than
    most tests.
    """
    return create_app(REGISTRY)


def _app_of(registry: Registry) -> FastAPI:
    """`the_app` with other workflows: its routes are the same, with all that FastAPI has found out
    of them.
    """
    registry.check_each(check_kind)
    app = copy(the_app())
    app.state = State({"routes": the_app().state.routes})
    app.state.registry = registry
    app.state.consumers = dict
    app.middleware_stack = None
    return app


def _described(scope: Scope, send: Channel) -> Channel:
    """Sends what the description tells of; another status is an error of the route, which then must
    say so.
    """

    async def send_described(message: MutableMapping[str, Any]) -> None:
        route = scope.get("route")
        if message["type"] == "http.response.start" and isinstance(route, APIRoute):
            told = {
                route.status_code or 200,
                *map(int, route.responses),
                *PROBLEM_RESPONSES,
                *_OUR_FAULTS,
                _NOT_MODIFIED,
            }
            assert message["status"] in told, (
                f"{message['status']} of {route.path} is not in its description"
            )
        await send(message)

    return send_described


def _replayed(body: bytes) -> Channel:
    """What was read already, once more; then nothing comes, as from a client that waits."""
    messages = [
        {"type": "http.disconnect"},
        {"type": "http.request", "body": body, "more_body": False},
    ]

    async def receive() -> Any:
        return messages.pop() if len(messages) > 1 else messages[0]

    return receive
