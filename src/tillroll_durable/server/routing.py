"""From a request to its reply: the route, the caller, the permission, and one problem for each
refusal.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import unquote

from microdot.microdot import URLPattern

from tillroll_durable.platform import log
from tillroll_durable.platform.ids import begin_request
from tillroll_durable.platform.refusals import INTERNAL, METHOD_NOT_ALLOWED, NOT_FOUND, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.server.access import authenticate
from tillroll_durable.server.exchange import (
    LARGEST_BODY_BYTES,
    ApiRequest,
    BodyTooLarge,
    Handler,
    Incoming,
    Reply,
    problem_of,
    reply_of,
)

_LONGEST_PATH: Final = 2_000


class NoSuchRoute(Refusal):
    """Nothing is at this path."""

    kind = NOT_FOUND


class MethodNotAllowed(Refusal):
    """The path has no such method; `Allow` names those that it has."""

    kind = METHOD_NOT_ALLOWED

    def __init__(self, methods: list[str]) -> None:
        allowed = ", ".join(methods)
        super().__init__(f"Use one of these methods: {allowed}.")
        self.headers = {"allow": allowed}


class InternalError(Refusal):
    """A fault of this deployment. The log has it under the request's id."""

    kind = INTERNAL


@dataclass(frozen=True)
class Route:
    """A path with a method. A caller needs the permission, where there is one."""

    method: str
    pattern: URLPattern
    permission: str
    handler: Handler


class Server:
    """The routes of a deployment, and what answers them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._routes: list[Route] = []

    def route(self, method: str, path: str, *, permission: str) -> Callable[[Handler], Handler]:
        """Add the function below as a route.

        Args:
            method: such as "GET".
            path: such as "/api/orders/<order_id>". The function is given each part by its name.
            permission: what the caller's token needs, such as "read".
        """

        def add(handler: Handler) -> Handler:
            pattern = URLPattern(path)
            route = Route(method.upper(), pattern, permission=permission, handler=handler)
            self._routes.append(route)
            return handler

        return add

    async def answer(self, platform: Platform, incoming: Incoming) -> Reply:
        """The reply to a request, whatever becomes of it."""
        request_id = begin_request()
        try:
            reply = await self._answer(platform, incoming)
        except Refusal as refusal:
            reply = problem_of(refusal, request_id)
        except Exception as error:  # noqa: BLE001 - it is logged, and answered as a problem
            log.crash("request.crashed", error)
            fault = InternalError("Try again later. The log has this request by its id.")
            reply = problem_of(fault, request_id)
        headers = {"cache-control": "no-store", **reply.headers, "x-request-id": request_id}
        return Reply(reply.status, reply.body, headers)

    async def _answer(self, platform: Platform, incoming: Incoming) -> Reply:
        route, parts = self._find(incoming.method, incoming.path)
        caller = await authenticate(platform, incoming.headers.get("authorization"))
        caller.require(route.permission)
        if len(incoming.body) > LARGEST_BODY_BYTES:
            raise BodyTooLarge(f"Send at most {LARGEST_BODY_BYTES} bytes.")
        request = ApiRequest(platform, self._registry, caller=caller, incoming=incoming)
        return reply_of(await route.handler(request, **parts))

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        if len(path) > _LONGEST_PATH:
            raise NoSuchRoute("There is nothing at this path.")
        matches = [*self._at(path)]
        for route, parts in matches:
            if route.method == method:
                return route, parts
        if matches:
            raise MethodNotAllowed(sorted({route.method for route, _ in matches}))
        raise NoSuchRoute("There is nothing at this path.")

    def _at(self, path: str) -> Iterator[tuple[Route, dict[str, str]]]:
        """The routes of a path, with its parts by name."""
        for route in self._routes:
            # Its types leave out that it returns None where the path does not match.
            parts = cast("dict[str, str] | None", route.pattern.match(path))  # pyright: ignore[reportUnknownMemberType]
            if parts is not None:
                yield route, {name: unquote(value) for name, value in parts.items()}
