"""From a request to its reply: the route, the caller, the permission, and one problem for each
refusal.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import unquote

from microdot.microdot import URLPattern

from tillroll_durable.platform import log
from tillroll_durable.platform.ids import begin_request, request_id
from tillroll_durable.platform.refusals import METHOD_NOT_ALLOWED, NOT_FOUND, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry
from tillroll_durable.server.access import authenticate
from tillroll_durable.server.exchange import (
    ApiRequest,
    Handler,
    Incoming,
    PublicRequest,
    Reply,
    check_length,
    problem_of,
    reply_of,
)
from tillroll_durable.server.headers import SAFE_HEADERS
from tillroll_durable.server.problems import refusal_of

_LONGEST_PATH: Final = 2_000
_NO_ROUTE: Final = "none"


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


@dataclass
class _LogFields:
    """What the log says of a request, as far as it is known."""

    method: str
    route: str = _NO_ROUTE
    account: str | None = None


@dataclass(frozen=True)
class Route:
    """A path with a method. A caller needs the permission; without one, anybody may ask."""

    method: str
    path: str
    pattern: URLPattern
    permission: str | None
    handler: Handler


class Server:
    """The routes of a deployment, and what answers them."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._routes: list[Route] = []

    def route(
        self, method: str, path: str, *, permission: str | None = None, is_public: bool = False
    ) -> Callable[[Handler], Handler]:
        """Add the function below as a route.

        Args:
            method: such as "GET".
            path: such as "/api/orders/<order_id>". The function is given each part by its name.
            permission: what the caller's token needs, such as "read".
            is_public: anybody may ask, without a token. The function is given a `PublicRequest`,
                which has no caller. It checks by itself what it believes, such as a signature.

        Raises ValueError: give a permission, or say that it is public, and not both.
        """
        if is_public == (permission is not None):
            raise ValueError(
                f"{method} {path}: give `permission`, or `is_public=True` for a route that asks "
                "for no token"
            )

        def add(handler: Handler) -> Handler:
            pattern = URLPattern(path)
            route = Route(method.upper(), path, pattern, permission=permission, handler=handler)
            self._routes.append(route)
            return handler

        return add

    async def answer(self, platform: Platform, incoming: Incoming) -> Reply:
        """The reply to a request, whatever becomes of it."""
        start = time.monotonic()
        fields = _LogFields(incoming.method)
        begin_request()
        try:
            reply = await self._answer(platform, incoming, fields)
        except Exception as error:  # noqa: BLE001
            # Whatever it was, it is logged and answered as a problem.
            refusal = refusal_of(error, method=fields.method, route=fields.route)
            reply = problem_of(refusal, request_id() or "")
        log.info(
            "request.answered",
            method=fields.method,
            route=fields.route,
            status=reply.status,
            account=fields.account,
            duration_ms=round(1000 * (time.monotonic() - start)),
        )
        return _with_headers(reply)

    def refuse(self, error: Exception, method: str) -> Reply:
        """The reply where a request could not be read, or this deployment cannot begin to answer
        it. Call it where an error was caught.
        """
        begin_request()
        refusal = refusal_of(error, method=method, route=_NO_ROUTE)
        return _with_headers(problem_of(refusal, request_id() or ""))

    async def _answer(self, platform: Platform, incoming: Incoming, fields: "_LogFields") -> Reply:
        route, parts = self._find(incoming.method, incoming.path)
        fields.route = route.path
        if route.permission is None:
            check_length(incoming)
            public = PublicRequest(platform, self._registry, incoming)
            return reply_of(await route.handler(public, **parts))
        caller = await authenticate(platform, incoming.headers.get("authorization"))
        fields.account = caller.account_id
        caller.require(route.permission)
        check_length(incoming)
        request = ApiRequest(platform, self._registry, incoming=incoming, caller=caller)
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


def _with_headers(reply: Reply) -> Reply:
    headers = {**SAFE_HEADERS, **reply.headers}
    current = request_id()
    if current is not None:
        headers["x-request-id"] = current
    return Reply(reply.status, reply.body, headers)
